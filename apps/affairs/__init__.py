"""个人事务: away notices (外出报备); complaints and suggestions (投诉建议), which 国办函〔2026〕12号 asks of every office platform.

Nouns: `AwayNotice`; `Suggestion` with its `SuggestionWord`s, answered by the organ's office director or principal head. An
anonymous author is named on no page, in no sheet and in no line of the audit; the row keeps the person so that the answer arrives.
A notice is approved by a procedure of workflow and then *is* an `accounts.Absence` (and, if wanted, a delegation to whoever
presides meanwhile), so duty, meetings and workflow know without knowing this app.
Invariants: a person's notices under way or approved never overlap; an approved one never changes, it is replaced.
Slots used: `portal.desk.aside` (今日在外), `accounts.me` and `shell.me` (投诉建议).
"""
