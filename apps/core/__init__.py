"""The ground floor: what every app stands on and no app owns.

Nouns: `Actor` (who acts, ids and text only), `OutboxEvent`, `Handled`, `Submission` (idempotency key), `CalendarDay`.
Verbs: `events.publish`, `events.listens_to`, `realtime.tell`, `submissions.claim`, `joining.joins_verb`, `slots.panel`,
`subjects.subject`. `prepared.Prepared`: a query that is worded once a process.
Invariants: an event is delivered at least once to each listener and handled once; a frame carries ids, never content;
an idempotency key does its verb once within a month; all time is `clock.now()`; core imports no other app. Delivered events are
kept for a month (`tidying`). What comes from outside is taken within bounds (`given`).
Slots offered by the shell: `shell.nav`, `shell.counts` (see `shell.py`), `shell.posts`, `shell.me`.
"""
