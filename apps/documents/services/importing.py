"""一键排版 and import: messy text made clean for the editor. Nothing is saved here; the editor saves what its writer accepts."""

from dataclasses import asdict, dataclass
from typing import Any

from apps.core.actors import Actor
from apps.documents.body import Node, body_validated
from apps.documents.cleanup import body_cleaned
from apps.documents.models import OutgoingDocument
from apps.documents.policies.desk import require_template_keeper
from apps.documents.policies.outgoing import Ability, abilities_with, open_task_of, require
from apps.documents.selectors.outgoing import document_for, subject_of
from apps.documents.selectors.templates import tray_of
from apps.files.services import manuscript_take


@dataclass(frozen=True, kw_only=True)
class Tidied:
    """What the editor shows: the clean body, the text its changes are placed in, the changes, the body before, what was left out."""

    body: Node
    text: str
    changes: list[dict[str, Any]]
    before: Node
    left_out: list[str]


def body_tidy(*, actor: Actor, document_id: int, body: object) -> Tidied:
    """`body` made clean. Refuses whoever may not edit the document now, and a body the schema does not know."""
    _writer_required(actor, document_id)
    return _tidied(body_validated(body), [])


def template_tidy(*, actor: Actor, body: object) -> Tidied:
    """`body` of a template made clean. Refuses whoever keeps no templates, and a body the schema does not know."""
    require_template_keeper(actor)
    return _tidied(body_validated(body), [])


def manuscript_tidy(
    *, actor: Actor, document_id: int, name: str, content: bytes, behind: object = None
) -> Tidied:
    """The words of a Word or text file as a clean body, behind the body `behind` if there is one.

    Refuses what `files.manuscript_take` and the body's limits refuse.
    """
    subject = subject_of(_writer_required(actor, document_id))
    return _read(manuscript_take(actor=actor, subject=subject, name=name, content=content), behind)


def template_manuscript_tidy(*, actor: Actor, name: str, content: bytes, behind: object = None) -> Tidied:
    """The same for a template of the own organ. Refuses whoever keeps no templates, and what `manuscript_tidy` does."""
    require_template_keeper(actor)
    tray = tray_of(actor.organ_id or 0)
    return _read(manuscript_take(actor=actor, subject=tray, name=name, content=content), behind)


def _read(found: dict[str, Any], behind: object) -> Tidied:
    blocks: list[Node] = [] if behind is None else list(body_validated(behind)["content"])
    blocks += [block for part in found["parts"] if (block := _block(part))]
    return _tidied(body_validated({"type": "doc", "content": blocks}), found["left_out"])


def _writer_required(actor: Actor, document_id: int) -> OutgoingDocument:
    document = document_for(actor, document_id)
    require(Ability.EDIT, abilities_with(actor, document, open_task_of(actor, document)))
    return document


def _tidied(before: Node, left_out: list[str]) -> Tidied:
    found = body_cleaned(before)
    changes = [asdict(change) | {"name": change.name} for change in found.cleaned.changes]
    return Tidied(
        body=body_validated(found.body),
        text=found.cleaned.text,
        changes=changes,
        before=before,
        left_out=left_out,
    )


def _block(part: dict[str, Any]) -> Node | None:
    """A part of a manuscript as a block of the body; empty lines have none."""
    if part["rows"]:
        return {"type": "table", "content": [_row(row) for row in part["rows"]]}
    if not part["text"].strip():
        return None
    content = [{"type": "text", "text": part["text"]}]
    if part["level"]:
        return {"type": "heading", "attrs": {"level": part["level"]}, "content": content}
    return {"type": "paragraph", "content": content}


def _row(cells: list[dict[str, Any]]) -> Node:
    return {"type": "table_row", "content": [_cell(cell) for cell in cells]}


def _cell(cell: dict[str, Any]) -> Node:
    lines = [
        {"type": "paragraph", **({"content": [{"type": "text", "text": line}]} if line else {})}
        for line in cell["text"].split("\n")
    ]
    return {
        "type": "table_header" if cell["is_head"] else "table_cell",
        "attrs": {"colspan": cell["colspan"], "rowspan": cell["rowspan"]},
        "content": lines,
    }
