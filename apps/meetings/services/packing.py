"""会议档案 as one ZIP: the file of the meeting, its plan of seats, replies, issued papers and materials, with a list of digests."""

import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import local, now
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.spreadsheets import xlsx_bytes
from apps.core.subjects import Subject
from apps.files.models import StoredFile
from apps.files.names import clean_name
from apps.files.selectors import file_blocks
from apps.meetings.enums import MeetingState
from apps.meetings.models import Meeting
from apps.meetings.papers import archive_pdf, seat_plan_pdf
from apps.meetings.policies import KIND, require_organiser
from apps.meetings.selectors.agenda import AgendaLine, agenda_lines
from apps.meetings.selectors.archive import REPLY_HEADS, archive_content, formal_texts, reply_rows
from apps.meetings.selectors.meetings import head_count, meeting_for

MOST_BYTES = 1024**3
BLOCK = 256 * 1024


def meeting_pack(*, actor: Actor, meeting_id: int) -> tuple[str, IO[bytes]]:
    """The name of the ZIP and the ZIP itself, in a file that is gone once closed. By who runs the meeting, once it is over.

    Raises `ValidationFailed` when the materials are more than 1 GB, `UpstreamFailed` while papers cannot be laid out.
    """
    meeting = meeting_for(actor, meeting_id)
    require_organiser(actor, meeting)
    if meeting.state != MeetingState.ENDED:
        raise InvalidState(f"会议{meeting.get_state_display()}，会议结束后才能导出会议档案。")
    agenda = agenda_lines(actor, meeting)
    size = sum(file.size for line in agenda for file in line.files)
    if size > MOST_BYTES:
        raise ValidationFailed(f"会议材料共 {size // 1024**2} MB，超过 1 GB，请在会议档案页逐个下载。")
    packed = tempfile.TemporaryFile(prefix="tongzhou-meeting-")  # noqa: SIM115  # the answer closes it
    try:
        formal, lacking = formal_texts(actor, meeting)
        count = _written(packed, [*_papers(meeting, agenda), *formal, *_materials(agenda)], lacking)
    except BaseException:
        packed.close()
        raise
    _noted(actor, meeting, count)
    return f"{local(meeting.starts_at):%Y%m%d}{meeting.name}会议档案.zip", packed


def _papers(meeting: Meeting, agenda: list[AgendaLine]) -> Iterator[tuple[str, bytes]]:
    """What is laid out for the package."""
    count = head_count(meeting)
    yield "会议档案.pdf", archive_pdf(archive_content(meeting, count, agenda))
    yield "回执和签到.xlsx", xlsx_bytes("回执和签到", REPLY_HEADS, reply_rows(count))
    if meeting.seats.exists():
        yield "座次图.pdf", seat_plan_pdf(meeting)


def _materials(agenda: list[AgendaLine]) -> Iterator[tuple[str, StoredFile]]:
    """What was handed in, by item."""
    for line in agenda:
        title = line.item.title.replace("/", "_").replace("\\", "_")
        folder = clean_name(f"{line.item.place:02d} {title}")[:60].strip()
        for number, file in enumerate(line.files, start=1):
            yield f"会议材料/{folder}/{number:02d} {file.name}", file


def _written(packed: IO[bytes], parts: Iterable[tuple[str, bytes | StoredFile]], lacking: list[str]) -> int:
    """Write the parts and 清单.txt, which ends with what is `lacking`. Returns how many. One block of a file is held at a time."""
    heads = 2
    lines = ["本清单列出档案包内各文件的名称、字节数和 SHA-256 摘要。", ""]
    at = local(now())
    moment = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED, allowZip64=True) as book:
        for name, part in parts:
            digest, size = hashlib.sha256(), 0
            entry = zipfile.ZipInfo(name, date_time=moment)
            with book.open(entry, "w", force_zip64=True) as target:
                for block in [part] if isinstance(part, bytes) else file_blocks(part):
                    digest.update(block)
                    size += len(block)
                    target.write(block)
            lines.append(f"{digest.hexdigest()}  {size:>12}  {name}")
        entry = zipfile.ZipInfo("清单.txt", date_time=moment)
        book.writestr(entry, "\r\n".join([*lines, *lacking]).encode("utf-8-sig"))
    return len(lines) - heads


def package_blocks(*, packed: IO[bytes]) -> Iterator[bytes]:
    """The package from its beginning, closed at the end."""
    with packed:
        packed.seek(0)
        while block := packed.read(BLOCK):
            yield block


@transaction.atomic
def _noted(actor: Actor, meeting: Meeting, count: int) -> None:
    record(
        "meetings.pack",
        actor=actor,
        subject=Subject(KIND, meeting.pk),
        subject_text=meeting.name[:200],
        facts={"files": count},
    )
