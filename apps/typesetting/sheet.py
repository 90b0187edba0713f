"""What is typeset: the elements of one official document (GB/T 9704-2012 §7), and what comes out."""

from dataclasses import dataclass, field
from datetime import datetime

SEPARATOR = "，"
MOST_ORGANS = 6  # of one joint issue


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
    """A table as wide as the type area; the first `header_rows` repeat on every page.

    A `landscape` one is turned by a quarter: its head lies at the left edge of the paper (§8), as high as the type area.
    """

    rows: tuple[tuple[Cell, ...], ...]
    header_rows: int = 0
    landscape: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture by its digest, the bytes go to the verb; `width` in hundredths of the type area's, words below it."""

    sha256: str
    width: int = 100
    caption: str = ""


Block = Heading | Paragraph | Table | Picture
FORMATS = ("general", "letter", "order", "minutes")  # 通用 (§7), 信函 (10.1), 命令 (10.2), 纪要 (10.3)


@dataclass(frozen=True)
class OfficialSheet:
    """One document in one of the `FORMATS`; empty text means that the element is absent.

    `document_number` and `document_date` are printed as given, so a draft may show blanks in their place.
    Joint issue: `issuer_mark` names the organs (文件 as the last word of the last or the first, if wanted) and
    `issuer_signature` those who sign, the lead organ first, one seal each. `signer_post`, `signer_name` and `stamp_svg` are
    the signature stamp (7.3.5.3), which takes the place of signature and seal; `joint_signers` are the same three of the other
    organs, a row each below it; a post without name and stamp keeps the place of one that is set later.
    `attendance` of minutes: label and names.
    Letters print no printing organ and date (10.1), orders neither title nor recipients (10.2): recipients given all the
    same stand in the imprint.
    `even_imprint`: the imprint stands on an even page (custom); off, it shares the last page whenever it fits.
    `seal_diameter_mm` is the diameter the law gives the organ (国发〔1999〕25号); space is kept for it when `seal`.
    """

    issuer_mark: str | tuple[str, ...]
    title: str
    blocks: tuple[Block, ...]
    main_recipients: str | tuple[str, ...] = ""
    document_number: str = ""
    issuer_signature: str | tuple[str, ...] = ""
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
    format: str = "general"
    signer_post: str = ""
    signer_name: str = ""
    stamp_svg: str = ""
    joint_signers: tuple[tuple[str, str, str], ...] = ()
    attendance: tuple[tuple[str, str], ...] = ()

    @property
    def signatures(self) -> tuple[str, ...]:
        """The organs that sign, the lead organ first."""
        return _several(self.issuer_signature)

    @property
    def marks(self) -> tuple[str, ...]:
        """The organs of the mark; more than one for a joint mark."""
        return _several(self.issuer_mark)


@dataclass(frozen=True)
class SealBox:
    """Where a seal belongs: page counted from 1, millimetres from the top-left corner of the page.

    A signature stamp's place is oblong: `diameter_mm` wide and `height_mm` high, which is 0 for a round seal.
    """

    page: int
    x_mm: float
    y_mm: float
    diameter_mm: float
    height_mm: float = 0.0

    @property
    def tall_mm(self) -> float:
        """How high the place is."""
        return self.height_mm or self.diameter_mm


@dataclass(frozen=True)
class SealReport:
    """What a check of a sealed PDF found, over all seals in the order of issue; `signed_at` is the last one's.

    `problems` are Chinese sentences, empty exactly when `valid`.
    """

    valid: bool
    covers_whole_file: bool
    signer: str
    organ: str
    signed_at: datetime | None
    problems: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True)
class Typeset:
    """A laid-out document; `seal_boxes` stand in the order of the signatures, `fonts` are the fonts embedded.

    `warnings` are Chinese sentences for the preview. `unshown` are the characters no font of the machine has: a preview
    stands 〓 for them, a formal file must not.
    """

    pdf: bytes
    page_count: int
    seal_boxes: tuple[SealBox, ...]
    fonts: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    unshown: str = ""

    @property
    def seal_box(self) -> SealBox | None:
        """Where the lead organ's seal belongs."""
        return self.seal_boxes[0] if self.seal_boxes else None


def _several(names: str | tuple[str, ...]) -> tuple[str, ...]:
    given = (names,) if isinstance(names, str) else names
    return tuple(name.strip() for name in given if name.strip())


def printed_names(names: str | tuple[str, ...]) -> str:
    """Names as one run of text without end punctuation; a list is joined by commas (7.3.2, 7.4.2)."""
    text = names if isinstance(names, str) else SEPARATOR.join(name.strip() for name in names if name.strip())
    return text.strip().rstrip("：:。.；;，,")
