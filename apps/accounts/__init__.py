"""People, organs, posts, delegation, absence and sign-in.

Nouns: `Person`, `Organ`, `InternalUnit`, `Appointment`, `Delegation`, `Absence`, `RecipientGroup`.
Verbs: see `services/`. Slots offered: `directory.person.today`, `accounts.secretary.acts`, `accounts.me`.
Invariants: one person, one account; rights hang on the appointment; order is rank order; a login name is never reused.
"""
