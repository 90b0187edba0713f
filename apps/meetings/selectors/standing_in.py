"""Reads of who leads a video just now, and who stands in."""

from datetime import datetime

from apps.accounts.models import Role
from apps.accounts.selectors import posts_shown
from apps.meetings.enums import VideoState
from apps.meetings.models import VideoParticipant, VideoRoom, VideoStay
from apps.meetings.policies import APPROVERS
from apps.meetings.selectors.video import hosts_of


def people_inside(room: VideoRoom) -> set[int]:
    """Persons the media server has just now; guests are not among them."""
    rows = VideoStay.objects.filter(
        participant__room=room, participant__state=VideoState.ADMITTED, left_at__isnull=True
    )
    return set(
        rows.filter(participant__person__isnull=False).values_list("participant__person_id", flat=True)
    )


def leaders_among(people: set[int], room: VideoRoom) -> set[int]:
    """Of these people who leads by right, as `policies.leads_video` has it: not who only stands in. At most two statements."""
    meeting = room.meeting
    found = people & hosts_of(meeting)
    if found or not people:
        return found
    joint = room.participants.filter(person__in=people, is_cohost=True, state=VideoState.ADMITTED)
    found |= set(joint.values_list("person__pk", flat=True))
    posts = posts_shown().filter(organ_id=meeting.organ_id, person_id__in=people)
    for person_id, unit_id, role in posts.values_list("person_id", "unit_id", "roles__role"):
        if role in APPROVERS or (role == Role.CLERK and unit_id == meeting.unit_id):
            found.add(person_id)
    return found


def stand_in_of(room: VideoRoom) -> VideoParticipant | None:
    """Who keeps order for the hosts."""
    rows = room.participants.select_related("person")
    return rows.filter(stands_in_since__isnull=False, state=VideoState.ADMITTED).first()


def rooms_without_hosts(*, before: datetime) -> list[VideoRoom]:
    """Running rooms that have people but have had no host since before then."""
    return list(VideoRoom.objects.filter(ended_at__isnull=True, hosts_left_at__lte=before).order_by("pk"))
