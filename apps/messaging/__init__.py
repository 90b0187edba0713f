"""即时通讯: conversations in which no message is lost and the sender knows who has read.

Nouns: `Conversation`, `Membership`, `Message`, `Receipt` (收到), `Confirmation` (必达), `Mention`, `HiddenMessage`, `Bot`,
`Retention`, `Transcript`.
Verbs (`services`): `direct_open`, `group_create`, `subject_group_enter|gather|part`, `unit_group_open`, `unit_groups_sync`,
`members_add`, `member_remove`, `member_role_set`, `conversation_leave`, `conversation_update`, `conversation_dissolve`,
`setting_change`, `draft_keep`, `message_send`, `message_recall`, `message_hide`, `receipt_give`, `conversation_read`,
`unread_remind`, `confirmations_sweep`, `bot_keep`, `bot_token_issue`, `bot_let_in`, `bot_put_out`, `bot_message_send`,
`transcript_ask|decide|withdraw|take`, `retention_keep|drop`, `messages_expire`.

A conversation is a log: each entry (a message, a recall, a line of the system) takes the next `seq` of its conversation under the
conversation's row lock, so `seq` has no gaps and commits in order. A client holds a prefix of the log; whatever it missed is
what follows its last `seq`. Frames carry whole entries and may be lost; PostgreSQL is asked whenever a `seq` is missing.
`client_id` makes sending again harmless. Read state is `Membership.last_read_seq`: who has read an entry is a comparison.

`number` counts messages only, so unread is `Conversation.message_count - Membership.read_count` without counting rows.
A member sees what was said from `joined_seq` on; who has left sees nothing more, and `members_epoch` makes each process ask
again who may hear before it hands the next frame on (`core.realtime`).

Slots filled: `documents.detail.more` (发起协同), `directory.person.acts` (发消息).
Invariants: one direct conversation per pair; one living group per unit and per subject; entries are never changed but for
the recall of a message, whose trace stays. Where messages are kept for a term, the oldest go in order and every member's
`joined_seq` moves behind them, so nothing after them notices.
"""
