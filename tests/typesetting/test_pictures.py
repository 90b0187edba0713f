"""Pictures in the body: where they stand on paper, their words, the signature below one that ends the text, Word, the child."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace

import docx
import pypdfium2
import pytest
from docx.shared import Mm
from PIL import Image
from pypdfium2 import raw

from apps.typesetting import (
    OfficialSheet,
    Paragraph,
    Picture,
    Typeset,
    TypesettingError,
    child,
    compose,
    compose_docx,
)
from tests.typesetting.paper import BOTTOM, LEFT, MM, RIGHT, ROW, TOP, Paper
from tests.typesetting.sheets import notice, paragraphs

Printed = Callable[..., Paper]
LaidOut = Callable[..., Typeset]


def drawn(width: int, height: int, kind: str = "JPEG") -> bytes:
    """A picture of that many pixels."""
    target = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(target, kind)
    return target.getvalue()


WIDE = drawn(1600, 800)
TALL = drawn(400, 1600, "PNG")
BYTES = {hashlib.sha256(data).hexdigest(): data for data in (WIDE, TALL)}
WIDE_KEY, TALL_KEY = BYTES


def with_pictures(*blocks: Paragraph | Picture) -> OfficialSheet:
    return replace(notice(), blocks=blocks)


def boxes(pdf: bytes) -> list[tuple[int, float, float, float, float]]:
    """Page, left, top, right, bottom in millimetres of every picture."""
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for number, page in enumerate(document, start=1):
        height = page.get_height()
        for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4):
            left, bottom, right, top = thing.get_bounds()
            found.append((number, left * MM, (height - top) * MM, right * MM, (height - bottom) * MM))
    return found


def test_a_picture_stands_in_the_middle_at_its_share_of_the_type_area(laid_out: LaidOut) -> None:
    sheet = with_pictures(Paragraph("请见下图。"), Picture(WIDE_KEY, 50), Paragraph("特此通知。"))
    [(page, left, top, right, bottom)] = boxes(laid_out(sheet, pictures=BYTES).pdf)
    assert page == 1
    assert right - left == pytest.approx(78, abs=0.2)
    assert bottom - top == pytest.approx(39, abs=0.2)
    assert (left + right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=0.2)


def test_a_jpeg_goes_into_the_file_as_it_is(laid_out: LaidOut) -> None:
    sheet = with_pictures(Paragraph("请见下图。"), Picture(WIDE_KEY), Paragraph("特此通知。"))
    assert WIDE in laid_out(sheet, pictures=BYTES).pdf


def test_the_text_after_a_picture_is_back_on_the_grid_and_its_words_stand_below_it(printed: Printed) -> None:
    sheet = with_pictures(
        Paragraph("请见下图。"),
        Picture(WIDE_KEY, 30, "图1　岱海市各县区位置"),
        Paragraph("请照此办理。"),
        Paragraph("特此通知。"),
    )
    paper = printed(sheet, pictures=BYTES)
    before, words, after = (paper.line(text) for text in ("请见下图。", "图1", "请照此办理。"))
    assert before.page == words.page == after.page
    rows = (after.base - before.base) / ROW
    assert rows == pytest.approx(round(rows), abs=0.02)
    assert before.base < words.base < after.base
    assert (words.left + words.right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1.5)


def test_a_tall_picture_is_made_narrower_and_goes_whole_to_the_next_page(laid_out: LaidOut) -> None:
    sheet = with_pictures(Paragraph("请见下图。"), Picture(TALL_KEY), Paragraph("特此通知。"))
    [(page, left, top, right, bottom)] = boxes(laid_out(sheet, pictures=BYTES).pdf)
    assert page == 2
    assert bottom - top == pytest.approx(150, abs=0.5)
    assert right - left == pytest.approx(37.5, abs=0.5)
    assert top >= TOP - 0.1
    assert bottom <= BOTTOM


@pytest.mark.parametrize("body", [0, 6, 9])
def test_a_picture_that_ends_the_text_carries_the_signature_below_it(laid_out: LaidOut, body: int) -> None:
    texts = [Paragraph(text) for text in paragraphs(body).splitlines()] or [Paragraph("请见下图。")]
    made = laid_out(with_pictures(*texts, Picture(TALL_KEY)), pictures=BYTES)
    [(page, _, _, _, bottom)] = boxes(made.pdf)
    assert made.seal_box is not None
    assert (made.seal_box.page, made.seal_box.y_mm > bottom) == (page, True)


def test_a_picture_may_begin_the_body(laid_out: LaidOut) -> None:
    made = laid_out(with_pictures(Picture(WIDE_KEY, 40), Paragraph("特此通知。")), pictures=BYTES)
    assert boxes(made.pdf)[0][0] == 1


def test_word_has_the_pictures_at_the_same_size_with_their_words() -> None:
    sheet = with_pictures(Paragraph("请见下图。"), Picture(WIDE_KEY, 50, "图1　位置"), Picture(TALL_KEY))
    document = docx.Document(io.BytesIO(compose_docx(sheet, pictures=BYTES)))
    sizes = [(shape.width / Mm(1), shape.height / Mm(1)) for shape in document.inline_shapes]
    assert sizes == [pytest.approx((78, 39), abs=0.1), pytest.approx((37.5, 150), abs=0.1)]
    lines = {line.style.name: line for line in document.paragraphs if line.style is not None}
    assert lines["图片说明"].text == "图1　位置"
    assert lines["图片"].paragraph_format.line_spacing is None


def test_what_is_no_picture_is_refused_in_words() -> None:
    sheet = with_pictures(Picture("x"), Paragraph("特此通知。"))
    with pytest.raises(TypesettingError, match="图片无法读取"):
        compose(sheet, pictures={"x": b"<svg/>"})


def test_pictures_cross_to_the_child() -> None:
    sheet = with_pictures(Paragraph("请见下图。"), Picture(WIDE_KEY), Paragraph("特此通知。"))
    made = child.run("compose", {"sheet": sheet, "pictures": BYTES}, seconds=60)
    assert WIDE in made.pdf
