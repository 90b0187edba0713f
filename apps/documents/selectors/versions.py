"""The kept versions of an outgoing document and the differences between two of them.

A version shows what its signature would cover. Whoever may see the document sees them: the newest one is its text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from apps.accounts.models import Organ
from apps.documents.comparing import Change, Row, Run, blocks_compared, body_blocks, texts_compared
from apps.documents.enums import Disclosure, DocumentFormat, DocumentType, RoutingDirection
from apps.documents.models import DocumentRecipient, OutgoingDocument
from apps.documents.selectors.outgoing import content_of, revisions_of
from apps.workflow.models import Urgency

CURRENT = 0  # the text as it stands, when it was changed since the newest kept version
CONTEXT = 2  # unchanged paragraphs shown around a change
SHORTEST_GAP = 3  # fewer unchanged paragraphs are shown, not folded
CHOICES: dict[str, dict[str, str]] = {
    "document_type": dict(DocumentType.choices),
    "routing_direction": dict(RoutingDirection.choices),
    "urgency": dict(Urgency.choices),
    "disclosure": dict(Disclosure.choices),
    "layout": dict(DocumentFormat.choices),
}
FIELDS: dict[str, str] = {
    "title": "标题",
    "main": "主送",
    "main_recipients_text": "主送印文",
    "cc": "抄送",
    "cc_recipients_text": "抄送印文",
    "document_type": "文种",
    "routing_direction": "行文方向",
    "layout": "格式",
    "urgency": "紧急程度",
    "disclosure": "公开属性",
    "is_important": "重要公文",
    "is_sealed": "加盖印章",
    "issuing_organ_id": "发文机关",
    "joint_issuers": "联署机关",
    "issuer_mark": "发文机关标志",
    "issuer_signature": "发文机关署名",
    "signatories": "签发人",
    "note": "附注",
    "attendees": "出席",
    "absentees": "请假",
    "observers": "列席",
}


@dataclass(frozen=True, kw_only=True)
class Version:
    """A kept state, or the text as it stands (`CURRENT`); `changed`: what differs from the version before, in words."""

    number: int
    content: dict[str, Any]
    digest: str
    person: str
    step: str
    at: datetime
    changed: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As the page calls it."""
        return "当前稿" if self.number == CURRENT else f"第 {self.number} 稿"


@dataclass(frozen=True)
class FieldChange:
    """A field of the document that differs."""

    label: str
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class FileChange:
    """An attachment that came, went or has other bytes under its name."""

    change: Change
    name: str


