"""A procedure's definition as JSON holds it: steps, ways, who handles. Pure; `soundness.prove` says whether it may be saved."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from apps.core.errors import ValidationFailed

END = "end"
MAX_STEPS = 60
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
FACT = re.compile(r"!?[a-z][a-z0-9_]{0,39}")


class Mode(StrEnum):
    """How several handlers share a step."""

    ONE = "one"
    FIRST = "first"
    ALL = "all"
    SEQUENCE = "sequence"


MODE_NAMES = {Mode.ONE: "单人", Mode.FIRST: "任一人", Mode.ALL: "同时会办", Mode.SEQUENCE: "依次办理"}


class Rule(StrEnum):
    """How the handlers of a step are found."""

    INITIATOR = "initiator"
    ROLE_IN_ORGAN = "role_in_organ"
    ROLE_IN_INITIATOR_UNIT = "role_in_initiator_unit"
    INITIATOR_UNIT_HEAD = "initiator_unit_head"
    CHOSEN = "chosen"
    LEADER_IN_CHARGE = "leader_in_charge"
    APPOINTMENT = "appointment"


ROLE_RULES = (Rule.ROLE_IN_ORGAN, Rule.ROLE_IN_INITIATOR_UNIT)


class Duty(StrEnum):
    """How grave a step is: decides what a delegate may do for the holder (domain.md §9.5)."""

    WORK = "work"
    DECISION = "decision"
    SIGNING = "signing"
    PERSONAL = "personal"


RETURN = "return"
SIGNING_ACTIONS = frozenset({"sign", "instruct"})
DECIDING_ACTIONS = frozenset({"approve", "circle_read"})
ACTIONS = SIGNING_ACTIONS | DECIDING_ACTIONS | {RETURN, "submit", "note"}


@dataclass(frozen=True)
class Assignee:
    """The rule of a step and what it needs: a role code, or an appointment's id."""

    rule: Rule
    role: str = ""
    appointment: int | None = None


@dataclass(frozen=True)
class Branch:
    """One way on: to step `to` (or `END`) when the fact holds; `!fact` when it does not; always when empty."""

    to: str
    when: str = ""

    def holds(self, facts: Mapping[str, bool]) -> bool:
        """Whether this way is open under `facts`; a fact not stated is false."""
        if not self.when:
            return True
        if self.when.startswith("!"):
            return not facts.get(self.when[1:], False)
        return facts.get(self.when, False)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step. `return_to` empty allows every passed step; `head_only_when` names a fact that bars ordinary delegates."""

    code: str
    name: str
    mode: Mode
    assignee: Assignee
    column: str
    actions: tuple[str, ...]
    branches: tuple[Branch, ...]
    due_workdays: int | None = None
    must_choose: bool = False
    return_to: tuple[str, ...] = ()
    is_personal: bool = False
    head_only_when: str = ""

    @property
    def can_return(self) -> bool:
        """Whether a handler may send back."""
        return RETURN in self.actions

    @property
    def main_action(self) -> str:
        """The act of the main button: the first that is not a return."""
        return next(action for action in self.actions if action != RETURN)

    @property
    def duty(self) -> Duty:
        """How grave the step is."""
        if self.is_personal:
            return Duty.PERSONAL
        if SIGNING_ACTIONS & set(self.actions):
            return Duty.SIGNING
        return Duty.DECISION if DECIDING_ACTIONS & set(self.actions) else Duty.WORK


@dataclass(frozen=True)
class Definition:
    """A procedure: its steps by code in the order written, and where it starts."""

    start: str
    steps: Mapping[str, Step]
    fact_names: Mapping[str, str] = field(default_factory=dict)
    column_order: tuple[str, ...] = ()

    def step(self, code: str) -> Step:
        """The step called `code`. Raises KeyError."""
        return self.steps[code]

    def next_of(self, code: str, facts: Mapping[str, bool]) -> str | None:
        """The step after `code` under `facts`; None at the end."""
        for branch in self.steps[code].branches:
            if branch.holds(facts):
                return None if branch.to == END else branch.to
        return None

    def ahead(self, code: str, facts: Mapping[str, bool]) -> Iterator[Step]:
        """The steps that would follow `code` if the facts stayed as they are."""
        following = self.next_of(code, facts)
        while following is not None:
            yield self.steps[following]
            following = self.next_of(following, facts)

    def chosen_by(self, code: str) -> list[Step]:
        """Steps whose handlers the handler of `code` is to choose: chosen ones ahead, up to the next chooser."""
        if not self.steps[code].must_choose:
            return []
        found: dict[str, Step] = {}
        waiting = [branch.to for branch in self.steps[code].branches]
        seen: set[str] = set()
        while waiting:
            ahead = waiting.pop(0)
            if ahead == END or ahead in seen:
                continue
            seen.add(ahead)
            if self.steps[ahead].assignee.rule is Rule.CHOSEN:
                found[ahead] = self.steps[ahead]
            if not self.steps[ahead].must_choose:
                waiting += [branch.to for branch in self.steps[ahead].branches]
        return list(found.values())

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Opinion columns as shown: those named by the definition, then the leaders', then the rest in step order."""
        leaders = [step.column for step in self.steps.values() if step.duty is Duty.SIGNING]
        rest = [step.column for step in self.steps.values()]
        return tuple(dict.fromkeys(name for name in (*self.column_order, *leaders, *rest) if name))

    @cached_property
    def leader_columns(self) -> frozenset[str]:
        """Columns whose words are a leader's."""
        return frozenset(step.column for step in self.steps.values() if step.duty is Duty.SIGNING)


