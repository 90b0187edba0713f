"""督查督办: nothing that was decided is forgotten.

Nouns: `SupervisionItem` (with parts), `ItemClass`, `Assisting`, `Milestone`, `ProgressReport`, `Extension`, `ItemLog` (append-only
course), `SupervisionNotice` (督办单, 挂牌督办通知书, 约谈记录 with its `Interview`) with `NoticeReceipt`.
Verbs (`services`): `item_propose`, `item_amend`, `item_establish`, `item_assign`, `item_accept`, `item_split`, `item_apply_close`,
`item_complete`, `item_evaluate`, `item_urge`, `item_list_publicly`, `item_delist`, `item_interview`, `item_comment`,
`milestone_add`, `milestone_reach`, `milestone_remove`, `item_act` (acts that change a state and little more), `notice_sign`,
`report_write`, `report_confirm`, `report_drop`, `report_answer`, `extension_ask`, `extension_decide`, `items_succeed` (a unit is
abolished or merged: its open items go on with the successor), `summary_draft`, `summary_word` (督查通报).

`lifecycle.TABLE` says who may do what in which state and what follows; nothing else changes a state. A shown light is never stored:
rows hold the moments at which it changes (`due_at`, `yellow_at`, `report_due_at`); `lights.light_of` and `selectors.items.light_is`
say the same in Python and in SQL. The board's figures are sums of `Tally` rows, which triggers add whatever changes an item
(`tallying`); a sweep counts lights that have turned and folds the rows, a nightly check proves them equal to the items. A whole shows
the worst light of its own and its open parts', and their progress by weight.

Dates are `core` dates: counted ones follow the working calendar. One sweep (`core.reminding`) tells of them by the schedules of the
item's class, of reports by one of their own: the lead unit, and from so many overdue working days on as the class says its head,
then the leader in charge.
Files put beside the form of a report (`supervision.report_form`) go with the report and are fixed there (`supervision.report`).
Capacities (`policies.Party`): who has role `supervisor` in the organ keeps its items; its head, deputies and office director approve;
the lead unit's desk handles, its head confirms.

Slots filled: `documents.detail.more` (立项督办), `documents.detail.side` (items from here), `portal.desk.aside` (督办),
`meetings.detail.matters` (items of agreed matters, and registering them: `matters_propose`), `briefings.issue.side` (of 批示).
"""
