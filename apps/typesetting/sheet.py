"""What is typeset: the elements of one official document (GB/T 9704-2012 §7), and what comes out."""

from dataclasses import dataclass, field

SEPARATOR = "，"


@dataclass(frozen=True)
class Heading:
    """A heading of level 1–4 with its number (一、 （一） 1. （1）); text after its first 。 runs in as body (7.3.3)."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the body, without the indent of two characters."""

    text: str


@dataclass(frozen=True)
class Cell:
    """A table cell; spans count columns and rows."""

    text: str
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True)
class Table:
    """A table as wide as the type area; the first `header_rows` repeat on every page."""

    rows: tuple[tuple[Cell, ...], ...]
    header_rows: int = 0


Block = Heading | Paragraph | Table


@dataclass(frozen=True)
class OfficialSheet:
    """One document in the general format; empty text means that the element is absent.

    `document_number` and `document_date` are printed as given, so a draft may show blanks in their place.
    `even_imprint`: the imprint stands on an even page (custom); off, it shares the last page whenever it fits.
    `seal_diameter_mm` is the diameter the law gives the organ (国发〔1999〕25号); space is kept for it when `seal`.
    """

    issuer_mark: str
    title: str
    blocks: tuple[Block, ...]
    main_recipients: str | tuple[str, ...] = ""
    document_number: str = ""
    issuer_signature: str = ""
    document_date: str = ""
    signatories: tuple[str, ...] = ()
    urgency: str = ""
    attachments: tuple[str, ...] = ()
    seal: bool = False
    note: str = ""
    cc_recipients: str | tuple[str, ...] = ""
    printing_organ: str = ""
    printing_date: str = ""
    seal_diameter_mm: float = 45.0
    even_imprint: bool = True
    red_rule_mm: float = 0.5


@dataclass(frozen=True)
class SealBox:
    """Where the seal belongs: page counted from 1, millimetres from the top-left corner of the page."""

    page: int
    x_mm: float
    y_mm: float
    diameter_mm: float


@dataclass(frozen=True)
class Typeset:
    """A laid-out document; `fonts` are the fonts embedded, `warnings` Chinese sentences for the preview.

    `unshown` are the characters no font of the machine has: a preview stands 〓 for them, a formal file must not.
    """

    pdf: bytes
    page_count: int
    seal_box: SealBox | None
    fonts: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    unshown: str = ""


def printed_names(names: str | tuple[str, ...]) -> str:
    """Names as one run of text without end punctuation; a list is joined by commas (7.3.2, 7.4.2)."""
    text = names if isinstance(names, str) else SEPARATOR.join(name.strip() for name in names if name.strip())
    return text.strip().rstrip("：:。.；;，,")
