"""收文办理单 on A4, many in one PDF: facts in a red-ruled form, opinions in their columns, handwriting as ink."""

from dataclasses import asdict, dataclass

from apps.typesetting.faces import FontLibrary


@dataclass(frozen=True)
class SheetOpinion:
    """Words or ink (an SVG) in a column, with who and when. `is_void`: the act was taken back."""

    column: str
    words: str
    by: str
    ink: str = ""
    is_leader: bool = False
    is_void: bool = False


@dataclass(frozen=True)
class HandlingSheet:
    """One sheet: `pairs` are short facts, two to a row; `rows` are facts that want the whole width."""

    heading: str
    pairs: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str], ...]
    opinions: tuple[SheetOpinion, ...]
    foot: str


def compose_handling_sheets(
    sheets: tuple[HandlingSheet, ...], *, library: FontLibrary | None = None
) -> bytes:
    """All sheets, each beginning a page. Content is data, never Typst source."""
    from apps.typesetting.plain_pages import laid_out  # noqa: PLC0415  # whoever only fills in sheets does not need Typst

    return laid_out("handling_sheets.typ", {"sheets": [asdict(sheet) for sheet in sheets]}, library)
