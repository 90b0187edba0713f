"""Reaching people: inbox, live frames, mail; each notice once per person and key.

Nouns: `Notice`, `Delivery`, `Preference`. Verbs: `services.notice_send`, `services.notice_read`.
Invariants: a notice is written once per person and key; a delivery of unknown fate is not repeated.
"""
