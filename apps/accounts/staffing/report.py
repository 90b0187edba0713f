"""Collects what is wrong with a workbook, and reads the cells that are alike in all sheets."""

from datetime import date

from apps.accounts.staffing.columns import SHEETS, title_of
from apps.accounts.staffing.workbook import Line, Mistake

RANKS = range(1_000_000)


class Report:
    """Mistakes stop the import; remarks do not."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        self.remarks: list[Mistake] = []

    def sorted(self) -> tuple[Mistake, ...]:
        """All mistakes by sheet and row, each once."""
        order = list(SHEETS)
        return tuple(sorted(dict.fromkeys(self.mistakes), key=lambda one: (order.index(one.sheet), one.row)))

    def wrong(self, sheet: str, row: int, column: str, text: str) -> None:
        """Note a mistake."""
        self.mistakes.append(Mistake(sheet, row, column, text))

    def at(self, sheet: str, line: Line, key: str, text: str) -> None:
        """Note a mistake in a cell."""
        self.wrong(sheet, line.row, title_of(sheet, key), text)

    def remark(self, sheet: str, line: Line, key: str, text: str) -> None:
        """Note something worth a look."""
        self.remarks.append(Mistake(sheet, line.row, title_of(sheet, key), text))

    def needed(self, sheet: str, line: Line, key: str, longest: int) -> None:
        """The cell must be filled and not too long."""
        if not line[key]:
            self.at(sheet, line, key, "没有填写，这一项必填。")
        elif len(line[key]) > longest:
            self.at(sheet, line, key, f"不超过 {longest} 字，现在是 {len(line[key])} 字。")

    def chosen(self, sheet: str, line: Line, key: str, *, is_needed: bool = False) -> None:
        """The cell must be one of the words of its column."""
        column = next(column for column in SHEETS[sheet] if column.key == key)
        if not line[key]:
            if is_needed:
                self.at(sheet, line, key, f"没有填写，请从{'、'.join(column.choices)}中选择。")
        elif line[key] not in column.choices:
            self.at(sheet, line, key, f"“{line[key]}”不在可选范围内，请从{'、'.join(column.choices)}中选择。")

    def rank(self, sheet: str, line: Line, default: int) -> int:
        """The order of the row."""
        text = line["rank"]
        if not text:
            return default
        if not text.isascii() or not text.isdecimal() or len(text) > 6 or int(text) not in RANKS:
            self.at(sheet, line, "rank", f"“{text}”不是整数，请填 0—999999 的整数或留空。")
            return default
        return int(text)

    def day(self, sheet: str, line: Line, key: str, default: date) -> date:
        """A day, written as 2026-01-05, 2026/1/5, 2026.1.5 or 2026年1月5日."""
        text = line[key]
        if not text:
            return default
        for mark in ("年", "月", "/", "."):
            text = text.replace(mark, "-")
        try:
            year, month, day = (int(part) for part in text.rstrip("日").split("-"))
            return date(year, month, day)
        except ValueError:
            self.at(sheet, line, key, f"“{line[key]}”不是日期，请写成 2026-01-05。")
            return default
