"""What a directory says against what is here: who is new, who changed, who is gone, and what is wrong. Nothing is written.

A person moved to another place is only told of: a transfer hands work over (工作交接), which a directory cannot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from apps.accounts.directories.client import Entry
from apps.accounts.directories.drawing import Drawn, UnitDraft
from apps.accounts.staffing.checking import checked
from apps.accounts.staffing.columns import ORGANS, PEOPLE, UNITS
from apps.accounts.staffing.plan import KnownOrgans, PlannedPerson, PlannedPost, PlannedUnit
from apps.accounts.staffing.workbook import Book, Line, Mistake

FACTS = {"name": "姓名", "mobile": "手机", "phone": "办公电话", "email": "邮箱"}


@dataclass(frozen=True, kw_only=True)
class KnownPost:
    """The main post somebody holds."""

    id: int
    organ: str
    unit_id: int | None
    unit: str
    title: str


@dataclass(frozen=True, kw_only=True)
class KnownPerson:
    """Somebody here; `awaits` is the link's state, empty without one."""

    id: int
    login_name: str
    name: str
    mobile: str
    phone: str
    email: str
    is_open: bool
    fixed: str  # why a directory changes nothing of this person; empty when it may
    key: str = ""
    awaits: str = ""
    post: KnownPost | None = None


@dataclass(frozen=True, kw_only=True)
class KnownUnit:
    """A unit here; `key` is its number in this directory, if it has one; another directory's unit is left alone."""

    id: int
    organ: str
    name: str
    parent: str
    key: str = ""
    is_elsewhere: bool = False


@dataclass(frozen=True, kw_only=True)
class Here:
    """Everything a directory is compared with. `takes_units` False: the directory says nothing of places."""

    known: KnownOrgans
    people: tuple[KnownPerson, ...]
    units: tuple[KnownUnit, ...]
    takes_units: bool
    default_title: str


@dataclass(frozen=True, kw_only=True)
class UnitOutcome:
    """A unit of the directory, and which one it is here."""

    draft: UnitDraft
    planned: PlannedUnit
    unit: KnownUnit | None
    is_changed: bool = False  # another name, or another unit above it


