"""Procedures as data; runs, to-dos (待办), reads (待阅), opinions, deadlines, phrases.

Nouns: `Matter`, `Procedure`, `ProcedureVersion`, `Run`, `Task`, `Reading`, `Opinion`, `StepLog`, `Phrase`, `Follow`.
Invariants: at most one live run per matter; no task lost, doubled or completed twice; opinions never change.
"""
