"""Rules of an outgoing document (domain.md §1.9), one sentence a test."""

from dataclasses import replace

import pytest

from apps.documents.rules import Addressee, Paper, Severity, blocking, findings_of

CITY, OFFICE, BUREAU, COUNTY, PROVINCE = "/1/2/", "/1/2/3/", "/1/2/4/", "/1/2/9/", "/1/"


def notice() -> Paper:
    """An ordinary notice that nothing is wrong with."""
    return Paper(
        document_type="notice",
        routing_direction="downward",
        title="岱海市人民政府关于做好防汛工作的通知",
        text="现就做好防汛工作通知如下。",
        issuer_path=CITY,
        superior_path=PROVINCE,
        addressees=(Addressee(name="青石县人民政府", is_main=True, path=COUNTY),),
    )


def request() -> Paper:
    """An ordinary request upward."""
    return replace(
        notice(),
        document_type="request",
        routing_direction="upward",
        title="岱海市人民政府关于设立专项资金的请示",
        addressees=(Addressee(name="澜东省人民政府", is_main=True, path=PROVINCE),),
        signatories=("沈亦舟",),
    )


def ids(paper: Paper) -> list[str]:
    """Ids of what was found."""
    return [finding.rule for finding in findings_of(paper)]


def blocks(paper: Paper) -> list[str]:
    """Ids of what refuses the step."""
    return [finding.rule for finding in blocking(findings_of(paper))]


def test_a_proper_notice_has_no_findings() -> None:
    assert findings_of(notice()) == ()


def test_a_proper_request_has_no_findings() -> None:
    assert findings_of(request()) == ()


def test_an_upward_document_must_not_copy_a_subordinate() -> None:
    paper = replace(
        request(),
        addressees=(*request().addressees, Addressee(name="青石县人民政府", is_main=False, path=COUNTY)),
    )
    assert blocks(paper) == ["D05"]


def test_an_upward_document_may_copy_a_peer() -> None:
    paper = replace(
        request(),
        addressees=(*request().addressees, Addressee(name="邻市人民政府", is_main=False, path="/1/77/")),
    )
    assert blocks(paper) == []


def test_a_path_that_only_begins_with_the_same_digits_is_not_below() -> None:
    paper = replace(
        request(),
        addressees=(*request().addressees, Addressee(name="某市人民政府", is_main=False, path="/1/22/")),
    )
    assert blocks(paper) == []


def test_an_upward_document_names_its_signatory() -> None:
    assert blocks(replace(request(), signatories=())) == ["D08"]
    assert blocks(replace(request(), signatories=(" ",))) == ["D08"]


def test_an_upward_document_is_signed_by_the_principal_head() -> None:
    assert blocks(replace(request(), signer_is_principal=False)) == ["D09"]
    assert blocks(replace(request(), signer_is_principal=True)) == []


def test_an_important_document_is_signed_by_the_principal_head() -> None:
    assert blocks(replace(notice(), is_important=True, signer_is_principal=False)) == ["D09"]


def test_an_ordinary_notice_may_be_signed_by_a_deputy() -> None:
    assert blocks(replace(notice(), signer_is_principal=False)) == []


@pytest.mark.parametrize("number", ["岱政办发〔2026〕17号", "岱数〔2026〕1号"])
def test_a_proper_number_passes(number: str) -> None:
    assert blocks(replace(notice(), document_number=number)) == []


@pytest.mark.parametrize(
    "number",
    [
        "岱政办发[2026]17号",
        "岱政办发〔2026〕017号",
        "岱政办发〔26〕17号",
        "岱政办发【2026】17号",
        "岱政办发〔2026〕第17号",
    ],
)
def test_a_malformed_number_blocks(number: str) -> None:
    assert blocks(replace(notice(), document_number=number)) == ["D16"]


def test_an_order_is_numbered_by_its_serial_alone() -> None:
    paper = replace(notice(), document_type="order", title="岱海市人民政府令", document_number="第12号")
    assert blocks(paper) == []


@pytest.mark.parametrize(
    "text", ["2026年01月5日", "2026年1月05日", "26年1月5日", "二〇二六年一月五日", "2026-01-05"]
)
def test_a_malformed_document_date_blocks(text: str) -> None:
    assert blocks(replace(notice(), document_date=text)) == ["D17"]


def test_a_loose_date_in_the_text_is_only_hinted_at() -> None:
    paper = replace(notice(), text="请于2026年01月05日前报送。")
    assert [(f.rule, f.severity) for f in findings_of(paper)] == [("D17", Severity.INFO)]


