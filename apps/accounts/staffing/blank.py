"""The template people fill: three sheets with drop-down lists, and one that explains each column with an example."""

from io import BytesIO
from typing import TYPE_CHECKING

from apps.accounts.staffing.columns import ORGANS, PEOPLE, SHEETS, UNITS

if TYPE_CHECKING:
    from xlsxwriter import Workbook

ROWS_PREPARED = 5000
ABOUT = "说明"
EXAMPLES: dict[str, tuple[str, ...]] = {
    ORGANS: ("青石县水利局", "县水利局", "青水", "县级", "工作部门", "青石县人民政府", "20"),
    UNITS: ("", "综合股", "", "是", "10"),
    PEOPLE: (
        "江临川", "", "13900000001", "8806001", "", "", "综合股", "股长", "", "", "科室负责人、文书", "", "", "2026-01-05",
    ),
}  # fmt: skip


def blank_workbook(organ_name: str) -> bytes:
    """The empty workbook for an organ."""
    from xlsxwriter import Workbook  # noqa: PLC0415  # heavy, and few processes ever write a workbook

    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True}) as book:
        plain = book.add_format({"num_format": "@"})
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EEF7", "text_wrap": True})
        must = book.add_format({"bold": True, "bottom": 1, "bg_color": "#FBE9E7", "text_wrap": True})
        for name in (PEOPLE, UNITS, ORGANS):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            for place, column in enumerate(SHEETS[name]):
                sheet.set_column(place, place, column.width, plain)
                sheet.write_string(0, place, column.title, must if column.is_required else head)
                sheet.write_comment(0, place, column.help)
                if column.choices:
                    area = (1, place, ROWS_PREPARED, place)
                    sheet.data_validation(*area, {"validate": "list", "source": list(column.choices)})
        _explain(book, organ_name)
    return buffer.getvalue()


def _explain(book: "Workbook", organ_name: str) -> None:
    sheet = book.add_worksheet(ABOUT)
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 1, 14)
    sheet.set_column(2, 2, 10)
    sheet.set_column(3, 3, 70)
    sheet.set_column(4, 4, 24)
    lines = [
        f"本机关：{organ_name}。红色标题为必填；有错一行也不会导入，系统逐行指出。",
        "科室、机关先写在各自的表里，人员表再引用其名称。",
    ]
    for row, text in enumerate(lines):
        sheet.write_string(row, 0, text)
    row = len(lines) + 1
    for place, title in enumerate(("工作表", "列", "必填", "怎样填写", "示例")):
        sheet.write_string(row, place, title, bold)
    for name in (PEOPLE, UNITS, ORGANS):
        for column, example in zip(SHEETS[name], EXAMPLES[name], strict=True):
            row += 1
            cells = (name, column.title, "是" if column.is_required else "", column.help, example)
            for place, text in enumerate(cells):
                sheet.write_string(row, place, text)
