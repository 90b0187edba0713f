"""反馈: written by the lead unit, confirmed by its head, noted or sent back by the supervising office (domain.md §5.3)."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.subjects import Subject
from apps.files.models import StoredFile
from apps.files.selectors import files_of
from apps.files.services import file_copy, files_hand_over
from apps.files.words import words_checked
from apps.supervision.course import logged, moved, taken_up
from apps.supervision.dating import REPORT_FIELDS, report_due_set
from apps.supervision.enums import Act, Party
from apps.supervision.lifecycle import RUNNING
from apps.supervision.models import ProgressReport, SupervisionItem
from apps.supervision.policies import parties
from apps.supervision.progress import progress_roll_up
from apps.supervision.selectors.items import item_for
from apps.supervision.selectors.report_files import (
    FORM_KIND,
    PURPOSE,
    REPORT_KIND,
    form_files,
    report_returned,
)

TEXT_LIMIT = 4000
NEXT_LIMIT = 2000
ANSWER_LIMIT = 500
MOST_FIGURES = 20
Status = ProgressReport.Status


@transaction.atomic
def report_write(
    *,
    actor: Actor,
    item_id: int,
    text: str,
    progress: int,
    next_steps: str = "",
    figures: Sequence[tuple[str, str]] = (),
    keeps_files: bool = False,
    expected_version: int | None = None,
) -> ProgressReport:
    """Write the progress. A head's own counts at once; another's waits for the head. One waits at a time.

    What the writer uploaded beside the form goes with it; `keeps_files` adds those of the report sent back before.
    """
    item = taken_up(actor, item_id, Act.REPORT, expected_version)
    if item.reports.filter(status=Status.WRITTEN).exists():
        raise Conflict("已有一份反馈正待本单位负责人确认，请先确认或退回。")
    if item.parts.exists():
        progress = item.progress
    if not 0 <= progress <= 100:
        raise ValidationFailed("进度须为 0 至 100 的整数。")
    before = report_returned(item)
    report = ProgressReport.objects.create(
        item=item,
        period=item.report_period,
        text=words_checked(text, "进展情况", TEXT_LIMIT, required=True),
        next_steps=words_checked(next_steps, "下一步打算", NEXT_LIMIT),
        figures=_figures(figures),
        progress=progress,
        status=Status.WRITTEN,
        is_late=item.report_due_at is not None and now() > item.report_due_at,
        writer_id=actor.post_required("办理督办事项"),
        writer_text=actor.signature,
        written_at=now(),
    )
    if keeps_files and before is not None:
        _files_keep(actor, before, report)
    _files_carry(actor, item, report)
    if Party.LEAD_HEAD in parties(actor, item):
        _confirmed(actor, item, report)
    else:
        logged(item, "report_written", "填写反馈", actor=actor, note=report.text[:200])
    return report


def _files_keep(actor: Actor, before: ProgressReport, report: ProgressReport) -> None:
    for file in files_of(Subject(REPORT_KIND, before.pk), PURPOSE):
        file_copy(actor=actor, file=file, subject=Subject(REPORT_KIND, report.pk), purpose=PURPOSE)


def _files_carry(actor: Actor, item: SupervisionItem, report: ProgressReport) -> None:
    """The writer's uploads leave the form with the report; none is left behind unseen."""
    uploads = form_files(actor, item).exclude(state=StoredFile.State.REFUSED)
    if late := uploads.exclude(state=StoredFile.State.READY).first():
        raise ValidationFailed(f"附件“{late.name}”还在上传或检查，请等待完成或移除后再提交。")
    files_hand_over(
        actor=actor,
        file_ids=list(uploads.values_list("pk", flat=True)),
        source=Subject(FORM_KIND, item.pk),
        target=Subject(REPORT_KIND, report.pk),
        purpose=PURPOSE,
    )


def _figures(figures: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    rows = [(name.strip(), value.strip()) for name, value in figures if name.strip() or value.strip()]
    if len(rows) > MOST_FIGURES:
        raise ValidationFailed(f"数据不能超过 {MOST_FIGURES} 项。")
    if any(not name or not value for name, value in rows):
        raise ValidationFailed("数据须同时填写名称和数值。")
    return [
        {"name": words_checked(name, "数据名称", 40), "value": words_checked(value, "数值", 40)}
        for name, value in rows
    ]


def _waiting(actor: Actor, report_id: int) -> tuple[SupervisionItem, ProgressReport]:
    """The item, locked, and its report that waits for the head. Only the head goes on."""
    found = ProgressReport.objects.filter(pk=report_id).first()
    if found is None:
        raise NotFound
    item = item_for(actor, found.item_id, lock=True)
    if Party.LEAD_HEAD not in parties(actor, item):
        raise Forbidden("反馈由牵头单位负责人确认。", rule="confirm")
    report = ProgressReport.objects.select_for_update().get(pk=report_id)
    if report.status != Status.WRITTEN:
        raise InvalidState(f"该反馈现在是“{report.get_status_display()}”，请刷新页面。")
    return item, report


@transaction.atomic
def report_confirm(*, actor: Actor, report_id: int) -> ProgressReport:
    """The head lets the unit's words go out."""
    item, report = _waiting(actor, report_id)
    _confirmed(actor, item, report)
    return report


@transaction.atomic
def report_drop(*, actor: Actor, report_id: int, words: str) -> ProgressReport:
    """The head has it written again."""
    item, report = _waiting(actor, report_id)
    report.status = Status.RETURNED
    report.answer = words_checked(words, "退回原因", ANSWER_LIMIT, required=True)
    report.answered_at = now()
    report.save(update_fields=["status", "answer", "answered_at"])
    logged(item, "report_dropped", "本单位退回重写", actor=actor, note=report.answer)
    return report


def _confirmed(actor: Actor, item: SupervisionItem, report: ProgressReport) -> None:
    report.status, report.confirmed_at, report.confirmed_text = Status.CONFIRMED, now(), actor.signature
    report.save(update_fields=["status", "confirmed_at", "confirmed_text"])
    item.progress = report.progress
    report_due_set(item, after=max(now(), item.report_due_at or now()))
    moved(item, Act.REPORT, actor=actor, note=report.text[:200], save=("progress", *REPORT_FIELDS))
    progress_roll_up(item)


@transaction.atomic
def report_answer(*, actor: Actor, item_id: int, is_good: bool, words: str = "") -> ProgressReport:
    """阅处: the supervising office notes the last confirmed report, or sends it back with what is missing."""
    item = taken_up(actor, item_id, Act.NOTE, None)
    report = item.reports.filter(status=Status.CONFIRMED).order_by("-confirmed_at", "-pk").first()
    if report is None:
        raise InvalidState("没有待阅处的反馈，请刷新页面。")
    report.status = Status.NOTED if is_good else Status.RETURNED
    report.answer = words_checked(words, "处理意见", ANSWER_LIMIT, required=not is_good)
    report.answered_at = now()
    report.save(update_fields=["status", "answer", "answered_at"])
    save: tuple[str, ...] = ()
    if not is_good and item.state in RUNNING and report.period:
        item.report_due_at, item.report_period, save = now(), report.period, REPORT_FIELDS
    moved(
        item, Act.NOTE, actor=actor, note=("已阅。" if is_good else "退回重报：") + report.answer, save=save
    )
    return report
