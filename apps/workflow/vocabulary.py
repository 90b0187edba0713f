"""What an app says of its subjects: which steps they may stand at (others are free), which go on with an organ's successor."""

from collections.abc import Iterable

from apps.workflow.definition import Definition

_codes: dict[str, tuple[str, ...]] = {}
_inherited: set[str] = set()


def steps_add(procedure_code: str, codes: Iterable[str]) -> None:
    """Name every code a step of this procedure may have; called from the owning app's `ready()`."""
    _codes[procedure_code] = tuple(str(code) for code in codes)


def strange_steps(procedure_code: str, definition: Definition) -> list[str]:
    """A sentence for each step whose code the owning app does not know; none where no app has named its codes."""
    known = _codes.get(procedure_code)
    if known is None:
        return []
    return [
        f"“{step.name}”环节的代码“{step.code}”不能用于本流程，可用的代码有：{'、'.join(known)}"
        for step in definition.steps.values()
        if step.code not in known
    ]


def inherited_add(subject_kind: str) -> None:
    """Subjects of this kind in hand are taken over when their organ has ended; called from the owning app's `ready()`."""
    _inherited.add(subject_kind)


def inherited_kinds() -> frozenset[str]:
    """Kinds of subjects that do not keep an organ from being ended."""
    return frozenset(_inherited)
