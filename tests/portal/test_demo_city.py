"""The demo city: whole, plausible, the same each time, and gone on with where a builder was killed."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import override_settings

from apps.accounts.models import Organ, Person
from apps.accounts.selectors import actor_for
from apps.core import clock
from apps.core.models import OutboxEvent
from apps.documents.body import body_text
from apps.documents.enums import IncomingStatus, OutgoingStatus
from apps.documents.models import Dispatch, IncomingDocument, OutgoingDocument, SealedFile
from apps.documents.selectors.seals import document_verified
from apps.documents.selectors.templates import templates_to_begin
from apps.messaging.models import Message
from apps.notifications.models import Notice
from apps.portal.demo import building
from apps.portal.demo.building import demo_build
from apps.portal.demo.cast import DEMO_PASSWORD
from apps.portal.demo.city import PHRASES
from apps.portal.demo.history import history_documents, history_papers
from apps.portal.demo.plan import DOCUMENTS, PAPERS
from apps.portal.demo.templates import TEMPLATES
from apps.portal.demo.texts import BODIES
from apps.workflow.models import Opinion, Task
from apps.workflow.selectors import inbox, phrase_shelves
from tests.helpers.fonts import CACHE, open_fonts
from tests.helpers.keeping import kept

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
FEW = tuple(entry for entry in DOCUMENTS if entry.key in {"old_town", "reply_town", "info_circular"})
# a request of the past with its answer, and a paper
PAST = tuple(one for one in history_documents() if "燃气" in one.title and one.kind in {"request", "reply"})
PAST_PAPERS = tuple(one for one in history_papers() if "燃气" in one.title and one.to == "office")
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _fonts() -> Iterator[None]:
    open_fonts()
    with pytest.MonkeyPatch.context() as patch, override_settings(FONTS_ROOT=CACHE):
        patch.setenv("TONGZHOU_FONTS", str(CACHE))
        yield


@pytest.fixture(scope="class")
def city(_fonts: None, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A city with few documents, for all who only look at it."""
    with kept(django_db_blocker):
        _built()
        yield


def _quiet(_: str) -> None:
    """Nobody listens to the progress."""


def _built() -> None:
    with pytest.MonkeyPatch.context() as patch, clock.at(MONDAY):
        patch.setattr(building, "DOCUMENTS", FEW)
        patch.setattr(building, "PAPERS", ())
        patch.setattr(building, "history_documents", lambda: PAST)
        patch.setattr(building, "history_papers", lambda: PAST_PAPERS)
        demo_build(_quiet)


def _facts() -> list[tuple[Any, ...]]:
    """What of a city does not depend on the rows' ids."""
    outgoing = OutgoingDocument.objects.order_by("title").values_list(
        "title", "document_number", "status", "created_at", "updated_at"
    )
    incoming = IncomingDocument.objects.order_by("organ__full_name", "title").values_list(
        "organ__full_name", "title", "register_number", "status", "received_at"
    )
    words = Opinion.objects.order_by("matter__title", "at", "person__name", "text").values_list(
        "matter__title", "person__name", "text", "at"
    )
    said = Message.objects.order_by("conversation__created_at", "conversation__name", "seq").values_list(
        "conversation__name", "seq", "sender_name", "text", "created_at"
    )
    return [*outgoing, *incoming, *words, *said]


