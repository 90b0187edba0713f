"""Verbs on posts: rights hang on them, a transfer closes one and opens another."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from apps.accounts.events import AppointmentClosed, UnitPeopleChanged
from apps.accounts.models import (
    Appointment,
    AppointmentRole,
    InternalUnit,
    Organ,
    Person,
    Role,
    SecretaryDuty,
)
from apps.accounts.policies import require_permission
from apps.accounts.selectors import (
    appointment_locked,
    is_administrator,
    is_running,
    organ_locked,
    person_locked,
    regular_post_between,
    unit_locked,
)
from apps.accounts.services.delegations import delegations_cut
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import today
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.events import publish
from apps.core.subjects import Subject


@transaction.atomic
def appointment_open(
    *,
    actor: Actor | None,
    person_id: int,
    organ_id: int,
    post_title: str,
    started_on: date,
    unit_id: int | None = None,
    kind: str = Appointment.Kind.REGULAR,
    rank_order: int = 1000,
    ended_on: date | None = None,
    roles: Iterable[str] = (),
    in_charge_unit_ids: Iterable[int] = (),
    in_charge_organ_ids: Iterable[int] = (),
) -> Appointment:
    """A post for a person. Refuses abolished places, units of other organs, a second regular post, administrators and leavers."""
    require_permission(actor, "accounts.add_appointment", "任职")
    person, organ = person_locked(person_id), organ_locked(organ_id)
    unit = _unit_in(organ, unit_id)
    _check_person(person)
    _check_dates(started_on, ended_on)
    if kind == Appointment.Kind.REGULAR:
        _check_single_regular(person, started_on, ended_on)
    post = Appointment.objects.create(
        person=person,
        organ=organ,
        unit=unit,
        kind=Appointment.Kind(kind),
        post_title=_title(post_title),
        rank_order=rank_order,
        started_on=started_on,
        ended_on=ended_on,
    )
    post.in_charge_units.set(InternalUnit.objects.filter(pk__in=list(in_charge_unit_ids)))
    post.in_charge_organs.set(Organ.objects.filter(pk__in=list(in_charge_organ_ids)))
    record(
        "accounts.appointment_open",
        actor=actor,
        subject=Subject("accounts.person", person.pk),
        subject_text=f"{person.name} {organ.short_name} {post.post_title}",
        facts={"appointment": post.pk, "kind": str(post.kind), "started_on": started_on.isoformat()},
    )
    _tell_units(post.unit_id)
    wanted = list(roles)
    if wanted:
        appointment_roles_set(actor=actor, appointment_id=post.pk, roles=wanted)
    return post


def _tell_units(*unit_ids: int | None) -> None:
    for unit_id in unit_ids:
        if unit_id is not None:
            publish(UnitPeopleChanged(unit_id=unit_id))


@transaction.atomic
def appointment_update(
    *,
    actor: Actor | None,
    appointment_id: int,
    post_title: str,
    rank_order: int,
    unit_id: int | None,
    in_charge_unit_ids: Iterable[int] = (),
    in_charge_organ_ids: Iterable[int] = (),
) -> Appointment:
    """Correct title, order, unit and charge of a running post; organ and person stay (that would be a transfer)."""
    require_permission(actor, "accounts.change_appointment", "修改任职")
    post = appointment_locked(appointment_id)
    if post.ended_on is not None and post.ended_on < today():
        raise InvalidState("这项任职已经结束，不能修改。")
    _tell_units(*({post.unit_id, unit_id} if unit_id != post.unit_id else ()))
    post.unit = _unit_in(post.organ, unit_id) if unit_id != post.unit_id else post.unit
    post.post_title, post.rank_order = _title(post_title), rank_order
    post.save(update_fields=["unit", "post_title", "rank_order"])
    post.in_charge_units.set(InternalUnit.objects.filter(pk__in=list(in_charge_unit_ids)))
    post.in_charge_organs.set(Organ.objects.filter(pk__in=list(in_charge_organ_ids)))
    record(
        "accounts.appointment_update",
        actor=actor,
        subject=Subject("accounts.person", post.person_id),
        subject_text=f"{post.person.name} {post.post_title}",
        facts={"appointment": post.pk},
    )
    return post


@transaction.atomic
def appointment_roles_set(*, actor: Actor | None, appointment_id: int, roles: Iterable[str]) -> Appointment:
    """Give a post exactly these roles. Only the security administrator does."""
    require_permission(actor, "accounts.change_appointmentrole", "授予角色")
    post = appointment_locked(appointment_id)
    wanted = set(roles)
    if unknown := wanted - set(Role.values):
        raise ValidationFailed(f"没有这样的角色：{'、'.join(sorted(unknown))}。", field="roles")
    held = set(post.roles.values_list("role", flat=True))
    post.roles.filter(role__in=held - wanted).delete()
    AppointmentRole.objects.bulk_create(
        [AppointmentRole(appointment=post, role=role) for role in sorted(wanted - held)]
    )
    _tell_units(post.unit_id)
    record(
        "accounts.roles_set",
        actor=actor,
        subject=Subject("accounts.person", post.person_id),
        subject_text=f"{post.person.name} {post.post_title}",
        facts={"appointment": post.pk, "given": sorted(wanted - held), "taken": sorted(held - wanted)},
    )
    return post


@transaction.atomic
def appointment_close(*, actor: Actor | None, appointment_id: int, ended_on: date) -> Appointment:
    """End a post on a day (its last one); its delegations end with it. Refuses a day before its beginning."""
    require_permission(actor, "accounts.change_appointment", "免职")
    post = appointment_locked(appointment_id)
    if post.ended_on is not None and post.ended_on < today():
        raise InvalidState(f"这项任职已于{post.ended_on:%Y年%-m月%-d日}结束。")
    _check_dates(post.started_on, ended_on)
    appointment_end(post=post, ended_on=ended_on, actor=actor)
    return post


def appointment_end(*, post: Appointment, ended_on: date, actor: Actor | None) -> None:
    """Part of closing a post and of leaving: the end, its delegations, its secretary duties, the record and the news."""
    post.ended_on = ended_on
    post.save(update_fields=["ended_on"])
    delegations_cut(appointment=post, ended_on=ended_on)
    if not is_running(post):
        SecretaryDuty.objects.filter(secretary=post).delete()
        SecretaryDuty.objects.filter(leader=post).delete()
    record(
        "accounts.appointment_close",
        actor=actor,
        subject=Subject("accounts.person", post.person_id),
        subject_text=f"{post.person.name} {post.post_title}",
        facts={"appointment": post.pk, "ended_on": ended_on.isoformat()},
    )
    publish(AppointmentClosed(appointment_id=post.pk))
    _tell_units(post.unit_id)


def _unit_in(organ: Organ, unit_id: int | None) -> InternalUnit | None:
    if organ.abolished_on is not None:
        raise InvalidState(f"{organ.short_name}已撤销，不能任职。")
    if unit_id is None:
        return None
    unit = unit_locked(unit_id)
    if unit.organ_id != organ.pk:
        raise ValidationFailed(f"{unit.name}不是{organ.short_name}的内设机构。", field="unit")
    if unit.abolished_on is not None:
        raise InvalidState(f"{unit.name}已撤销，不能任职。")
    return unit


def _check_person(person: Person) -> None:
    if person.left_on is not None:
        raise InvalidState(f"{person.name}已离开，不能任职。")
    if is_administrator(person.pk):
        raise InvalidState(f"{person.name}是管理员，管理员不得担任业务职务。")


def _check_dates(started_on: date, ended_on: date | None) -> None:
    if ended_on is not None and ended_on < started_on:
        raise ValidationFailed("免职日期不能早于任职日期。", field="ended_on")


def _check_single_regular(person: Person, started_on: date, ended_on: date | None) -> None:
    other = regular_post_between(person.pk, started_on, ended_on)
    if other is not None:
        raise InvalidState(
            f"{person.name}现任{other.organ.short_name}{other.post_title}，请先免去现职，或按兼职、借调办理。",
            appointment=other.pk,
        )


def _title(text: str) -> str:
    title = text.strip()
    if not title or len(title) > 60:
        raise ValidationFailed("请填写职务，不超过 60 字。", field="post_title")
    return title
