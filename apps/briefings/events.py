"""What happened in information reporting: ids only."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ItemSubmitted(Event):
    """An item lies on the desk of its receiver."""

    item_id: int


@dataclass(frozen=True, kw_only=True)
class ItemSettled(Event):
    """The desk has decided on an item; `version` tells repeated decisions apart."""

    item_id: int
    version: int


@dataclass(frozen=True, kw_only=True)
class IssueSigned(Event):
    """A leader has signed an issue: it may be published."""

    issue_id: int


@dataclass(frozen=True, kw_only=True)
class IssuePublished(Event):
    """An issue has its number and went to its readers."""

    issue_id: int


@dataclass(frozen=True, kw_only=True)
class InstructionGiven(Event):
    """A leader said something about an issue."""

    instruction_id: int


@dataclass(frozen=True, kw_only=True)
class CommissionIssued(Event):
    """Units are asked for something, or for something else than before (`version`)."""

    commission_id: int
    version: int
