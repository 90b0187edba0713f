"""公文排版与用印: official documents laid out to GB/T 9704-2012, their pictures, their seals. Pure: no Django.

Nouns: `OfficialSheet` (the elements of one document) holds `Block`s (`Heading`, `Paragraph`, `Table` of `Cell`s);
`Typeset` is the PDF with its `SealBox`, fonts and warnings.

Verbs: `parse_body(text)` makes blocks of plain text, `title_lines(title)` breaks a title in trapezoid or diamond,
`compose(sheet)` lays out, `page_images(pdf)` draws PNGs.

Choices where the standard leaves one: 22 rows × 28 characters always; the red rule is 0.5 mm; the mark's ink fills
what is left of whole rows, so the body of page 1 stays on the grid. The imprint shares the last page of text when that
page is even and has room; otherwise it stands alone on the next even page, and neither that page nor a blank page
before it carries a number (7.5). `even_imprint=False` lets it share an odd page too.

Invariants: content is data, never Typst source; the same sheet gives the same bytes; body on page 1 (7.3.3) or
`LayoutImpossible`; text on the page of the seal; no line of a single character; the last line of the imprint is the
bottom of the type area.
"""

from apps.typesetting.body_text import body_text, heading_level, parse_body
from apps.typesetting.compose import compose
from apps.typesetting.errors import FontsMissing, LayoutImpossible, TypesettingError
from apps.typesetting.pages import page_image, page_images
from apps.typesetting.sheet import (
    Block,
    Cell,
    Heading,
    OfficialSheet,
    Paragraph,
    SealBox,
    Table,
    Typeset,
)
from apps.typesetting.titles import title_lines

__all__ = [
    "Block",
    "Cell",
    "FontsMissing",
    "Heading",
    "LayoutImpossible",
    "OfficialSheet",
    "Paragraph",
    "SealBox",
    "Table",
    "Typeset",
    "TypesettingError",
    "body_text",
    "compose",
    "heading_level",
    "page_image",
    "page_images",
    "parse_body",
    "title_lines",
]
