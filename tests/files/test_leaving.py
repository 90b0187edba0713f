"""How files leave: attached, fenced, written down; page images inline under the reader's mark."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import AsyncClient, Client
from PIL import Image

from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.errors import InvalidState
from apps.files import services, storage, watermarks
from apps.files.models import PageImage, StoredFile
from apps.files.selectors import page_for, pages_of
from tests.factories.world import World
from tests.files.conftest import Folder
from tests.files.samples import pdf_of, picture_of
from tests.files.test_uploads import sent
from tests.helpers.depth import first_quick


def test_a_download_is_an_attachment_that_cannot_run(
    world: World, folder: Folder, client_as: Callable[[str], Client]
) -> None:
    """Headers of house.md §4, true name, audit entry."""
    file = sent(world, folder, "关于“双减”的通知.txt", b"hello")
    answer: Any = client_as("section_chief").get(f"/files/{file.pk}/")
    assert answer.status_code == 200
    assert answer.getvalue() == b"hello"
    assert answer["Content-Disposition"].startswith(f'attachment; filename="file-{file.pk}.txt"')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Length"] == "5"
    entry = AuditEntry.objects.get(action="files.download")
    assert (entry.person_name, entry.facts["sha256"]) == (world.person("section_chief").name, file.sha256)


def test_a_stranger_and_a_visitor_get_no_file_and_no_title(
    world: World, folder: Folder, client_as: Callable[[str], Client]
) -> None:
    """404 without a word of it; visitors go to the login page."""
    file = sent(world, folder, "人事安排.txt", b"hello")
    for path in ("", "view/", "print/", "pages/1.png", "pages/1/marked.png"):
        answer = client_as("stranger").get(f"/files/{file.pk}/{path}")
        assert answer.status_code == 404
        assert "人事安排" not in answer.content.decode()
        assert Client().get(f"/files/{file.pk}/{path}").status_code == 302
    assert not AuditEntry.objects.filter(action="files.download").exists()


def test_a_removed_file_is_gone_for_everybody(
    world: World, folder: Folder, client_as: Callable[[str], Client]
) -> None:
    """At once."""
    file = sent(world, folder, "a.txt", b"hello")
    services.file_remove(actor=world.actor("drafter"), file_id=file.pk)
    assert client_as("drafter").get(f"/files/{file.pk}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_under_asgi_a_download_is_streamed_in_blocks(world: World, folder: Folder) -> None:
    """More than one block, none of them the whole file."""
    data = b"0123456789abcdef" * 65_536
    file = sent(world, folder, "a.txt", data)

    async def fetch() -> list[bytes]:
        client = AsyncClient()
        await client.aforce_login(
            world.person("drafter"), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        answer: Any = await client.get(f"/files/{file.pk}/")
        blocks = [block async for block in answer.streaming_content]
        await sync_to_async(connections.close_all)()
        return blocks

    blocks = asyncio.run(fetch())
    assert b"".join(blocks) == data
    assert len(blocks) == 4


def test_a_pdf_gets_page_images_and_shows_them_inline(
    world: World, folder: Folder, client_as: Callable[[str], Client]
) -> None:
    """A4 at 110 dpi, in a child, once."""
    file = sent(world, folder, "a.pdf", pdf_of("one", "two"))
    with pytest.raises(InvalidState, match="正在生成"):
        page_for(world.actor("drafter"), file.pk, 1)
    assert services.file_pages_make(file_id=file.pk) == 2
    assert services.file_pages_make(file_id=file.pk) == 0
    file.refresh_from_db()
    assert [(page.number, page.width, page.height) for page in pages_of(file)] == [
        (1, 910, 1287),
        (2, 910, 1287),
    ]
    answer = client_as("section_chief").get(f"/files/{file.pk}/pages/2.png")
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == "inline"
    assert answer["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"\x89PNG")
    assert client_as("section_chief").get(f"/files/{file.pk}/pages/3.png").status_code == 404


@pytest.mark.parametrize("kind", first_quick(["TIFF", "JPEG", "PNG", "GIF", "BMP"]))
def test_a_picture_gets_a_page_image(world: World, folder: Folder, kind: str) -> None:
    """Shrunk to what a screen can show."""
    extension = kind.lower()
    file = sent(world, folder, f"a.{extension}", picture_of(kind, size=(3000, 1500)))
    assert services.file_pages_make(file_id=file.pk) == 1
    page = PageImage.objects.get(file=file)
    assert (page.width, page.height) == (2400, 1200)


def test_a_file_that_breaks_the_renderer_has_no_pages_but_stays(
    world: World, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed by its limit; the file can still be downloaded, and nobody tries again."""
    from apps.files.services import paging

    monkeypatch.setattr(paging, "PAGES_MEGABYTES", 1)
    file = sent(world, folder, "a.pdf", pdf_of("one"))
    assert services.file_pages_make(file_id=file.pk) == 0
    file.refresh_from_db()
    assert (file.page_count, file.state) == (0, StoredFile.State.READY)


