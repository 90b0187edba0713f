"""Pictures in the text of a draft, sent and saved through the services."""

import io
from typing import Any

from PIL import Image

from apps.documents.body import Node, body_from_text
from apps.documents.models import OutgoingDocument
from apps.documents.services.drafting import DraftChanges, outgoing_autosave
from apps.documents.services.pictures import picture_add
from apps.files.models import StoredFile
from tests.factories.world import World
from tests.helpers.outgoing import TEXT, drafted


def photograph(width: int = 600, height: int = 400, kind: str = "JPEG") -> bytes:
    """A picture of that many pixels."""
    target = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(target, kind)
    return target.getvalue()


def added(world: World, document: OutgoingDocument, data: bytes | None = None) -> StoredFile:
    """A picture the drafter sent."""
    return picture_add(
        actor=world.actor("drafter"),
        document_id=document.pk,
        name="现场.jpg",
        content=data or photograph(),
    )


def picture(shown: StoredFile, **attrs: Any) -> Node:
    """A block that shows the file."""
    return {"type": "picture", "attrs": {"file": shown.pk, "width": 60, "caption": "图1　现场", **attrs}}


def saved(world: World, document: OutgoingDocument, *nodes: Node) -> OutgoingDocument:
    """The document after its drafter put the nodes before its last paragraph."""
    text = body_from_text(TEXT)["content"]
    return outgoing_autosave(
        actor=world.actor("drafter"),
        document_id=document.pk,
        expected_version=document.version,
        changes=DraftChanges(body={"type": "doc", "content": [*text[:-1], *nodes, text[-1]]}),
    )


def illustrated(world: World) -> tuple[OutgoingDocument, StoredFile]:
    """A draft with a picture."""
    document = drafted(world)
    file = added(world, document)
    return saved(world, document, picture(file)), file
