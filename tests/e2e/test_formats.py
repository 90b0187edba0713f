"""What a text holds besides words: a picture with words below and a wide table, from the editor to the printed page."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.conftest import Door
from tests.e2e.test_pages import complaints, overflow
from tests.e2e.visitor import DESKTOP, PATIENCE, PHONE, Screen

pytestmark = pytest.mark.long
LAYOUT_PATIENCE = 3 * PATIENCE


def photograph() -> bytes:
    """A picture as a telephone takes it."""
    target = io.BytesIO()
    Image.linear_gradient("L").resize((1200, 900)).convert("RGB").save(target, "JPEG")
    return target.getvalue()


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_picture_and_a_wide_table_stand_in_the_text_and_on_paper(door: Door, screen: Screen) -> None:
    drafter = door.enter("许若溪", screen)
    page = drafter.page
    drafter.go("/documents/outgoing/new/")
    page.locator(".type-grid__item", has_text="通知").click()
    page.wait_for_url("**/edit/")
    text = page.locator("body-editor .tiptap")
    text.click()
    page.keyboard.insert_text("现将有关情况通知如下。")
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="图片", exact=True).click()
    chosen.value.set_files({"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    picture = text.locator("figure img")
    expect(picture).to_have_js_property("naturalWidth", 1200)
    picture.click()
    page.get_by_role("button", name="二分之一").click()
    page.get_by_label("图片说明").fill("图1　现场")
    text.locator("> p").last.click()
    page.get_by_role("button", name="表格", exact=True).click()
    page.get_by_role("button", name="横排").click()
    expect(page.get_by_role("button", name="横排")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="下方续写").click()
    expect(text).to_be_focused()
    with page.expect_response(lambda answer: "请认真落实" in (answer.request.post_data or "")) as kept:
        page.keyboard.insert_text("请认真落实。")
    assert kept.value.ok
    expect(text.locator("> p", has_text="请认真落实。")).to_have_count(1)
    drafter.look("formats")
    page.reload()
    stored = text.locator("figure img")
    expect(stored).to_have_js_property("complete", value=True)
    expect(page.get_by_label("图片说明")).to_have_value("图1　现场")
    expect(text.locator("table[data-landscape]")).to_have_count(1)
    assert overflow(drafter) == 0
    assert complaints(drafter) == []
    if not screen.is_phone:
        expect(page.locator("#preview .panel__note")).to_have_text("共 4 页", timeout=LAYOUT_PATIENCE)
        expect(page.locator("#preview img")).to_have_count(4)
