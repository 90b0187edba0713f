"""Reaching people: inbox, live frames, mail, SMS; each notice once per person and key.

Nouns: `Notice`, `Delivery`, `Preference`, `Digest` (待办日报); `Announcement` (通知公告), `AnnouncementRecipient`, `ReplySlip` (回执).
Verbs (`services`): `notice_send`, `notice_read`, `notices_read_all`,
`notices_read_about`, `delivery_send`, `deliveries_sweep`, `digests_sweep`, `sms_queue`, `preference_set`.

An upper app tells people from a listener: `notice_send(person_ids=…, key="dispatch:17", kind=…, title=…, subject=…)`.
The key makes it happen once whatever is redelivered; the frame `notices` goes to live screens after commit; mail goes to
those who asked for it, when the installation has a mail server; SMS is for
what must reach people (必达). A notice holds a title, never content.

Workflow's events are heard here (`listeners`): a to-do tells its holder and who may act for the holder, a read its
reader, urging only those who have not acted or read, an end the initiator and the followers. What is done with marks its
notices read.

The mail server and the gateway come from the environment or, without it, from `ChannelSettings` (`selectors.channels`), kept by
`mail_settings_save`, `sms_settings_save`, tried by `channel_try`; secrets lie sealed (`core.sealed`).

Mail and SMS (`gateways`) are claimed by compare-and-set and sent outside any transaction. Refused
before the letter was handed over: tried again
with back-off; the morning's digest likewise (`posting`).
Lost while it was being handed over: `unknown`, shown as such, never repeated.

An announcement is drafted, published once and frozen; organs answer through their desk, people for themselves, once each,
corrected until it closes, every version kept. Verbs: `announcement_create|save|publish|withdraw|extend|close|delete|urge|read`,
`reply_give`, `answers_taken_out`. Its small form is `reply_form` (pure).

Invariants: a notice is written once per person and key; people who left get none; a delivery of unknown fate is not repeated.
"""
