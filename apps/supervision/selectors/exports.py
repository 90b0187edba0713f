"""A row of the Excel sheet."""

from apps.core.spreadsheets import Cell
from apps.supervision.models import SupervisionItem
from apps.supervision.selectors.items import own_light

HEADS = (
    "编号", "事项", "来源", "类别", "状态", "亮灯", "牵头单位", "配合单位", "交办领导", "交办时间", "原定时限", "现时限",
    "进度（%）", "反馈时限", "催办次数", "挂牌督办", "办结时间", "超期办结", "评价",
)  # fmt: skip


def item_cells(item: SupervisionItem) -> list[Cell]:
    """One item, in the order of `HEADS`."""
    lead = item.lead_organ.short_name + (f" {item.lead_unit.name}" if item.lead_unit else "")
    return [
        item.number,
        item.title,
        item.get_source_display(),
        item.item_class.name,
        item.get_state_display(),
        str(own_light(item).label),
        lead,
        "、".join(row.organ.short_name for row in item.assisting.all()),
        item.leader.person.name if item.leader else "",
        item.assigned_at,
        item.first_due_at,
        item.due_at,
        item.progress,
        item.report_due_at,
        item.urge_count,
        item.is_listed,
        item.completed_at,
        item.is_late,
        item.grade,
    ]
