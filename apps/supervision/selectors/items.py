"""Gates and lists of items."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from apps.accounts.models import Appointment
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, now
from apps.core.errors import NotFound
from apps.core.given import YEARS
from apps.core.paging import Page
from apps.core.shell import COUNT_LIMIT
from apps.core.streams import searched_page, searched_rows
from apps.core.subjects import Subject
from apps.core.words import words_of
from apps.core.working_calendar import city_calendar
from apps.supervision.enums import LightKind, Party, State
from apps.supervision.lifecycle import CLOSED, DONE, RUNNING
from apps.supervision.lights import Clocks, light_of, worst
from apps.supervision.models import Extension, ProgressReport, SupervisionItem
from apps.supervision.policies import (
    APPROVERS,
    DESK,
    HEADS,
    STATES_OF_LEADS,
    board_scopes,
    oversees,
    parties,
    scope_is,
    supervises,
    visible_to,
)
from apps.workflow.lights import Light
from apps.workflow.lights import LightKind as TimeLight
from apps.workflow.lights import light_of as time_light_of

KIND = "supervision.item"
ORDER = ("-created_at", "-id")
DUE_ORDER = ("due_at", "id")
GREEN_ORDER = ("green_until", "id")
DONE_ORDER = ("-completed_at", "-id")
RELATED = ("organ", "item_class", "lead_organ", "lead_unit", "leader__person", "handler__person", "parent")


def item_for(actor: Actor, item_id: int, *, lock: bool = False) -> SupervisionItem:
    """An item the actor may see, locked if asked. Raises `NotFound`."""
    query = visible_to(actor).filter(pk=item_id)
    if not query.exists():
        raise NotFound
    rows = SupervisionItem.objects.select_related(*RELATED).prefetch_related("assisting__organ")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return rows.get(pk=item_id)


def item_title(item_id: int) -> str:
    """For notices and cards."""
    found = SupervisionItem.objects.filter(pk=item_id).first()
    return str(found) if found else ""


def can_view_item(actor: Actor, item_id: int) -> bool:
    """Whether the item is visible."""
    return visible_to(actor).filter(pk=item_id).exists()


def can_attach_to_item(actor: Actor, item_id: int) -> bool:
    """Files are added by those who keep or do it, while it is open."""
    item = visible_to(actor).filter(pk=item_id).first()
    if item is None or item.state in CLOSED:
        return False
    return bool(parties(actor, item) & {Party.SUPERVISOR, Party.LEAD, Party.LEAD_HEAD, Party.ASSIST})


def light_is(kind: str, moment: datetime) -> Q:
    """Condition for items whose own light is `kind`: the same rule as `lights.light_of`, in SQL."""
    running = Q(state__in=RUNNING)
    if kind == LightKind.RED:
        return running & Q(due_at__lt=moment)
    if kind == LightKind.YELLOW:
        return running & Q(due_at__gte=moment, green_until__lte=moment)
    if kind == LightKind.GREEN:
        return running & Q(green_until__gt=moment)
    return Q(state__in=DONE) if kind == LightKind.GREY else ~running & ~Q(state__in=DONE)


def own_light(item: SupervisionItem, moment: datetime | None = None) -> LightKind:
    """The light of one row."""
    return light_of(
        Clocks(
            state=item.state,
            due_at=item.due_at,
            yellow_at=item.yellow_at,
            report_due_at=item.report_due_at,
            milestone_due_at=item.milestone_due_at,
        ),
        moment or now(),
    )


def shown_light(item: SupervisionItem, parts: list[SupervisionItem]) -> LightKind:
    """The worst of the item's own and its open parts' lights."""
    mine = own_light(item)
    if mine in {LightKind.GREY, LightKind.NONE}:
        return mine
    return worst([mine, *(own_light(part) for part in parts if part.state in RUNNING)])


SCOPES = (
    ("", "全部"),
    ("ours", "本机关督办和承办"),
    ("lead", "我单位牵头"),
    ("unit", "我科室承办"),
    ("assist", "我单位配合"),
    ("charge", "我分管"),
    ("given", "我交办"),
)
STAGES = {
    "waiting": (State.PROPOSED, State.ESTABLISHED, State.REFUSED),
    "open": tuple(RUNNING),
    "review": (State.CLOSING_REVIEW, State.REPORTED),
    "done": tuple(DONE),
    "long_term": (State.LONG_TERM,),
    "ended": (State.DECLINED, State.TERMINATED),
}
STAGE_NAMES = (
    ("", "全部"), ("open", "在办"), ("waiting", "待立项交办"), ("review", "待审核"), ("done", "已办结"),
    ("long_term", "持续推进"), ("ended", "未立项和终止"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """What of the visible items is listed; nonsense narrows nothing. Times are a month such as `2026-11` or a year."""

    scope: str = ""
    stage: str = ""
    light: str = ""
    source: str = ""
    organ_id: int | None = None
    leader_id: int | None = None
    due: str = ""
    assigned: str = ""
    done: str = ""
    is_late: bool = False
    is_listed: bool = False
    text: str = ""

    @property
    def order(self) -> tuple[str, ...]:
        """Running items by date, green ones by when they turn; completed ones from the last back; others as they came."""
        if self.light == LightKind.GREEN:
            return GREEN_ORDER
        if self.light in {LightKind.RED, LightKind.YELLOW} or self.stage in {
            "open",
            "review",
        }:
            return DUE_ORDER
        return DONE_ORDER if self.done or self.stage == "done" else ORDER


def items_listed(actor: Actor, wanted: Narrowing) -> QuerySet[SupervisionItem]:
    """Visible items narrowed down but for the words, without order (`Narrowing.order`)."""
    rows = _in_scope(actor, wanted.scope, wanted.organ_id)
    rows = rows.select_related("lead_organ", "lead_unit", "item_class", "leader__person")
    rows = rows.prefetch_related("assisting__organ")
    if wanted.stage in STAGES:
        rows = rows.filter(state__in=STAGES[wanted.stage])
    if wanted.light in LightKind.values:
        rows = rows.filter(light_is(wanted.light, now()))
    if wanted.source:
        rows = rows.filter(source=wanted.source)
    if wanted.organ_id is not None:
        rows = rows.filter(lead_organ_id=wanted.organ_id)
    if wanted.leader_id is not None:
        rows = rows.filter(leader_id=wanted.leader_id or None)
    for field, words in (
        ("due_at", wanted.due),
        ("assigned_at", wanted.assigned),
        ("completed_at", wanted.done),
    ):
        if span := span_of(words):
            rows = rows.filter(**{f"{field}__gte": span[0], f"{field}__lt": span[1]})
    for flag in ("is_late", "is_listed"):
        if getattr(wanted, flag):
            rows = rows.filter(**{flag: True})
    if wanted.order == DONE_ORDER:
        rows = rows.filter(completed_at__isnull=False)
    return rows


def items_page(actor: Actor, wanted: Narrowing, cursor: str = "") -> Page[SupervisionItem]:
    """A page of them, in the order the narrowing asks for, with the words it searches."""
    rows, words = items_listed(actor, wanted), words_of(wanted.text)
    return searched_page(rows, words, order=wanted.order, cursor=cursor)


def items_first(actor: Actor, wanted: Narrowing, limit: int) -> list[SupervisionItem]:
    """The first of them, for export and search."""
    rows, words = items_listed(actor, wanted), words_of(wanted.text)
    return searched_rows(rows, words, order=wanted.order, limit=limit)


def _in_scope(actor: Actor, scope: str, lead_id: int | None) -> QuerySet[SupervisionItem]:
    """A scope of the board is visible by itself; the others narrow what is. `lead_id`: the only lead asked for."""
    if scope == "ours" and oversees(actor) and lead_id not in {None, actor.organ_id}:
        # what the organ does itself is out of question: said plainly, an index finds the rest
        return SupervisionItem.objects.filter(organ=actor.organ_id)
    if scope in {code for code, _ in board_scopes(actor)}:
        given = Q(state__in=STATES_OF_LEADS)
        if oversees(actor):
            given |= Q(organ_id=actor.organ_id)
        return SupervisionItem.objects.filter(given & scope_is(actor, scope))
    if scope == "given":  # all of them are visible
        posts = Appointment.objects.filter(person_id=actor.person_id).values_list("pk", flat=True)
        return SupervisionItem.objects.filter(leader_id__in=list(posts))
    rows = visible_to(actor)
    return rows.filter(assisting__organ_id=actor.organ_id or 0) if scope == "assist" else rows


def span_of(words: str) -> tuple[datetime, datetime] | None:
    """First moment of a month such as `2026-11`, or of a year, and of the next one, in the city; None for nonsense."""
    for pattern, days in (("%Y-%m", 32), ("%Y", 367)):
        with suppress(ValueError, OverflowError):
            first = datetime.strptime(words, pattern).replace(tzinfo=CITY_ZONE)
            following = (first + timedelta(days=days)).replace(day=1)
            if first.year in YEARS:
                return first, following if pattern == "%Y-%m" else following.replace(month=1)
    return None


def items_of_subject(actor: Actor, subject: Subject) -> list[SupervisionItem]:
    """Visible items that came from a thing of another app, newest first."""
    rows = visible_to(actor).filter(subject_kind=subject.kind, subject_id=subject.id)
    return list(rows.select_related("lead_organ").order_by("-created_at", "-id")[:20])


def items_of_matters(matter_ids: Collection[int]) -> dict[int, SupervisionItem]:
    """Agreed matter → its item. Whoever sees the meeting's matters may see where they stand; the item's page asks for itself."""
    rows = SupervisionItem.objects.filter(
        subject_kind="meetings.matter", subject_id__in=matter_ids, parent=None
    )
    return {row.subject_id or 0: row for row in rows.select_related("lead_organ").order_by("pk")}


def parts_of(item: SupervisionItem) -> list[SupervisionItem]:
    """The parts of an item, in order of their numbers. Whoever sees the whole sees its parts."""
    return list(item.parts.select_related("lead_organ", "lead_unit").order_by("id"))


def waiting_count(actor: Actor) -> int:
    """How many visible items wait for an act of the actor's, up to what is shown: for the number in the rail of every page."""
    parts = [rows.values("pk")[: COUNT_LIMIT + 1] for rows in _waiting(actor)]
    return parts[0].union(*parts[1:]).count() if parts else 0


