"""会议档案: one package of the whole meeting, for who runs it, once it is over."""

import hashlib
import io
import zipfile
from collections.abc import Callable

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.errors import ValidationFailed
from apps.core.subjects import Subject
from apps.documents.models import SealedFile
from apps.files.selectors import file_blocks
from apps.files.services import file_store_bytes
from apps.meetings.models import Meeting
from apps.meetings.selectors.agenda import ITEM_KIND
from apps.meetings.services import packing
from apps.meetings.services.agenda import ItemDraft, agenda_add
from apps.meetings.services.issuing import meeting_end
from apps.meetings.services.minutes import matter_add, minutes_draft, record_save
from apps.meetings.services.seats import SeatingDraft, seats_give
from tests.factories.world import World
from tests.helpers.exchange import sealed
from tests.helpers.meetings import MONDAY, running

pytestmark = [pytest.mark.django_db, pytest.mark.long]
As = Callable[[str], Client]
SLIDES = b"%PDF-1.4 slides"


def held(world: World) -> Meeting:
    """A meeting with an item, its material under an awkward name, seats, a record and a decision; over."""
    chief = world.actor("section_chief")
    with clock.at(MONDAY):
        meeting = running(world)
    item = agenda_add(
        actor=chief,
        meeting_id=meeting.pk,
        draft=ItemDraft(title="数据/目录：一", organ_id=world.organs["data"].pk, presenter="罗景明"),
    )
    file_store_bytes(
        actor=chief, subject=Subject(ITEM_KIND, item.pk), purpose="attachment", name="汇报材料.pdf",
        data=SLIDES, content_type="application/pdf",
    )  # fmt: skip
    seats_give(actor=chief, meeting_id=meeting.pk, draft=SeatingDraft(rostrum=(3,), hall=(4, 4)))
    record_save(
        actor=chief, meeting_id=meeting.pk, text="会议讨论认为，先易后难。\n一致同意。", expected_version=None
    )
    matter_add(actor=chief, meeting_id=meeting.pk, text="编制共享目录", organ_id=world.organs["data"].pk)
    return meeting_end(actor=chief, meeting_id=meeting.pk)


def package(browser: Client, meeting: Meeting) -> dict[str, bytes]:
    """Name → bytes of what the browser is given."""
    answer = browser.get(reverse("meetings:archive_package", args=[meeting.pk]))
    assert answer.status_code == 200
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # the test client answers as a stream
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {name: book.read(name) for name in book.namelist()}


def test_the_package_holds_the_whole_meeting_and_its_digests(world: World, client_as: As) -> None:
    meeting = held(world)
    minutes_draft(actor=world.actor("section_chief"), meeting_id=meeting.pk)
    address = reverse("meetings:archive_package", args=[meeting.pk])
    for key, status in (("bureau_clerk", 403), ("bureau_head", 403), ("stranger", 404), ("sysadmin", 404)):
        assert client_as(key).get(address).status_code == status, key
    answer = client_as("section_chief").get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # the test client answers as a stream
    assert len(data) == int(answer.headers["Content-Length"])
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None
        parts = {name: book.read(name) for name in book.namelist()}
    assert set(parts) == {
        "会议档案.pdf", "回执和签到.xlsx", "座次图.pdf", "会议材料/01 数据_目录：一/01 汇报材料.pdf", "清单.txt"
    }  # fmt: skip
    assert parts["会议材料/01 数据_目录：一/01 汇报材料.pdf"] == SLIDES
    digests = parts["清单.txt"].decode("utf-8-sig")
    for name, part in parts.items():
        assert name == "清单.txt" or f"{hashlib.sha256(part).hexdigest()}  {len(part):>12}  {name}" in digests
    pages = pypdfium2.PdfDocument(parts["会议档案.pdf"])
    text = "".join(page.get_textpage().get_text_bounded() for page in pages)
    for words in ("会议档案", "罗景明", "编制共享目录", "先易后难", "未回执", "结束会议", "汇报材料.pdf"):
        assert words in text.replace("\r\n", ""), words
    entry = AuditEntry.objects.get(action="meetings.pack")
    assert entry.facts == {"files": 4}
    sheet = client_as("section_chief").get(reverse("meetings:archive", args=[meeting.pk])).content.decode()
    assert "导出档案包" in sheet
    assert "座次" in sheet


def test_the_issued_notice_and_minutes_go_into_the_package(world: World, client_as: As) -> None:
    meeting = held(world)
    notice = sealed(world, main=("data",), cc=())
    minutes = sealed(world, main=("finance",), cc=(), title="全市数据共享工作推进会会议纪要")
    Meeting.objects.filter(pk=meeting.pk).update(notice=notice, minutes=minutes)
    parts = package(client_as("section_chief"), meeting)
    for name, document in (("会议通知.pdf", notice), ("会议纪要.pdf", minutes)):
        file = SealedFile.objects.select_related("file").get(document=document).file
        assert parts[name] == b"".join(file_blocks(file))
        assert f"{hashlib.sha256(parts[name]).hexdigest()}" in parts["清单.txt"].decode("utf-8-sig")
    assert "没有收入" not in parts["清单.txt"].decode("utf-8-sig")


def test_what_is_not_issued_or_not_for_the_packers_eyes_is_said(world: World, client_as: As) -> None:
    meeting = held(world)
    minutes_draft(actor=world.actor("section_chief"), meeting_id=meeting.pk)
    foreign = sealed(world, main=("data",), cc=())
    foreign.pk, foreign.matter, foreign.drafting_unit = None, None, None  # one that nobody here took part in
    foreign.organ, foreign.document_number = world.organs["county"], "望政发〔2026〕1号"
    foreign.drafter, foreign.drafter_appointment = world.person("stranger"), world.post("stranger")
    foreign.save()
    Meeting.objects.filter(pk=meeting.pk).update(notice=foreign)
    parts = package(client_as("section_chief"), meeting)
    assert not {"会议通知.pdf", "会议纪要.pdf"} & set(parts)
    words = parts["清单.txt"].decode("utf-8-sig")
    assert "会议纪要没有收入：公文" in words
    assert "会议通知没有收入：导出人无权查看" in words


def test_a_package_is_refused_before_the_end_and_beyond_its_size(
    world: World, client_as: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.at(MONDAY):
        meeting = running(world)
    address = reverse("meetings:archive_package", args=[meeting.pk])
    early = client_as("section_chief").get(address)
    assert early.status_code == 409
    assert "会议结束后才能导出" in early.content.decode()
    meeting_end(actor=world.actor("section_chief"), meeting_id=meeting.pk)
    monkeypatch.setattr(packing, "MOST_BYTES", -1)
    with pytest.raises(ValidationFailed, match="逐个下载"):
        packing.meeting_pack(actor=world.actor("section_chief"), meeting_id=meeting.pk)
