"""Checks of who writes to whom and who signs (条例 art. 9, 13–17, 22, 25). Pure."""

import re
from collections.abc import Iterator
from itertools import pairwise

from apps.documents.enums import DocumentType, RoutingDirection
from apps.documents.rules.facts import Addressee, Hit, Paper, Place, date_read, found_in

REQUEST_PHRASE = re.compile(r"请(?:予)?批准|请批复|请(?:予)?审批|妥否|当否|请予解决|恳请.{0,12}支持")
CLOSING_PHRASE = re.compile(r"妥否|当否|可否|是否妥当")
ASKING = re.compile(r"恳请|请求|申请|请予|请批准|请批复|拟请")
PERSON_NAME = re.compile(
    r"(?:书记|省长|市长|县长|区长|乡长|镇长|主席|主任|厅长|局长|部长|处长|科长|秘书长|同志)$"
)
APPROVAL = re.compile(
    r"经[^，。；\n]{0,24}(?:政府|党委|省委|市委|县委|区委)[^，。；\n]{0,8}(?:同意|批准|授权)"
)
LEVELS = ("province", "city", "county", "township")
GOVERNMENT, DEPARTMENT = "government", "department"


def one_recipient_of_request(paper: Paper) -> Iterator[Hit]:
    """D02: a request goes to one superior."""
    if paper.kind is DocumentType.REQUEST and len(paper.mains) > 1:
        yield Hit("请示原则上只主送一个上级机关。")


def one_matter_of_request(paper: Paper) -> Iterator[Hit]:
    """D03: one request, one matter. Seen when it closes twice, or when two chapters each ask for something."""
    if paper.kind is not DocumentType.REQUEST:
        return
    closings = list(found_in(paper, CLOSING_PHRASE))
    chapters = [place for place in _chapters(paper) if ASKING.search(place[1])]
    if len(closings) > 1:
        yield Hit(
            "请示应当一文一事，正文中有不止一处“妥否”一类的结语，疑有多项请示事项，请分别行文。",
            closings[1][1],
        )
    elif len(chapters) > 1:
        message = f"请示应当一文一事，“{chapters[0][2]}”和“{chapters[1][2]}”疑为两项请示事项，请分别行文。"
        yield Hit(message, Place(chapters[1][0]))


def _chapters(paper: Paper) -> Iterator[tuple[int, str, str]]:
    """Line, text and name of each first-level chapter."""
    starts = [number for number, line in enumerate(paper.lines) if line.level == 1]
    for start, end in pairwise([*starts, len(paper.lines)]):
        yield start, "\n".join(line.text for line in paper.lines[start:end]), paper.lines[start].text[:16]


def no_request_in_report(paper: Paper) -> Iterator[Hit]:
    """D04: a report hides no request."""
    if paper.kind is DocumentType.REPORT:
        for words, place in found_in(paper, REQUEST_PHRASE):
            yield Hit(f"报告中不得夹带请示事项，正文中有“{words}”。", place)


def no_copy_downwards(paper: Paper) -> Iterator[Hit]:
    """D05: what goes up is not copied down."""
    if not paper.is_upward:
        return
    for entry in paper.addressees:
        if not entry.is_main and _is_below(entry.path, paper.issuer_path):
            yield Hit(f"上行文不得抄送下级机关，请从抄送中移除{entry.name}。")


def not_to_a_person(paper: Paper) -> Iterator[Hit]:
    """D06: what goes up goes to an organ, not to its leader, unless that leader gave the task."""
    if not paper.is_upward or paper.is_leader_assigned:
        return
    for entry in paper.mains:
        if not entry.path and PERSON_NAME.search(entry.name):
            yield Hit(
                f"上行文不得以本机关名义报送领导个人，请改送机关；确系{entry.name}交办的，请勾选“上级领导直接交办”。"
            )


def no_level_skipped(paper: Paper) -> Iterator[Hit]:
    """D07: a skipped superior is at least copied."""
    if not (paper.is_upward and paper.superior_path):
        return
    skipped = [
        entry.name for entry in paper.mains if entry.path and _is_above(entry.path, paper.superior_path)
    ]
    if skipped and not any(entry.path == paper.superior_path for entry in paper.addressees):
        yield Hit(f"主送{skipped[0]}为越级行文，应同时抄送被越过的机关。")


def signatory_named(paper: Paper) -> Iterator[Hit]:
    """D08: what goes up names who signs it."""
    if paper.is_upward and not any(name.strip() for name in paper.signatories):
        yield Hit("上行文须标注签发人，请填写签发人。")


def signed_by_principal(paper: Paper) -> Iterator[Hit]:
    """D09: orders, important and upward documents are signed by the issuing organ's principal head or whoever presides."""
    if paper.signer_is_principal is False and paper.needs_principal_head:
        yield Hit("命令、重要公文和上行文须由发文机关主要负责人（或主持工作的负责人）签发，请改选签发人。")


def not_by_internal_unit(paper: Paper) -> Iterator[Hit]:
    """D10: an internal unit other than the office issues nothing outwards."""
    signature = paper.issuer_signature.strip()
    unit = next((name for name in paper.internal_units if signature.endswith(name)), "")
    if unit and signature not in paper.issuer_names:
        yield Hit(f"内设机构不得对外正式行文，署名“{signature}”中有内设机构“{unit}”，请以机关名义行文。")


