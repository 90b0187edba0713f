"""议定事项 become items: what a meeting agreed is followed up (domain.md §8.5)."""

from django.db import transaction

from apps.core.actors import Actor
from apps.core.clock import today
from apps.core.errors import Forbidden, InvalidState
from apps.core.subjects import Subject
from apps.core.submissions import claim
from apps.meetings.enums import MeetingState
from apps.meetings.models import AgreedMatter
from apps.meetings.selectors.matters import MATTER_KIND, matters_of
from apps.meetings.selectors.meetings import meeting_for
from apps.supervision.enums import Source
from apps.supervision.models import SupervisionItem
from apps.supervision.policies import require_proposer
from apps.supervision.services.items import ItemDraft, item_propose

CLASS_CODE = "meeting"


@transaction.atomic
def matters_propose(*, actor: Actor, meeting_id: int, key: str = "") -> list[SupervisionItem]:
    """Every agreed matter that has no item yet waits for establishment, with its unit and date; doing it again makes none twice."""
    organ_id = require_proposer(actor)
    meeting = meeting_for(actor, meeting_id, lock=True)
    if organ_id != meeting.organ_id:
        raise Forbidden("议定事项由会议主办机关登记督办。", rule="proposer")
    if meeting.state != MeetingState.ENDED:
        raise InvalidState("会议结束后再登记督办，现在议定事项还可能变动。")
    if not claim(person_id=actor.person_id, key=key, verb="supervision.matters"):
        return []
    matters = matters_of(meeting)
    known = set(
        SupervisionItem.objects.filter(
            subject_kind=MATTER_KIND, subject_id__in=[one.pk for one in matters]
        ).values_list("subject_id", flat=True)
    )
    waiting = [one for one in matters if one.pk not in known]
    if not waiting:
        raise InvalidState("议定事项都已登记督办，没有需要登记的。")
    leader_id = meeting.host_id
    return [item_propose(actor=actor, draft=_draft(matter, leader_id)) for matter in waiting]


def _draft(matter: AgreedMatter, leader_id: int | None) -> ItemDraft:
    """A date that has passed is left to the class's limit."""
    return ItemDraft(
        class_code=CLASS_CODE,
        title=matter.text,
        lead_organ_id=matter.organ_id,
        due_on=matter.due_on if matter.due_on and matter.due_on > today() else None,
        subject=Subject(MATTER_KIND, matter.pk),
        quote=matter.text,
        leader_id=leader_id,
        source=Source.MEETING,
    )