@pytest.mark.parametrize("text", ["秘密★5年", "机密 ★ 10年", "密级：内部", "（机密）请勿外传", "[绝密]"])
@pytest.mark.parametrize("field", ["title", "text", "note"])
def test_a_secrecy_mark_blocks_wherever_it_stands(field: str, text: str) -> None:
    paper = notice()
    changed = replace(paper, **{field: text + getattr(paper, field)})
    assert "D25" in blocks(changed)


def test_a_secrecy_mark_in_a_file_name_blocks() -> None:
    assert blocks(replace(notice(), attachment_names=("名单（秘密）.pdf",))) == ["D25"]


def test_plain_talk_of_secrets_passes() -> None:
    assert blocks(replace(notice(), text="各单位要严格保守国家秘密和商业秘密，做好机密文件管理。")) == []


def test_a_text_that_differs_from_what_was_signed_blocks() -> None:
    assert blocks(replace(notice(), signed_hash="a" * 64, current_hash="b" * 64)) == ["D27"]
    assert blocks(replace(notice(), signed_hash="a" * 64, current_hash="a" * 64)) == []


def test_no_title_no_text_and_no_recipient_are_three_blocks() -> None:
    assert blocks(replace(notice(), title="", text=" ", addressees=())) == ["F01", "F03", "F04"]


def test_a_proclamation_needs_no_recipient() -> None:
    paper = replace(notice(), document_type="proclamation", title="岱海市人民政府公告", addressees=())
    assert blocks(paper) == []


def test_a_title_of_500_characters_blocks_and_says_how_long_it_is() -> None:
    found = blocking(findings_of(replace(notice(), title="关" * 498 + "通知")))
    assert found[0].message == "标题有500个字，最多150个字，请精简。"


def test_an_abolished_recipient_blocks() -> None:
    gone = Addressee(name="市信息化办公室", is_main=True, path=BUREAU, abolished=True)
    assert blocks(replace(notice(), addressees=(gone,))) == ["F05"]


def test_an_unfinished_upload_blocks() -> None:
    assert blocks(replace(notice(), unready_attachments=("方案.pdf",))) == ["F07"]


def test_a_report_goes_upward() -> None:
    paper = replace(notice(), document_type="report", title="关于防汛工作的报告")
    assert blocks(paper) == ["F06"]


def test_an_unknown_type_blocks() -> None:
    assert "D01" in blocks(replace(notice(), document_type="plan"))


def test_two_superiors_of_a_request_are_a_warning() -> None:
    paper = replace(
        request(),
        addressees=(*request().addressees, Addressee(name="省发展改革委", is_main=True, path="/1/8/")),
    )
    assert ids(paper) == ["D02"]


def test_a_request_hidden_in_a_report_is_a_warning() -> None:
    paper = replace(request(), document_type="report", title="关于专项资金的报告", text="妥否，请批示。")
    assert ids(paper) == ["D04"]


def test_skipping_a_level_without_copying_the_skipped_organ_is_a_warning() -> None:
    paper = replace(
        request(),
        issuer_path=COUNTY,
        superior_path=CITY,
        addressees=(Addressee(name="澜东省人民政府", is_main=True, path=PROVINCE),),
    )
    assert ids(paper) == ["D07"]


@pytest.mark.parametrize("title", ["关于做好防汛工作的通知。", "关于做好防汛工作"])
def test_a_title_that_does_not_end_in_its_type_is_a_warning(title: str) -> None:
    assert ids(replace(notice(), title=title)) == ["D18"]


def test_a_trial_mark_after_the_type_is_accepted() -> None:
    assert ids(replace(notice(), title="关于印发防汛办法的通知（试行）")) == []


def test_urgency_in_the_title_is_hinted_at() -> None:
    assert ids(replace(notice(), title="关于特急防汛工作的通知")) == ["D29"]


def test_a_letter_to_the_own_superior_is_a_warning() -> None:
    paper = replace(
        notice(),
        document_type="letter",
        routing_direction="level",
        title="关于商请支持的函",
        addressees=(Addressee(name="澜东省人民政府", is_main=True, path=PROVINCE),),
    )
    assert ids(paper) == ["D28"]


def test_a_long_text_is_hinted_at() -> None:
    assert ids(replace(notice(), text="防" * 5001)) == ["D26"]


def test_the_gravest_findings_come_first() -> None:
    paper = replace(notice(), title="关于特急防汛工作", text="")
    assert ids(paper) == ["F03", "D18", "D29"]
