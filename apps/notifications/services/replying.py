"""Reading and answering an announcement: each recipient once, corrected until it closes, every version kept."""

from collections.abc import Mapping

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, NotFound, ValidationFailed
from apps.core.events import publish
from apps.core.subjects import Subject
from apps.notifications.events import ReplyGiven
from apps.notifications.models import Announcement, AnnouncementRecipient, ReplySlip, ReplySlipVersion
from apps.notifications.policies import Ability, abilities, answered_by, mine, require
from apps.notifications.reply_form import answers_checked, fields_of
from apps.notifications.selectors.announcements import KIND, AnswerBoard, announcement_for, answer_board
from apps.notifications.services.notices import notices_read_about


@transaction.atomic
def announcement_read(*, actor: Actor, announcement: Announcement) -> None:
    """The actor opened it: what it is for the actor is read; its notices need no more attention."""
    AnnouncementRecipient.objects.filter(mine(actor), announcement=announcement, read_at__isnull=True).update(
        read_at=now(), read_by=actor.name
    )
    notices_read_about(actor=actor, subject=Subject(KIND, announcement.pk))


@transaction.atomic
def reply_give(
    *, actor: Actor, announcement_id: int, recipient_id: int, expected_version: int, given: Mapping[str, str]
) -> ReplySlip:
    """Answer for a recipient, or correct the answer; `expected_version` 0 for the first. Late answers are marked.

    Raises `ValidationFailed` with the mistakes by field, `Conflict` when a colleague has answered meanwhile.
    """
    announcement = announcement_for(actor, announcement_id)
    require(Ability.REPLY, abilities(actor, announcement))
    recipient = (
        AnnouncementRecipient.objects.select_for_update(of=("self",))
        .filter(answered_by(actor), pk=recipient_id, announcement=announcement)
        .first()
    )
    if recipient is None:
        raise NotFound
    answers, mistakes = answers_checked(fields_of(announcement.fields), given)
    if mistakes:
        raise ValidationFailed("回执尚未保存：" + "".join(mistakes.values()), fields=mistakes)
    slip = ReplySlip.objects.filter(recipient=recipient).first()
    if (slip.version if slip else 0) != expected_version:
        name = slip.replied_text if slip else ""
        raise Conflict(f"{name} 已经填报过该回执，请刷新后查看或修改。", version=slip.version if slip else 0)
    if slip is not None and slip.answers == answers:
        return slip
    slip = _kept(actor, announcement, recipient, slip, answers)
    ReplySlipVersion.objects.create(
        slip=slip, version=slip.version, answers=answers, replied_text=slip.replied_text, created_at=now()
    )
    announcement_read(actor=actor, announcement=announcement)
    publish(ReplyGiven(recipient_id=recipient.pk, version=slip.version))
    return slip


def _kept(
    actor: Actor,
    announcement: Announcement,
    recipient: AnnouncementRecipient,
    slip: ReplySlip | None,
    answers: dict[str, str],
) -> ReplySlip:
    moment = now()
    if slip is None:
        late = announcement.deadline_at is not None and moment > announcement.deadline_at
        slip = ReplySlip(recipient=recipient, version=0, first_at=moment, is_late=late)
    slip.answers, slip.version, slip.updated_at = answers, slip.version + 1, moment
    slip.replied_by_id, slip.replied_text = actor.person_id, f"{actor.post_text} {actor.name}".strip()[:160]
    slip.save()
    return slip


@transaction.atomic
def answers_taken_out(*, actor: Actor, announcement_id: int) -> tuple[AnswerBoard, str]:
    """All answers for an Excel sheet, by the issuer; written down. Returns the board and the title."""
    announcement = announcement_for(actor, announcement_id)
    require(Ability.MANAGE, abilities(actor, announcement))
    subject = Subject(KIND, announcement.pk)
    record("notifications.answers_export", actor=actor, subject=subject, subject_text=announcement.title)
    return answer_board(announcement), announcement.title
