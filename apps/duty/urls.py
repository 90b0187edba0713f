"""Addresses of duty."""

from django.urls import path

from apps.duty.views import arranging, events, journal, planning, rosters, swaps, wishes

app_name = "duty"
urlpatterns = [
    path("duty/", journal.room, name="room"),
    path("duty/watches/<int:watch_id>/take/", journal.take, name="take"),
    path("duty/watches/<int:watch_id>/hand-over/", journal.hand_over, name="hand_over"),
    path("duty/log/", journal.log, name="log"),
    path("duty/log/export/", journal.export, name="log_export"),
    path("duty/log/write/", journal.write, name="write"),
    path("duty/log/<int:entry_id>/correct/", journal.correct, name="correct"),
    path("duty/roster/", rosters.roster, name="roster"),
    path("duty/roster/open/", rosters.open_month, name="roster_open"),
    path("duty/roster/export/", rosters.export, name="roster_export"),
    path("duty/roster/paper/", rosters.paper, name="roster_paper"),
    path("duty/roster/<int:roster_id>/save/", rosters.save, name="roster_save"),
    path("duty/roster/<int:roster_id>/check/", arranging.check, name="roster_check"),
    path("duty/roster/<int:roster_id>/reach/", arranging.reach, name="roster_reach"),
    path("duty/roster/<int:roster_id>/solve/", planning.solve, name="solve"),
    path("duty/roster/solvings/<int:solving_id>/", planning.solving, name="solving"),
    path("duty/roster/solvings/<int:solving_id>/stop/", planning.stop, name="solve_stop"),
    path("duty/swaps/", swaps.swaps, name="swaps"),
    path("duty/swaps/export/", swaps.export, name="swaps_export"),
    path("duty/swaps/<int:swap_id>/", swaps.swap, name="swap"),
    path("duty/swaps/<int:swap_id>/withdraw/", swaps.withdraw, name="swap_withdraw"),
    path("duty/swaps/<int:swap_id>/take-back/", swaps.take_back, name="swap_take_back"),
    path("duty/swaps/<int:swap_id>/decide/", swaps.decide, name="swap_decide"),
    path("duty/swaps/offers/<int:offer_id>/answer/", swaps.answer, name="swap_answer"),
    path("duty/shifts/<int:shift_id>/swap/", swaps.ask, name="swap_ask"),
    path("duty/wishes/", wishes.wishes, name="wishes"),
    path("duty/wishes/<int:wish_id>/withdraw/", wishes.withdraw, name="wish_withdraw"),
    path("duty/pairs/", wishes.pair, name="pair"),
    path("duty/pairs/<int:pair_id>/drop/", wishes.pair_drop, name="pair_drop"),
    path("duty/rules/", planning.rules, name="rules"),
    path("duty/posts/", rosters.posts, name="posts"),
    path("duty/events/", events.events, name="events"),
    path("duty/events/new/", events.new, name="event_new"),
    path("duty/events/<int:event_id>/", events.event, name="event"),
    path("duty/events/<int:event_id>/report/", events.report, name="event_report"),
    path("duty/events/<int:event_id>/phone/", events.phone, name="event_phone"),
    path("duty/events/<int:event_id>/instruct/", events.instruct, name="event_instruct"),
    path("duty/events/<int:event_id>/group/", events.group, name="event_group"),
    path("duty/reports/<int:report_id>/paper/", events.paper, name="event_paper"),
]
