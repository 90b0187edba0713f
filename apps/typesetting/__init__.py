"""公文排版与用印: official documents laid out to GB/T 9704-2012, their pictures, their seals. Pure: no Django.

Nouns: `OfficialSheet` (the elements of one document) holds `Block`s (`Heading`, `Paragraph`, `Table` of `Cell`s, `Picture`);
`Typeset` is the PDF with its `SealBox`, fonts and warnings.

Verbs: `parse_body(text)` makes blocks of plain text, `title_lines(title)` breaks a title in trapezoid or diamond,
`compose(sheet)` lays out in one of four formats (general, letter, order, minutes), `compose_docx(sheet)` writes it for
Word, `page_images(pdf)` draws PNGs, `seal_svg(name, diameter)` draws a seal, `sign_pdf` sets it on a PDF with the key of
a `CryptoProvider`, `verify_pdf` tells in a `SealReport` whether one byte differs since.

Choices where the standard leaves one: 22 rows × 28 characters always; the red rule is 0.5 mm; the mark's ink fills
what is left of whole rows, so the body of page 1 stays on the grid. The imprint shares the last page of text when that
page is even and has room; otherwise it stands alone on the next even page, and neither that page nor a blank page
before it carries a number (7.5). `even_imprint=False` lets it share an odd page too.

Invariants: content is data, never Typst source; the same sheet gives the same bytes; body on page 1 (7.3.3) or
`LayoutImpossible`; text on the page of the seal; no line of a single character; the last line of the imprint is the
bottom of the type area.
"""

import importlib
from typing import TYPE_CHECKING, Any

from apps.typesetting.body_text import body_text, heading_level, parse_body
from apps.typesetting.errors import FontsMissing, LayoutImpossible, SealRefused, TypesettingError
from apps.typesetting.sheet import (
    Block,
    Cell,
    Heading,
    OfficialSheet,
    Paragraph,
    Picture,
    SealBox,
    SealReport,
    Table,
    Typeset,
)
from apps.typesetting.titles import title_lines

if TYPE_CHECKING:
    from apps.typesetting.bulletins import compose_bulletin
    from apps.typesetting.certificates import (
        Credential,
        CryptoProvider,
        LocalProvider,
        issue_demo_authority,
        issue_seal_certificate,
    )
    from apps.typesetting.duty_days import compose_duty_day
    from apps.typesetting.duty_rosters import compose_duty_roster
    from apps.typesetting.handling_sheets import HandlingSheet, SheetOpinion, compose_handling_sheets
    from apps.typesetting.layout import compose
    from apps.typesetting.meeting_files import compose_meeting_file
    from apps.typesetting.pages import page_image, page_images
    from apps.typesetting.pictures import picture_svg
    from apps.typesetting.placards import compose_placards, compose_seat_plan
    from apps.typesetting.seals import seal_svg
    from apps.typesetting.signing import sign_pdf
    from apps.typesetting.verification import verify_pdf
    from apps.typesetting.word import compose_docx

# Typst, cryptography and pyHanko take up to a second and 30 MB; a process that never needs them does not pay
_LATE = {
    "Credential": "certificates",
    "CryptoProvider": "certificates",
    "LocalProvider": "certificates",
    "compose": "layout",
    "compose_docx": "word",
    "compose_duty_day": "duty_days",
    "compose_bulletin": "bulletins",
    "compose_duty_roster": "duty_rosters",
    "HandlingSheet": "handling_sheets",
    "SheetOpinion": "handling_sheets",
    "compose_handling_sheets": "handling_sheets",
    "compose_meeting_file": "meeting_files",
    "compose_placards": "placards",
    "compose_seat_plan": "placards",
    "issue_demo_authority": "certificates",
    "issue_seal_certificate": "certificates",
    "picture_svg": "pictures",
    "page_image": "pages",
    "page_images": "pages",
    "seal_svg": "seals",
    "sign_pdf": "signing",
    "verify_pdf": "verification",
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"apps.typesetting.{_LATE[name]}"), name)


__all__ = [
    "Block",
    "Cell",
    "Credential",
    "CryptoProvider",
    "FontsMissing",
    "HandlingSheet",
    "Heading",
    "LayoutImpossible",
    "LocalProvider",
    "OfficialSheet",
    "Paragraph",
    "Picture",
    "SealBox",
    "SealRefused",
    "SealReport",
    "SheetOpinion",
    "Table",
    "Typeset",
    "TypesettingError",
    "body_text",
    "compose",
    "compose_bulletin",
    "compose_docx",
    "compose_duty_day",
    "compose_duty_roster",
    "compose_handling_sheets",
    "compose_meeting_file",
    "compose_placards",
    "compose_seat_plan",
    "heading_level",
    "issue_demo_authority",
    "issue_seal_certificate",
    "page_image",
    "page_images",
    "parse_body",
    "picture_svg",
    "seal_svg",
    "sign_pdf",
    "title_lines",
    "verify_pdf",
]
