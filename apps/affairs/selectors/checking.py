"""Gathers what the checks look at, and who approves."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from apps.accounts.models import Absence, Appointment, Role
from apps.accounts.selectors import holders, leaders_in_charge, posts_shown
from apps.affairs.checks import Case, Finding, Other, findings_of
from apps.affairs.enums import AwayState
from apps.affairs.halves import span_words
from apps.affairs.ladder import Standing
from apps.affairs.models import AwayNotice
from apps.affairs.policies.away import LEADERS, is_leader
from apps.core.clock import local, now
from apps.duty.enums import RosterState
from apps.duty.models import DutyShift

UNDER_WAY = (AwayState.PENDING, AwayState.APPROVED)


def findings_for(notice: AwayNotice) -> tuple[Finding, ...]:
    """What speaks against the notice as it stands now."""
    return findings_of(case_of(notice))


def case_of(notice: AwayNotice) -> Case:
    """The notice beside other absences and duties in its time."""
    roles = set(notice.appointment.roles.values_list("role", flat=True))
    start, end = notice.starts_at, notice.ends_at
    leaders = _other_leaders(notice) if roles & LEADERS else []
    away = [post for post in leaders if _words_away(post.person_id, start, end)]
    principals = [post for post in away if Role.PRINCIPAL_HEAD in {held.role for held in post.roles.all()}]
    return Case(
        starts_at=start,
        ends_at=end,
        moment=now(),
        is_leader=is_leader(roles),
        is_principal=Role.PRINCIPAL_HEAD in roles,
        has_acting=notice.acting_id is not None,
        acting_is_self=notice.acting is not None and notice.acting.person_id == notice.person_id,
        acting_away=_words_away(notice.acting.person_id, start, end) if notice.acting else "",
        own_overlap=_own_overlap(notice),
        principals_away=[
            Other(post.person.name, _words_away(post.person_id, start, end)) for post in principals
        ],
        everybody_away=bool(leaders) and len(away) == len(leaders),
        duties=_duties(notice.person_id, start, end),
    )


def standing_of(notice: AwayNotice, *, superior: list[Appointment]) -> Standing:
    """What the person is, and whom there is above."""
    post = notice.appointment
    roles = set(post.roles.values_list("role", flat=True))
    unit = post.unit
    heads = (
        holders(organ_id=post.organ_id, role=Role.UNIT_HEAD, unit_id=unit.pk)
        if unit
        else Appointment.objects.none()
    )
    return Standing(
        is_principal=Role.PRINCIPAL_HEAD in roles,
        is_deputy=Role.DEPUTY_HEAD in roles,
        is_unit_head=Role.UNIT_HEAD in roles,
        has_unit_head=heads.exclude(person_id=notice.person_id).exists(),
        has_leader=_leaders(post).exclude(person_id=notice.person_id).exists(),
        has_head=holders(organ_id=post.organ_id, role=Role.PRINCIPAL_HEAD)
        .exclude(person_id=notice.person_id)
        .exists(),
        has_superior=bool(superior),
    )


def _leaders(post: Appointment) -> QuerySet[Appointment]:
    return leaders_in_charge(unit=post.unit) if post.unit else leaders_in_charge(organ=post.organ)


def superior_office(post: Appointment) -> list[Appointment]:
    """Directors of the superior's office, where a principal head files: of the superior itself, else of its office."""
    superior = post.organ.superior
    while superior is not None:
        found = [
            one
            for one in posts_shown().filter(roles__role=Role.OFFICE_DIRECTOR)
            if one.organ_id != post.organ_id
            and (
                one.organ_id == superior.pk
                or (one.organ.superior_id == superior.pk and one.organ.kind == "office")
            )
        ]
        if found:
            return found
        superior = superior.superior
    return []


def _other_leaders(notice: AwayNotice) -> list[Appointment]:
    return list(
        posts_shown()
        .filter(organ_id=notice.organ_id, roles__role__in=LEADERS)
        .exclude(person_id=notice.person_id)
        .prefetch_related("roles")
        .distinct()
    )


def _words_away(person_id: int, start: datetime, end: datetime) -> str:
    """The first absence or notice under way of the person that touches the time; empty when there is none."""
    notice = AwayNotice.objects.filter(
        person_id=person_id,
        state__in=UNDER_WAY,
        starts_at__lt=end,
        ends_at__gt=start,
        returned_at__isnull=True,
    ).first()
    if notice is not None:
        return f"{notice.span}{notice.get_kind_display()}"
    absence = Absence.objects.filter(
        person_id=person_id, cancelled_at__isnull=True, starts_at__lt=end, ends_at__gt=start
    ).first()
    return f"{span_words(absence.starts_at, absence.ends_at)}{absence.get_kind_display()}" if absence else ""


def _own_overlap(notice: AwayNotice) -> str:
    """Another notice or absence of the same person, save what this one replaces."""
    start, end, replaced = notice.starts_at, notice.ends_at, notice.replaces
    others = AwayNotice.objects.filter(
        person_id=notice.person_id,
        state__in=UNDER_WAY,
        starts_at__lt=end,
        ends_at__gt=start,
        returned_at__isnull=True,
    ).exclude(pk__in=[pk for pk in (notice.pk, notice.replaces_id) if pk])
    if other := others.first():
        return f"{other.span}的外出报备"
    known = AwayNotice.objects.filter(absence=OuterRef("pk"))
    loose = Absence.objects.filter(
        ~Exists(known),
        person_id=notice.person_id,
        cancelled_at__isnull=True,
        starts_at__lt=end,
        ends_at__gt=start,
    )
    if replaced is not None and replaced.absence_id:
        loose = loose.exclude(pk=replaced.absence_id)
    absence = loose.first()
    return (
        f"{span_words(absence.starts_at, absence.ends_at)}的{absence.get_kind_display()}" if absence else ""
    )


def _duties(person_id: int, start: datetime, end: datetime) -> list[str]:
    shifts = DutyShift.objects.filter(
        appointment__person_id=person_id,
        watch__roster__state=RosterState.PUBLISHED,
        watch__starts_at__lt=end,
        watch__ends_at__gt=start,
    ).select_related("watch", "post")
    return [
        f"{local(shift.watch.starts_at).month}月{local(shift.watch.starts_at).day}日{shift.post.name}"
        for shift in shifts.order_by("watch__starts_at")
    ]
