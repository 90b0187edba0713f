"""信息报送: what units report upwards, what the receiving office makes of it, and what became of it.

Nouns: `InfoItem` (one matter reported by one unit to one office), `Adoption` (the edited text made of one item or several),
`Bulletin` (a series such as 《政务信息》), `BulletinIssue` with its `IssueEntry`s, `LeaderInstruction` (批示 on an issue),
`Commission` (约稿) with its `CommissionUnit`s, `ScoreRecord` with `ScoreRule` and `ScoreBoard` (计分).
Verbs (`services`): `item_save`, `item_discard`, `item_submit`, `item_approve`, `item_send_back`, `item_withdraw`; at the desk
`item_take`, `items_adopt`, `item_settle`, `item_reopen`, `adoption_edit`, `use_record`; `bulletin_keep`, `issue_begin`,
`issue_arrange`, `issue_entry_add`, `issue_entry_remove`, `issue_drop`, `issue_submit`, `issue_sign`, `issue_send_back`,
`issue_withdraw`, `issue_publish`, `issue_send`, `issue_instruct`, `instruction_cancel`; `commission_issue`, `commission_change`,
`commission_urge`, `commission_close`, `commission_reopen`; `board_keep`, `score_cancel`.
Events: `ItemSubmitted`, `ItemSettled`, `IssueSigned`, `IssuePublished`, `InstructionGiven`, `CommissionIssued`.

An item is reviewed by a procedure of workflow (the unit's head, then the organ's); an issue is signed by a leader by another one.
The desk is the info officers and the office director of a government office. What was reported is never changed by the desk: an
adoption is a text of its own, compared with the originals on its page. An issue takes its number when it is published, without gap;
from the sending for signature on, its texts are fixed. Readers get a read (待阅) of workflow, which is their right to see it.
A unit has answered a commission when an item that names it lies on the desk; a unit that has not is reminded by the one sweep.
Points are noted when something is used, as the rules then are, and never changed, only taken back with a reason. Everything counts
by unit, never by person, and is shown to units only if the office wants it (国办函〔2026〕12号).

Slots offered: `briefings.issue.side` (with a `core.subjects.Quotation`: the issue and what leaders said about it).
Slots filled: `portal.desk.aside` (信息报送).
"""