def no_orders_to_governments(paper: Paper) -> Iterator[Hit]:
    """D11: a department sends no directive to a lower government unless the government agreed and the text says so."""
    if paper.issuer_kind != DEPARTMENT or paper.issuer_level not in LEVELS:
        return
    lower = LEVELS[LEVELS.index(paper.issuer_level) + 1 :]
    below = [entry for entry in paper.mains if entry.kind == GOVERNMENT and entry.level in lower]
    if below and not (paper.is_government_approved and APPROVAL.search(paper.text)):
        message = (
            f"部门不得向下级政府（{below[0].name}）发布指令性公文。"
            "经本级政府同意的，请勾选“经本级政府同意”，并在正文写明“经……政府同意”。"
        )
        yield Hit(message)


def cosigned_in_full(paper: Paper) -> Iterator[Hit]:
    """D12: what touches several departments goes down only when all have countersigned."""
    if paper.routing_direction == RoutingDirection.DOWNWARD and paper.cosigners_missing:
        names = "、".join(paper.cosigners_missing)
        yield Hit(
            f"{names}尚未会签，涉及部门未取得一致意见的不得向下行文；请退回会签，或由拟稿人调整会签人。"
        )


def joint_issue_in_order(paper: Paper) -> Iterator[Hit]:
    """D13: the lead organ stands first and gives the number; every organ has signed."""
    if len(paper.issuers) < 2:
        return
    lead = paper.issuers[0]
    if paper.issuer_names and lead.name not in paper.issuer_names:
        yield Hit(f"联合行文由主办机关排列在前，请将{paper.issuer_names[0]}排在首位。", field="issuing_organ")
    number = (
        "" if paper.kind is DocumentType.ORDER else paper.document_number
    )  # an order's begins with its mark
    if number and lead.codes and number.split("〔")[0] not in lead.codes:
        message = f"联合行文使用主办机关的发文字号，代字应为“{'”或“'.join(lead.codes)}”。"
        yield Hit(message, field="document_number")
    unsigned = [issuer.name for issuer in paper.issuers[1:] if not issuer.signed_on]
    if unsigned and paper.signed_hash:
        yield Hit(f"联合行文须所有联署机关的负责人会签，{'、'.join(unsigned)}尚未会签。", field="cosign")


def joint_seals_at_hand(paper: Paper) -> Iterator[Hit]:
    """F08: each organ of a joint issue has what it will seal with; told while there is time to have it made."""
    for issuer in paper.issuers if paper.is_sealed else ():
        if issuer.seal_lack:
            yield Hit(f"{issuer.name}没有{issuer.seal_lack}，联合用印前请联系其管理员补充。")


def joint_date_last(paper: Paper) -> Iterator[Hit]:
    """D14: a joint issue is dated when the last organ signed."""
    days = [day for issuer in paper.issuers if (day := date_read(issuer.signed_on))]
    written = date_read(paper.document_date)
    if len(paper.issuers) > 1 and len(days) == len(paper.issuers) and written and written != max(days):
        yield Hit("联合行文的成文日期为最后签发机关负责人签发的日期，请核对。")


def dated_when_signed(paper: Paper) -> Iterator[Hit]:
    """D15: dated the day it was signed, or passed by a meeting."""
    if (
        len(paper.issuers) < 2
        and paper.document_date
        and paper.signed_on
        and paper.document_date != paper.signed_on
    ):
        message = (
            f"成文日期{paper.document_date}不是签发日期{paper.signed_on}；会议通过的以通过日期为准，请说明。"
        )
        yield Hit(message)


def seal_of_signature(paper: Paper) -> Iterator[Hit]:
    """D23: the seal is that of the organ whose name stands under the text."""
    signature = paper.issuer_signature.strip()
    if (
        paper.is_sealed
        and len(paper.issuers) < 2
        and paper.issuer_names
        and signature not in paper.issuer_names
    ):
        yield Hit(
            f"署名“{signature}”与用印机关“{paper.issuer_names[0]}”不一致，有署名的应当加盖署名机关的印章。"
        )


def as_signed(paper: Paper) -> Iterator[Hit]:
    """D27: what is numbered and sealed is what was signed."""
    if paper.signed_hash and paper.current_hash and paper.signed_hash != paper.current_hash:
        yield Hit("正文、要素或附件与签发时不一致，须送原签发人复审后才能继续。")


def letter_between_equals(paper: Paper) -> Iterator[Hit]:
    """D28: a letter is for organs without subordination."""
    if paper.kind is DocumentType.LETTER and any(_is_related(entry, paper) for entry in paper.mains):
        yield Hit("函用于不相隶属机关之间，主送机关与本机关有隶属关系，请核对文种。")


def _is_related(entry: Addressee, paper: Paper) -> bool:
    return bool(entry.path) and (
        _is_below(entry.path, paper.issuer_path) or entry.path == paper.superior_path
    )


def _is_below(path: str, above: str) -> bool:
    return bool(path) and path != above and path.startswith(above)


def _is_above(path: str, below: str) -> bool:
    return path != below and below.startswith(path)
