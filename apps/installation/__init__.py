"""首次设置: an empty installation becomes a real organ's, in one sitting or several.

Noun: `Installation` (one row): the set-up link's digest, the browser that holds the set-up, the uploaded workbook, the end.
Verbs (`services`): `link_open` (operator), `link_take` (whoever has the link: it dies with its use), `organ_settle`,
`administrators_settle`, `administrator_words_renew`, `workbook_keep`, `workbook_drop`, `workbook_import`, `passwords_issue`,
`groundwork_lay`,
`mail_settle`, `sms_settle`, `channel_try`, `installation_finish`.

How far it is, is read from what is there (`selectors.progress`), not remembered: an interrupted step begins again, nothing is done
twice. Until the end the holder acts as the system itself (audit: 系统); after it no link opens again and only the check list is
left, for the system administrator. The demo city has no set-up: its addresses are not found.

Invariants: three administrators are three people; one `Installation`; the token is kept as a digest.
"""
