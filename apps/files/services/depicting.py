"""A picture for a text: what people send is drawn anew in a killable child and kept; their own file is not."""

import tempfile
from pathlib import Path
from typing import Any

from django.db import transaction

from apps.core.actors import Actor
from apps.core.errors import TooLarge, UnsupportedType, ValidationFailed
from apps.core.subjects import Subject
from apps.files.children import ChildFailed, run_child
from apps.files.enums import PICTURE
from apps.files.errors import FileRefused
from apps.files.kinds import KINDS
from apps.files.marks import mark_in_name
from apps.files.models import StoredFile
from apps.files.names import clean_name, extension_of
from apps.files.policies import require_attach
from apps.files.services.storing import file_store_bytes
from apps.files.services.uploading import marked, refusal_record

EXTENSIONS = frozenset({"png", "jpg", "jpeg", "bmp"})
SIZE_LIMIT = 20 * 1024 * 1024
SECONDS = 20
MEGABYTES = 1536
OTHER = "正文图片只能是 PNG、JPEG 或 BMP，请另存后再插入；其他文件请作为附件上传。"


def picture_take(*, actor: Actor, subject: Subject, name: str, content: bytes) -> StoredFile:
    """The picture as a ready file of `subject`, fit for print, without the place and camera its own file tells.

    Refuses whoever may not change the subject, other kinds, more than 20 MB or 120 megapixels, broken ones, secrecy marks in
    the name (recorded).
    """
    require_attach(actor, subject)
    cleaned = clean_name(name)
    _refuse_early(extension_of(cleaned), len(content))
    if mark := mark_in_name(cleaned):
        _refuse(actor, subject, cleaned, {"mark": mark, "place": "name"}, marked(place="文件名", mark=mark))
    made = _drawn(content, extension_of(cleaned))
    if made["refusal"]:
        _refuse(actor, subject, cleaned, {"reason": made["refusal"]}, made["refusal"])
    return file_store_bytes(
        actor=actor,
        subject=subject,
        purpose=PICTURE,
        name=f"{cleaned.rpartition('.')[0]}.{made['extension']}",
        data=made["data"],
        content_type=KINDS[made["extension"]].content_type,
    )


def ink_drawn(*, name: str, content: bytes) -> bytes:
    """The ink of a scanned signature, red on nothing, as PNG. Refuses as `picture_take`, and paper without or all ink."""
    extension = extension_of(clean_name(name))
    _refuse_early(extension, len(content))
    made = _drawn(content, extension, job="ink")
    if made["refusal"]:
        raise FileRefused(made["refusal"])
    data: bytes = made["data"]
    return data


def _refuse_early(extension: str, size: int) -> None:
    if extension not in EXTENSIONS:
        raise UnsupportedType(OTHER)
    if size == 0:
        raise ValidationFailed("文件是空的，请重新选择。")
    if size > SIZE_LIMIT:
        raise TooLarge(f"图片超过{SIZE_LIMIT // 1024 // 1024}MB，请缩小后再插入。", limit=SIZE_LIMIT)


def _refuse(actor: Actor, subject: Subject, name: str, facts: dict[str, Any], words: str) -> None:
    with transaction.atomic():
        refusal_record(actor=actor, subject=subject, name=name, facts=facts)
    raise FileRefused(words)


def _drawn(content: bytes, extension: str, *, job: str = "picture") -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="picture-") as folder:
        path = Path(folder) / f"sent.{extension}"
        path.write_bytes(content)
        try:
            made: dict[str, Any] = run_child(
                job, str(path), folder, extension, seconds=SECONDS, megabytes=MEGABYTES
            )
        except ChildFailed:
            raise FileRefused("图片无法在限定的时间和内存内读取，可能已损坏，请另存后再插入。") from None
        if not made["refusal"]:
            made["data"] = (Path(folder) / f"picture.{made['extension']}").read_bytes()
    return made