def test_the_copy_of_a_pdf_brings_its_pages(world: World, folder: Folder) -> None:
    """No second rendering."""
    file = sent(world, folder, "a.pdf", pdf_of("one"))
    services.file_pages_make(file_id=file.pk)
    file.refresh_from_db()
    copied = services.file_copy(
        actor=world.actor("drafter"), file=file, subject=folder.subject, purpose="sealed"
    )
    assert [page.storage_key for page in pages_of(copied)] == [page.storage_key for page in pages_of(file)]


def test_the_watermark_names_the_reader_and_the_minute(
    world: World, client_as: Callable[[str], Client]
) -> None:
    """Name, last four digits, time; private for a minute."""
    moment = clock.now().replace(year=2026, month=3, day=5, hour=1, minute=7)
    with clock.at(moment):
        answer = client_as("drafter").get("/files/watermark.svg")
    text = answer.content.decode()
    assert world.person("drafter").name in text
    assert world.person("drafter").mobile[-4:] in text
    assert "2026-03-05 09:07" in text
    assert answer["Cache-Control"] == "private, max-age=60"
    assert answer["Vary"] == "Cookie"
    assert Client().get("/files/watermark.svg").status_code == 302


def test_a_hostile_name_cannot_break_out_of_the_watermark(world: World) -> None:
    """SVG is markup."""
    actor = world.actor("drafter")
    evil = type(actor)(person_id=actor.person_id, name="<script>alert(1)</script>", login_name="x")
    assert "<script>" not in watermarks.watermark_svg(evil)


def test_a_printed_page_carries_the_readers_mark(
    world: World, folder: Folder, client_as: Callable[[str], Client], tmp_path: Any
) -> None:
    """Burnt in: the picture differs from the clean one all over, and printing is written down."""
    file = sent(world, folder, "a.pdf", pdf_of("one"))
    services.file_pages_make(file_id=file.pk)
    if watermarks.watermark_font() is None:
        pytest.skip("no Chinese font on this machine")
    answer = client_as("drafter").get(f"/files/{file.pk}/pages/1/marked.png")
    (tmp_path / "marked.png").write_bytes(answer.content)
    (tmp_path / "clean.png").write_bytes(storage.bytes_of(PageImage.objects.get().storage_key))
    with Image.open(tmp_path / "marked.png") as marked, Image.open(tmp_path / "clean.png") as clean:
        assert marked.size == clean.size
        assert _shades(marked, (0, 643, 910, 1287)) > 1
        assert _shades(clean, (0, 643, 910, 1287)) == 1
    assert "marked.png" in client_as("drafter").get(f"/files/{file.pk}/print/").content.decode()
    assert AuditEntry.objects.filter(action="files.print").count() == 1


def _shades(image: Image.Image, box: tuple[int, int, int, int]) -> int:
    return len(image.convert("L").crop(box).getcolors() or [])


def test_the_viewer_shows_pages_or_says_why_not(
    world: World, folder: Folder, client_as: Callable[[str], Client]
) -> None:
    """Being made, shown, or not showable."""
    client = client_as("drafter")
    file = sent(world, folder, "a.pdf", pdf_of("one"))
    assert "正在生成页面图像" in client.get(f"/files/{file.pk}/view/").content.decode()
    services.file_pages_make(file_id=file.pk)
    shown = client.get(f"/files/{file.pk}/view/").content.decode()
    assert f"/files/{file.pk}/pages/1.png" in shown
    assert "/files/watermark.svg" in shown
    assert "/folders/7/" in shown
    text = sent(world, folder, "a.txt", b"x")
    services.file_pages_make(file_id=text.pk)
    assert "仅文本预览" in client.get(f"/files/{text.pk}/view/").content.decode()
