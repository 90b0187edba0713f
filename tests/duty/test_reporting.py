"""Time limits, addressees and templates are the organ's own data; photos come with the first report."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.errors import Forbidden, NotFound, ValidationFailed
from apps.core.subjects import Subject
from apps.duty import services
from apps.duty.enums import EventClass, Level
from apps.duty.models import EmergencyEvent, ReportRule
from apps.duty.selectors.journal import EVENT
from apps.duty.selectors.reporting import USUAL, rule_for, templates_of
from apps.duty.services import ReportDraft, RuleDraft
from apps.files.selectors import files_of
from tests.duty.test_attachments import sent
from tests.duty.test_events import fire
from tests.factories.world import World
from tests.helpers.duty import MONDAY, taken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def ruled(world: World, event_class: str, level: str, limits: tuple[int, int], to: str = "") -> ReportRule:
    """The office sets a rule."""
    return services.report_rule_keep(
        actor=world.actor("director"),
        draft=RuleDraft(
            event_class=event_class,
            level=level,
            phone_minutes=limits[0],
            written_minutes=limits[1],
            sent_to=to,
        ),
    )


def minutes(event: EmergencyEvent) -> tuple[int, int]:
    """The limits of an event."""
    minute = timedelta(minutes=1)
    return (event.phone_due_at - event.learned_at) // minute, (
        event.written_due_at - event.learned_at
    ) // minute


def test_the_rule_of_the_class_goes_before_that_of_the_level_and_that_before_the_usual_one(
    world: World,
) -> None:
    taken(world)
    officer, organ_id = world.actor("duty_officer"), world.organs["office"].pk
    assert minutes(services.event_open(actor=officer, draft=fire(level=Level.LARGER))) == (30, 60)
    ruled(world, "", Level.LARGER, (20, 40), "省政府总值班室")
    assert minutes(services.event_open(actor=officer, draft=fire(level=Level.LARGER))) == (20, 40)
    ruled(world, EventClass.ACCIDENT, Level.LARGER, (10, 15), "省应急厅")
    assert minutes(services.event_open(actor=officer, draft=fire(level=Level.LARGER))) == (10, 15)
    assert rule_for(organ_id, EventClass.HEALTH, Level.LARGER).sent_to == "省政府总值班室"
    assert rule_for(world.organs["data"].pk, EventClass.ACCIDENT, Level.LARGER).phone_minutes == 30


def test_a_report_without_addressees_goes_to_those_of_its_level(world: World) -> None:
    taken(world)
    ruled(world, "", Level.LARGER, (20, 40), "省政府总值班室，市长")
    officer = world.actor("duty_officer")
    event = services.event_open(
        actor=officer, draft=fire(level=Level.LARGER), report=ReportDraft(text="火情。")
    )
    assert event.reports.get().sent_to == "省政府总值班室，市长"
    named = services.event_open(
        actor=officer, draft=fire(level=Level.LARGER), report=ReportDraft(text="火情。", sent_to="市长")
    )
    assert named.reports.get().sent_to == "市长"


def test_nonsense_is_refused_and_a_rule_taken_back_leaves_the_usual_one(world: World) -> None:
    for phone, written in ((0, 10), (30, 20), (30, 1441)):
        with pytest.raises(ValidationFailed, match="时限须在"):
            ruled(world, "", Level.MAJOR, (phone, written))
    with pytest.raises(ValidationFailed, match="类别"):
        ruled(world, "fire", Level.MAJOR, (10, 20))
    rule = ruled(world, "", Level.MAJOR, (10, 20))
    with pytest.raises(NotFound):
        services.report_rule_drop(actor=world.actor("bureau_chief"), rule_id=rule.pk)
    with pytest.raises(Forbidden):
        services.report_rule_drop(actor=world.actor("drafter"), rule_id=rule.pk)
    services.report_rule_drop(actor=world.actor("director"), rule_id=rule.pk)
    assert rule_for(rule.organ_id, EventClass.ACCIDENT, Level.MAJOR).phone_minutes == 30


def test_templates_are_kept_and_empty_words_bring_the_usual_ones_back(world: World) -> None:
    maker, organ_id = world.actor("director"), world.organs["office"].pk
    services.report_template_keep(actor=maker, event_class=EventClass.HEALTH, text="本市模板。")
    assert templates_of(organ_id)[EventClass.HEALTH] == "本市模板。"
    services.report_template_keep(actor=maker, event_class=EventClass.HEALTH, text=" ")
    assert templates_of(organ_id) == USUAL


def test_photos_come_with_the_first_report(world: World) -> None:
    taken(world)
    officer = world.actor("duty_officer")
    photo = sent(officer)
    event = services.event_open(actor=officer, draft=fire(file_ids=[photo.pk]))
    assert list(files_of(Subject(EVENT, event.pk))) == [photo]
    with pytest.raises(ValidationFailed, match="不是您上传的"):
        services.event_open(actor=officer, draft=fire(file_ids=[photo.pk]))


def test_the_page_keeps_drops_and_brings_templates_to_the_form(
    world: World, client_as: Callable[[str], Client]
) -> None:
    taken(world)
    director, page = client_as("director"), reverse("duty:reporting")
    form = {
        "event_class": "accident",
        "level": "4",
        "phone_minutes": "15",
        "written_minutes": "50",
        "sent_to": "市应急局",
    }
    assert director.post(page, form).status_code == 303
    rule = ReportRule.objects.get()
    assert "事故灾难一般" in director.get(page).content.decode()
    assert director.post(page, form | {"phone_minutes": "很快"}).status_code == 422
    assert (
        director.post(page, {"do": "template", "event_class": "accident", "text": "新。"}).status_code == 303
    )
    new = client_as("duty_officer").get(reverse("duty:event_new")).content.decode()
    assert '"accident": "\\u65b0\\u3002"' in new
    assert director.post(page, {"do": "drop", "rule": rule.pk}).status_code == 303
    assert not ReportRule.objects.exists()