def load(raw: Mapping[str, Any]) -> Definition:
    """A definition that was proved when it was saved, read without proving again."""
    problems: list[str] = []
    definition = read(raw, None, problems)
    if definition is None or problems:
        raise ValidationFailed("流程定义无法读取，请联系管理员。", problems=problems)
    return definition


def read(raw: object, roles: frozenset[str] | None, problems: list[str]) -> Definition | None:
    """The definition that `raw` describes; what is malformed is added to `problems`. `roles` are the known role codes."""
    if not isinstance(raw, Mapping) or not isinstance(raw.get("steps"), list) or not raw["steps"]:
        problems.append("定义须是含 start 和 steps 的对象，且至少有一个环节")
        return None
    _unknown(raw, {"start", "steps", "facts", "columns"}, "定义", problems)
    if len(raw["steps"]) > MAX_STEPS:
        problems.append(f"环节不能多于{MAX_STEPS}个")
        return None
    steps: dict[str, Step] = {}
    for number, entry in enumerate(raw["steps"], start=1):
        step = _step(entry, number, roles, problems)
        if step is None:
            continue
        if step.code in steps:
            problems.append(f"环节代码“{step.code}”重复")
        steps[step.code] = step
    facts, columns = raw.get("facts", {}), raw.get("columns", [])
    if not isinstance(facts, Mapping) or not all(isinstance(name, str) for name in facts.values()):
        problems.append("facts 须是“代码: 名称”的对象")
        facts = {}
    if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
        problems.append("columns 须是意见栏名称的列表")
        columns = []
    start = raw.get("start")
    if not isinstance(start, str) or (start not in steps and not problems):
        problems.append(f"起始环节“{start}”不存在")
    return Definition(start=str(start), steps=steps, fact_names=dict(facts), column_order=tuple(columns))


STEP_KEYS = {
    "code", "name", "mode", "assignee", "column", "actions", "next", "due_workdays", "must_choose", "return_to",
    "is_personal", "head_only_when",
}  # fmt: skip


