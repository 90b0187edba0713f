"""Slots: places where an upper app shows something on a lower app's page, without the lower one knowing it.

`@panel("documents.detail.side", order=10)` registers `function(actor, subject) -> Panel | None`; templates render
`{% slot "documents.detail.side" document %}`.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from apps.core.actors import Actor


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What a slot shows: a template of the upper app and its context."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


PanelFunction = Callable[[Actor, Any], Panel | None]
_panels: defaultdict[str, dict[str, tuple[int, PanelFunction]]] = defaultdict(dict)


def panel(slot: str, *, order: int = 50) -> Callable[[PanelFunction], PanelFunction]:
    """Register a panel in `slot`; lower `order` stands first."""

    def register(function: PanelFunction) -> PanelFunction:
        _panels[slot][f"{function.__module__}.{function.__qualname__}"] = (order, function)
        return function

    return register


def panels_of(slot: str, actor: Actor, subject: Any) -> list[Panel]:
    """The panels that have something to show, in order."""
    entries = sorted(_panels[slot].items(), key=lambda item: (item[1][0], item[0]))
    found = (function(actor, subject) for _, (_, function) in entries)
    return [shown for shown in found if shown is not None]