@dataclass(frozen=True, kw_only=True)
class PersonOutcome:
    """A person of the directory, and who that is here."""

    entry: Entry
    key: str
    planned: PlannedPerson
    post: PlannedPost
    person: KnownPerson | None
    changed: tuple[str, ...] = ()
    post_act: str = ""  # open, title or moved

    @property
    def words(self) -> str:
        """What changes, for the list."""
        post = self.person.post if self.person else None
        acts = {"open": f"任职：{self.post.post_title}", "title": ""}
        if post is not None:
            acts["title"] = f"职务：{post.title} → {self.post.post_title}"
        facts = [
            f"{FACTS[name]}：{getattr(self.person, name) or '—'} → {getattr(self.planned, name) or '—'}"
            for name in self.changed
        ]
        return "；".join(filter(None, [*facts, acts.get(self.post_act, "")]))


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The verdict. With a mistake nothing of it is taken."""

    units: tuple[UnitOutcome, ...] = ()
    people: tuple[PersonOutcome, ...] = ()
    gone: tuple[KnownPerson, ...] = ()
    mistakes: tuple[tuple[str, str, str], ...] = ()  # entry, what, sentence
    remarks: tuple[str, ...] = ()

    @property
    def new_units(self) -> list[UnitOutcome]:
        """To be made."""
        return [one for one in self.units if one.unit is None]

    @property
    def changed_units(self) -> list[UnitOutcome]:
        """To be renamed or hung elsewhere."""
        return [one for one in self.units if one.is_changed]

    @property
    def new_people(self) -> list[PersonOutcome]:
        """To be made."""
        return [one for one in self.people if one.person is None]

    @property
    def changed_people(self) -> list[PersonOutcome]:
        """Whose facts, title or missing post change."""
        return [one for one in self.people if one.person is not None and one.words]

    @property
    def moved_people(self) -> list[PersonOutcome]:
        """Who works elsewhere by the directory: told, not done."""
        return [one for one in self.people if one.post_act == "moved"]

    @property
    def summary(self) -> str:
        """What is done about it, in a sentence."""
        counts = (
            (len(self.new_units), "新增 {} 个科室"),
            (len(self.changed_units), "更新 {} 个科室"),
            (len(self.new_people), "新增 {} 人（待安全管理员启用）"),
            (len(self.changed_people), "更新 {} 人"),
            (len(self.gone), "{} 人已不在目录（待安全管理员确认停用）"),
            (len(self.moved_people), "{} 人在目录中换了单位（请办理工作交接）"),
        )
        said = [text.format(count) for count, text in counts if count]
        return "，".join(said) or "与目录一致，没有变动"

    @property
    def mark(self) -> str:
        """By which an import knows that it does what was looked at."""
        return sha256(repr((self.units, self.people, self.gone, self.mistakes)).encode()).hexdigest()


def compared(drawn: Drawn, here: Here, *, key_attribute: str, on: date) -> Comparison:
    """The verdict on what was drawn; new posts begin `on`."""
    matcher = _Matcher(drawn, here, key_attribute)
    known = replace(
        here.known,
        units=here.known.units - {(one.organ, one.name) for one in matcher.units.values()},
        login_names=here.known.login_names - {one.login_name for one in matcher.people.values()},
    )
    verdict = checked(matcher.book(), known, on=on)
    mistakes = _mistakes(drawn, verdict.mistakes)
    units = _unit_outcomes(drawn, matcher, verdict.plan.units)
    unit_ids = {(one.draft.organ, one.planned.name): one.unit.id for one in units if one.unit}
    posts = {post.login_name: post for post in verdict.plan.posts}
    people = tuple(
        _outcome(matcher, here, planned, posts[planned.login_name], unit_ids)
        for planned in verdict.plan.people
        if planned.login_name in matcher.lines  # else the entry had none, which is a mistake
    )
    return Comparison(
        units=units,
        people=people,
        gone=tuple(
            one
            for one in here.people
            if one.key
            and one.key not in matcher.present
            and one.id not in matcher.taken
            and one.is_open
            and not one.fixed
            and one.awaits != "kept"
        ),
        mistakes=mistakes,
        remarks=(*drawn.remarks, *matcher.remarks),
    )


class _Matcher:
    """Finds for each row who or what it is here: by its number; else by login name, or name and mobile."""

    def __init__(self, drawn: Drawn, here: Here, key_attribute: str) -> None:
        self.drawn = drawn
        self.key_attribute = key_attribute
        self.remarks: list[str] = []
        self.left_out: set[int] = set()
        self.people: dict[int, KnownPerson] = {}
        self.units: dict[int, KnownUnit] = {}
        self.lines: dict[str, int] = {}  # login name → row
        self.taken: set[int] = set()
        by_key = {one.key: one for one in here.people if one.key}
        self.present = {entry[key_attribute] for entry in drawn.people}
        free = [one for one in here.people if one.key not in self.present]  # a rebuilt directory numbers anew
        by_login = {one.login_name: one for one in free}
        by_mobile = {(one.name, one.mobile): one for one in free if one.mobile}
        for line in drawn.book.lines[PEOPLE]:
            found = by_key.get(drawn.people[line.row - 1][key_attribute])
            same_login = by_login.get(line["login_name"])
            if found is None and same_login is not None and same_login.name == line["name"]:
                found = same_login
            self._take(line, found or by_mobile.get((line["name"], line["mobile"])))
        self._match_units(here.units)

    def _take(self, line: Line, person: KnownPerson | None) -> None:
        if person is None:
            return
        if person.fixed:
            self.left_out.add(line.row)
            self.remarks.append(f"{person.name}（{person.login_name}）{person.fixed}，目录中的条目没有采用。")
            return
        if person.id in self.taken:
            return  # a second row for the same one: told as a mistake by the rules
        self.taken.add(person.id)
        self.people[line.row] = person
        if line["login_name"] and line["login_name"] != person.login_name:
            text = (
                f"{person.name}在目录中的登录名是“{line['login_name']}”，这里仍用“{person.login_name}”登录。"
            )
            self.remarks.append(text)

    def _match_units(self, units: tuple[KnownUnit, ...]) -> None:
        by_key = {one.key: one for one in units if one.key}
        present = {draft.key for draft in self.drawn.units} - {""}
        free = {
            (one.organ, one.name): one for one in units if one.key not in present and not one.is_elsewhere
        }
        called = {(one.organ, one.name): one for one in units}
        taken = set()
        for row, draft in enumerate(self.drawn.units, start=1):
            name = (draft.organ, draft.name)
            # a word in people's entries is whatever is called so
            found = by_key.get(draft.key) or free.get(name) if draft.key else called.get(name)
            if found is not None and found.organ == draft.organ and found.id not in taken:
                taken.add(found.id)
                self.units[row] = found

    def book(self) -> Book:
        """The lines that count, with the login names people have here."""
        lines = []
        for line in self.drawn.book.lines[PEOPLE]:
            if line.row in self.left_out:
                continue
            person = self.people.get(line.row)
            name = person.login_name if person else line["login_name"]
            lines.append(Line(line.row, {**line.cells, "login_name": name}))
            self.lines.setdefault(name, line.row)
        return Book(lines={ORGANS: [], UNITS: self.drawn.book.lines[UNITS], PEOPLE: lines})


def _unit_outcomes(
    drawn: Drawn, matcher: _Matcher, planned: tuple[PlannedUnit, ...]
) -> tuple[UnitOutcome, ...]:
    """Superiors first, as planned."""
    rows = {(draft.organ, draft.name): row for row, draft in enumerate(drawn.units, start=1)}
    called = {(one.organ, one.name): drawn.units[row - 1].name for row, one in matcher.units.items()}
    outcomes = []
    for one in planned:
        row = rows[one.organ, one.name]
        unit, draft = matcher.units.get(row), drawn.units[row - 1]
        if unit is not None and not draft.key:
            one = replace(one, parent=unit.parent)  # noqa: PLW2901  # words in people's entries know no tree
        is_changed = unit is not None and (
            unit.name != one.name or called.get((unit.organ, unit.parent), unit.parent) != one.parent
        )
        outcomes.append(UnitOutcome(draft=draft, planned=one, unit=unit, is_changed=is_changed))
    return tuple(outcomes)


def _outcome(
    matcher: _Matcher,
    here: Here,
    planned: PlannedPerson,
    post: PlannedPost,
    unit_ids: Mapping[tuple[str, str], int],
) -> PersonOutcome:
    row = matcher.lines[planned.login_name]
    entry, person = matcher.drawn.people[row - 1], matcher.people.get(row)
    changed: tuple[str, ...] = ()
    if person is not None:
        changed = tuple(name for name in FACTS if _differs(getattr(planned, name), getattr(person, name)))
        planned = replace(
            planned, **{name: getattr(person, name) for name in FACTS if not getattr(planned, name)}
        )
    return PersonOutcome(
        entry=entry,
        key=entry[matcher.key_attribute],
        planned=planned,
        post=post,
        person=person,
        changed=changed,
        post_act=_post_act(here, post, person, unit_ids),
    )


def _differs(said: str, kept: str) -> bool:
    """What a directory leaves empty takes nothing away here."""
    return bool(said) and said != kept


def _post_act(
    here: Here, post: PlannedPost, person: KnownPerson | None, unit_ids: Mapping[tuple[str, str], int]
) -> str:
    if person is None or person.post is None:
        return "open"
    held = person.post
    if here.takes_units and (post.organ, unit_ids.get((post.organ, post.unit), post.unit or None)) != (
        held.organ,
        held.unit_id,
    ):
        return "moved"
    return "title" if post.post_title not in {held.title, here.default_title} else ""


def _mistakes(drawn: Drawn, judged: tuple[Mistake, ...]) -> tuple[tuple[str, str, str], ...]:
    """All mistakes by entry; a row whose entry is wrong is not judged a second time."""
    own = {(one.sheet, one.row) for one in drawn.mistakes}
    every = [*drawn.mistakes, *(one for one in judged if (one.sheet, one.row) not in own)]
    return tuple(dict.fromkeys((_entry_of(drawn, one), one.column, one.text) for one in every))


def _entry_of(drawn: Drawn, one: Mistake) -> str:
    if not one.row:
        return "目录"
    return drawn.units[one.row - 1].dn if one.sheet == UNITS else drawn.people[one.row - 1].dn
