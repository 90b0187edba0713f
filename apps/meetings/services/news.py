"""News of a video's room for the pages that show it."""

from apps.core.realtime import person_topic, tell
from apps.meetings.models import VideoRoom
from apps.meetings.selectors.video import people_concerned


def room_news(*, room: VideoRoom) -> None:
    """Everybody's page looks again."""
    tell([person_topic(one) for one in people_concerned(room)], kind="video", ids=[room.meeting_id])
