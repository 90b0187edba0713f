"""What the page of one item shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.core import subjects
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.core.subjects import Subject
from apps.files.models import StoredFile
from apps.messaging.selectors.conversations import subject_group_exists
from apps.supervision.charts import Timed, Timeline, timeline_of
from apps.supervision.enums import Act, LightKind, Party
from apps.supervision.lifecycle import OPEN, RUNNING
from apps.supervision.models import (
    Extension,
    ItemLog,
    Milestone,
    NoticeReceipt,
    ProgressReport,
    SupervisionItem,
    SupervisionNotice,
)
from apps.supervision.policies import DESK, HEADS, acts_of, parties
from apps.supervision.selectors.items import (
    KIND,
    ItemLine,
    can_view_item,
    list_lines,
    own_light,
    parts_of,
    shown_light,
    time_left,
)
from apps.supervision.selectors.report_files import files_by_report
from apps.workflow.lights import Light

LINES_SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class NoticeLine:
    """A 督办单 with its receipts; `mine` is the actor's organ's open one."""

    notice: SupervisionNotice
    receipts: list[NoticeReceipt]
    mine: bool


@dataclass(frozen=True, kw_only=True)
class ReportLine:
    """A report with its files."""

    report: ProgressReport
    files: list[StoredFile]


@dataclass(frozen=True, kw_only=True)
class ItemPage:
    """All of it. `may` holds the codes of acts that make sense now."""

    item: SupervisionItem
    light: LightKind
    left: Light
    may: dict[str, bool]
    parts: list[ItemLine]
    timeline: Timeline | None
    milestones: list[Milestone]
    reports: list[ReportLine]
    waiting_report: ProgressReport | None
    returned: ReportLine | None
    known_figures: list[dict[str, Any]]
    extension: Extension | None
    extensions: list[Extension]
    notices: list[NoticeLine]
    log: list[ItemLog]
    comments: list[ItemLog]
    has_group: bool
    capacities: list[str]
    moment: datetime
    has_source: bool
    source_url: str
    source_title: str

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self.item.state in OPEN


def log_line(log_id: int) -> ItemLog | None:
    """A line of the course with its item."""
    return ItemLog.objects.select_related("item", "item__lead_organ").filter(pk=log_id).first()


def item_known(item_id: int) -> SupervisionItem | None:
    """An item by number, for listeners."""
    return SupervisionItem.objects.select_related("lead_organ").filter(pk=item_id).first()


def notice_for(actor: Actor, notice_id: int) -> SupervisionNotice:
    """A 督办单 of an item the actor may see, with all that stands on it. Raises `NotFound`."""
    rows = SupervisionNotice.objects.select_related("item__organ", "interview")
    found = rows.prefetch_related("receipts__organ").filter(pk=notice_id).first()
    if found is None or not can_view_item(actor, found.item_id):
        raise NotFound
    return found


def notice_with_item(notice_id: int) -> SupervisionNotice | None:
    """A 督办单 with its item."""
    return SupervisionNotice.objects.select_related("item", "item__lead_organ").filter(pk=notice_id).first()


def item_page(actor: Actor, item: SupervisionItem) -> ItemPage:
    """Everything the page draws; a fixed number of statements."""
    parts = parts_of(item)
    reports = list(item.reports.order_by("-written_at", "-id")[:30])
    waiting = next((one for one in reports if one.status == ProgressReport.Status.WRITTEN), None)
    extensions = list(item.extensions.order_by("-asked_at"))
    asked = next((one for one in extensions if one.status == Extension.Status.ASKED), None)
    files = files_by_report(reports)
    lines = [ReportLine(report=one, files=files.get(one.pk, [])) for one in reports]
    held = parties(actor, item)
    milestones = list(item.milestones.all())
    source = Subject(item.subject_kind, item.subject_id) if item.subject_id is not None else None
    is_shown = source is not None and subjects.can_view(actor, source)
    return ItemPage(
        item=item,
        light=shown_light(item, parts),
        left=time_left(item),
        may=_may(actor, item, waiting, asked),
        parts=list_lines(parts),
        timeline=_timeline([item, *parts]) if parts or milestones else None,
        milestones=milestones,
        reports=lines,
        waiting_report=waiting if Party.LEAD_HEAD in held else None,
        returned=next(
            (one for one in lines[:1] if one.report.status == ProgressReport.Status.RETURNED), None
        ),
        known_figures=reports[0].figures if reports else [],
        extension=asked,
        extensions=extensions,
        notices=_notices(actor, item),
        log=list(item.log.exclude(act=Act.COMMENT).order_by("-at", "-id")[:LINES_SHOWN]),
        comments=list(item.log.filter(act=Act.COMMENT).order_by("-at", "-id")[:LINES_SHOWN]),
        has_group=subject_group_exists(KIND, item.pk),
        moment=now(),
        capacities=[str(party.label) for party in Party if party in held],
        has_source=source is not None,
        source_url=subjects.url_of(source) if source and is_shown else "",
        source_title=subjects.kind_of(source).title(source.id) if source and is_shown else "",
    )


def _timeline(items: list[SupervisionItem]) -> Timeline | None:
    """The item with its milestones, and its parts below; what ended without completion stands still."""
    milestones = items[0].milestones.all()
    rows = [
        Timed(
            item_id=one.pk,
            title=one.title,
            unit=one.lead_organ.short_name,
            light=str(own_light(one)),
            progress=one.progress,
            start=one.assigned_at,
            due=one.due_at,
            completed=one.completed_at if one.state in RUNNING or one.completed_at else one.due_at,
            marks=[(mark.due_at, mark.title, mark.reached_at is not None) for mark in milestones]
            if one is items[0]
            else (),
        )
        for one in items
    ]
    return timeline_of(rows, now())


def _may(
    actor: Actor, item: SupervisionItem, waiting: ProgressReport | None, asked: Extension | None
) -> dict[str, bool]:
    acts = {act.value: True for act in acts_of(actor, item)}
    if waiting is not None:
        acts.pop(Act.REPORT, None)
    if asked is None:
        acts.pop(Act.DECIDE_EXTENSION, None)
    else:
        acts.pop(Act.ASK_EXTENSION, None)
    if item.due_at is None or item.due_at < now():
        acts.pop(Act.ASK_EXTENSION, None)
    acts.pop(Act.LIST_PUBLICLY if item.is_listed else Act.DELIST, None)
    return acts


def _notices(actor: Actor, item: SupervisionItem) -> list[NoticeLine]:
    may_sign = bool(actor.roles & (DESK | HEADS))
    lines = []
    for notice in item.notices.select_related("interview").prefetch_related("receipts__organ"):
        receipts = sorted(notice.receipts.all(), key=lambda one: one.organ.rank_order)
        mine = any(one.organ_id == actor.organ_id and one.signed_at is None for one in receipts)
        lines.append(NoticeLine(notice=notice, receipts=receipts, mine=mine and may_sign))
    return lines
