"""How announcements show themselves: their kind of subject, their entry among the applications, their place on the desk."""

from django.urls import reverse

from apps.core.actors import Actor
from apps.core.launcher import AppLink
from apps.core.slots import Panel, panel
from apps.core.subjects import SubjectKind
from apps.notifications.selectors.announcements import (
    KIND,
    can_attach_announcement,
    can_view_announcement,
    latest_for,
    title_of,
)

ANNOUNCEMENT = SubjectKind(
    kind=KIND,
    name="通知公告",
    icon="speakerphone",
    title=title_of,
    url=lambda announcement_id: reverse("notifications:announcement", args=[announcement_id]),
    can_view=can_view_announcement,
    can_attach=can_attach_announcement,
)
LINK = AppLink(
    name="通知公告", icon="speakerphone", url_name="notifications:announcements", group="办事", order=30
)


@panel("portal.desk.aside", order=30)
def announcements(actor: Actor, _subject: object) -> Panel | None:
    """通知公告 on the desk: the latest, unread ones marked."""
    rows = latest_for(actor)
    if not rows:
        return None
    return Panel(template="notifications/_desk_announcements.html", context={"rows": rows})
