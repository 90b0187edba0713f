"""What the frame round every page shows: navigation and live numbers. Apps register; core draws."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.core.actors import Actor

Counter = Callable[[Actor], int]
COUNT_LIMIT = 999


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One entry of the rail, and with `on_phone` a tab at the foot of the phone (there perhaps by another name or place).

    `counter` names a registered count, shown as badge.
    """

    name: str
    icon: str
    url_name: str
    prefix: str
    order: int
    counter: str = ""
    on_pc: bool = True
    on_phone: bool = False
    phone_name: str = ""
    phone_icon: str = ""
    phone_order: int = 0


_nav: dict[str, NavItem] = {}
_counters: dict[str, Counter] = {}


def nav_add(item: NavItem) -> None:
    """Add an entry to the rail; called from `ready()`."""
    _nav[item.url_name] = item


def counter_add(name: str, counter: Counter) -> None:
    """Register a live number under `name`, such as `todo`, `reading`, `notice`, `draft`."""
    _counters[name] = counter


def nav_items() -> list[NavItem]:
    """Entries of the rail in order."""
    return sorted((item for item in _nav.values() if item.on_pc), key=lambda item: item.order)


def phone_items() -> list[NavItem]:
    """Tabs of the phone in order."""
    return sorted(
        (item for item in _nav.values() if item.on_phone), key=lambda item: item.phone_order or item.order
    )


def current_of(path: str) -> str:
    """URL name of the entry that `path` belongs to: the one with the longest prefix; `/` holds the desk alone."""
    fitting = [
        item
        for item in _nav.values()
        if path == item.prefix or (path.startswith(item.prefix) and item.prefix != "/")
    ]
    return max(fitting, key=lambda item: len(item.prefix)).url_name if fitting else ""


def counts(actor: Actor) -> dict[str, int]:
    """All live numbers for `actor`."""
    return {name: counter(actor) for name, counter in _counters.items()}


def shown(count: int) -> str:
    """A count as shown: empty for none, capped at 999+."""
    if count <= 0:
        return ""
    return f"{COUNT_LIMIT}+" if count > COUNT_LIMIT else str(count)
