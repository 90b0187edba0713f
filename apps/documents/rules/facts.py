"""Facts of a document as the checks see them, and what a check says. Pure."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from apps.core.clock import day_text
from apps.documents.body import Line, Node, body_parts, part_text
from apps.documents.enums import DocumentType, RoutingDirection

P = TypeVar("P")
CN_DATE = re.compile(r"((?:19|20)\d{2})年([1-9]|1[0-2])月([1-9]|[12]\d|3[01])日")


class Severity(StrEnum):
    """What a finding does to the step."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"

    @property
    def label(self) -> str:
        """For the reader."""
        return {"block": "必须修改", "warn": "须说明理由", "info": "提示"}[self.value]


@dataclass(frozen=True)
class Place:
    """Where in the body: the printed block, counted from 0 (empty paragraphs are none), and the words in it."""

    line: int
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing found: the rule's id, how grave, which field, the sentence to show, the clause it rests on, where in the body."""

    rule: str
    severity: Severity
    field: str
    message: str
    clause: str = ""
    place: Place | None = None

    @property
    def key(self) -> str:
        """The same finding has the same key at every step; reasons hang on it."""
        return hashlib.sha256(f"{self.rule}\n{self.message}".encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Hit:
    """What a check saw; `severity` and `field` only where they differ from the check's own."""

    message: str
    place: Place | None = None
    field: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """A recipient as the checks see it; `path` places it in the organ tree, empty for names outside the system."""

    name: str
    is_main: bool
    path: str = ""
    kind: str = ""
    level: str = ""
    abolished: bool = False

    @property
    def field(self) -> str:
        """The field it stands in."""
        return "main_recipients" if self.is_main else "cc_recipients"


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """One organ of a joint issue, the lead first; its 机关代字, the day its head signed as printed, what it lacks to seal."""

    name: str
    codes: tuple[str, ...] = ()
    signed_on: str = ""
    seal_lack: str = ""


@dataclass(frozen=True)
class PaperLine:
    """A printed block: level 1–4 for a heading (text with its number), 0 for a paragraph or a table."""

    level: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Paper:
    """The facts of one document. Dates as printed (empty when not yet given); `signer_is_principal` None before a signer is known."""

    document_type: str
    routing_direction: str
    title: str
    lines: tuple[PaperLine, ...]
    issuer_path: str
    superior_path: str
    addressees: tuple[Addressee, ...]
    issuer_kind: str = ""
    issuer_level: str = ""
    issuer_names: tuple[str, ...] = ()
    issuer_signature: str = ""
    internal_units: tuple[str, ...] = ()
    issuers: tuple[Issuer, ...] = ()
    signatories: tuple[str, ...] = ()
    main_text: str = ""
    cc_text: str = ""
    note: str = ""
    urgency: str = ""
    is_important: bool = False
    is_sealed: bool = False
    is_leader_assigned: bool = False
    is_government_approved: bool = False
    cosigners_missing: tuple[str, ...] = ()
    attachment_names: tuple[str, ...] = ()
    unready_attachments: tuple[str, ...] = ()
    document_number: str = ""
    document_date: str = ""
    printing_date: str = ""
    signed_on: str = ""
    signer_is_principal: bool | None = None
    signed_hash: str = ""
    current_hash: str = ""
    layout_problem: str = ""

    @property
    def text(self) -> str:
        """The printed text, a block a line."""
        return "\n".join(line.text for line in self.lines)

    @property
    def mains(self) -> tuple[Addressee, ...]:
        """主送."""
        return tuple(entry for entry in self.addressees if entry.is_main)

    @property
    def is_upward(self) -> bool:
        """上行文."""
        return self.routing_direction == RoutingDirection.UPWARD

    @property
    def needs_principal_head(self) -> bool:
        """Whether only the principal head may sign (条例 art. 22)."""
        return self.is_upward or self.is_important or self.kind is DocumentType.ORDER

    @property
    def kind(self) -> DocumentType | None:
        """The 文种, None when it is not one of the fifteen."""
        return DocumentType(self.document_type) if self.document_type in DocumentType.values else None


@dataclass(frozen=True, kw_only=True)
class IncomingPaper:
    """The facts of an incoming document; `recipients` as printed on it, empty when nobody has read them off."""

    our_names: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    unit_count: int = 0
    lead_count: int = 0
    is_urgent: bool = False
    has_deadline: bool = False


@dataclass(frozen=True, kw_only=True)
class Check(Generic[P]):
    """One rule of domain.md §1.9: what it is called, how grave, in which field, by which clause, and the look it takes."""

    rule: str
    name: str
    severity: Severity
    field: str
    clause: str
    look: Callable[[P], Iterator[Hit]]

    def findings(self, paper: P) -> Iterator[Finding]:
        """What the look at `paper` finds."""
        for hit in self.look(paper):
            yield Finding(
                rule=self.rule,
                severity=hit.severity or self.severity,
                field=hit.field or self.field,
                message=hit.message,
                clause=self.clause,
                place=hit.place,
            )


def paper_lines(body: Node) -> tuple[PaperLine, ...]:
    """The body's blocks as printed."""
    return tuple(
        PaperLine(part.level if isinstance(part, Line) else 0, part_text(part)) for part in body_parts(body)
    )


def found_in(paper: Paper, pattern: re.Pattern[str]) -> Iterator[tuple[str, Place]]:
    """Each match of `pattern` in the body with its place."""
    for number, line in enumerate(paper.lines):
        for match in pattern.finditer(line.text):
            yield match[0], Place(number, match[0].split("\n")[0].split("\t")[0])


def date_text(day: date | None) -> str:
    """A date as official documents print it (GB/T 9704-2012 7.3.5.4), empty for none."""
    return day_text(day) if day else ""


def date_read(text: str) -> date | None:
    """The day a printed date means, None when it is none."""
    match = CN_DATE.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None
