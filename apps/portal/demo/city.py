"""Builds the demo city's organs, people and posts through the services; doing it again changes nothing."""

from datetime import date

from apps.accounts.models import Appointment, Organ, Person, RecipientGroup, SecretaryDuty
from apps.accounts.selectors import actor_for
from apps.accounts.services import (
    administrator_appoint,
    group_create,
    notice_accept,
    organ_create,
    people_make,
    person_create,
    posts_make,
    secretary_assign,
    unit_create,
)
from apps.accounts.staffing.plan import PlannedPerson, PlannedPost
from apps.core.once import once
from apps.portal.demo.cast import ADMINISTRATORS, BUREAUX, COUNTIES, ORGANS, PEOPLE, DemoPerson
from apps.portal.demo.staff import staff_people
from apps.workflow.services import phrase_add

STARTED = date(2024, 3, 1)
# Leaders and what they are in charge of: login name → (units of their organ, organs)
CHARGES = {"zhoumingyuan": (("综合科", "文书科"), ("data", "reform"))}
OFFICE_KEEPER = "luojiamu"
PHRASES = ("请按程序报批。", "请综合科统筹，有关科室配合。")
SECRETARIES = (("chengyinuo", "shenyizhou"),)
GROUPS = (("市政府各部门", BUREAUX), ("各区县", COUNTIES), ("各区县和市政府各部门", (*COUNTIES, *BUREAUX)))


def city_build(password_encoded: str) -> dict[str, Organ]:
    """The organs by key; people, posts, groups and administrators stand after it, all with the demo's one password."""
    organs = _organs()
    _people(organs, password_encoded)
    for rank, administrator in enumerate(ADMINISTRATORS, start=1):
        _administrator(administrator, rank, password_encoded)
    _secretaries()
    _groups(organs)
    _phrases()
    return organs


def _organs() -> dict[str, Organ]:
    found: dict[str, Organ] = {}
    for rank, wanted in enumerate(ORGANS, start=1):
        organ = Organ.objects.filter(full_name=wanted.full_name).first()
        if organ is None:
            organ = organ_create(
                actor=None,
                full_name=wanted.full_name,
                short_name=wanted.short_name,
                level=wanted.level,
                kind=wanted.kind,
                organ_code=wanted.organ_code,
                superior_id=found[wanted.superior].pk if wanted.superior else None,
                rank_order=rank * 10,
            )
        found[wanted.key] = organ
        kept = set(organ.units.values_list("name", flat=True))
        for place, name in enumerate(wanted.units, start=1):
            if name not in kept:
                unit_create(
                    actor=None,
                    organ_id=organ.pk,
                    name=name,
                    is_general_office=place == 1,
                    rank_order=place * 10,
                )
    return found


def _people(organs: dict[str, Organ], password_encoded: str) -> None:
    """Everybody at once, in rank order; all are there or nobody is."""
    wanted = (*PEOPLE, *staff_people())
    if Person.objects.filter(login_name=wanted[0].login_name).exists():
        return
    people_make(
        actor=None,
        people=[_planned(person, rank) for rank, person in enumerate(wanted, start=1)],
        is_active=True,
        demo_password=password_encoded,
    )
    posts = [_post(person, organs, rank) for rank, person in enumerate(wanted, start=1)]
    posts_make(actor=None, posts=posts)


def _planned(wanted: DemoPerson, rank: int) -> PlannedPerson:
    return PlannedPerson(
        login_name=wanted.login_name,
        name=wanted.name,
        mobile=f"1390530{rank:04d}",
        phone=f"8806{1000 + rank}",
        email=f"{wanted.login_name}@daihai.invalid",
        demo_note=wanted.demo_note,
    )


def _post(wanted: DemoPerson, organs: dict[str, Organ], rank: int) -> PlannedPost:
    units, charged = CHARGES.get(wanted.login_name, ((), ()))
    return PlannedPost(
        login_name=wanted.login_name,
        organ=organs[wanted.organ].full_name,
        unit=wanted.unit,
        post_title=wanted.post_title,
        kind=Appointment.Kind.REGULAR,
        rank=rank * 10,
        roles=wanted.roles,
        charge_units=units,
        charge_organs=tuple(organs[key].full_name for key in charged),
        started_on=STARTED,
    )


def _administrator(wanted: tuple[str, str, str, str], rank: int, password_encoded: str) -> None:
    login_name, name, group, note = wanted
    if Person.objects.filter(login_name=login_name).exists():
        return
    person = person_create(
        actor=None,
        login_name=login_name,
        name=name,
        password_encoded=password_encoded,
        phone=f"880699{rank:02d}",
        is_active=True,
        must_change_password=False,
        demo_note=note,
    )
    notice_accept(actor=actor_for(person))
    administrator_appoint(actor=None, person_id=person.pk, administrator=group)


@once
def post_of(login_name: str) -> Appointment:
    """The main post of one of the cast."""
    return (
        Appointment.objects.select_related("person", "organ", "unit")
        .prefetch_related("roles")
        .get(person__login_name=login_name, kind=Appointment.Kind.REGULAR)
    )


def _secretaries() -> None:
    for secretary, leader in SECRETARIES:
        serving, served = post_of(secretary), post_of(leader)
        if not SecretaryDuty.objects.filter(secretary=serving, leader=served).exists():
            secretary_assign(actor=None, secretary_id=serving.pk, leader_id=served.pk)


def _phrases() -> None:
    """The office's words for all its people; kept once, however often they are asked for."""
    keeper = actor_for(Person.objects.get(login_name=OFFICE_KEEPER))
    for text in PHRASES:
        phrase_add(actor=keeper, text=text, is_common=True)


def _groups(organs: dict[str, Organ]) -> None:
    for rank, (name, members) in enumerate(GROUPS, start=1):
        if not RecipientGroup.objects.filter(name=name, organ=None).exists():
            group_create(
                actor=None, name=name, member_ids=[organs[key].pk for key in members], rank_order=rank * 10
            )
