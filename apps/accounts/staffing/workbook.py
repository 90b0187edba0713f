"""Reads a workbook as people really send it: merged cells, titles and several header rows, numbers typed as numbers, empty rows."""

import unicodedata
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from itertools import islice
from typing import Any

from apps.accounts.staffing.columns import ORGANS, PEOPLE, SHEETS, UNITS, Column

LARGEST_BYTES = 5 * 1024 * 1024
LARGEST_UNPACKED = 150 * 1024 * 1024
LARGEST_ROWS = 20_000
WIDEST = 60
HEADER_ROWS = 12
MARKS = str.maketrans("", "", " \u3000\n\r\t*＊:：")
OTHER_NAMES = {"单位": ORGANS, "内设机构": UNITS, "人员信息": PEOPLE, "人员名单": PEOPLE}


class NotAWorkbook(ValueError):
    """The file cannot be read as this workbook; the message says why and what to do."""


@dataclass(frozen=True)
class Mistake:
    """What is wrong, where: sheet, row (0: the sheet as a whole), heading, and the sentence."""

    sheet: str
    row: int
    column: str
    text: str

    @property
    def place(self) -> str:
        """Where, as people look for it."""
        row = f" 第 {self.row} 行" if self.row else ""
        return f"“{self.sheet}”表{row}{f' {self.column}' if self.column else ''}"


@dataclass(frozen=True)
class Line:
    """One filled row: its number in the sheet and its cells by column key."""

    row: int
    cells: dict[str, str]

    def __getitem__(self, key: str) -> str:
        return self.cells.get(key, "")


@dataclass(frozen=True)
class Book:
    """Lines by sheet, and what is wrong with the sheets themselves."""

    lines: dict[str, list[Line]]
    mistakes: list[Mistake] = field(default_factory=list)


def book_of(data: bytes) -> Book:
    """The workbook's lines. Raises `NotAWorkbook` for anything that is not a readable workbook with the sheet 人员."""
    opened = _opened(data)
    lines: dict[str, list[Line]] = {name: [] for name in SHEETS}
    mistakes: list[Mistake] = []
    seen = set()
    for sheet in opened.worksheets:
        title = sheet.title.strip()
        name = OTHER_NAMES.get(title, title)
        if name not in SHEETS or sheet.sheet_state != "visible":
            continue
        seen.add(name)
        found, wrong = _lines(name, _grid(sheet))
        lines[name] += found
        mistakes += wrong
    if PEOPLE not in seen:
        raise NotAWorkbook("工作簿里没有名为“人员”的工作表，请下载模板，按模板填写。")
    return Book(lines, mistakes)


def first_grid(data: bytes) -> list[list[str]]:
    """The cells of the first visible sheet as text. Raises `NotAWorkbook` for anything that is not a readable workbook."""
    visible = [sheet for sheet in _opened(data).worksheets if sheet.sheet_state == "visible"]
    if not visible:
        raise NotAWorkbook("工作簿里没有可见的工作表，请取消隐藏后再上传。")
    return _grid(visible[0])


def _opened(data: bytes) -> Any:
    from openpyxl import load_workbook  # noqa: PLC0415  # 27 MB, for the rare day of an import
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    _check_size(data)
    try:
        return load_workbook(BytesIO(data), data_only=True, keep_links=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError) as error:
        raise NotAWorkbook(
            "文件不能打开，可能已损坏。请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。"
        ) from error


