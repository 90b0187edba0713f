"""People, organs, posts, delegation, absence and sign-in.

Nouns: `Person`, `Organ`, `InternalUnit`, `Appointment`, `Delegation`, `Absence`, `RecipientGroup`, `DirectorySource` (LDAP) with
its `DirectoryLink`s.
Verbs: see `services/`. Slots offered: `directory.person.today`, `accounts.secretary.acts`, `accounts.me`.
Many at once: a workbook (`staffing`) or a directory (`directories`) is judged row by row by one set of rules and taken wholly or
not at all. A directory's new people are closed, and its leavers stay open, until the security administrator decides; a transfer
is told, not done.
An `Absence` that only keeps a person from night work (孕晚期, 哺乳期) is no absence to anybody: `Absence.objects` does not know it,
the reason is read by the person alone, others read 不排夜班.
Invariants: one person, one account; rights hang on the appointment; order is rank order; a login name is never reused.
"""
