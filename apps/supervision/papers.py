"""督办单 on paper, in the general format of GB/T 9704-2012, laid out when asked for."""

from apps.core.clock import local
from apps.core.errors import UpstreamFailed
from apps.supervision.models import SupervisionNotice
from apps.typesetting import LayoutImpossible, Typeset, TypesettingError, child
from apps.typesetting.sheet import OfficialSheet, Paragraph

SECONDS = 20.0


def notice_sheet(notice: SupervisionNotice) -> OfficialSheet:
    """What stands on it: to whom, what, by when, and whom to report to. The item comes with its organs."""
    item = notice.item
    kind = notice.get_kind_display()
    organs = [item.lead_organ, *(row.organ for row in item.assisting.all())]
    day = local(notice.issued_at)
    lines = [
        f"事项：{item.title}（{item.number}）。",
        *(line for line in notice.text.splitlines() if line.strip() and line.strip() != item.title),
    ]
    if item.due_at is not None:
        due = local(item.due_at)
        lines.append(f"办理时限：{due.year}年{due.month}月{due.day}日{due:%H:%M}前。")
    help_text = "、".join(organ.short_name for organ in organs[1:])
    lines.append(f"牵头单位：{organs[0].short_name}。" + (f"配合单位：{help_text}。" if help_text else ""))
    lines.append("请按时办理并通过督办系统反馈进展；确有困难不能按时完成的，须在时限前申请延期。")
    return OfficialSheet(
        issuer_mark=f"{item.organ.full_name}{kind}",
        title=f"关于{'督办' if notice.kind == SupervisionNotice.Kind.ASSIGN else '催办'}“{item.title}”的通知",
        blocks=tuple(Paragraph(line) for line in lines),
        main_recipients=tuple(organ.short_name for organ in organs),
        document_number=notice.number,
        issuer_signature=item.organ.full_name,
        document_date=f"{day.year}年{day.month}月{day.day}日",
    )


def notice_pdf(notice: SupervisionNotice) -> bytes:
    """The paper as PDF/A. Raises `UpstreamFailed` when it cannot be laid out."""
    try:
        made: Typeset = child.run("compose", {"sheet": notice_sheet(notice)}, seconds=SECONDS)
    except (LayoutImpossible, TypesettingError) as problem:
        raise UpstreamFailed(f"督办单暂时不能排版：{problem}请稍后再试。") from problem
    return made.pdf
