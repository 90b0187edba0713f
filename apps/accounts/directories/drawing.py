"""Entries of a directory as lines of the workbook's sheets 科室 and 人员, so that one set of rules judges both.

A unit hangs where its entry hangs in the tree (or where its parent attribute says); an organizational unit called like an organ
of the installation is that organ. What only a directory can do wrong (two entries with one uid) is noted here.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from apps.accounts.directories.client import Answer, Asked, Entry
from apps.accounts.staffing.columns import PEOPLE, UNITS
from apps.accounts.staffing.workbook import Book, Line, Mistake

TREE, ATTRIBUTE = "tree", "attribute"
COUNTRY = re.compile(r"^(\+86|0086)[ -]?")
PERSON_CELLS = {"mobile": "mobile", "phone": "phone", "email": "email", "rank": "rank"}


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Which attribute is what; empty ones are not kept in this directory."""

    base: str
    person_filter: str
    unit_filter: str
    units_from: str
    key: str
    login_name: str
    name: str
    mobile: str = ""
    phone: str = ""
    email: str = ""
    post_title: str = ""
    rank: str = ""
    default_title: str = ""
    unit_name: str = ""
    unit_parent: str = ""

    def searches(self) -> list[Asked]:
        """What to ask: people first, then units where the tree has them."""
        unit = self.unit_name if self.units_from == ATTRIBUTE else ""
        wanted = (self.key, self.login_name, self.name, self.mobile, self.phone, self.email, self.post_title)
        asked = [self._asked(self.person_filter, (*wanted, self.rank, unit))]
        if self.units_from == TREE:
            asked.append(self._asked(self.unit_filter, (self.key, self.unit_name, self.unit_parent)))
        return asked

    def _asked(self, text: str, attributes: Iterable[str]) -> Asked:
        return Asked(base=self.base, filter=text, attributes=tuple(dict.fromkeys(filter(None, attributes))))


