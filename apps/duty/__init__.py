"""值班值守: who is on duty, what happened, and the first report in time (domain.md §6).

Nouns: `DutyPost` (带班领导, 主班, 副班), `DutyRoster` (a month), `DutyWatch` (one stretch of time with its log), `DutyShift` (a person
at a post in a watch), `DutyLogEntry` (append-only; corrections follow), `HolidayList`,
`SpotCheck` with `SpotAnswer` (抽查点名), `EmergencyEvent` with `EmergencyReport` (初报, 续报, 终报), `RosterVersion` (the
history of a roster), `DailyReport` (值班日报).
Verbs (`services`): `post_make|describe|move|withdraw|restore`, `post_keep`, `roster_open|save|fill|publish`,
`holiday_list_publish|withdraw`, `holiday_report_draft`, `spot_check_make|withdraw`, `spot_answer|explain`, `rules_keep`,
`solving_ask`, `solving_stop`, `swap_ask`, `swap_answer`, `swap_withdraw`, `swap_take_back`, `swap_decide`, `swaps_expire`,
`wish_make`, `wish_withdraw`, `day_only_keep`, `pair_keep`, `pair_drop`, `watch_take`, `watch_hand_over`,
`log_write`, `log_correct`, `event_open`, `event_report`, `event_phone_note`, `event_instruct`,
`event_group_open`, `event_paper`, `daily_send`.

After publication a place changes hands by `ShiftSwap` (asked on stated terms, the first who agrees has it) or by the office with a
reason; `services.changing` is the one way in, each `ShiftChange` stays, so the ledger counts who served. `judging` asks the verifier.
Every version of a roster keeps who moved whom, when and how; replayed from the first they give what stands.
Posts are any set: a withdrawn one is served to the end of what is published, posts of a roster are `posts_in` it.
A watch is taken over only when the one before is handed over in writing; what was pending is carried into the next log.
The level of an event follows from its figures (`grading`), the highest criterion wins; a level by judgement may be higher, not lower.
A month is arranged by `solver` (CP-SAT; `plan` the question, `board` the model, `conflicts` why there is none) and judged by
`verifier`, which knows nothing of it; `planning` runs both in a worker.
What each person carries into a month (`balance`): the year so far, and past years as served less due, by the time one was there.
Who is kept from night work (`accounts.Absence`) serves no watch with an hour between 22:00 and 06:00; why, the office never reads.
Its clocks (`clocks`) start when the office learned of it. Whoever holds role `duty_officer`, and whoever is on the roster for
the running watch, keeps the log; the office director makes the roster.

Files of a line of the log wait at `duty.log` (`attachments`) and belong to the line once it is written; nobody takes them away.
A day of duty is told live on its page; a report of it is a typeset sheet that does not change, numbered through the year.
An instruction is a 必达 message in the event's group to those named, who see the event from then on; a report becomes a draft paper.

Slots offered: `duty.event.side`. Slots filled: `portal.desk.aside` (今日值班).
"""
