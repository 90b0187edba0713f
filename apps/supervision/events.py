"""What happens to items, told after commit."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ItemMoved(Event):
    """An act was done; `log_id` names the line of the course, `person_id` who did it, None for the system."""

    item_id: int
    log_id: int
    person_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class SupervisionNoticeIssued(Event):
    """A 督办单 was issued."""

    notice_id: int


@dataclass(frozen=True, kw_only=True)
class PlanProposed(Event):
    """A plan was registered, item by item."""

    organ_id: int
    first_id: int
    count: int


@dataclass(frozen=True, kw_only=True)
class ItemsSucceeded(Event):
    """Another unit leads the items of one that is no more; `source` names the old one."""

    first_id: int
    count: int
    source: str
