"""Who did what, append-only and chained.

Nouns: `AuditEntry`, `AuditBlock`, `AuditSeal`. Verbs: `services.record`, `services.audit_seal`, `verify.chain_verify`.
Invariants: an entry is written in its verb's transaction and never changes; unknown actions are refused; sealed entries form
one hash chain whose head is signed each day and kept outside the database. Knows no account: ids, names and posts are text.
"""
