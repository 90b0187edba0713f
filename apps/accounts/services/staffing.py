"""Verbs that set many people up at once: a workbook wholly or not at all, and first passwords for those who have never come in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from apps.accounts.events import UnitPeopleChanged
from apps.accounts.models import Appointment, AppointmentRole, InternalUnit, Organ, Person
from apps.accounts.passwords import encoded_temporary, temporary
from apps.accounts.pinyin import person_spelling
from apps.accounts.policies import require_permission
from apps.accounts.selectors import organ_locked
from apps.accounts.selectors.staffing import people_never_in, staffing_checked
from apps.accounts.services.organs import organ_create, unit_create
from apps.accounts.staffing.plan import PlannedPerson, PlannedPost, PlannedUnit, StaffingPlan
from apps.accounts.staffing.workbook import NotAWorkbook
from apps.audit.services import record, record_each
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import ValidationFailed
from apps.core.events import publish
from apps.core.locks import advisory_lock
from apps.core.subjects import Subject

BATCH = 1000
FIRST_PASSWORD_HEADS = ("机关", "科室", "姓名", "职务", "登录名", "初始口令")


@dataclass(frozen=True, kw_only=True)
class FirstPassword:
    """A line of the list that is handed out: told once, changed at first sign-in."""

    organ: str
    unit: str
    name: str
    post_title: str
    login_name: str
    word: str

    @property
    def cells(self) -> tuple[str, ...]:
        """As a row under `FIRST_PASSWORD_HEADS`."""
        return (self.organ, self.unit, self.name, self.post_title, self.login_name, self.word)


@transaction.atomic
def staffing_import(*, actor: Actor | None, data: bytes, organ_id: int) -> StaffingPlan:
    """Make everything a workbook asks for: organs, units, active people, posts with roles. Refuses any mistake in it.

    People get no password: `first_passwords_issue` gives it. Judged again here, so that what came between is seen.
    """
    for permission in ("accounts.add_person", "accounts.activate_person", "accounts.change_appointmentrole"):
        require_permission(actor, permission, "批量导入人员")
    advisory_lock("accounts.staffing")
    main = organ_locked(organ_id)
    try:
        verdict = staffing_checked(data=data, main=main)
    except NotAWorkbook as error:
        raise ValidationFailed(str(error), field="workbook") from error
    if verdict.mistakes:
        first = verdict.mistakes[0]
        raise ValidationFailed(
            f"有 {len(verdict.mistakes)} 处需要更正，没有导入任何内容。{first.place}：{first.text}",
            field="workbook",
        )
    plan = verdict.plan
    _organs_make(actor, plan)
    units_make(actor=actor, units=plan.units)
    people_make(actor=actor, people=plan.people, is_active=True)
    posts_make(actor=actor, posts=plan.posts)
    counts = {name: len(getattr(plan, name)) for name in ("organs", "units", "people", "posts")}
    record(
        "accounts.staffing_import",
        actor=actor,
        subject=Subject("accounts.organ", main.pk),
        subject_text=main.full_name,
        facts=counts,
    )
    return plan


@transaction.atomic
def first_passwords_issue(*, actor: Actor | None) -> list[FirstPassword]:
    """New temporary passwords for everybody who has never signed in; kept nowhere in clear, earlier ones are void."""
    require_permission(actor, "accounts.reset_password", "生成初始口令")
    posts = {post.person_id: post for post in people_never_in()}
    people = list(
        Person.objects.select_for_update(of=("self",))
        .filter(pk__in=posts, last_login__isnull=True)
        .order_by("pk")
    )
    words = {person.pk: temporary() for person in people}
    for person in people:
        person.password = encoded_temporary(words[person.pk])
    Person.objects.bulk_update(people, ["password"], batch_size=BATCH)
    record_each(
        action="accounts.password_reset",
        actor=actor,
        subjects=[(Subject("accounts.person", person.pk), person.name) for person in people],
    )
    return [
        FirstPassword(
            organ=post.organ.short_name,
            unit=post.unit.name if post.unit else "",
            name=post.person.name,
            post_title=post.post_title,
            login_name=post.person.login_name,
            word=words[person_id],
        )
        for person_id, post in posts.items()
        if person_id in words
    ]


def _organs() -> dict[str, int]:
    """Full name → id of every organ."""
    return dict(Organ.objects.values_list("full_name", "pk"))


def _units() -> dict[tuple[str, str], int]:
    """Organ's full name and unit's name → id of every unit."""
    return {
        (organ, name): pk
        for organ, name, pk in InternalUnit.objects.values_list("organ__full_name", "name", "pk")
    }


def _organs_make(actor: Actor | None, plan: StaffingPlan) -> None:
    organs = _organs()
    for organ in plan.organs:
        made = organ_create(
            actor=actor,
            full_name=organ.full_name,
            short_name=organ.short_name,
            organ_code=organ.organ_code,
            level=organ.level,
            kind=organ.kind,
            superior_id=organs.get(organ.superior),
            rank_order=organ.rank,
        )
        organs[organ.full_name] = made.pk


@transaction.atomic
def units_make(*, actor: Actor | None, units: Iterable[PlannedUnit]) -> dict[tuple[str, str], int]:
    """Make planned units, parents first. Returns organ's full name and unit's name → id of every unit there is."""
    organs, made_units = _organs(), _units()
    for unit in units:
        made = unit_create(
            actor=actor,
            organ_id=organs[unit.organ],
            name=unit.name,
            parent_id=made_units.get((unit.organ, unit.parent)),
            is_general_office=unit.is_general_office,
            rank_order=unit.rank,
        )
        made_units[unit.organ, unit.name] = made.pk
    return made_units


@transaction.atomic
def people_make(
    *, actor: Actor | None, people: Iterable[PlannedPerson], is_active: bool, demo_password: str = ""
) -> dict[str, Person]:
    """Make planned accounts without passwords. Returns login name → person.

    `demo_password` is the one public password of a demo's people, hashed: they keep it, and have accepted the notice.
    """
    moment = now()
    made = []
    for planned in people:
        pinyin, initials = person_spelling(planned.name)
        person = Person(
            login_name=planned.login_name,
            name=planned.name,
            pinyin=pinyin,
            initials=initials,
            mobile=planned.mobile,
            phone=planned.phone,
            email=planned.email,
            is_active=is_active,
            must_change_password=not demo_password,
            demo_note=planned.demo_note,
            created_at=moment,
        )
        if demo_password:
            person.password, person.accepted_notice_at = demo_password, moment
        else:
            person.set_unusable_password()
        made.append(person)
    Person.objects.bulk_create(made, batch_size=BATCH)
    subjects = [(Subject("accounts.person", person.pk), person.name) for person in made]
    record_each(action="accounts.person_create", actor=actor, subjects=subjects)
    if is_active:
        record_each(action="accounts.person_activate", actor=actor, subjects=subjects)
    return {person.login_name: person for person in made}


@transaction.atomic
def posts_make(*, actor: Actor | None, posts: Sequence[PlannedPost]) -> None:
    """Open planned posts with roles and charges of people, units and organs that are there, a record of each."""
    organs, units = _organs(), _units()
    login_names = {planned.login_name for planned in posts}
    people = dict(Person.objects.filter(login_name__in=login_names).values_list("login_name", "pk"))
    made = Appointment.objects.bulk_create(
        [
            Appointment(
                person_id=people[planned.login_name],
                organ_id=organs[planned.organ],
                unit_id=units[planned.organ, planned.unit] if planned.unit else None,
                kind=planned.kind,
                post_title=planned.post_title,
                rank_order=planned.rank,
                started_on=planned.started_on,
            )
            for planned in posts
        ],
        batch_size=BATCH,
    )
    pairs = list(zip(made, posts, strict=True))
    AppointmentRole.objects.bulk_create(
        [AppointmentRole(appointment=post, role=role) for post, planned in pairs for role in planned.roles],
        batch_size=BATCH,
    )
    for post, planned in pairs:
        if planned.charge_units:
            post.in_charge_units.set([units[planned.organ, name] for name in planned.charge_units])
        if planned.charge_organs:
            post.in_charge_organs.set([organs[name] for name in planned.charge_organs])
    record_each(
        action="accounts.appointment_open",
        actor=actor,
        subjects=[(Subject("accounts.person", post.person_id), _words(planned)) for post, planned in pairs],
    )
    for unit_id in sorted({post.unit_id for post in made if post.unit_id is not None}):
        publish(UnitPeopleChanged(unit_id=unit_id))


def _words(planned: PlannedPost) -> str:
    return f"{planned.login_name} {planned.organ} {planned.post_title}"
