"""Attachments of reports: uploaded beside the form first, then carried away by the report, where they stay as they are."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from apps.core.actors import Actor
from apps.core.subjects import Subject
from apps.files.models import StoredFile
from apps.files.selectors import files_of_kind, uploads_of
from apps.supervision.enums import Act
from apps.supervision.models import ProgressReport, SupervisionItem
from apps.supervision.policies import acts_of
from apps.supervision.selectors.items import can_view_item, item_for, item_title

REPORT_KIND = "supervision.report"
FORM_KIND = "supervision.report_form"
PURPOSE = "attachment"


def report_title(report_id: int) -> str:
    """For the audit and the viewer of its files."""
    found = ProgressReport.objects.select_related("item").filter(pk=report_id).first()
    return f"{found.item.title} {found.period}反馈".strip() if found else ""


def item_of_report(report_id: int) -> int:
    """The item's id, 0 when there is no such report."""
    return ProgressReport.objects.filter(pk=report_id).values_list("item_id", flat=True).first() or 0


def can_view_report(actor: Actor, report_id: int) -> bool:
    """Who sees the item sees its reports and may open their files."""
    return can_view_item(actor, item_of_report(report_id))


def can_report(actor: Actor, item_id: int) -> bool:
    """Whether the actor may report on the item now: sees and fills the form."""
    return can_view_item(actor, item_id) and Act.REPORT in acts_of(actor, item_for(actor, item_id))


def form_title(item_id: int) -> str:
    """For the audit."""
    return f"{item_title(item_id)} 反馈表"


def form_files(actor: Actor, item: SupervisionItem) -> QuerySet[StoredFile]:
    """What the person has put beside the form, in any state: the next report takes it along."""
    return uploads_of(Subject(FORM_KIND, item.pk), PURPOSE).filter(uploaded_by_id=actor.person_id)


def files_by_report(reports: Iterable[ProgressReport]) -> dict[int, list[StoredFile]]:
    """Ready files of reports of an item the reader sees."""
    found: defaultdict[int, list[StoredFile]] = defaultdict(list)
    for file in files_of_kind(REPORT_KIND, [report.pk for report in reports], PURPOSE):
        found[file.subject_id].append(file)
    return found


def report_returned(item: SupervisionItem) -> ProgressReport | None:
    """The last report when it was sent back: its words and files are taken up again."""
    last = item.reports.order_by("-written_at", "-id").first()
    return last if last is not None and last.status == ProgressReport.Status.RETURNED else None
