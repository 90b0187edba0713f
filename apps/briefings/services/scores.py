"""计分: noted when something is used, taken back with a reason, published only if an office wants it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db import transaction

from apps.briefings.course import noted, version_met
from apps.briefings.enums import RECORDED_USES, InstructionLevel, Use
from apps.briefings.models import (
    Adoption,
    BulletinIssue,
    InfoItem,
    LeaderInstruction,
    ScoreBoard,
    ScoreRecord,
    ScoreRule,
)
from apps.briefings.policies.desk import require_desk
from apps.briefings.scoring import USE_OF_LEVEL, share_words, shares
from apps.briefings.selectors.adoptions import adoption_for, adoption_subject
from apps.briefings.selectors.scores import BOARD_KIND, points_of
from apps.core.actors import Actor
from apps.core.clock import now, today
from apps.core.errors import InvalidState, NotFound, ValidationFailed
from apps.core.subjects import Subject
from apps.core.submissions import claim
from apps.files.words import words_checked

MOST_POINTS = Decimal(1000)
PLACE, WHY = 100, 200


@transaction.atomic
def issue_count(*, issue: BulletinIssue, actor: Actor) -> None:
    """Each text of a published issue counts for the units it came from. Part of the publication."""
    texts = Adoption.objects.filter(entries__issue=issue).prefetch_related("items__organ")
    for text in texts:
        _recorded(
            actor,
            issue.organ_id,
            list(text.items.all()),
            Use.ADOPTED,
            name=f"{issue.title}采用",
            issue=issue,
        )


@transaction.atomic
def instruction_count(*, instruction: LeaderInstruction, actor: Actor) -> None:
    """A 批示 on a text counts for its units; one on the whole issue for nobody. Part of the recording."""
    if instruction.adoption is None:
        return
    items = list(instruction.adoption.items.select_related("organ"))
    _recorded(
        actor,
        instruction.issue.organ_id,
        items,
        USE_OF_LEVEL[InstructionLevel(instruction.level)],
        name=f"{instruction.leader_text}批示",
        on=instruction.given_on,
        instruction=instruction,
    )


@transaction.atomic
def instruction_uncount(*, instruction: LeaderInstruction, reason: str) -> None:
    """Its points go with a 批示 that was wrongly recorded."""
    rows = ScoreRecord.objects.filter(instruction=instruction, cancelled_at__isnull=True)
    rows.update(cancelled_at=now(), cancelled_why=reason)


@transaction.atomic
def use_record(
    *, actor: Actor, adoption_id: int, use: str, place: str, on: date | None = None, key: str = ""
) -> list[ScoreRecord]:
    """登记转报, 上级采用 or 国家级采用 of a text: where, and when. The same key records once."""
    text = adoption_for(actor, adoption_id, lock=True)
    if not claim(person_id=actor.person_id, key=key, verb="briefings.use"):
        return []
    if use not in RECORDED_USES:
        raise ValidationFailed("请选择登记的用途。", field="use")
    day = on or today()
    if day > today():
        raise ValidationFailed("日期不能晚于今天。", field="on")
    where = words_checked(place, "刊物或去向", PLACE, required=True)
    items = list(text.items.select_related("organ"))
    name = f"{Use(use).label}（{where}）"
    rows = _recorded(actor, text.organ_id, items, Use(use), name=name, on=day)
    noted("briefings.use", actor, adoption_subject(text), text, use=use)
    return rows


@transaction.atomic
def score_cancel(*, actor: Actor, record_id: int, reason: str) -> ScoreRecord:
    """Take points back that were noted by mistake, with a reason; the line stays readable."""
    organ_id = require_desk(actor)
    rows = ScoreRecord.objects.select_for_update(of=("self",)).select_related("item")
    row = rows.filter(pk=record_id, board_organ_id=organ_id).first()
    if row is None:
        raise NotFound
    if row.cancelled_at is not None:
        raise InvalidState("这条得分已经撤销。")
    row.cancelled_at, row.cancelled_why = now(), words_checked(reason, "撤销原因", WHY, required=True)
    row.save(update_fields=["cancelled_at", "cancelled_why"])
    noted("briefings.score_cancel", actor, Subject(BOARD_KIND, organ_id), row)
    return row


@transaction.atomic
def board_keep(
    *, actor: Actor, points: dict[str, str], is_published: bool, expected_version: int | None = None
) -> ScoreBoard:
    """The office's points by use, valid from now on, and whether units see the figures. Raises `ValidationFailed` by use."""
    organ_id = require_desk(actor)
    ScoreBoard.objects.get_or_create(organ_id=organ_id)
    board = ScoreBoard.objects.select_for_update().get(organ_id=organ_id)
    version_met(board.version, expected_version)
    for use in Use:
        if use in points:
            value = _points(str(use.label), points[use])
            ScoreRule.objects.update_or_create(organ_id=organ_id, use=use, defaults={"points": value})
    board.is_published = is_published
    board.version += 1
    board.save()
    noted("briefings.board", actor, Subject(BOARD_KIND, organ_id), board, published=is_published)
    return board


def _points(name: str, words: str) -> Decimal:
    try:
        value = Decimal(words.strip())
    except InvalidOperation:
        raise ValidationFailed(f"“{name}”的分值须为数字。") from None
    if not value.is_finite() or not 0 <= value <= MOST_POINTS or value != round(value, 2):
        raise ValidationFailed(f"“{name}”的分值须为 0 至 {MOST_POINTS}，最多两位小数。")
    return value


def _recorded(
    actor: Actor,
    board_id: int,
    items: Sequence[InfoItem],
    use: Use,
    *,
    name: str,
    on: date | None = None,
    issue: BulletinIssue | None = None,
    instruction: LeaderInstruction | None = None,
) -> list[ScoreRecord]:
    """One line for each unit, on the first of its items."""
    points = points_of(board_id)[use]
    by_unit = shares(points, [item.organ_id for item in items])
    first = {item.organ_id: item for item in reversed(items)}
    return ScoreRecord.objects.bulk_create(
        ScoreRecord(
            board_organ_id=board_id,
            organ_id=organ_id,
            item=first[organ_id],
            use=use,
            points=each,
            reason=share_words(name, points, len(by_unit), each)[:300],
            on=on or today(),
            issue=issue,
            instruction=instruction,
            recorded_by=actor.signature,
            at=now(),
        )
        for organ_id, each in by_unit.items()
    )
