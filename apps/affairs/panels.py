"""How personal affairs show themselves to other apps."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from apps.affairs.enums import AwayState
from apps.affairs.models import AwayNotice
from apps.affairs.policies import suggestions as suggestion_rules
from apps.affairs.policies.away import KIND, oversees
from apps.affairs.selectors.notices import away_today, can_view_notice, notice_title
from apps.affairs.selectors.suggestions import can_view_suggestion, suggestion_title
from apps.core.actors import Actor
from apps.core.diary import Entry
from apps.core.launcher import AppLink
from apps.core.slots import Panel, panel
from apps.core.subjects import SubjectKind

AWAY_KIND = SubjectKind(
    kind=KIND,
    name="外出报备",
    icon="plane",
    title=notice_title,
    url=lambda notice_id: reverse("affairs:away", args=[notice_id]),
    can_view=can_view_notice,
)
SUGGESTION_KIND = SubjectKind(
    kind=suggestion_rules.KIND,
    name="投诉建议",
    icon="message",
    title=suggestion_title,
    url=lambda suggestion_id: reverse("affairs:suggestion", args=[suggestion_id]),
    can_view=can_view_suggestion,
)


@panel("portal.desk.aside", order=40)
def whereabouts(actor: Actor, _subject: object) -> Panel | None:
    """今日在外, for those who must know where people are."""
    if actor.organ_id is None or not oversees(actor):
        return None
    rows = away_today(actor.organ_id)
    return Panel(template="affairs/_desk_away.html", context={"rows": rows}) if rows else None


@panel("accounts.me")
def suggestions_on_me(_actor: Actor, _subject: object) -> Panel:
    """投诉建议 stands on everybody's own page: 国办函〔2026〕12号 wants an entry that is easy to find."""
    return Panel(template="affairs/_suggestion_me.html")


@panel("shell.me")
def suggestions_in_menu(_actor: Actor, _subject: object) -> Panel:
    """The same in the menu behind one's name."""
    return Panel(template="affairs/_suggestion_menu.html")


def entries(actor: Actor, start: datetime, end: datetime) -> Sequence[Entry]:
    """The person's own approved absences in the calendar."""
    rows = AwayNotice.objects.filter(
        Q(person_id=actor.person_id),
        state__in=(AwayState.APPROVED, AwayState.CLOSED),
        starts_at__lt=end,
        ends_at__gt=start,
    )
    return [
        Entry(
            source="外出",
            title=f"{row.get_kind_display()}：{row.destination}",
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            url=reverse("affairs:away", args=[row.pk]),
            place=row.destination,
            uid=f"away-{row.pk}",
        )
        for row in rows
    ]


LINKS = (
    AppLink(name="外出报备", icon="plane", url_name="affairs:list", group="个人事务", order=60),
    AppLink(name="投诉建议", icon="message", url_name="affairs:suggestions", group="个人事务", order=65),
)