@dataclass(frozen=True)
class Passage:
    """Rows of the text; folded ones are all unchanged."""

    rows: tuple[Row, ...]
    is_folded: bool


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Everything in which two versions differ."""

    old: Version
    new: Version
    fields: tuple[FieldChange, ...]
    files: tuple[FileChange, ...]
    passages: tuple[Passage, ...]
    inserted_count: int
    deleted_count: int

    @property
    def is_same(self) -> bool:
        """Nothing differs."""
        return not (self.fields or self.files or self.inserted_count or self.deleted_count)


def versions_of(document: OutgoingDocument) -> tuple[Version, ...]:
    """All versions, newest first, the changed text as it stands before them."""
    found: list[Version] = []
    for row in reversed(revisions_of(document)):
        before = found[-1].content if found else None
        found.append(
            Version(
                number=row.number,
                content=row.content,
                digest=row.content_hash,
                person=row.author.name,
                step=row.reason,
                at=row.created_at,
                changed=_changed(before, row.content),
            )
        )
    content = content_of(document)
    if not found or found[-1].digest != content.digest:
        before = found[-1].content if found else None
        current = Version(
            number=CURRENT,
            content=content.value,
            digest=content.digest,
            person="",
            step="尚未提交" if document.submitted_at is None else document.get_status_display(),
            at=document.updated_at,
            changed=_changed(before, content.value),
        )
        found.append(current)
    return tuple(reversed(found))


def _changed(old: dict[str, Any] | None, new: dict[str, Any]) -> tuple[str, ...]:
    """Names of what differs, the text first."""
    if old is None:
        return ()
    names = {"body": "正文", "recipients": "收文机关", "attachments": "附件", **FIELDS}
    return tuple(label for name, label in names.items() if old.get(name) != new.get(name))


def versions_compared(versions: Sequence[Version], old: int | None, new: int | None) -> Comparison | None:
    """The earlier of the two against the later one; `new` alone against the one before it. None below two versions.

    Nonsense (unknown numbers, one version twice) compares the newest two.
    """
    if len(versions) < 2:
        return None
    places = {version.number: place for place, version in enumerate(versions)}
    one = 0 if new is None else places.get(new, 0)
    other = one + 1 if old is None else places.get(old, one)
    later, earlier = min(one, other), max(one, other)
    if later == earlier or earlier >= len(versions):
        later, earlier = 0, 1
    return _compared(versions[earlier], versions[later])


def _compared(old: Version, new: Version) -> Comparison:
    rows = blocks_compared(body_blocks(old.content["body"]), body_blocks(new.content["body"]))
    runs = [run for row in rows for run in row.runs]
    return Comparison(
        old=old,
        new=new,
        fields=tuple(_fields(old.content, new.content)),
        files=tuple(_files(old.content["attachments"], new.content["attachments"])),
        passages=tuple(_passages(rows)),
        inserted_count=sum(len(run.text) for run in runs if run.change is Change.INSERTED),
        deleted_count=sum(len(run.text) for run in runs if run.change is Change.DELETED),
    )


def _fields(old: dict[str, Any], new: dict[str, Any]) -> Iterator[FieldChange]:
    organs = _organ_names(old, new)
    before, after = _shown(old, organs), _shown(new, organs)
    for name, label in FIELDS.items():
        if before[name] != after[name]:
            is_choice = name in CHOICES or name.startswith("is_")
            yield FieldChange(
                label,
                _replaced(before[name], after[name])
                if is_choice
                else texts_compared(before[name], after[name]),
            )


def _replaced(old: str, new: str) -> tuple[Run, ...]:
    return (Run(Change.DELETED, old), Run(Change.INSERTED, new))


def _organ_names(*contents: dict[str, Any]) -> dict[int, str]:
    wanted = {content["issuing_organ_id"] for content in contents}
    for content in contents:
        wanted.update(content.get("joint_issuers", []))
    return dict(Organ.objects.filter(pk__in=wanted).values_list("pk", "full_name"))


def _shown(content: dict[str, Any], organs: dict[int, str]) -> dict[str, str]:
    """The fields in words. A field that an older version did not know is empty."""
    words = {name: _words(name, content.get(name, "")) for name in FIELDS}
    for kind in DocumentRecipient.Kind:
        words[kind.value] = "、".join(name for mark, _, name in content["recipients"] if mark == kind)
    words["issuing_organ_id"] = organs.get(content["issuing_organ_id"], "")
    words["joint_issuers"] = "、".join(organs.get(pk, "") for pk in content.get("joint_issuers", []))
    return words


def _words(name: str, value: Any) -> str:
    if name in CHOICES:
        return CHOICES[name].get(value, str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _files(old: Iterable[list[str]], new: Iterable[list[str]]) -> Iterator[FileChange]:
    """What became of attachments, by name and digest; one whose name is new is a new one."""
    before, after = [tuple(file) for file in old], [tuple(file) for file in new]
    gone = [file for file in before if file not in after]
    come = [file for file in after if file not in before]
    names = {name for name, _ in gone} & {name for name, _ in come}
    yield from (FileChange(Change.DELETED, name) for name, _ in gone if name not in names)
    yield from (FileChange(Change.INSERTED, name) for name, _ in come if name not in names)
    yield from (FileChange(Change.CHANGED, name) for name, _ in come if name in names)


def _passages(rows: Sequence[Row]) -> Iterator[Passage]:
    """Changes with their neighbourhood open, long unchanged stretches folded."""
    near: set[int] = set()
    for place, row in enumerate(rows):
        if row.change is not Change.KEPT:
            near.update(range(place - CONTEXT, place + CONTEXT + 1))
    places = range(len(rows))
    for is_near, group in groupby(places, key=near.__contains__):
        stretch = tuple(rows[place] for place in group)
        yield Passage(stretch, is_folded=not is_near and len(stretch) >= SHORTEST_GAP)
