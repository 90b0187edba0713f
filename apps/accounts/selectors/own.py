"""Reads of one's own account: sessions, delegations, absences; and the cast of the demo."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db.models import Q, QuerySet

from apps.accounts.models import PROTECTIONS, Absence, Appointment, Delegation, Person, SecretaryDuty
from apps.accounts.selectors.posts import valid_on
from apps.core.clock import now, today
from apps.core.errors import NotFound

SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("UOS", "统信 UOS"),
    ("Linux", "Linux"),
)
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"),
    ("Version", "Safari"),
)


@dataclass(frozen=True, kw_only=True)
class SessionLine:
    """One place where a person is signed in."""

    id: int
    address: str
    device: str
    started_at: datetime
    seen_at: datetime
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class CastMember:
    """Somebody the demo's login page offers."""

    login_name: str
    name: str
    post: str
    note: str


@dataclass(frozen=True, kw_only=True)
class CastGroup:
    """People of one organ on the demo's login page."""

    name: str
    members: tuple[CastMember, ...]


def person_of(person_id: int) -> Person:
    """The person. Raises `NotFound`."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFound("没有找到这名人员。")
    return person


def sessions_of(person_id: int, *, current_key: str = "") -> list[SessionLine]:
    """Living sessions of the person, the latest first; `current_key` marks the one that asks."""
    living = UserSession.objects.purge_and_list(Person(pk=person_id))
    return [
        SessionLine(
            id=session.pk,
            address=str(session.ip),
            device=device_text(session.user_agent),
            started_at=session.created_at,
            seen_at=session.last_seen_at,
            is_current=session.session_key == current_key,
        )
        for session in sorted(living, key=lambda session: session.last_seen_at, reverse=True)
    ]


def device_text(user_agent: str) -> str:
    """Browser and system of a User-Agent header in a few words, as far as it says."""
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "其他系统")
    for mark, name in BROWSERS:
        if found := re.search(rf"{mark}/(\d+)", user_agent):
            return f"{name} {found.group(1)}，{system}"
    return f"其他浏览器，{system}"


def delegations_of(person_id: int) -> QuerySet[Delegation]:
    """Delegations the person has given or taken, the latest first."""
    return (
        Delegation.objects.filter(Q(delegator__person_id=person_id) | Q(delegate__person_id=person_id))
        .select_related(
            "delegator__person", "delegator__organ", "delegator__unit", "delegate__person", "delegate__unit"
        )
        .order_by("-starts_at", "-pk")
    )


def absences_of(person_id: int) -> QuerySet[Absence]:
    """Absences of the person, the latest first."""
    return Absence.objects.filter(person_id=person_id).order_by("-starts_at", "-pk")


def protections_of(person_id: int) -> QuerySet[Absence]:
    """Stretches without night duty of the person, the latest first; for the person's own eyes."""
    return Absence.with_protected.filter(person_id=person_id, kind__in=PROTECTIONS).order_by(
        "-starts_at", "-pk"
    )


def protections_between(person_ids: Iterable[int], start: datetime, end: datetime) -> QuerySet[Absence]:
    """Stretches without night duty of these people that touch the time, the first first; show `shown_kind`, never `kind`."""
    return Absence.with_protected.filter(
        person_id__in=list(person_ids),
        kind__in=PROTECTIONS,
        cancelled_at=None,
        starts_at__lt=end,
        ends_at__gt=start,
    ).order_by("starts_at", "pk")


def absences_open_of(person_id: int) -> QuerySet[Absence]:
    """Absences that run or will run, the next first."""
    return Absence.objects.filter(person_id=person_id, cancelled_at__isnull=True, ends_at__gt=now()).order_by(
        "starts_at"
    )


def delegations_open_of(person_id: int) -> QuerySet[Delegation]:
    """Delegations given or taken that run or will run, the next first."""
    return delegations_of(person_id).filter(revoked_at__isnull=True, ends_at__gt=now()).order_by("starts_at")


def secretaries_of(person_id: int) -> QuerySet[SecretaryDuty]:
    """Who serves the person as secretary, and whom the person serves, in running posts."""
    mine = Q(leader__person_id=person_id) | Q(secretary__person_id=person_id)
    return (
        SecretaryDuty.objects.filter(mine, valid_on(today(), "leader__"), valid_on(today(), "secretary__"))
        .select_related("leader__person", "leader__organ", "secretary__person", "secretary__unit")
        .order_by("leader__rank_order", "id")
    )


def demo_cast() -> list[CastGroup]:
    """People with a demo note by organ in rank order, then the administrators. Empty in a real installation."""
    posts = (
        Appointment.objects.filter(valid_on(today()), person__is_active=True)
        .exclude(person__demo_note="")
        .select_related("person", "organ", "unit")
        .order_by("organ__rank_order", "rank_order", "id")
    )
    groups: dict[str, list[CastMember]] = {}
    seen: set[int] = set()
    for post in posts:
        if post.person_id in seen:
            continue
        seen.add(post.person_id)
        place = " ".join(part for part in (post.unit.name if post.unit else "", post.post_title) if part)
        groups.setdefault(post.organ.short_name, []).append(_member(post.person, place))
    others = Person.objects.filter(is_active=True, is_staff=True).exclude(demo_note="").exclude(pk__in=seen)
    for person in others.order_by("pk"):
        groups.setdefault("管理员", []).append(_member(person, ""))
    return [CastGroup(name=name, members=tuple(members)) for name, members in groups.items()]


def _member(person: Person, post: str) -> CastMember:
    return CastMember(login_name=person.login_name, name=person.name, post=post, note=person.demo_note)
