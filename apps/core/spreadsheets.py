"""Excel out: plain sheets whose cells are text, numbers or times; formulas of people are shown, never run."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from urllib.parse import quote

from django.http import HttpResponse

from apps.core.clock import local, now

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | bool | datetime | date | None


def xlsx_bytes(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet. Text beginning with = + - @ stays text."""
    from xlsxwriter import Workbook  # noqa: PLC0415  # heavy, and few processes ever write a workbook

    buffer = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(buffer, options) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet.freeze_panes(1, 0)
        widths = [len(head) * 2 + 2 for head in heads]
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                text = shown(cell)
                if isinstance(text, str):
                    sheet.write_string(number, column, text)
                else:
                    sheet.write_number(number, column, text)
                widths[column] = min(max(widths[column], len(str(text)) * 2), 60)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
    return buffer.getvalue()


def shown(cell: Cell) -> str | int | float:
    """The cell as written: moments in the city's time, truth as 是 and 否."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return f"{local(cell):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    return cell


def xlsx_response(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """The rows as a download named after title and day."""
    return xlsx_file(title, xlsx_bytes(title, heads, rows))


def xlsx_file(title: str, data: bytes) -> HttpResponse:
    """A finished workbook as a download named after title and day."""
    name = f"{title}-{local(now()):%Y%m%d}.xlsx"
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename=\"export.xlsx\"; filename*=UTF-8''{quote(name)}"
    return response
