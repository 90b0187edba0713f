"""Rows to be changed: locked, or `NotFound`."""

from apps.accounts.models import PROTECTIONS, Absence, Appointment, InternalUnit, Organ, Person
from apps.core.errors import NotFound


def person_locked(person_id: int) -> Person:
    """The person, row locked. Raises `NotFound`."""
    person = Person.objects.select_for_update(of=("self",)).filter(pk=person_id).first()
    if person is None:
        raise NotFound("没有找到这名人员。")
    return person


def protection_locked(absence_id: int) -> Absence:
    """A stretch without night duty with its person, row locked. Raises `NotFound`."""
    rows = Absence.with_protected.select_for_update(of=("self",)).select_related("person")
    found = rows.filter(pk=absence_id, kind__in=PROTECTIONS).first()
    if found is None:
        raise NotFound("没有找到这段不排夜班期间。")
    return found


def appointment_locked(appointment_id: int) -> Appointment:
    """The post with its person, organ and unit, row locked. Raises `NotFound`."""
    post = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("person", "organ", "unit")
        .filter(pk=appointment_id)
        .first()
    )
    if post is None:
        raise NotFound("没有找到这项任职。")
    return post


def organ_locked(organ_id: int) -> Organ:
    """The organ, row locked. Raises `NotFound`."""
    organ = Organ.objects.select_for_update(of=("self",)).filter(pk=organ_id).first()
    if organ is None:
        raise NotFound("没有找到这个机关。")
    return organ


def unit_locked(unit_id: int) -> InternalUnit:
    """The internal unit with its organ, row locked. Raises `NotFound`."""
    unit = (
        InternalUnit.objects.select_for_update(of=("self",))
        .select_related("organ")
        .filter(pk=unit_id)
        .first()
    )
    if unit is None:
        raise NotFound("没有找到这个内设机构。")
    return unit
