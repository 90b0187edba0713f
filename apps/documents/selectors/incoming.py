"""Reads of incoming documents and of exchange: gates, lists, counts, who has signed for what."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from apps.accounts.models import Appointment, InternalUnit, Organ, Role
from apps.accounts.selectors import holders, valid_on
from apps.core.actors import Actor
from apps.core.clock import now, today
from apps.core.errors import NotFound
from apps.core.paging import Page
from apps.core.prepared import PreparedFor
from apps.core.streams import Union, union_counts, union_page, union_rows
from apps.core.subjects import Subject
from apps.documents.enums import IN_FLOW, DispatchState
from apps.documents.enums import IncomingStatus as Status
from apps.documents.models import Dispatch, IncomingDocument, IncomingResponse, OutgoingDocument
from apps.documents.policies.incoming import (
    CLOSED_TO_ORGAN,
    DESK_ROLES,
    KIND,
    Ability,
    abilities_with,
    own_grounds,
    visible_to,
)
from apps.documents.selectors.gate import Gate
from apps.documents.selectors.listing import Narrowing, Side, union_of
from apps.workflow.policies import Reach, reach_of

RELATED = (
    "organ__superior", "source_organ", "dispatch__document__issuing_organ", "dispatch__document__receiver_terms", "matter",
    "signed_for_by", "forwarding__document__organ",
)  # fmt: skip
LIST_ORDER = ("-received_at", "-id")
EXPORT_LIMIT = 5000
FORMAL_TEXT = "formal_text"


def subject_of(document: IncomingDocument) -> Subject:
    """The document as other apps bind to it."""
    return Subject(KIND, document.pk)


def incoming_for(
    actor: Actor, incoming_id: int, *, lock: bool = False, reach: Reach | None = None
) -> IncomingDocument:
    """The document if the actor may see it, its row locked when it is to change. Raises `NotFound` alike for absent and invisible."""
    document = _GATE.row(actor, incoming_id, lock=lock, reach=reach)
    if document is None:
        raise NotFound("没有找到该收文，或您无权查看。")
    return document


_GATE = Gate(visible_to, RELATED)


def incoming_named(actor: Actor, ids: list[int]) -> list[IncomingDocument]:
    """Those of the documents that the actor may see, newest first."""
    return list(visible_to(actor).filter(pk__in=ids).order_by(*LIST_ORDER)) if ids else []


def incoming_title(incoming_id: int) -> str:
    """Title for other apps that are bound to the document."""
    return IncomingDocument.objects.filter(pk=incoming_id).values_list("title", flat=True).first() or ""


def may_read_incoming(actor: Actor, incoming_id: int) -> bool:
    """Whether the text is open to the actor: visible and neither returned nor recalled."""
    return visible_to(actor).filter(pk=incoming_id).exclude(status__in=CLOSED_TO_ORGAN).exists()


def may_attach_incoming(actor: Actor, incoming_id: int) -> bool:
    """Whether the actor may add the scan of a paper document now."""
    document = visible_to(actor).filter(pk=incoming_id).first()
    return document is not None and Ability.ATTACH in abilities_with(actor, document, None)


def receiving_organ(organ: Organ) -> Organ:
    """Who signs for what is addressed to `organ`: a government's office for its government, every other organ itself."""
    if organ.kind != Organ.Kind.GOVERNMENT:
        return organ
    office = (
        Organ.objects.filter(superior=organ, kind=Organ.Kind.OFFICE, abolished_on__isnull=True)
        .order_by("rank_order", "pk")
        .first()
    )
    return office or organ


# Lists


TABS: dict[str, tuple[str, tuple[Status, ...]]] = {
    "received": ("待签收", (Status.RECEIVED,)),
    "signed_for": ("待登记", (Status.SIGNED_FOR,)),
    "flow": (
        "办理中",
        (
            Status.PROPOSAL,
            Status.INSTRUCTION,
            Status.ASSIGN,
            Status.HANDLE,
            Status.COMPLETING,
            Status.CIRCULATION,
        ),
    ),
    "completed": ("已办结", (Status.COMPLETED,)),
    "closed": ("退文撤回", (Status.RETURNED, Status.RECALLED)),
    "all": ("全部", ()),
}


@dataclass(frozen=True, kw_only=True)
class IncomingFilter:
    """What the list is narrowed to; empty fields do not narrow. `light` is over or near, by the deadline."""

    tab: str = "all"
    text: str = ""
    urgency: str = ""
    document_type: str = ""
    year: int | None = None
    overdue: bool = False


SIDE = Side(rows=IncomingDocument.objects.all(), kind=KIND, name="incoming_document", dated="received_at")


def incoming_page(actor: Actor, wanted: IncomingFilter, cursor: str = "") -> Page[IncomingDocument]:
    """A page of the actor's incoming documents under the filter."""
    return union_page(incoming_shown(), incoming_union(actor, wanted), order=LIST_ORDER, cursor=cursor)