def _step(raw: object, number: int, roles: frozenset[str] | None, problems: list[str]) -> Step | None:
    if not isinstance(raw, Mapping):
        problems.append(f"第{number}个环节不是对象")
        return None
    code, name = raw.get("code"), raw.get("name")
    label = f"“{name}”环节" if isinstance(name, str) and name else f"第{number}个环节"
    if not isinstance(code, str) or not CODE.fullmatch(code) or code == END:
        problems.append(f"{label}的代码须由小写字母、数字、下划线组成，且不能是 end")
        return None
    if not isinstance(name, str) or not 0 < len(name) <= 40:
        problems.append(f"{label}须有40字以内的名称")
        return None
    _unknown(raw, STEP_KEYS, label, problems)
    mode = raw.get("mode", Mode.ONE)
    if mode not in set(Mode):
        problems.append(f"{label}的办理方式“{mode}”不存在")
        mode = Mode.ONE
    due = raw.get("due_workdays")
    if due is not None and (isinstance(due, bool) or not isinstance(due, int) or not 0 <= due <= 365):
        problems.append(f"{label}的时限须是0至365个工作日")
        due = None
    column = raw.get("column", "")
    if not isinstance(column, str) or len(column) > 40:
        problems.append(f"{label}的意见栏名称须在40字以内")
        column = ""
    return Step(
        code=code,
        name=name,
        mode=Mode(mode),
        assignee=_assignee(raw.get("assignee"), label, roles, problems),
        column=column,
        actions=_actions(raw.get("actions"), label, problems),
        branches=_branches(raw.get("next", []), label, problems),
        due_workdays=due,
        must_choose=_flag(raw, "must_choose", label, problems),
        return_to=_texts(raw.get("return_to", []), f"{label}的 return_to", problems),
        is_personal=_flag(raw, "is_personal", label, problems),
        head_only_when=_fact(raw.get("head_only_when", ""), label, problems),
    )


def _unknown(raw: Mapping[str, Any], known: set[str], label: str, problems: list[str]) -> None:
    problems.extend(f"{label}有不认识的字段“{key}”" for key in raw if key not in known)


def _flag(raw: Mapping[str, Any], key: str, label: str, problems: list[str]) -> bool:
    value = raw.get(key, False)
    if not isinstance(value, bool):
        problems.append(f"{label}的 {key} 须是 true 或 false")
    return value is True


def _texts(value: object, label: str, problems: list[str]) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        problems.append(f"{label}须是文字列表")
        return ()
    return tuple(value)


def _fact(value: object, label: str, problems: list[str]) -> str:
    if not isinstance(value, str) or (value and not FACT.fullmatch(value)):
        problems.append(f"{label}的条件“{value}”须是条件代码，可在前面加 ! 表示相反")
        return ""
    return value


def _assignee(raw: object, label: str, roles: frozenset[str] | None, problems: list[str]) -> Assignee:
    rule = raw.get("rule") if isinstance(raw, Mapping) else None
    if not isinstance(raw, Mapping) or rule not in set(Rule):
        problems.append(f"{label}没有指定办理人规则")
        return Assignee(Rule.INITIATOR)
    _unknown(raw, {"rule", "role", "appointment"}, f"{label}的办理人规则", problems)
    role, appointment = raw.get("role", ""), raw.get("appointment")
    if rule in ROLE_RULES and roles is not None and role not in roles:
        problems.append(f"{label}的办理人角色“{role}”不存在")
    if rule == Rule.APPOINTMENT and (isinstance(appointment, bool) or not isinstance(appointment, int)):
        problems.append(f"{label}须指定一个任职")
        appointment = None
    return Assignee(Rule(rule), str(role), appointment if rule == Rule.APPOINTMENT else None)


def _actions(raw: object, label: str, problems: list[str]) -> tuple[str, ...]:
    actions = _texts(raw, f"{label}的 actions", problems)
    problems.extend(f"{label}的操作“{action}”不存在" for action in actions if action not in ACTIONS)
    if not set(actions) - {RETURN}:
        problems.append(f"{label}没有能办完的操作")
        return ("submit",)
    return actions


def _branches(raw: object, label: str, problems: list[str]) -> tuple[Branch, ...]:
    if not isinstance(raw, list) or not all(
        isinstance(entry, Mapping) and isinstance(entry.get("to"), str) for entry in raw
    ):
        problems.append(f"{label}的 next 须是 {{“to”: 环节代码}} 的列表")
        return ()
    return tuple(Branch(entry["to"], _fact(entry.get("when", ""), label, problems)) for entry in raw)
