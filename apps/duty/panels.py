"""How duty shows itself to other apps."""

from django.urls import reverse

from apps.core.actors import Actor
from apps.core.launcher import AppLink
from apps.core.slots import Panel, panel
from apps.core.subjects import SubjectKind
from apps.duty.policies import reads_log
from apps.duty.selectors.attachments import (
    ENTRY,
    LOG,
    can_attach_to_log,
    can_view_entry,
    can_view_log,
    entry_title,
)
from apps.duty.selectors.days import DAILY, can_view_daily, daily_day, daily_title
from apps.duty.selectors.holidays import HOLIDAY, can_view_list, list_title
from apps.duty.selectors.journal import EVENT, can_attach_to_event, can_view_event, event_title
from apps.duty.selectors.rosters import ROSTER, can_view_roster, month_text, roster_title
from apps.duty.selectors.spots import (
    SPOT,
    SPOT_CHECK,
    answer_title,
    can_view_answer,
    can_view_check,
    check_title,
)
from apps.duty.selectors.swaps import SWAP, can_view_swap, swap_title, swaps_waiting
from apps.duty.selectors.watches import own_shifts, watch_due, watch_on

EVENT_KIND = SubjectKind(
    kind=EVENT,
    name="突发事件",
    icon="alert-triangle",
    title=event_title,
    url=lambda event_id: reverse("duty:event", args=[event_id]),
    can_view=can_view_event,
    can_attach=can_attach_to_event,
)


SWAP_KIND = SubjectKind(
    kind=SWAP,
    name="换班",
    icon="refresh",
    title=swap_title,
    url=lambda swap_id: reverse("duty:swap", args=[swap_id]),
    can_view=can_view_swap,
)
ROSTER_KIND = SubjectKind(
    kind=ROSTER,
    name="值班表",
    icon="calendar",
    title=roster_title,
    url=lambda roster_id: f"{reverse('duty:roster')}?month={month_text(roster_id)}",
    can_view=can_view_roster,
)


HOLIDAY_KIND = SubjectKind(
    kind=HOLIDAY,
    name="节假日值班表",
    icon="calendar",
    title=list_title,
    url=lambda list_id: reverse("duty:holiday_paper", args=[list_id]),
    can_view=can_view_list,
)


SPOT_KIND = SubjectKind(
    kind=SPOT,
    name="抽查点名",
    icon="phone-call",
    title=answer_title,
    url=lambda answer_id: reverse("duty:spot_answer", args=[answer_id]),
    can_view=can_view_answer,
)

SPOT_CHECK_KIND = SubjectKind(
    kind=SPOT_CHECK,
    name="抽查点名结果",
    icon="phone-call",
    title=check_title,
    url=lambda check_id: f"{reverse('duty:spots')}#check-{check_id}",
    can_view=can_view_check,
)


DAILY_KIND = SubjectKind(
    kind=DAILY,
    name="值班日报",
    icon="notebook",
    title=daily_title,
    url=lambda report_id: reverse("duty:day", args=[daily_day(report_id)]),
    can_view=can_view_daily,
)


LOG_KIND = SubjectKind(
    kind=LOG,
    name="值班日志",
    icon="notebook",
    title=lambda _organ_id: "值班日志",
    url=lambda _organ_id: reverse("duty:room"),
    can_view=can_view_log,
    can_attach=can_attach_to_log,
)

ENTRY_KIND = SubjectKind(
    kind=ENTRY,
    name="值班日志",
    icon="notebook",
    title=entry_title,
    url=lambda _entry_id: reverse("duty:log"),
    can_view=can_view_entry,
)


KINDS = (
    DAILY_KIND,
    ENTRY_KIND,
    EVENT_KIND,
    HOLIDAY_KIND,
    LOG_KIND,
    ROSTER_KIND,
    SPOT_CHECK_KIND,
    SPOT_KIND,
    SWAP_KIND,
)


@panel("portal.desk.aside", order=10)
def today(actor: Actor, _subject: object) -> Panel | None:
    """今日值班: who serves now, with phone numbers, and the person's own next duty."""
    if actor.organ_id is None:
        return None
    watch = watch_on(actor.organ_id) or watch_due(actor.organ_id)
    own = own_shifts(actor, most=1)
    waiting = swaps_waiting(actor)
    if watch is None and not own and not waiting:
        return None
    context = {"watch": watch, "own": own, "waiting": waiting}
    return Panel(template="duty/_desk_today.html", context=context)


LINKS = (
    AppLink(name="值班室", icon="phone-call", url_name="duty:room", group="值班", order=40),
    AppLink(name="值班表", icon="calendar", url_name="duty:roster", group="值班", order=41),
    AppLink(
        name="节假日值班", icon="calendar", url_name="duty:holidays", group="值班", order=41, is_common=False
    ),
    AppLink(name="换班", icon="refresh", url_name="duty:swaps", group="值班", order=41, is_common=False),
    AppLink(
        name="抽查点名", icon="phone-call", url_name="duty:spots", group="值班", order=42, is_common=False
    ),
    AppLink(
        name="值班日志",
        icon="notebook",
        url_name="duty:log",
        group="值班",
        order=42,
        is_common=False,
        may=reads_log,
    ),
    AppLink(
        name="突发事件",
        icon="alert-triangle",
        url_name="duty:events",
        group="值班",
        order=43,
        is_common=False,
        may=reads_log,
    ),
)
