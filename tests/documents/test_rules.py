"""Rules of an outgoing document (domain.md §1.9), one sentence a test."""

from dataclasses import replace

import pytest

from apps.documents.body import body_from_text
from apps.documents.rules import (
    CHECKS,
    INCOMING_CHECKS,
    Addressee,
    IncomingPaper,
    Issuer,
    Paper,
    PaperLine,
    Place,
    Severity,
    blocking,
    findings_of,
    incoming_findings_of,
    paper_lines,
)
from apps.documents.rules.citing import citations_in

CITY, OFFICE, BUREAU, COUNTY, PROVINCE = "/1/2/", "/1/2/3/", "/1/2/4/", "/1/2/9/", "/1/"


def lines(text: str) -> tuple[PaperLine, ...]:
    """A text as printed."""
    return paper_lines(body_from_text(text))


def with_text(paper: Paper, text: str) -> Paper:
    """The paper with another text."""
    return replace(paper, lines=lines(text))


def notice() -> Paper:
    """An ordinary notice that nothing is wrong with."""
    return Paper(
        document_type="notice",
        routing_direction="downward",
        title="岱海市人民政府关于做好防汛工作的通知",
        lines=lines("现就做好防汛工作通知如下。"),
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
    paper = with_text(notice(), "请于2026年01月05日前报送。")
    assert [(f.rule, f.severity) for f in findings_of(paper)] == [("D17", Severity.INFO)]


@pytest.mark.parametrize("text", ["秘密★5年", "机密 ★ 10年", "密级：内部", "（机密）请勿外传", "[绝密]"])
@pytest.mark.parametrize("field", ["title", "text", "note"])
def test_a_secrecy_mark_blocks_wherever_it_stands(field: str, text: str) -> None:
    paper = notice()
    changed = (
        with_text(paper, text) if field == "text" else replace(paper, **{field: text + getattr(paper, field)})
    )
    assert "D25" in blocks(changed)


def test_a_secrecy_mark_in_a_file_name_blocks() -> None:
    assert blocks(replace(notice(), attachment_names=("名单（秘密）.pdf",))) == ["D25"]


def test_plain_talk_of_secrets_passes() -> None:
    assert blocks(with_text(notice(), "各单位要严格保守国家秘密和商业秘密，做好机密文件管理。")) == []


def test_a_text_that_differs_from_what_was_signed_blocks() -> None:
    assert blocks(replace(notice(), signed_hash="a" * 64, current_hash="b" * 64)) == ["D27"]
    assert blocks(replace(notice(), signed_hash="a" * 64, current_hash="a" * 64)) == []


def test_no_title_no_text_and_no_recipient_are_three_blocks() -> None:
    assert blocks(replace(notice(), title="", lines=(), addressees=())) == ["F01", "F03", "F04"]


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
    paper = with_text(
        replace(request(), document_type="report", title="关于专项资金的报告"), "妥否，请批示。"
    )
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
    assert ids(with_text(notice(), "防" * 5001)) == ["D26"]


def test_the_gravest_findings_come_first() -> None:
    paper = replace(notice(), title="关于特急防汛工作", lines=())
    assert ids(paper) == ["F03", "D18", "D29"]


def report() -> Paper:
    """An ordinary report upward."""
    return replace(request(), document_type="report", title="岱海市人民政府关于防汛工作的报告")


def reply(text: str) -> Paper:
    """A reply that says `text`."""
    return with_text(
        replace(notice(), document_type="reply", title="岱海市人民政府关于同意设立园区的批复"), text
    )


def joint(**changes: object) -> Paper:
    """A joint issue of two bureaux, both signed."""
    paper = replace(
        notice(),
        title="市财政局、市教育局关于做好资助工作的通知",
        issuer_names=("市财政局",),
        issuers=(
            Issuer(name="市财政局", codes=("岱财",), signed_on="2026年3月2日"),
            Issuer(name="市教育局", signed_on="2026年3月5日"),
        ),
        document_number="岱财〔2026〕5号",
        document_date="2026年3月5日",
        signed_hash="a",
        current_hash="a",
    )
    return replace(paper, **changes)  # type: ignore[arg-type]  # tests name fields freely


def by_department(text: str, *, approved: bool) -> Paper:
    """A bureau's notice to a county government."""
    paper = replace(
        notice(),
        title="市财政局关于做好决算工作的通知",
        issuer_kind="department",
        issuer_level="city",
        issuer_path=BUREAU,
        superior_path=CITY,
        is_government_approved=approved,
        addressees=(
            Addressee(name="青石县人民政府", is_main=True, path=COUNTY, kind="government", level="county"),
        ),
    )
    return with_text(paper, text)


def to_person(*, assigned: bool) -> Paper:
    """A report to a leader personally."""
    addressees = (
        Addressee(name="李明副省长", is_main=True),
        Addressee(name="澜东省人民政府", is_main=False, path=PROVINCE),
    )
    return replace(report(), addressees=addressees, is_leader_assigned=assigned)


def skipping(*, copied: bool) -> Paper:
    """A county writing past the city."""
    addressees = [Addressee(name="澜东省人民政府", is_main=True, path=PROVINCE)]
    if copied:
        addressees.append(Addressee(name="岱海市人民政府", is_main=False, path=CITY))
    return replace(request(), issuer_path=COUNTY, superior_path=CITY, addressees=tuple(addressees))


def copying(path: str) -> Paper:
    """A request copied to `path`."""
    return replace(
        request(), addressees=(*request().addressees, Addressee(name="某机关", is_main=False, path=path))
    )


def letter(path: str) -> Paper:
    """A letter to `path`."""
    return replace(
        notice(),
        document_type="letter",
        routing_direction="level",
        title="岱海市人民政府关于商请支持的函",
        addressees=(Addressee(name="某机关", is_main=True, path=path),),
    )


TWO_SUPERIORS = (*request().addressees, Addressee(name="省发展改革委", is_main=True, path="/1/8/"))
TWO_MATTERS = "一、恳请安排资金\n用于防汛。\n二、申请增加编制\n用于值守。\n妥否，请批示。"
ONE_MATTER = "一、基本情况\n今年雨多。\n二、请示事项\n恳请安排资金。\n妥否，请批示。"
# rule: a paper that trips it, a near miss that does not
GOLDEN: dict[str, tuple[Paper, Paper]] = {
    "D01": (
        replace(notice(), document_type="plan"),
        replace(notice(), document_type="opinion", title="关于防汛的意见"),
    ),
    "D02": (replace(request(), addressees=TWO_SUPERIORS), replace(report(), addressees=TWO_SUPERIORS)),
    "D03": (with_text(request(), TWO_MATTERS), with_text(request(), ONE_MATTER)),
    "D04": (
        with_text(report(), "以上报告，请予批准。"),
        with_text(report(), "省政府批准的项目已开工。特此报告。"),
    ),
    "D05": (copying(COUNTY), copying("/1/22/")),
    "D06": (to_person(assigned=False), to_person(assigned=True)),
    "D07": (skipping(copied=False), skipping(copied=True)),
    "D08": (replace(request(), signatories=(" ",)), replace(notice(), signatories=())),
    "D09": (replace(request(), signer_is_principal=False), replace(notice(), signer_is_principal=False)),
    "D10": (
        replace(notice(), issuer_signature="岱海市财政局预算科", internal_units=("预算科",)),
        replace(notice(), issuer_signature="岱海市财政局", internal_units=("预算科",)),
    ),
    "D11": (
        by_department("经市政府同意，现通知如下。", approved=False),
        by_department("经市人民政府同意，现通知如下。", approved=True),
    ),
    "D12": (
        replace(notice(), cosigners_missing=("谢致远",)),
        replace(letter("/1/5/"), cosigners_missing=("谢致远",)),
    ),
    "D13": (joint(document_number="岱教〔2026〕5号"), joint()),
    "D14": (joint(document_date="2026年3月2日"), joint(document_date="2026年3月5日")),
    "D15": (
        replace(notice(), document_date="2026年3月2日", signed_on="2026年3月1日"),
        replace(notice(), document_date="2026年3月2日", signed_on="2026年3月2日"),
    ),
    "D16": (
        replace(notice(), document_number="岱政办发〔2026〕017号"),
        replace(notice(), document_number="岱政办发〔2026〕17号"),
    ),
    "D17": (
        replace(notice(), document_date="2026年01月5日"),
        replace(notice(), document_date="2026年1月5日"),
    ),
    "D18": (
        replace(notice(), title="关于做好防汛工作"),
        replace(notice(), title="关于印发防汛办法的通知（试行）"),
    ),
    "D19": (
        reply("你县〔2026〕3号文收悉。"),
        reply("你县《关于设立园区的请示》（青政发〔2026〕3号）收悉。现批复如下。"),
    ),
    "D20": (
        with_text(replace(notice(), attachment_names=("名单.pdf",)), "请遵照执行。\n附件：方案"),
        with_text(replace(notice(), attachment_names=("名 单.pdf",)), "请遵照执行。\n附件：名单"),
    ),
    "D21": (
        replace(notice(), main_text="各县人民政府："),
        replace(notice(), main_text="各县人民政府，市政府各部门"),
    ),
    "D22": (
        with_text(notice(), "一、要求\n1.值班"),
        with_text(notice(), "一、要求\n（一）值班\n1.带班\n二、措施"),
    ),
    "D23": (
        replace(notice(), is_sealed=True, issuer_names=("岱海市人民政府",), issuer_signature="岱海市水利局"),
        replace(notice(), is_sealed=False, issuer_names=("岱海市人民政府",), issuer_signature="岱海市水利局"),
    ),
    "D24": (replace(notice(), layout_problem="首页没有正文，请精简标题或主送机关。"), notice()),
    "D25": (replace(notice(), note="机密★10年"), with_text(notice(), "要做好机密文件管理，严守国家秘密。")),
    "D26": (with_text(notice(), "防" * 4001), with_text(notice(), "防" * 4000)),
    "D27": (
        replace(notice(), signed_hash="a", current_hash="b"),
        replace(notice(), signed_hash="", current_hash="b"),
    ),
    "D28": (letter(PROVINCE), letter("/1/5/")),
    "D29": (replace(notice(), urgency="telegram"), replace(notice(), urgency="urgent")),
    "D30": (
        replace(notice(), document_date="2026年3月2日", printing_date="2026年2月28日"),
        replace(notice(), document_date="2026年3月2日", printing_date="2026年3月2日"),
    ),
}
OURS = IncomingPaper(our_names=("岱海市人民政府", "市政府"))
INCOMING_GOLDEN: dict[str, tuple[IncomingPaper, IncomingPaper]] = {
    "D31": (
        replace(OURS, recipients=("邻海市人民政府",)),
        replace(OURS, recipients=("各市人民政府", "岱海市人民政府")),
    ),
    "D32": (replace(OURS, unit_count=2), replace(OURS, unit_count=2, lead_count=1)),
    "D33": (replace(OURS, is_urgent=True), replace(OURS, is_urgent=True, has_deadline=True)),
}


@pytest.mark.parametrize("rule", GOLDEN)
def test_each_check_trips_on_its_text_and_not_on_the_near_miss(rule: str) -> None:
    wrong, right = GOLDEN[rule]
    assert rule in ids(wrong)
    assert rule not in ids(right)


@pytest.mark.parametrize("rule", INCOMING_GOLDEN)
def test_each_check_of_incoming_trips_on_its_case_and_not_on_the_near_miss(rule: str) -> None:
    wrong, right = INCOMING_GOLDEN[rule]
    assert [finding.rule for finding in incoming_findings_of(wrong)] == [rule]
    assert incoming_findings_of(right) == ()


def test_every_check_of_the_table_has_its_golden_pair() -> None:
    assert {check.rule for check in CHECKS if check.rule.startswith("D")} == set(GOLDEN)
    assert {check.rule for check in INCOMING_CHECKS} == set(INCOMING_GOLDEN)
    assert set(GOLDEN) | set(INCOMING_GOLDEN) == {f"D{number:02}" for number in range(1, 34)}


def test_a_proper_joint_issue_has_no_findings() -> None:
    assert findings_of(joint()) == ()


def test_a_finding_in_the_text_says_where() -> None:
    paper = with_text(report(), "现将有关情况报告如下。\n一、情况\n以上，请予批准。")
    (finding,) = findings_of(paper)
    assert finding.place == Place(2, "请予批准")


def test_a_joint_issue_wants_its_lead_first_and_all_signatures() -> None:
    unsigned = (Issuer(name="市财政局", codes=("岱财",), signed_on="2026年3月2日"), Issuer(name="市教育局"))
    assert ids(joint(issuers=unsigned)) == ["D13"]
    assert ids(joint(issuer_names=("市教育局",))) == ["D13"]


def test_the_same_finding_keeps_its_key_and_another_has_another() -> None:
    first, again, other = (
        findings_of(replace(notice(), title=title))[0]
        for title in ("关于做好防汛工作", "关于抓好防汛工作", "关于做好防汛工作的通知。")
    )
    assert first.key == again.key != other.key


def test_a_number_alone_asks_for_the_title_before_it() -> None:
    def told(text: str) -> list[str]:
        return [
            found.message.partition("”")[0]
            for found in findings_of(with_text(notice(), text))
            if found.rule == "F09"
        ]

    cited = "根据《澜东省人民政府关于印发〈行动方案〉的通知》（澜政发〔2026〕5号）要求"
    assert told(f"{cited}，做好工作。") == []
    assert told(f"{cited}，做好工作。\n澜政发〔2026〕5号文件明确的任务，逐项落实。") == []
    assert told("根据澜政发〔2026〕5号文件，以及（澜政发〔2026〕6号）。") == [
        "引用“澜政发〔2026〕5号",
        "引用“澜政发〔2026〕6号",
    ]


def test_citations_are_read_once_each_in_their_order() -> None:
    text = (
        "按照《甲关于“一件事”的通知》（甲发〔2026〕5号）、《乙关于印发《办法》的通知》(乙办〔2025〕12号)，"
        "以及《甲关于“一件事”的通知》（甲发〔2026〕5号）。"
    )
    assert [(one.title, one.number) for one in citations_in(text)] == [
        ("甲关于“一件事”的通知", "甲发〔2026〕5号"),
        ("乙关于印发《办法》的通知", "乙办〔2025〕12号"),
    ]