def incoming_first(actor: Actor, wanted: IncomingFilter, limit: int) -> list[IncomingDocument]:
    """The newest of them, for export and search."""
    return union_rows(incoming_shown(), incoming_union(actor, wanted), order=LIST_ORDER, limit=limit)


def incoming_shown() -> QuerySet[IncomingDocument]:
    """Rows as lists read them."""
    return IncomingDocument.objects.select_related("organ", "matter", "signed_for_by").defer("search_text")


def incoming_union(actor: Actor, wanted: IncomingFilter, reach: Reach | None = None) -> Union:
    """The actor\'s documents under the filter, by whatever ground they may be seen."""
    statuses = TABS.get(wanted.tab, TABS["all"])[1]
    lookups: dict[str, Any] = {}
    if len(statuses) == 1:
        lookups["status"] = statuses[0].value
    elif statuses:
        lookups["status__in"] = [status.value for status in statuses]
    if wanted.urgency:
        lookups["urgency"] = wanted.urgency
    if wanted.document_type:
        lookups["document_type"] = wanted.document_type
    if wanted.year:
        lookups["received_at__year"] = wanted.year
    if wanted.overdue:
        lookups |= {"deadline_at__lt": now(), "completed_at__isnull": True, **_in_flow(statuses)}
    is_open = wanted.overdue or wanted.tab in LIVE_TABS
    narrowing = Narrowing(lookups=lookups, is_open=is_open, text=wanted.text)
    return union_of(actor, SIDE, own_grounds(actor).values(), narrowing, reach)


def _in_flow(statuses: tuple[Status, ...]) -> dict[str, Any]:
    """Of the tab's those that can be late: what was sent back or recalled owes nothing."""
    late = [status for status in IN_FLOW if not statuses or status in statuses]
    return {"status__in": late} if len(statuses) != 1 else {}


LIVE_TABS = ("received", "signed_for", "flow")


def tab_counts(actor: Actor) -> dict[str, int]:
    """How many documents wait in each live tab, up to just above what is shown. One query and the reach."""
    reach = reach_of(actor.person_id)
    wanted = {code: incoming_union(actor, IncomingFilter(tab=code), reach) for code in LIVE_TABS}
    return union_counts(wanted, order=LIST_ORDER)


def desk_count(actor: Actor) -> int:
    """What waits for the actor's desk: documents to sign for and to register."""
    if not (actor.organ_id and actor.roles & DESK_ROLES):
        return 0
    return _AT_THE_DESK.count(actor)


_AT_THE_DESK = PreparedFor(
    lambda actor: IncomingDocument.objects.filter(
        organ_id=actor.organ_id or 0, status__in=(Status.RECEIVED, Status.SIGNED_FOR)
    )
)


# Who may be chosen


def proposer_candidates(organ_id: int) -> list[Appointment]:
    """Who may propose how to handle: office directors, heads of the general office, clerks; in this order, each person once."""
    posts = [*holders(organ_id=organ_id, role=Role.OFFICE_DIRECTOR)]
    posts += holders(organ_id=organ_id, role=Role.UNIT_HEAD).filter(unit__is_general_office=True)
    posts += holders(organ_id=organ_id, role=Role.CLERK)
    return list({post.pk: post for post in posts}.values())


def leader_candidates(organ_id: int) -> list[Appointment]:
    """Leaders who may instruct: principal heads, then deputies and the office director, in rank order."""
    posts = [*holders(organ_id=organ_id, role=Role.PRINCIPAL_HEAD)]
    posts += holders(organ_id=organ_id, role=Role.DEPUTY_HEAD)
    posts += holders(organ_id=organ_id, role=Role.OFFICE_DIRECTOR)
    return list({post.pk: post for post in posts}.values())


def handling_candidates(organ_id: int) -> list[tuple[InternalUnit, Appointment | None]]:
    """Internal units in rank order with who would handle there: the unit's head, else its highest in rank, else nobody."""
    units = InternalUnit.objects.filter(organ_id=organ_id, abolished_on__isnull=True)
    posts = (
        Appointment.objects.filter(
            valid_on(today()), organ_id=organ_id, unit__isnull=False, person__is_active=True
        )
        .select_related("person", "organ", "unit")
        .prefetch_related("roles")
        .order_by("rank_order", "id")
    )
    by_unit: defaultdict[int | None, list[Appointment]] = defaultdict(list)
    for post in posts:
        by_unit[post.unit_id].append(post)
    return [(unit, _handler(by_unit[unit.pk])) for unit in units]


def _handler(posts: list[Appointment]) -> Appointment | None:
    heads = [post for post in posts if any(held.role == Role.UNIT_HEAD for held in post.roles.all())]
    return next(iter(heads or posts), None)


