"""An issue on paper, laid out when asked for: from the sending for signature on its texts are fixed, so it is always the same."""

from collections.abc import Sequence

from apps.briefings.enums import IssueState
from apps.briefings.models import BulletinIssue, IssueEntry
from apps.core.clock import day_text, local, now
from apps.core.errors import UpstreamFailed, ValidationFailed
from apps.typesetting import TypesettingError, child

SECONDS = 30.0
COMBINED = 3


def issue_pdf(issue: BulletinIssue, entries: Sequence[IssueEntry]) -> bytes:
    """The issue as PDF. What is not published yet says so in place of the number.

    Raises `UpstreamFailed` when it cannot be laid out, `ValidationFailed` for a published issue with characters no font has.
    """
    day = local(issue.issued_at or now())
    payload: dict[str, object] = {
        "name": issue.bulletin.name,
        "number": f"第{issue.number}期" if issue.number else "（送审稿，编发时编期号）",
        "publisher": issue.bulletin.publisher,
        "date": day_text(day),
        "note": issue.note,
        "texts": [_text(entry) for entry in entries],
        "foot": [f"签发：{issue.signed_by or '　'}", f"{issue.organ.full_name}　编发"],
    }
    try:
        pdf, missing = child.run("compose_bulletin", payload, seconds=SECONDS)
    except TypesettingError as problem:
        raise UpstreamFailed(f"刊物暂时不能排版：{problem}请稍后再试。") from problem
    if missing and issue.state == IssueState.ISSUED:
        raise ValidationFailed(f"系统字库中没有“{missing}”，不能排成正式刊物，请联系管理员补充字库后再下载。")
    made: bytes = pdf
    return made


def _text(entry: IssueEntry) -> list[object]:
    adoption = entry.adoption
    return [adoption.title, adoption.paragraphs, origin_words(entry)]


def origin_words(entry: IssueEntry) -> str:
    """From which units it came, each once, in rank order; many of them as 等."""
    names = list(dict.fromkeys(item.organ.short_name for item in entry.adoption.items.all()))
    return f"{'、'.join(names[:COMBINED])}等{len(names)}个单位" if len(names) > COMBINED else "、".join(names)
