"""个人事务: away notices (外出报备) first.

Nouns: `AwayNotice`. A notice is approved by a procedure of workflow and then *is* an `accounts.Absence` (and, if wanted, a
delegation to whoever presides meanwhile), so duty, meetings and workflow know without knowing this app.
Invariants: a person's notices under way or approved never overlap; an approved one never changes, it is replaced.
Slots used: `portal.desk.aside` (今日在外).
"""