def posts_in_units(organ_id: int, unit_ids: tuple[int, ...]) -> list[int]:
    """Running posts of active people in these units of the organ."""
    return list(
        Appointment.objects.filter(
            valid_on(today()), organ_id=organ_id, unit_id__in=unit_ids, person__is_active=True
        ).values_list("pk", flat=True)
    )


def posts_of_organ(organ_id: int) -> set[int]:
    """All running posts of active people in the organ."""
    return set(
        Appointment.objects.filter(valid_on(today()), organ_id=organ_id, person__is_active=True).values_list(
            "pk", flat=True
        )
    )


@dataclass(frozen=True)
class UnitPeople:
    """An internal unit (None: the organ's leaders) with its people in rank order, to choose readers from."""

    unit: InternalUnit | None
    posts: tuple[Appointment, ...]


def people_by_unit(organ_id: int) -> list[UnitPeople]:
    """Everybody in the organ by unit, leaders without unit first. One query."""
    posts = (
        Appointment.objects.filter(valid_on(today()), organ_id=organ_id, person__is_active=True)
        .select_related("person", "unit")
        .order_by(F("unit__rank_order").asc(nulls_first=True), "unit_id", "rank_order", "id")
    )
    groups: dict[int | None, list[Appointment]] = {}
    for post in posts:
        groups.setdefault(post.unit_id, []).append(post)
    return [UnitPeople(found[0].unit, tuple(found)) for found in groups.values()]


# Exchange


def dispatch_with_documents(dispatch_id: int) -> Dispatch | None:
    """The dispatch with both documents and its organ, for telling people."""
    return (
        Dispatch.objects.filter(pk=dispatch_id)
        .select_related("organ", "document", "incoming_document")
        .first()
    )


def dispatches_held(document_id: int) -> list[Dispatch]:
    """Copies of the document that lie with their receivers, signed for or not, each with its incoming document."""
    held = Dispatch.objects.filter(
        document_id=document_id, state__in=[DispatchState.SENT, DispatchState.SIGNED]
    )
    return list(held.select_related("incoming_document").order_by("pk"))


def open_dispatch_count(organ_id: int) -> int:
    """Copies the organ sent that nobody has signed for yet."""
    return Dispatch.objects.filter(document__organ_id=organ_id, state=DispatchState.SENT).count()


@dataclass(frozen=True, kw_only=True)
class DispatchLine:
    """One receiving organ in the sender's panel: its state, who signed or whom to ring."""

    dispatch: Dispatch
    organ_name: str
    contacts: tuple[tuple[str, str], ...]
    responses: tuple[IncomingResponse, ...] = ()

    @property
    def is_open(self) -> bool:
        """Not yet signed for."""
        return self.dispatch.state == DispatchState.SENT


@dataclass(frozen=True, kw_only=True)
class DispatchBoard:
    """分发情况 of an outgoing document."""

    lines: tuple[DispatchLine, ...]
    signed_count: int
    open_count: int
    last_urged_at: datetime | None

    @property
    def total(self) -> int:
        """Copies that count: sent and not taken back or returned."""
        return self.signed_count + self.open_count


def dispatch_board(document: OutgoingDocument) -> DispatchBoard:
    """Who has signed, who has not and whom to ring there. Three queries whatever the number of organs."""
    rows = list(
        Dispatch.objects.filter(document=document)
        .select_related("organ", "signed_by", "incoming_document__organ")
        .prefetch_related("incoming_document__responses")
        .order_by("sent_at", "kind", "organ__rank_order", "id")
    )
    contacts = _contacts({row.incoming_document.organ_id for row in rows})
    lines = tuple(
        DispatchLine(
            dispatch=row,
            organ_name=row.organ.short_name,
            contacts=contacts.get(row.incoming_document.organ_id, ()),
            responses=tuple(row.incoming_document.responses.all()),
        )
        for row in sorted(rows, key=lambda row: (row.state != DispatchState.SENT, _KINDS[row.kind]))
    )
    return DispatchBoard(
        lines=lines,
        signed_count=sum(row.state == DispatchState.SIGNED for row in rows),
        open_count=sum(row.state == DispatchState.SENT for row in rows),
        last_urged_at=max((row.urged_at for row in rows if row.urged_at), default=None),
    )


_KINDS = {"main": 0, "cc": 1, "added": 2, "forwarded": 3}


def _contacts(organ_ids: set[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    """Clerks of each organ with their phone numbers."""
    posts = (
        Appointment.objects.filter(
            valid_on(today()), organ_id__in=organ_ids, roles__role=Role.CLERK, person__is_active=True
        )
        .select_related("person")
        .order_by("rank_order", "id")
    )
    found: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for post in posts:
        found[post.organ_id].append((post.person.name, post.person.phone or post.person.mobile))
    return {organ_id: tuple(people) for organ_id, people in found.items()}
