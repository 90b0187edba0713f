"""What holds on every page whatever the content (GB/T 9704-2012)."""

import unicodedata

from apps.typesetting import OfficialSheet, Typeset, body_text, title_lines
from tests.typesetting.paper import BOTTOM, LEFT, MM, RIGHT, ROW, TOP, Line, Paper, read, row_of

IMPRINT_SIZE = 14 * MM


def text_pages(paper: Paper) -> list[int]:
    """Pages that show the main block, not only an imprint."""
    return sorted({glyph.page for glyph in paper.glyphs if glyph.size > 15 * MM})


def imprint_top(paper: Paper) -> tuple[int, float] | None:
    """Page and height of the imprint's first line."""
    black = [rule for rule in paper.rules if rule.colour == (0, 0, 0)]
    return (black[0].page, min(rule.y for rule in black)) if black else None


def visible(text: str) -> str:
    """The characters of a text that leave ink."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c)[0] != "C")


def check_everything(sheet: OfficialSheet, typeset: Typeset) -> Paper:
    """Assert every law; returns the paper for more."""
    paper = read(typeset.pdf)
    assert paper.pages == typeset.page_count
    nothing_leaves_the_type_area(paper)
    every_character_is_printed_once_in_order(paper, sheet)
    if not any("行距已调整" in warning for warning in typeset.warnings):  # 7.3.5.5
        rows_are_on_the_grid(paper)
        paragraphs_leave_no_gap(paper, sheet)
    page_one_shows_body(paper, sheet)
    numbers_stand_on_text_pages(paper)
    no_line_holds_one_character(paper, sheet)
    the_imprint_ends_the_last_page(paper, typeset, sheet)
    if sheet.seal:
        the_seal_stands_by_text(paper, typeset, sheet)
    return paper


def nothing_leaves_the_type_area(paper: Paper) -> None:
    """5.2.1: ink stays within 156 × 225 mm, page numbers aside."""
    for glyph in paper.glyphs:
        if glyph.base > BOTTOM + 5:
            continue
        assert glyph.left >= LEFT - 0.2, glyph
        assert glyph.right <= RIGHT + 0.2, glyph
        assert glyph.top >= TOP - 0.2, glyph
        assert glyph.bottom <= BOTTOM + 0.2, glyph


def every_character_is_printed_once_in_order(paper: Paper, sheet: OfficialSheet) -> None:
    """7.3: title, body, attachment names and signature appear complete and in order."""
    printed = "".join(glyph.char for glyph in paper.glyphs if glyph.base <= BOTTOM + 5)
    body = visible(body_text(sheet.blocks))
    assert printed.count(body) >= 1, (body, printed)
    at = 0
    for part in (
        visible("".join(title_lines(sheet.title))),
        body,
        visible("".join(sheet.signatures)),
        sheet.document_date,
    ):
        at = printed.index(part, at) + len(part)


def rows_are_on_the_grid(paper: Paper) -> None:
    """5.2.3: every line of 3号 text of the main block is on one of the 22 rows."""
    first = next(line for line in paper.lines() if round(line.glyphs[0].size / MM) == 22)
    for line in paper.lines():
        below_title = line.page > 1 or line.base > first.base
        if below_title and round(line.glyphs[0].size / MM) == 16:
            row = row_of(line.base)
            assert abs(row - round(row)) < 0.02, (line.text, row)
            assert round(row) in range(22)


def paragraphs_leave_no_gap(paper: Paper, sheet: OfficialSheet) -> None:
    """7.3.3: the rows of the body follow each other; no empty row stands between paragraphs."""
    rows: dict[int, set[int]] = {}
    for glyph in paper.find(visible(body_text(sheet.blocks))):
        rows.setdefault(glyph.page, set()).add(round(row_of(glyph.base)))
    for found in rows.values():
        assert found == set(range(min(found), max(found) + 1))


def page_one_shows_body(paper: Paper, sheet: OfficialSheet) -> None:
    """7.3.3: the first character of the body is on page 1."""
    start = visible(body_text(sheet.blocks))[:8]
    assert paper.find(start)[0].page == 1


def numbers_stand_on_text_pages(paper: Paper) -> None:
    """7.5: pages of text carry their number, blank pages and a lone imprint none."""
    assert paper.numbers() == {page: f"—{page}—" for page in text_pages(paper)}


def no_line_holds_one_character(paper: Paper, sheet: OfficialSheet) -> None:
    """No paragraph ends in a line of a single character (with or without its stop)."""
    for line in paper.lines():
        is_text = round(line.glyphs[0].size / MM) == 16 and (line.page > 1 or line.base > TOP + 10 * ROW)
        if not is_text:
            continue
        letters = [g for g in line.glyphs if unicodedata.category(g.char)[0] not in "PS"]
        assert len(letters) != 1 or _stands_alone(line, sheet), line.text


def _stands_alone(line: Line, sheet: OfficialSheet) -> bool:
    """A paragraph of one character is its author's."""
    texts = {visible(block.text) for block in sheet.blocks if hasattr(block, "text")} | set(sheet.attachments)
    return line.text in texts


def the_imprint_ends_the_last_page(paper: Paper, typeset: Typeset, sheet: OfficialSheet) -> None:
    """7.4.1: the last line is the bottom of the type area of the last page, an even one; nothing is underneath."""
    found = imprint_top(paper)
    if found is None:
        assert paper.pages == text_pages(paper)[-1]
        return
    page, top = found
    black = [rule for rule in paper.rules if rule.colour == (0, 0, 0)]
    assert page == paper.pages
    assert not sheet.even_imprint or page % 2 == 0
    assert abs(max(rule.y for rule in black) - BOTTOM) < 0.1
    above = [g.bottom for g in paper.glyphs if g.page == page and g.size > 15 * MM and g.base < BOTTOM]
    if typeset.seal_box and typeset.seal_box.page == page:
        above.append(typeset.seal_box.y_mm + typeset.seal_box.diameter_mm)
    assert not above or max(above) < top


def the_seal_stands_by_text(paper: Paper, typeset: Typeset, sheet: OfficialSheet) -> None:
    """7.3.5.1: its top within one row of the text above, on the same page, pressing name and date, inside the area."""
    box = typeset.seal_box
    assert box is not None
    (signature,) = sheet.signatures
    name = paper.find(visible(signature) + sheet.document_date)
    name_line = Line(tuple(name[: len(visible(signature))]))
    date_line = Line(tuple(name[len(visible(signature)) :]))
    assert name_line.page == date_line.page == box.page
    above = [
        line
        for line in paper.lines(box.page)
        if line.base < name_line.base - 0.5 and round(line.glyphs[0].size / MM) == 16
    ]
    assert above, "the seal's page shows no text"
    row = (name_line.base - above[-1].base) / 3  # name on the third row below the text
    text_end = above[-1].base - 0.88 * 16 * MM - (row - 16 * MM) / 2 + row
    assert 0 < box.y_mm - text_end <= row + 0.01
    assert box.y_mm + box.diameter_mm <= BOTTOM + 0.01
    middle = box.y_mm + box.diameter_mm / 2
    centre = (name_line.top + date_line.bottom) / 2
    assert 0 <= centre - middle <= 5
    across = box.x_mm + box.diameter_mm / 2
    assert abs((date_line.left + date_line.right) / 2 - across) < 1
