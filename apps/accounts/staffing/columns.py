"""The sheets of the workbook and their columns, as the template offers and the reader expects them."""

from dataclasses import dataclass

from apps.accounts.models import Appointment, Organ, Role

ORGANS, UNITS, PEOPLE = "机关", "科室", "人员"
YES_NO = ("是", "否")


@dataclass(frozen=True)
class Column:
    """A column: key in code, heading, whether it must be filled, what to write, and the words it is limited to."""

    key: str
    title: str
    help: str
    is_required: bool = False
    choices: tuple[str, ...] = ()
    width: int = 14


SHEETS: dict[str, tuple[Column, ...]] = {
    ORGANS: (
        Column("full_name", "全称", "机关全称，如 青石县水利局。本机关不用再填", is_required=True, width=28),
        Column("short_name", "规范化简称", "文件中使用的简称，如 县水利局", is_required=True, width=18),
        Column("organ_code", "机关代字", "发文字号中的代字，如 青水；不发文的留空"),
        Column("level", "层级", "从下拉列表选择", is_required=True, choices=tuple(Organ.Level.labels)),
        Column("kind", "类别", "从下拉列表选择", is_required=True, choices=tuple(Organ.Kind.labels)),
        Column("superior", "上级机关", "上级机关的全称或简称；没有的留空", width=28),
        Column("rank", "排序", "整数，小的在前；留空按行的先后", width=8),
    ),
    UNITS: (
        Column("organ", "所属机关", "全称或简称；留空为本机关", width=24),
        Column("name", "名称", "科室名称，同一机关内不得重名", is_required=True, width=20),
        Column("parent", "上级科室", "同一机关的科室；没有的留空", width=20),
        Column("office", "文书机构", "负责收发文的科室填“是”", choices=YES_NO, width=10),
        Column("rank", "排序", "整数，小的在前；留空按行的先后", width=8),
    ),
    PEOPLE: (
        Column("name", "姓名", "真实姓名", is_required=True, width=10),
        Column(
            "login_name",
            "登录名",
            "小写字母、数字、点、横线；留空按姓名拼音自动取。一人兼几个职务的，几行填同一登录名",
            width=18,
        ),
        Column("mobile", "手机", "11 位手机号，用于区分同名的人和短信提醒", width=15),
        Column("phone", "办公电话", "可填分机，如 8806转12", width=15),
        Column("email", "邮箱", "用于邮件提醒", width=24),
        Column("organ", "机关", "全称或简称；留空为本机关", width=20),
        Column("unit", "科室", "所在科室；机关领导留空", width=18),
        Column("post_title", "职务", "如 主任、科长、一级科员", is_required=True, width=16),
        Column(
            "kind", "任职方式", "留空为“任职”；每人只有一项“任职”", choices=tuple(Appointment.Kind.labels)
        ),
        Column("rank", "排序", "整数，小的在前；留空按行的先后", width=8),
        Column("roles", "角色", f"可填几个，用顿号分开：{'、'.join(Role.labels)}", width=24),
        Column("charge_units", "分管科室", "领导分管的科室，用顿号分开", width=20),
        Column("charge_organs", "分管机关", "领导分管的机关，用顿号分开", width=20),
        Column("started_on", "任职日期", "如 2026-01-05；留空为导入当日", width=13),
    ),
}


def title_of(sheet: str, key: str) -> str:
    """Heading of a column."""
    return next(column.title for column in SHEETS[sheet] if column.key == key)
