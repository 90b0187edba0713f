"""What happened to documents: ids only."""

from dataclasses import dataclass, field

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class DocumentSigned(Event):
    """An outgoing document was approved for issue."""

    document_id: int


@dataclass(frozen=True, kw_only=True)
class DocumentSealed(Event):
    """An outgoing document has its final file."""

    document_id: int


@dataclass(frozen=True, kw_only=True)
class DocumentFiled(Event):
    """An outgoing document is filed and read-only."""

    document_id: int


@dataclass(frozen=True, kw_only=True)
class DocumentDistributed(Event):
    """Copies went out to organs."""

    document_id: int
    dispatch_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class DispatchSigned(Event):
    """An organ signed for its copy."""

    dispatch_id: int


@dataclass(frozen=True, kw_only=True)
class DispatchReturned(Event):
    """An organ sent its copy back."""

    dispatch_id: int


@dataclass(frozen=True, kw_only=True)
class DispatchRecalled(Event):
    """The sender took an organ's copy back before it was signed for."""

    dispatch_id: int


@dataclass(frozen=True, kw_only=True)
class DispatchUrged(Event):
    """The sender reminds an organ to sign for, for the `count`-th time."""

    dispatch_id: int
    count: int


@dataclass(frozen=True, kw_only=True)
class ValidityDecided(Event):
    """The issuer said that a distributed document no longer holds, or holds again."""

    change_id: int


@dataclass(frozen=True, kw_only=True)
class IncomingCompleted(Event):
    """An incoming document was handled to its end."""

    incoming_id: int


@dataclass(frozen=True, kw_only=True)
class IncomingResponded(Event):
    """The sender is told how its document was handled."""

    response_id: int


@dataclass(frozen=True, kw_only=True)
class ForwardingAsked(Event):
    """A receiving organ asks the issuer to let a document go on to organs below."""

    forwarding_id: int


@dataclass(frozen=True, kw_only=True)
class ForwardingDecided(Event):
    """The issuer has answered, or a document from outside went on; `incoming_ids` are copies without a dispatch."""

    forwarding_id: int
    incoming_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class PreviewWanted(Event):
    """A reader waits for the pages of a draft that take longer than a page may."""

    document_id: int
