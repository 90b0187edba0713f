"""The proof that a definition may be saved: a run can always finish, no step or branch is dead, every step has someone. Pure.

Facts may change between two steps, so a branch counts as open when its own step can take it; that is exact for one step and
safe for the whole: with no circle among open branches every walk ends, whatever the facts do on the way.
"""

from apps.core.errors import ValidationFailed
from apps.workflow.definition import END, Definition, Mode, Rule, Step, read


def prove(raw: object, *, roles: frozenset[str]) -> Definition:
    """The sound definition that `raw` describes. Raises `ValidationFailed` naming every mistake; `roles` are the known codes."""
    problems: list[str] = []
    definition = read(raw, roles, problems)
    if definition is not None and not problems:
        problems += problems_of(definition)
    if problems or definition is None:
        shown = "；".join(problems[:5]) + ("等" if len(problems) > 5 else "")
        raise ValidationFailed(
            f"流程定义有{len(problems)}处问题：{shown}。请改正后再保存。", problems=problems
        )
    return definition


def problems_of(definition: Definition) -> list[str]:
    """Every reason why `definition` may not be saved, in Chinese; empty when it is sound."""
    problems = _start(definition) + _targets(definition)
    if problems:
        return problems
    for step in definition.steps.values():
        problems += _branches(step)
    problems += _circles(definition)
    reached = _reached(definition, definition.start)
    problems += [
        f"“{step.name}”环节没有任何路线能到达"
        for step in definition.steps.values()
        if step.code not in reached
    ]
    return problems + _returns(definition) + _chosen(definition)


def open_ways(step: Step) -> list[str]:
    """Codes the step can really go to under some facts, `END` included."""
    if not step.branches:
        return [END]
    return [branch.to for index, branch in enumerate(step.branches) if not _is_dead(step, index)]


def _is_dead(step: Step, index: int) -> bool:
    """Whether the branches before always take the run away."""
    before = {branch.when for branch in step.branches[:index]}
    contradiction = any(_opposite(when) in before for when in before if when)
    return (
        "" in before
        or contradiction
        or bool(step.branches[index].when and step.branches[index].when in before)
    )


def _opposite(when: str) -> str:
    return when[1:] if when.startswith("!") else f"!{when}"


def _start(definition: Definition) -> list[str]:
    start = definition.steps.get(definition.start)
    if start is None:
        return [f"起始环节“{definition.start}”不存在"]
    problems = []
    if start.assignee.rule is not Rule.INITIATOR or start.mode is not Mode.ONE:
        problems.append(f"起始环节“{start.name}”须由发起人一人办理")
    if start.can_return:
        problems.append(f"起始环节“{start.name}”不能退回")
    return problems


def _targets(definition: Definition) -> list[str]:
    problems = []
    for step in definition.steps.values():
        problems += [
            f"“{step.name}”环节的去向“{branch.to}”不存在"
            for branch in step.branches
            if branch.to != END and branch.to not in definition.steps
        ]
        problems += [
            f"“{step.name}”环节的退回去向“{target}”不存在"
            for target in step.return_to
            if target not in definition.steps
        ]
    return problems


def _branches(step: Step) -> list[str]:
    problems = []
    if step.branches and step.branches[-1].when:
        problems.append(f"“{step.name}”环节的最后一个去向不能带条件，否则可能无处可去")
    problems += [
        f"“{step.name}”环节的第{index + 1}个去向永远走不到"
        for index in range(len(step.branches))
        if _is_dead(step, index)
    ]
    return problems


def _circles(definition: Definition) -> list[str]:
    """Depth-first search for a circle of forward ways."""
    done: set[str] = set()
    problems: list[str] = []

    def visit(code: str, path: list[str]) -> None:
        if code in path:
            names = [definition.steps[at].name for at in [*path[path.index(code) :], code]]
            problems.append(f"流程绕圈，可能永远办不完：{' → '.join(names)}；要退回请用退回操作")
            return
        if code == END or code in done:
            return
        for to in open_ways(definition.steps[code]):
            visit(to, [*path, code])
        done.add(code)

    for code in definition.steps:
        visit(code, [])
    return problems


def _reached(definition: Definition, start: str, *, without: frozenset[str] = frozenset()) -> set[str]:
    """Steps reachable from `start`, not walking through `without`."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        code = waiting.pop()
        if code == END or code in seen:
            continue
        seen.add(code)
        if code not in without:
            waiting += open_ways(definition.steps[code])
    return seen


def _returns(definition: Definition) -> list[str]:
    problems = []
    for step in definition.steps.values():
        if step.return_to and not step.can_return:
            problems.append(f"“{step.name}”环节写了退回去向，却没有退回操作")
        problems += [
            f"“{step.name}”环节不能退回到它之后的“{definition.steps[target].name}”"
            for target in step.return_to
            if target == step.code or step.code not in _reached(definition, target)
        ]
    return problems


def _chosen(definition: Definition) -> list[str]:
    """On every way to a chosen step somebody must have had to choose."""
    choosers = frozenset(step.code for step in definition.steps.values() if step.must_choose)
    unguarded: set[str] = set()
    waiting = [definition.start]
    while waiting:
        code = waiting.pop()
        if code == END or code in unguarded:
            continue
        unguarded.add(code)
        if code not in choosers:
            waiting += open_ways(definition.steps[code])
    problems = [
        f"“{step.name}”环节由前面的办理人选定，但有路线上没有环节要求选人"
        for step in definition.steps.values()
        if step.assignee.rule is Rule.CHOSEN and step.code in unguarded
    ]
    return problems + [
        f"“{step.name}”环节要求选人，但后面没有需要选人的环节"
        for step in definition.steps.values()
        if step.must_choose and not definition.chosen_by(step.code)
    ]