def _waiting(actor: Actor) -> Iterator[QuerySet[SupervisionItem]]:
    """Kinds of items that wait, each found by an index: by date where the date decides."""
    rows, late = SupervisionItem.objects, now()
    if actor.organ_id is not None and supervises(actor):
        kept = rows.filter(organ_id=actor.organ_id)
        yield kept.filter(state__in=[State.ESTABLISHED, State.REFUSED, State.REPORTED])
    if actor.organ_id is not None and actor.roles & APPROVERS:
        kept = rows.filter(organ_id=actor.organ_id)
        yield kept.filter(state__in=[State.PROPOSED, State.CLOSING_REVIEW])
        yield kept.filter(pk__in=Extension.objects.filter(status=Extension.Status.ASKED).values("item"))
    if actor.organ_id is not None and actor.roles & (DESK | HEADS):
        led = rows.filter(lead_organ_id=actor.organ_id, lead_unit=None)
        written = ProgressReport.objects.filter(status=ProgressReport.Status.WRITTEN)
        yield led.filter(state=State.ASSIGNED)
        yield led.filter(pk__in=written.values("item"))
        yield led.filter(state__in=RUNNING, due_at__lt=late).order_by("due_at", "id")
        yield led.filter(state__in=RUNNING, report_due_at__lt=late).order_by("report_due_at")
    if actor.unit_id is not None:
        yield rows.filter(lead_unit_id=actor.unit_id, state=State.ASSIGNED)


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """A row of a list."""

    item: SupervisionItem
    light: LightKind
    left: Light


def time_left(item: SupervisionItem) -> Light:
    """Words about the time left, as on every list of the house."""
    if item.state not in RUNNING:
        return Light(TimeLight.NONE, "—")
    return time_light_of(
        item.due_at, moment=now(), calendar=city_calendar(), is_provisional=item.is_due_provisional
    )


def list_lines(rows: Iterable[SupervisionItem]) -> list[ItemLine]:
    """Items with light and time left."""
    return [ItemLine(item=item, light=own_light(item), left=time_left(item)) for item in rows]
