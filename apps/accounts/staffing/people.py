"""The sheet 人员: one account a person however many rows, each row a post; same names told apart; one head a unit."""

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date

from apps.accounts.models import Appointment, Role
from apps.accounts.pinyin import spelling
from apps.accounts.staffing.columns import PEOPLE
from apps.accounts.staffing.plan import KnownOrgans, PlannedPerson, PlannedPost
from apps.accounts.staffing.report import Report
from apps.accounts.staffing.workbook import Line
from apps.accounts.words import EMAIL, LOGIN_NAME, PHONE

SEPARATORS = re.compile(r"[、,，;；/\s]+")
ROLES = {label: value for value, label in Role.choices}
KINDS = {label: value for value, label in Appointment.Kind.choices}
EARLIEST = date(1949, 10, 1)
# Roles that one person holds at a time, in the organ or in the unit.
SINGLE = {Role.PRINCIPAL_HEAD: False, Role.OFFICE_DIRECTOR: False, Role.UNIT_HEAD: True}
LONGEST = {"name": 40, "post_title": 60}


class PeopleCheck:
    """Reads the rows; `known` is what the installation has, `units` what it and the workbook have together."""

    def __init__(
        self,
        *,
        known: KnownOrgans,
        organ_named: Callable[[str], str],
        units: set[tuple[str, str]],
        report: Report,
        on: date,
    ) -> None:
        self.known = known
        self.organ_named = organ_named
        self.units = units
        self.report = report
        self.on = on
        self.heads: dict[tuple[str, str, str], str] = {
            (organ, unit, Role.UNIT_HEAD if unit else Role.PRINCIPAL_HEAD): name
            for (organ, unit), name in known.heads.items()
        }

    def read(self, lines: dict[str, list[Line]]) -> tuple[list[PlannedPerson], list[PlannedPost]]:
        """Accounts and posts. Rows are one person when login name, or name and mobile, are the same."""
        rows = lines[PEOPLE]
        self._same_names(rows)
        people: dict[str, PlannedPerson] = {}
        posts: list[PlannedPost] = []
        by_key: dict[tuple[str, str], str] = {}
        wished = {line["login_name"].lower() for line in rows if line["login_name"]}
        regular: dict[str, int] = {}
        for place, line in enumerate(rows, start=1):
            self._words(line)
            login_name = self._found(line, by_key)
            if login_name is None:
                self._not_here_yet(line)
                login_name = self._login_name(line, wished | people.keys())
                people[login_name] = self._person(line, login_name)
                by_key[("", login_name)] = login_name
                if line["mobile"]:
                    by_key[(line["name"], line["mobile"])] = login_name
            elif people[login_name].name != line["name"]:
                self.report.at(
                    PEOPLE,
                    line,
                    "login_name",
                    f"登录名“{login_name}”已给了{people[login_name].name}，一人一号，请另取。",
                )
            post = self._post(line, login_name, place)
            posts.append(post)
            if post.kind == Appointment.Kind.REGULAR:
                first = regular.setdefault(login_name, line.row)
                if first != line.row:
                    self.report.at(
                        PEOPLE,
                        line,
                        "kind",
                        f"{line['name']}在第 {first} 行已有一项“任职”，这一行请选兼职、借调或主持工作。",
                    )
        return list(people.values()), posts

    def _found(self, line: Line, by_key: dict[tuple[str, str], str]) -> str | None:
        """The login name of the person of an earlier row that this row continues."""
        same = by_key.get((line["name"], line["mobile"])) if line["mobile"] else None
        asked = line["login_name"].lower()
        if asked and same is not None and same != asked:
            self.report.at(
                PEOPLE,
                line,
                "login_name",
                f"与登录名为“{same}”的一行同名同手机，登录名却不同；同一人请填相同的登录名。",
            )
        return by_key.get(("", asked)) if asked else same

    def _not_here_yet(self, line: Line) -> None:
        """A list sent twice must not double people: a name in office here needs a login name that says it is somebody else."""
        organ = self.organ_named(line["organ"])
        here = self.known.people.get((organ, line["name"]))
        if here and not line["login_name"]:
            text = f"{organ}已有{line['name']}（登录名{'、'.join(here)}）。是同一人请删去这一行；是另一人请填一个新的登录名。"
            self.report.at(PEOPLE, line, "name", text)

    def _same_names(self, rows: list[Line]) -> None:
        """People of the same name need a login name or a mobile each, else nobody knows whether they are one."""
        named: defaultdict[str, list[Line]] = defaultdict(list)
        for line in rows:
            if line["name"]:
                named[line["name"]].append(line)
        for name, lines in named.items():
            if len(lines) < 2:
                continue
            others = "、".join(str(line.row) for line in lines)
            for line in lines:
                if not line["login_name"] and not line["mobile"]:
                    text = f"第 {others} 行都叫{name}，请填登录名或手机：同一人填相同的，不同的人填不同的。"
                    self.report.at(PEOPLE, line, "name", text)

    def _words(self, line: Line) -> None:
        for key, longest in LONGEST.items():
            self.report.needed(PEOPLE, line, key, longest)
        self.report.chosen(PEOPLE, line, "kind")
        for key in ("mobile", "phone"):
            if line[key] and not PHONE.fullmatch(line[key]):
                self.report.at(PEOPLE, line, key, f"“{line[key]}”不是电话号码，请只填数字。")
        if line["email"] and not EMAIL.fullmatch(line["email"]):
            self.report.at(PEOPLE, line, "email", f"“{line['email']}”不是邮箱地址。")

    def _login_name(self, line: Line, taken: set[str]) -> str:
        """The login name asked for, else one from the spelling, numbered where it is taken."""
        asked = line["login_name"].lower()
        if asked:
            if not LOGIN_NAME.fullmatch(asked):
                self.report.at(
                    PEOPLE,
                    line,
                    "login_name",
                    f"“{asked}”不能作登录名：须为 2—60 位小写字母、数字、点、横线或下划线。",
                )
            elif asked in self.known.login_names:
                self.report.at(
                    PEOPLE, line, "login_name", f"登录名“{asked}”已被使用过，不得重复使用，请另取。"
                )
            return asked
        base = re.sub(r"[^a-z0-9]", "", spelling(line["name"])[0])[:50] or "user"
        base = base if len(base) > 1 else f"{base}1"
        number, name = 1, base
        while name in taken or name in self.known.login_names:
            number += 1
            name = f"{base}{number}"
        if number > 1:
            self.report.remark(
                PEOPLE, line, "login_name", f"“{base}”已有人用，{line['name']}的登录名自动取为“{name}”。"
            )
        return name

    def _person(self, line: Line, login_name: str) -> PlannedPerson:
        return PlannedPerson(
            login_name=login_name,
            name=line["name"],
            mobile=line["mobile"],
            phone=line["phone"],
            email=line["email"],
        )

    def _post(self, line: Line, login_name: str, place: int) -> PlannedPost:
        organ = self.organ_named(line["organ"])
        if not organ:
            self.report.at(
                PEOPLE, line, "organ", f"没有名为“{line['organ']}”的机关，请在“机关”表填写它，或改正名称。"
            )
        elif line["unit"] and (organ, line["unit"]) not in self.units:
            self.report.at(
                PEOPLE,
                line,
                "unit",
                f"{organ}没有名为“{line['unit']}”的科室，请在“科室”表填写它，或改正名称。",
            )
        started_on = self.report.day(PEOPLE, line, "started_on", self.on)
        if not EARLIEST <= started_on <= self.on:
            self.report.at(PEOPLE, line, "started_on", f"任职日期应在 1949-10-01 与今天（{self.on}）之间。")
        return PlannedPost(
            login_name=login_name,
            organ=organ,
            unit=line["unit"],
            post_title=line["post_title"],
            kind=KINDS.get(line["kind"], Appointment.Kind.REGULAR),
            rank=self.report.rank(PEOPLE, line, place * 10),
            roles=self._roles(line, organ),
            charge_units=self._charged(
                line, "charge_units", lambda name: (organ, name) in self.units, "科室"
            ),
            charge_organs=tuple(
                self.organ_named(name)
                for name in self._charged(
                    line, "charge_organs", lambda name: bool(self.organ_named(name)), "机关"
                )
            ),
            started_on=started_on,
        )

    def _roles(self, line: Line, organ: str) -> tuple[str, ...]:
        found = []
        for word in _words_of(line["roles"]):
            if word not in ROLES:
                self.report.at(PEOPLE, line, "roles", f"没有角色“{word}”，可填：{'、'.join(ROLES)}。")
                continue
            found.append(ROLES[word])
            self._single(line, organ, ROLES[word], word)
        return tuple(dict.fromkeys(found))

    def _single(self, line: Line, organ: str, role: str, word: str) -> None:
        """Refuse a second head of one unit or organ."""
        if role not in SINGLE or (SINGLE[Role(role)] and not line["unit"]):
            if role == Role.UNIT_HEAD:
                self.report.at(PEOPLE, line, "roles", "科室负责人须填写所在科室。")
            return
        unit = line["unit"] if SINGLE[Role(role)] else ""
        other = self.heads.setdefault((organ, unit, role), f"{line['name']}（第 {line.row} 行）")
        if not other.endswith(f"（第 {line.row} 行）"):
            self.report.at(
                PEOPLE, line, "roles", f"{unit or organ}的{word}已是{other}，只能有一名；副职请不填这个角色。"
            )

    def _charged(self, line: Line, key: str, exists: Callable[[str], bool], what: str) -> tuple[str, ...]:
        names = _words_of(line[key])
        for name in names:
            if not exists(name):
                self.report.at(PEOPLE, line, key, f"没有名为“{name}”的{what}，请改正名称。")
        return tuple(dict.fromkeys(names))


def _words_of(text: str) -> list[str]:
    return [word for word in SEPARATORS.split(text) if word]
