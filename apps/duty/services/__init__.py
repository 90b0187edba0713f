"""Verbs of duty."""

from apps.duty.services.daily import DailyDraft, daily_checked, daily_send
from apps.duty.services.event_course import event_group_open, event_instruct, event_paper
from apps.duty.services.events import EventDraft, ReportDraft, event_open, event_phone_note, event_report
from apps.duty.services.exporting import export_note
from apps.duty.services.holidays import (
    holiday_list_publish,
    holiday_list_withdraw,
    holiday_report_draft,
)
from apps.duty.services.journal import EntryDraft, log_correct, log_write, watch_hand_over, watch_take
from apps.duty.services.posts import (
    PostDraft,
    post_describe,
    post_keep,
    post_make,
    post_move,
    post_restore,
    post_withdraw,
    posts_install,
)
from apps.duty.services.reporting import (
    RuleDraft,
    report_rule_drop,
    report_rule_keep,
    report_template_keep,
)
from apps.duty.services.rosters import roster_fill, roster_open, roster_publish, roster_save
from apps.duty.services.solving import rules_keep, solving_ask, solving_stop
from apps.duty.services.spots import (
    SpotDraft,
    spot_answer,
    spot_check_make,
    spot_check_withdraw,
    spot_explain,
    spots_call,
)
from apps.duty.services.swaps import (
    OfferDraft,
    swap_answer,
    swap_ask,
    swap_decide,
    swap_take_back,
    swap_withdraw,
    swaps_expire,
)
from apps.duty.services.wishes import (
    DayOnlyDraft,
    WishDraft,
    day_only_keep,
    day_only_move,
    pair_drop,
    pair_keep,
    wish_make,
    wish_withdraw,
)

__all__ = [
    "DailyDraft",
    "DayOnlyDraft",
    "EntryDraft",
    "EventDraft",
    "OfferDraft",
    "PostDraft",
    "ReportDraft",
    "RuleDraft",
    "SpotDraft",
    "WishDraft",
    "daily_checked",
    "daily_send",
    "day_only_keep",
    "day_only_move",
    "event_group_open",
    "event_instruct",
    "event_open",
    "event_paper",
    "event_phone_note",
    "event_report",
    "export_note",
    "holiday_list_publish",
    "holiday_list_withdraw",
    "holiday_report_draft",
    "log_correct",
    "log_write",
    "pair_drop",
    "pair_keep",
    "post_describe",
    "post_keep",
    "post_make",
    "post_move",
    "post_restore",
    "post_withdraw",
    "posts_install",
    "report_rule_drop",
    "report_rule_keep",
    "report_template_keep",
    "roster_fill",
    "roster_open",
    "roster_publish",
    "roster_save",
    "rules_keep",
    "solving_ask",
    "solving_stop",
    "spot_answer",
    "spot_check_make",
    "spot_check_withdraw",
    "spot_explain",
    "spots_call",
    "swap_answer",
    "swap_ask",
    "swap_decide",
    "swap_take_back",
    "swap_withdraw",
    "swaps_expire",
    "watch_hand_over",
    "watch_take",
    "wish_make",
    "wish_withdraw",
]
