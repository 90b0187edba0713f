"""Reading a manuscript: the words of a Word or text file for an editor; the file itself is not kept."""

import tempfile
from pathlib import Path
from typing import Any

from django.db import transaction

from apps.core.actors import Actor
from apps.core.errors import TooLarge, UnsupportedType, ValidationFailed
from apps.core.subjects import Subject
from apps.files.children import ChildFailed, run_child
from apps.files.errors import FileRefused
from apps.files.names import clean_name, extension_of
from apps.files.policies import require_attach
from apps.files.services.uploading import marked, refusal_record

READ_LIMIT = 20 * 1024 * 1024
READ_SECONDS = 30
READ_MEGABYTES = 1024
OLD_WORD = "旧版文字文档（.{extension}）不能直接导入，请在 Word 或 WPS 中“另存为”.docx 后再导入。"
OTHER = "只能从 Word 文档（.docx）或文本文件（.txt）导入正文；其他文件请作为附件上传。"


def manuscript_take(*, actor: Actor, subject: Subject, name: str, content: bytes) -> dict[str, Any]:
    """`parts` and `left_out` of the file as `manuscripts.Manuscript`, read in a killable child.

    Refuses whoever may not change the subject, old and foreign formats, macros, passwords, bombs, secrecy marks (recorded).
    """
    require_attach(actor, subject)
    cleaned = clean_name(name)
    extension = extension_of(cleaned)
    _refuse_early(extension, len(content))
    found = _read(content, extension)
    if not (found["mark"] or found["refusal"]):
        return found
    facts = {"mark": found["mark"], "place": "text"} if found["mark"] else {"reason": found["refusal"]}
    with transaction.atomic():
        refusal_record(actor=actor, subject=subject, name=cleaned, facts=facts)
    raise FileRefused(marked(place="文件内容", mark=found["mark"]) if found["mark"] else found["refusal"])


def _refuse_early(extension: str, size: int) -> None:
    if extension in {"doc", "wps"}:
        raise UnsupportedType(OLD_WORD.format(extension=extension))
    if extension in {"docm", "dotm"}:
        raise FileRefused("文件含有宏程序，请另存为不含宏的 .docx 后再导入。")
    if extension not in {"docx", "txt"}:
        raise UnsupportedType(OTHER)
    if size == 0:
        raise ValidationFailed("文件是空的，请重新选择。")
    if size > READ_LIMIT:
        raise TooLarge(
            f"文件超过{READ_LIMIT // 1024 // 1024}MB，请删去图片或拆分后再导入。", limit=READ_LIMIT
        )


def _read(content: bytes, extension: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="manuscript-") as folder:
        path = Path(folder) / f"manuscript.{extension}"
        path.write_bytes(content)
        try:
            found: dict[str, Any] = run_child(
                "manuscript", str(path), extension, seconds=READ_SECONDS, megabytes=READ_MEGABYTES
            )
        except ChildFailed:
            raise FileRefused(
                "文件无法在限定的时间和内存内读完，可能已损坏或过于复杂，请拆分或另存后再导入。"
            ) from None
    return found