@pytest.mark.long
@pytest.mark.usefixtures("city")
class TestACity:
    """What people find in it."""

    def test_people_can_sign_in_with_the_password_the_login_page_shows(self) -> None:
        head = Person.objects.get(login_name="shenyizhou")
        assert head.check_password(DEMO_PASSWORD)
        assert head.is_active
        assert not head.must_change_password
        assert Person.objects.count() >= 200
        assert Person.objects.exclude(demo_note="").count() < 25
        assert Organ.objects.filter(level="county").count() == 4

    def test_the_office_offers_its_people_phrases_of_its_own(self) -> None:
        offered = phrase_shelves(actor_for(Person.objects.get(login_name="linzhixia")))
        assert [phrase.text for phrase in offered.common] == list(PHRASES)

    def test_the_office_offers_its_people_templates_with_recipients(self) -> None:
        offered = templates_to_begin(actor_for(Person.objects.get(login_name="xuruoxi")))
        assert [template.name for template in offered] == [wanted.name for wanted in TEMPLATES]
        assert all(template.main_group is not None for template in offered)

    def test_building_twice_changes_nothing(self) -> None:
        before, people = _facts(), Person.objects.count()
        _built()
        assert _facts() == before
        assert Person.objects.count() == people

    def test_what_was_told_lies_in_the_past_and_waits_for_no_worker(self) -> None:
        assert not OutboxEvent.objects.exclude(status=OutboxEvent.Status.DONE).exists()
        assert Notice.objects.exists()
        assert not Notice.objects.filter(created_at__gt=MONDAY).exists()

    def test_what_is_past_is_closed_sealed_and_read(self) -> None:
        request, answer = (OutgoingDocument.objects.get(title=one.title) for one in PAST)
        assert {request.status, answer.status} == {OutgoingStatus.FILED}
        assert request.document_number in body_text(answer.body)
        for document in (request, answer):
            verified = document_verified(document)
            assert verified is not None
            assert verified.is_archived
            assert Opinion.objects.filter(matter=document.matter).count() == 4
            copy = IncomingDocument.objects.get(dispatch__document=document)
            assert copy.status == IncomingStatus.COMPLETED
        paper = IncomingDocument.objects.get(title=PAST_PAPERS[0].title)
        assert paper.status == IncomingStatus.COMPLETED
        for title in [*(one.title for one in PAST), *(one.title for one in PAST_PAPERS)]:
            assert not Notice.objects.filter(title__contains=title).exists()

    def test_a_returned_draft_lies_with_its_drafter_with_the_reason(self) -> None:
        draft = OutgoingDocument.objects.get(title__endswith="政务信息报送工作情况的通报")
        assert draft.status == OutgoingStatus.DRAFT
        drafter = actor_for(Person.objects.get(login_name="xuruoxi"))
        assert inbox.tasks_todo(drafter).filter(matter=draft.matter).exists()
        returned = Opinion.objects.get(matter=draft.matter, action=Opinion.Action.RETURN)
        assert "督查科" in returned.text


@pytest.mark.long
@pytest.mark.parametrize("place", ["work.document_distribute", "building.copies_work"])
def test_a_builder_killed_in_the_middle_is_followed_by_one_that_completes_the_city(
    monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(f"apps.portal.demo.{place}", killed)
        with pytest.raises(KeyboardInterrupt):
            _built()
    assert (
        not IncomingDocument.objects.exclude(dispatch=None).exclude(status=IncomingStatus.RECEIVED).exists()
    )
    _built()
    titles = Counter(OutgoingDocument.objects.values_list("title", flat=True))
    assert len(titles) == len(FEW) + len(PAST)
    assert set(titles.values()) == {1}
    request = OutgoingDocument.objects.get(title__contains="历史文化名镇的请示")
    assert request.document_number.endswith("〕1号")
    assert IncomingDocument.objects.get(dispatch__document=request).status == IncomingStatus.COMPLETED


@pytest.mark.long
def test_the_same_plan_gives_the_same_city() -> None:
    from django.db import transaction  # to take the first city back

    with transaction.atomic():
        _built()
        first = _facts()
        transaction.set_rollback(True)
    _built()
    assert _facts() == first


def test_every_document_has_a_title_of_its_own_and_a_body() -> None:
    written = (*DOCUMENTS, *history_documents())
    papers = (*PAPERS, *history_papers())
    titles = [entry.title for entry in written] + [paper.title for paper in papers]
    assert len(set(titles)) == len(titles)
    assert all(entry.text or (BODIES / f"{entry.key}.txt").is_file() for entry in written)
    numbers = [(paper.to, paper.source_number) for paper in papers]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.long
def test_the_city_has_every_stage_and_work_for_its_cast() -> None:
    with clock.at(MONDAY):
        demo_build(_quiet)
        assert set(OutgoingDocument.objects.values_list("status", flat=True)) == set(
            OutgoingStatus.values
        ) - {OutgoingStatus.CANCELLED}
        incoming = set(IncomingDocument.objects.values_list("status", flat=True))
        assert incoming >= set(IncomingStatus.values) - {IncomingStatus.COMPLETING}
        papers = IncomingDocument.objects.filter(dispatch=None, forwarding=None)
        written = len(DOCUMENTS) + len(list(history_documents()))
        assert OutgoingDocument.objects.count() == written
        assert papers.count() == len(PAPERS) + len(list(history_papers()))
        assert OutgoingDocument.objects.count() + IncomingDocument.objects.count() >= 300
        assert Task.objects.filter(state=Task.State.OPEN, due_at__lt=MONDAY).exists()
        assert Dispatch.objects.filter(urge_count__gt=0).exists()
        for person in Person.objects.exclude(demo_note="").exclude(login_name__endswith="admin"):
            actor = actor_for(person)
            work = [inbox.tasks_todo, inbox.tasks_done, inbox.readings_todo, inbox.readings_done]
            assert any(rows(actor).exists() for rows in work), person.name
        sealed = SealedFile.objects.order_by("pk").first()
        assert sealed is not None
        verified = document_verified(sealed.document)
        assert verified is not None
        assert verified.is_archived
