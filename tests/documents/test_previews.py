"""版式预览: what takes longer is promised, what cannot be laid out is said once and may be asked for again."""

import uuid
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from apps.documents.models import OutgoingDocument
from apps.documents.selectors.previews import preview_wanted
from apps.documents.services import previews
from apps.documents.services.previews import preview_make, preview_ready
from tests.factories.world import World
from tests.helpers.outgoing import drafted

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]
NEVER = 0.001  # seconds in which nothing is laid out


def unseen(world: World) -> OutgoingDocument:
    """A draft whose text nobody has laid out: pages are kept by their text."""
    return drafted(world, title=f"关于第{uuid.uuid4().hex}号事项的通知")


def test_a_slow_layout_is_promised_and_the_page_asks_again(
    world: World, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = unseen(world)
    monkeypatch.setattr(previews, "PATIENCE_SECONDS", NEVER)
    page = client_as("drafter").get(f"/documents/outgoing/{document.pk}/pages/?edit=1")
    assert "排版中" in page.content.decode()
    assert "every 1500ms" in page.content.decode()
    preview_make(document_id=document.pk)
    assert preview_ready(document=document).state == "ready"


def test_what_a_worker_cannot_lay_out_is_said_instead_of_promised_for_ever(
    world: World, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = unseen(world)
    monkeypatch.setattr(previews, "PATIENCE_SECONDS", NEVER)
    assert preview_ready(document=document).state == "pending"
    with monkeypatch.context() as hurried:
        hurried.setattr(previews, "WORKER_SECONDS", NEVER)
        preview_make(document_id=document.pk)
    told = preview_ready(document=document)
    assert told.state == "failed"
    assert "超过时限" in told.message
    page = client_as("drafter").get(f"/documents/outgoing/{document.pk}/pages/?edit=1").content.decode()
    assert "重新排版" in page
    cache.delete(f"preview.refused.{preview_wanted(document).digest}")  # a minute later
    assert preview_ready(document=document).state == "pending"