@dataclass(frozen=True, kw_only=True)
class UnitDraft:
    """A unit of the directory; `key` empty where it is only a word in people's entries."""

    key: str
    dn: str
    organ: str
    name: str
    parent: str


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The book, whose row n is the n-th unit or person here, and what is wrong with the entries themselves."""

    book: Book
    units: tuple[UnitDraft, ...]
    people: tuple[Entry, ...]
    mistakes: tuple[Mistake, ...]
    remarks: tuple[str, ...]


def drawn(answers: list[Answer], layout: Layout, *, main: str, organs: Mapping[str, str]) -> Drawn:
    """The lines; `organs` is every name of an organ → its full name, `main` the organ of people in none of them."""
    people = answers[0].entries
    if layout.units_from == TREE:
        tree = _Tree(answers[1].entries, layout, main, organs)
        units, places = tree.units(), [tree.place(dn_above(one.dn)) for one in people]
    elif layout.units_from == ATTRIBUTE:
        places = [(main, one[layout.unit_name]) for one in people]
        names = dict.fromkeys(name for _, name in places if name)
        units = [UnitDraft(key="", dn=name, organ=main, name=name, parent="") for name in names]
    else:
        units, places = [], [(main, "") for _ in people]
    book = Book(
        lines={
            "机关": [],
            UNITS: [
                Line(row, {"organ": one.organ, "name": one.name, "parent": one.parent})
                for row, one in enumerate(units, start=1)
            ],
            PEOPLE: [
                Line(row, _cells(entry, layout, place))
                for row, (entry, place) in enumerate(zip(people, places, strict=True), start=1)
            ],
        }
    )
    referrals = [url for answer in answers for url in answer.referrals]
    remarks = [
        f"目录把一部分指向别的服务器（{url}），没有去取；需要时请为它另建一个来源。" for url in referrals
    ]
    return Drawn(
        book=book,
        units=tuple(units),
        people=people,
        mistakes=(*_wrong(people, layout), *_wrong_units(units, layout)),
        remarks=tuple(remarks),
    )


def _cells(entry: Entry, layout: Layout, place: tuple[str, str]) -> dict[str, str]:
    cells = {key: entry[getattr(layout, attribute)] for key, attribute in PERSON_CELLS.items()}
    for key in ("mobile", "phone"):
        cells[key] = COUNTRY.sub("", cells[key])
    cells["mobile"] = re.sub(r"[ -]", "", cells["mobile"])
    return cells | {
        "name": entry[layout.name],
        "login_name": entry[layout.login_name].lower(),
        "post_title": entry[layout.post_title] or layout.default_title,
        "organ": place[0],
        "unit": place[1],
    }


def _wrong(people: tuple[Entry, ...], layout: Layout) -> Iterable[Mistake]:
    """Entries of people without a number or a login name, and those that share one."""
    if not people:
        yield Mistake(PEOPLE, 0, "", "没有取到任何人员。请核对搜索起点、人员筛选和绑定名的权限。")
    for attribute, title in ((layout.key, "唯一编号"), (layout.login_name, "登录名")):
        values = [entry[attribute].lower() for entry in people]
        for row, value in enumerate(values, start=1):
            if not value:
                text = f"没有属性 {attribute}，这一项必需。请在目录中补上，或用筛选排除。"
                yield Mistake(PEOPLE, row, title, text)
        for value, row, others in _shared(values, [entry.dn for entry in people]):
            text = f"{attribute} 为“{value}”的还有：{others}。一人一号，请在目录中更正。"
            yield Mistake(PEOPLE, row, title, text)


def _wrong_units(units: list[UnitDraft], layout: Layout) -> Iterable[Mistake]:
    """Units without a number, and those of one organ that are called the same."""
    for row, unit in enumerate(units, start=1):
        if layout.units_from == TREE and not unit.key:
            yield Mistake(UNITS, row, "唯一编号", f"没有属性 {layout.key}，这一项必需。")
    names = [f"{unit.organ} {unit.name}" for unit in units]
    for name, row, others in _shared(names, [unit.dn for unit in units]):
        text = f"叫“{name}”的还有：{others}。同一机关内科室不得重名，请在目录中更正。"
        yield Mistake(UNITS, row, "名称", text)


def _shared(values: list[str], places: list[str]) -> Iterable[tuple[str, int, str]]:
    """Each row whose value others have too: the value, the row, where the others stand."""
    rows = defaultdict(list)
    for row, value in enumerate(values, start=1):
        rows[value].append(row)
    for value, shared in rows.items():
        if value and len(shared) > 1:
            for row in shared:
                yield value, row, "；".join(places[other - 1] for other in shared if other != row)


def dn_parts(dn: str) -> list[str]:
    """The parts of a name, from itself upwards, as they are compared: small letters, no blanks round the borders."""
    parts = re.split(r"(?<!\\),", dn)
    return [re.sub(r"\s*=\s*", "=", part.strip()).lower() for part in parts if part.strip()]


def dn_above(dn: str) -> str:
    """The name of what an entry hangs below, as it is compared."""
    return ",".join(dn_parts(dn)[1:])


class _Tree:
    """Units by where they hang."""

    def __init__(
        self, entries: Iterable[Entry], layout: Layout, main: str, organs: Mapping[str, str]
    ) -> None:
        self.layout = layout
        self.main = main
        self.organs = organs
        base = ",".join(dn_parts(layout.base))
        self.entries = {",".join(dn_parts(one.dn)): one for one in entries}
        self.entries.pop(base, None)  # where one looks is no unit
        self.by_word: dict[str, str] = {}
        for dn, one in self.entries.items():
            for word in (one[layout.key], one[layout.unit_name]):
                self.by_word.setdefault(word, dn)

    def units(self) -> list[UnitDraft]:
        """Those that are no organs."""
        found = []
        for dn, one in self.entries.items():
            name = one[self.layout.unit_name]
            if name in self.organs:
                continue
            organ, parent = self.place(self._above(dn))
            found.append(
                UnitDraft(key=one[self.layout.key], dn=one.dn, organ=organ, name=name, parent=parent)
            )
        return found

    def place(self, dn: str) -> tuple[str, str]:
        """Organ and unit that an entry directly below `dn` belongs to."""
        unit, seen = "", set()
        while dn and dn not in seen:
            seen.add(dn)
            entry = self.entries.get(dn)
            if entry is None:
                dn = dn_above(dn)
                continue
            name = entry[self.layout.unit_name]
            if name in self.organs:
                return self.organs[name], unit
            unit = unit or name
            dn = self._above(dn)
        return self.main, unit

    def _above(self, dn: str) -> str:
        """What a unit hangs below: by its attribute (a name, a number or a DN), else by the tree."""
        word = self.entries[dn][self.layout.unit_parent]
        if not word:
            return dn_above(dn)
        named = ",".join(dn_parts(word))
        return named if named in self.entries else self.by_word.get(word, "")
