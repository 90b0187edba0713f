"""Checks of an incoming document (条例 art. 24). Pure."""

from collections.abc import Iterator

from apps.documents.rules.facts import Hit, IncomingPaper


def meant_for_us(paper: IncomingPaper) -> Iterator[Hit]:
    """D31: what is addressed to others goes back. A group (各…) may include us and is not judged."""
    if any(name.startswith("各") for name in paper.recipients):
        return
    if paper.recipients and not any(
        ours in name or name in ours for ours in paper.our_names for name in paper.recipients
    ):
        yield Hit("来文的主送、抄送中没有本机关，建议核对后退文。")


def one_unit_leads(paper: IncomingPaper) -> Iterator[Hit]:
    """D32: of several handling units one leads."""
    if paper.unit_count > 1 and paper.lead_count == 0:
        yield Hit("两个以上科室承办的，须明确一个主办科室，请指定后再提交。")
    elif paper.lead_count > 1:
        yield Hit("主办科室只能有一个，其余为协办。")


def urgent_has_deadline(paper: IncomingPaper) -> Iterator[Hit]:
    """D33: what is urgent says until when."""
    if paper.is_urgent and not paper.has_deadline:
        yield Hit("紧急公文须明确办理时限，请填写后再提交。")
