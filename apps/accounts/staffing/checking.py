"""Judges a workbook against itself and what is there: names, trees without circles, one head a unit, one account a person."""

from datetime import date

from apps.accounts.models import Organ
from apps.accounts.staffing.columns import ORGANS, UNITS, YES_NO
from apps.accounts.staffing.people import PeopleCheck
from apps.accounts.staffing.plan import Checked, KnownOrgans, PlannedOrgan, PlannedUnit, StaffingPlan
from apps.accounts.staffing.report import Report
from apps.accounts.staffing.trees import circles, parents_first
from apps.accounts.staffing.workbook import Book, Line

CODE_LONGEST = 12
LENGTHS = {"full_name": 100, "short_name": 40}
LEVELS = {label: value for value, label in Organ.Level.choices}
KINDS = {label: value for value, label in Organ.Kind.choices}


def checked(book: Book, known: KnownOrgans, *, on: date) -> Checked:
    """The verdict; posts without a date begin `on`. Every row is judged, so that all mistakes are seen at once."""
    report = Report(list(book.mistakes))
    organs = _Organs(known, report)
    planned_organs = organs.read(book.lines[ORGANS])
    units = _Units(known, organs, report)
    planned_units = units.read(book.lines[UNITS])
    people = PeopleCheck(known=known, organ_named=organs.named, units=units.known, report=report, on=on)
    planned_people, posts = people.read(book.lines)
    if not report.mistakes and not (planned_people or planned_units or planned_organs):
        report.wrong("人员", 0, "", "表里没有填写任何内容，请填写后再上传。")
    plan = StaffingPlan(
        organs=planned_organs, units=planned_units, people=tuple(planned_people), posts=tuple(posts)
    )
    return Checked(plan=plan, mistakes=report.sorted(), remarks=tuple(report.remarks))


class _Organs:
    """The sheet 机关."""

    def __init__(self, known: KnownOrgans, report: Report) -> None:
        self.known = known
        self.report = report
        self.names = dict(known.names)
        self.codes = dict(known.codes)

    def named(self, name: str) -> str:
        """Full name of an organ called so; the organ that is being installed for an empty one; empty when unknown."""
        return self.names.get(name, "") if name else self.known.main

    def read(self, lines: list[Line]) -> tuple[PlannedOrgan, ...]:
        """The organs to be made, superiors first."""
        rows = {line["full_name"]: line for line in lines if self._is_new(line)}
        parents = {}
        for full, line in rows.items():
            superior = self.names.get(line["superior"], "")
            if line["superior"] and not superior:
                self.report.at(
                    ORGANS,
                    line,
                    "superior",
                    f"没有名为“{line['superior']}”的机关，请先在本表填写它，或改正名称。",
                )
            parents[full] = superior
        for circle in circles(parents):
            shown = " → ".join([*circle, circle[0]])
            for full in circle:
                self.report.at(ORGANS, rows[full], "superior", f"上级机关成环：{shown}。请更正其中一行。")
        return tuple(
            self._organ(place, rows[full], parents[full]) for place, full in enumerate(parents_first(parents))
        )

    def _is_new(self, line: Line) -> bool:
        """Whether the row gives a new organ; what is wrong with it is noted."""
        full, short = line["full_name"], line["short_name"]
        for key in ("full_name", "short_name"):
            self.report.needed(ORGANS, line, key, LENGTHS[key])
        for key in ("level", "kind"):
            self.report.chosen(ORGANS, line, key, is_needed=True)
        if full and full in self.names:
            self.report.at(ORGANS, line, "full_name", f"已有名为“{full}”的机关，请删去这一行。")
            return False
        if short and short in self.names:
            self.report.at(
                ORGANS, line, "short_name", f"简称“{short}”已属于{self.names[short]}，请更正，简称不能重复。"
            )
        self._code(line)
        if not full:
            return False
        self.names[full] = full
        if short:
            self.names.setdefault(short, full)
        return True

    def _code(self, line: Line) -> None:
        code = line["organ_code"]
        if len(code) > CODE_LONGEST:
            self.report.at(ORGANS, line, "organ_code", f"机关代字不超过 {CODE_LONGEST} 字。")
        elif code and code in self.codes:
            self.report.at(
                ORGANS, line, "organ_code", f"机关代字“{code}”已属于{self.codes[code]}，两个机关不能共用。"
            )
        elif code:
            self.codes[code] = line["full_name"]

    def _organ(self, place: int, line: Line, superior: str) -> PlannedOrgan:
        return PlannedOrgan(
            full_name=line["full_name"],
            short_name=line["short_name"],
            organ_code=line["organ_code"],
            level=LEVELS.get(line["level"], ""),
            kind=KINDS.get(line["kind"], ""),
            superior=superior,
            rank=self.report.rank(ORGANS, line, (place + 2) * 10),
        )


class _Units:
    """The sheet 科室."""

    def __init__(self, known: KnownOrgans, organs: _Organs, report: Report) -> None:
        self.organs = organs
        self.report = report
        self.known = set(known.units)

    def read(self, lines: list[Line]) -> tuple[PlannedUnit, ...]:
        """The units to be made, parents first."""
        rows: dict[tuple[str, str], Line] = {}
        for line in lines:
            if (key := self._key(line)) is not None:
                rows[key] = line
                self.known.add(key)
        parents = {}
        for key, line in rows.items():
            above = (key[0], line["parent"]) if line["parent"] else ("", "")
            if line["parent"] and above not in self.known:
                self.report.at(
                    UNITS,
                    line,
                    "parent",
                    f"{key[0]}没有名为“{line['parent']}”的科室，请先在本表填写它，或改正名称。",
                )
            parents[key] = above
        for circle in circles(parents):
            shown = " → ".join(name for _, name in [*circle, circle[0]])
            for key in circle:
                self.report.at(UNITS, rows[key], "parent", f"上级科室成环：{shown}。请更正其中一行。")
        return tuple(self._unit(place, key, rows[key]) for place, key in enumerate(parents_first(parents)))

    def _key(self, line: Line) -> tuple[str, str] | None:
        self.report.needed(UNITS, line, "name", 60)
        self.report.chosen(UNITS, line, "office")
        organ = self.organs.named(line["organ"])
        if not organ:
            self.report.at(
                UNITS, line, "organ", f"没有名为“{line['organ']}”的机关，请在“机关”表填写它，或改正名称。"
            )
            return None
        if not line["name"]:
            return None
        if (organ, line["name"]) in self.known:
            self.report.at(UNITS, line, "name", f"{organ}已有名为“{line['name']}”的科室，请删去重复的一行。")
            return None
        return organ, line["name"]

    def _unit(self, place: int, key: tuple[str, str], line: Line) -> PlannedUnit:
        return PlannedUnit(
            organ=key[0],
            name=key[1],
            parent=line["parent"],
            is_general_office=line["office"] == YES_NO[0],
            rank=self.report.rank(UNITS, line, (place + 1) * 10),
        )