def text_of(value: Any) -> str:
    """A cell as text: whole numbers without point, dates as dates, full-width letters and blanks made ordinary."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).replace("\u3000", " ").replace("\u200b", "").replace("\ufeff", "")
    return " ".join("".join(_narrow(char) for char in text).split())


def _narrow(char: str) -> str:
    """Full-width letters and digits as ordinary ones; Chinese punctuation stays."""
    return unicodedata.normalize("NFKC", char) if char.isalnum() or char in "＠．－＿" else char


def _check_size(data: bytes) -> None:
    if len(data) > LARGEST_BYTES:
        raise NotAWorkbook("文件超过 5 MB。请删去图片等无关内容，或分成几个文件依次导入。")
    if not data.startswith(b"PK"):
        raise NotAWorkbook(
            "这不是 .xlsx 文件。请用 Excel 或 WPS 另存为“Excel 工作簿（.xlsx）”再上传；.xls、.csv 不能导入。"
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
    except zipfile.BadZipFile as error:
        raise NotAWorkbook("文件不完整，可能没有传完。请重新上传。") from error
    if unpacked > LARGEST_UNPACKED:
        raise NotAWorkbook("文件展开后过大，不能导入。请只保留模板中的工作表。")


def _grid(sheet: Any) -> list[list[str]]:
    """The cells as text, a merged area filled with its value; at most one row more than may be imported."""
    deepest = min(sheet.max_row or 0, LARGEST_ROWS + HEADER_ROWS + 1)
    widest = min(sheet.max_column or 0, WIDEST)
    rows = sheet.iter_rows(max_row=deepest, max_col=widest, values_only=True) if deepest and widest else ()
    grid = [[text_of(value) for value in row] for row in rows]
    for area in sheet.merged_cells.ranges:
        if area.min_row > deepest or area.min_col > widest:
            continue
        value = grid[area.min_row - 1][area.min_col - 1]
        for row in range(area.min_row - 1, min(area.max_row, deepest)):
            for column in range(area.min_col - 1, min(area.max_col, widest)):
                grid[row][column] = value
    return grid


def _lines(name: str, grid: list[list[str]]) -> tuple[list[Line], list[Mistake]]:
    columns = SHEETS[name]
    header, places = _header(columns, grid)
    if not places:
        if not any(any(row) for row in grid):
            return [], []
        wanted = "、".join(column.title for column in columns if column.is_required)
        return [], [Mistake(name, 0, "", f"没有找到标题行。标题行须有{wanted}等列，请按模板填写。")]
    missing = [column.title for column in columns if column.is_required and column.key not in places]
    if missing:
        return [], [Mistake(name, header + 1, "", f"标题行缺少{'、'.join(missing)}，请按模板补上。")]
    twice = _twice(columns, grid[header])
    lines = []
    for number, row in islice(enumerate(grid, start=1), header + 1, None):
        cells = {key: row[place] for key, place in places.items()}
        filled = set(cells.values())
        if filled != {""} and not (
            len(filled) == 1 and len(cells) > 3
        ):  # a title across the whole row is no person
            lines.append(Line(number, cells))
    mistakes = [
        Mistake(name, header + 1, title, f"有两列都叫“{title}”（{where}），请删去一列。")
        for title, where in twice
    ]
    if len(lines) > LARGEST_ROWS:
        mistakes.append(Mistake(name, 0, "", f"超过 {LARGEST_ROWS} 行，请分成几个文件依次导入。"))
    return lines[:LARGEST_ROWS], mistakes


def _header(columns: tuple[Column, ...], grid: list[list[str]]) -> tuple[int, dict[str, int]]:
    """The row that names most columns, the lowest of equals, and where each column stands."""
    titles = {column.title: column.key for column in columns}
    fewest = min(2, sum(column.is_required for column in columns))
    best: tuple[int, dict[str, int]] = (0, {})
    for number, row in enumerate(grid[:HEADER_ROWS]):
        places: dict[str, int] = {}
        for place, text in enumerate(row):
            key = titles.get(_heading(text))
            if key is not None:
                places.setdefault(key, place)
        if len(places) >= max(fewest, len(best[1])):
            best = (number, places)
    return best


def _twice(columns: tuple[Column, ...], row: list[str]) -> list[tuple[str, str]]:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  # as in `_opened`

    found = []
    for column in columns:
        places = [place for place, text in enumerate(row, start=1) if _heading(text) == column.title]
        if len(places) > 1:
            found.append((column.title, "、".join(f"{get_column_letter(place)} 列" for place in places)))
    return found


def _heading(text: str) -> str:
    """A heading without marks and remarks: `姓 名*（必填）` is 姓名."""
    return text.translate(MARKS).split("（")[0].split("(")[0]
