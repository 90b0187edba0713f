"""督查通报: a draft among the documents, or a Word file."""

import io
from collections.abc import Callable
from datetime import timedelta

import docx
import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.core import clock
from apps.documents.body import body_text
from apps.documents.models import OutgoingDocument
from apps.supervision.enums import State
from apps.supervision.selectors import summaries
from tests.factories.world import World
from tests.helpers.supervision import MONDAY, brought

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
TITLE = "岱海市人民政府办公室关于2026年11月督办事项办理情况的通报"


def test_the_months_summary_becomes_a_draft_that_can_be_submitted(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        brought(world, State.ASSIGNED, workdays=3)
    with clock.at(MONDAY + timedelta(days=14)):
        answer = client_as("supervisor").post(reverse("supervision:summary"), {"key": "s"})
        again = client_as("supervisor").post(reverse("supervision:summary"), {"key": "s"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == again.headers["Location"]
    draft = OutgoingDocument.objects.get()
    assert draft.title == TITLE
    text = body_text(draft.body)
    assert "超期1项" in text
    assert "市大数据局\t0\t0\t1" in text
    assert client_as("drafter").post(reverse("supervision:summary")).status_code == 403


def test_the_same_summary_is_a_word_file_and_its_export_is_on_record(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        item = brought(world, State.ASSIGNED, workdays=3)
    with clock.at(MONDAY + timedelta(days=14)):
        answer = client_as("supervisor").get(reverse("supervision:summary_word"))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    word = docx.Document(io.BytesIO(answer.content))
    text = "\n".join(part.text for part in word.paragraphs)
    assert "".join(TITLE.split()) in "".join(text.split())
    assert f"{item.title}（{item.number}），牵头单位市大数据局，时限2026年11月5日" in text
    table = next(one for one in word.tables if one.cell(0, 0).text == "单位")
    assert [cell.text for cell in table.rows[1].cells] == ["市大数据局", "0", "0", "1", "0", "0", "—"]
    assert OutgoingDocument.objects.count() == 0
    assert AuditEntry.objects.get(action="supervision.summary_export").subject_text == TITLE
    assert client_as("clerk").get(reverse("supervision:summary_word")).status_code == 403


def test_overdue_items_beyond_those_named_are_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(MONDAY):
        brought(world, State.ASSIGNED, workdays=3)
        brought(world, State.ASSIGNED, workdays=4, title="另一事项")
    monkeypatch.setattr(summaries, "SHOWN", 1)
    with clock.at(MONDAY + timedelta(days=14)):
        text = body_text(summaries.summary_of(world.actor("supervisor")).body)
    assert "另一事项" not in text
    assert "其余1项超期事项见督办台账。" in text
