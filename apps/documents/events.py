"""What happened to documents: ids only."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class DocumentSigned(Event):
    """An outgoing document was approved for issue."""

    document_id: int


@dataclass(frozen=True, kw_only=True)
class DocumentReturned(Event):
    """An outgoing document went back to its drafter."""

    document_id: int


@dataclass(frozen=True, kw_only=True)
class DocumentSealed(Event):
    """An outgoing document has its final file."""

    document_id: int


@dataclass(frozen=True, kw_only=True)
class DocumentFiled(Event):
    """An outgoing document is filed and read-only."""

    document_id: int
