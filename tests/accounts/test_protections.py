"""No night duty in late pregnancy and while nursing: who enters it, who reads what of it."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Absence, AbsenceKind
from apps.accounts.selectors import absence_of, absences_busy, absences_now
from apps.accounts.services import absence_cancel, absence_record, protection_end, protection_record
from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from tests.factories.world import World
from tests.helpers.duty import MONDAY

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
FIRST, LAST = date(2026, 11, 10), date(2027, 1, 20)
SECRET = ("孕", "哺乳", "pregnancy", "nursing", "怀孕")


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def kept(world: World, key: str = "drafter", kind: str = "pregnancy", *, by: str = "") -> Absence:
    """A stretch from 10 November on, said by the person or by somebody else."""
    return protection_record(
        actor=world.actor(by or key),
        person_id=world.person(key).pk,
        kind=kind,
        starts_on=FIRST,
        ends_on=LAST,
    )


def test_who_is_protected_is_at_work_for_everybody_else(world: World) -> None:
    held = kept(world)
    with clock.at(held.starts_at):
        person = world.person("drafter").pk
        assert absence_of(person) is None
        assert absences_now([person]) == {}
        assert absences_busy([person], held.starts_at, held.ends_at) == []
        trip = absence_record(
            actor=world.actor("drafter"),
            person_id=person,
            kind="trip",
            starts_at=held.starts_at,
            ends_at=held.ends_at,
        )
        assert absence_of(person) == trip


def test_the_reason_is_on_no_page_but_the_persons_own_and_in_no_line_of_the_audit(
    world: World, client_as: As
) -> None:
    kept(world)
    own = client_as("drafter").get(reverse("accounts:protections")).content.decode()
    assert "孕晚期" in own
    office = client_as("director").get(reverse("duty:wishes")).content.decode()
    assert f"{world.person('drafter').name} 2026年11月10日—2027年1月20日" in office
    rows = client_as("director").get(reverse("duty:wishes")).content.decode().split('id="day-only-title"')[1]
    assert not any(word in rows for word in SECRET)
    person = world.person("drafter")
    card = client_as("director").get(reverse("accounts:person", args=[person.pk])).content.decode()
    listed = client_as("sysadmin").get(reverse("admin:accounts_absence_changelist")).content.decode()
    assert person.name in listed
    assert "不排夜班" in listed
    assert not any(word in card + listed for word in SECRET)
    lines = AuditEntry.objects.filter(action__startswith="accounts.protection")
    assert [one.subject_text for one in lines] == [f"{person.name} 不排夜班"]
    assert not any(word in str(one.facts) for one in lines for word in SECRET)


def test_colleagues_of_the_office_see_nothing_of_it(world: World, client_as: As) -> None:
    kept(world)
    for key in ("section_chief", "head", "bureau_clerk"):
        page = client_as(key).get(reverse("duty:wishes")).content.decode()
        assert world.person("drafter").name not in page.split("<main", 1)[1]


def test_the_office_enters_no_reason_and_touches_only_what_it_entered(world: World) -> None:
    with pytest.raises(Forbidden, match="不记原因"):
        kept(world, by="director")
    own = kept(world)
    with pytest.raises(Forbidden, match="本人"):
        protection_end(actor=world.actor("director"), absence_id=own.pk)
    noted = kept(world, "clerk", "no_night", by="director")
    assert noted.is_by_office
    with transaction.atomic(), pytest.raises(IntegrityError):
        Absence.with_protected.filter(pk=noted.pk).update(kind=AbsenceKind.NURSING)
    assert protection_end(actor=world.actor("duty_officer"), absence_id=noted.pk).cancelled_at
    for key in ("head", "secretary", "bureau_clerk", "stranger"):
        with pytest.raises(Forbidden):
            kept(world, "clerk", "no_night", by=key)


def test_the_person_and_the_system_administrator_may_end_any(world: World) -> None:
    first = kept(world, "clerk", "no_night", by="director")
    assert absence_cancel(actor=world.actor("clerk"), absence_id=first.pk).cancelled_at
    second = kept(world)
    assert absence_cancel(actor=world.actor("sysadmin"), absence_id=second.pk).cancelled_at
    with pytest.raises(InvalidState, match="已经结束"):
        protection_end(actor=world.actor("drafter"), absence_id=second.pk)
    with pytest.raises(NotFound):
        protection_end(actor=world.actor("drafter"), absence_id=0)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "words"),
    [
        (LAST, FIRST, "不能早于"),
        (date(2026, 8, 1), date(2026, 9, 1), "已过"),
        (FIRST, date(2027, 12, 1), "不超过一年"),
    ],
)
def test_days_that_make_no_sense_are_refused_with_what_was_typed(
    world: World, client_as: As, starts_on: date, ends_on: date, words: str
) -> None:
    with pytest.raises(ValidationFailed, match=words):
        protection_record(
            actor=world.actor("drafter"),
            person_id=world.person("drafter").pk,
            kind="nursing",
            starts_on=starts_on,
            ends_on=ends_on,
        )
    typed = {"kind": "nursing", "starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
    page = client_as("drafter").post(reverse("accounts:protections"), typed)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert ends_on.isoformat() in page.content.decode()


def test_a_second_click_makes_no_second_stretch(world: World, client_as: As) -> None:
    form = {"kind": "nursing", "starts_on": FIRST.isoformat(), "ends_on": LAST.isoformat()}
    drafter = client_as("drafter")
    answers = [drafter.post(reverse("accounts:protections"), form) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 422]
    assert "已经登记过" in answers[1].content.decode()
    assert Absence.with_protected.count() == 1


def test_days_are_changed_by_whoever_entered_them(world: World, client_as: As) -> None:
    own, noted = kept(world), kept(world, "clerk", "no_night", by="director")
    days = {"starts_on": FIRST.isoformat(), "ends_on": "2026-12-31"}
    page = reverse("accounts:protection_save", args=[own.pk])
    assert [client_as(key).post(page, days).status_code for key in ("section_chief", "drafter")] == [404, 303]
    assert client_as("drafter").post(page, {}).status_code == 422
    door = reverse("duty:day_only_act", args=[noted.pk])
    assert client_as("drafter").post(door, days).status_code == 403
    assert client_as("director").post(door, {"do": "move"}).status_code == 422
    assert client_as("director").post(door, days | {"do": "move"}).status_code == 303
    for one in (own, noted):
        one.refresh_from_db()
        assert one.last_day == date(2026, 12, 31)
    assert client_as("director").post(door, {"do": "end"}).status_code == 303
    noted.refresh_from_db()
    assert noted.cancelled_at


def test_the_office_enters_it_on_the_page_of_wishes(world: World, client_as: As) -> None:
    days = {"starts_on": FIRST.isoformat(), "ends_on": LAST.isoformat()}
    page, office = reverse("duty:day_only"), client_as("director")
    assert office.post(page, days | {"person": world.post("bureau_clerk").pk}).status_code == 422
    assert office.post(page, days | {"person": world.post("clerk").pk}).status_code == 303
    shown = client_as("clerk").get(reverse("accounts:protections")).content.decode()
    assert "值班室登记" in shown
