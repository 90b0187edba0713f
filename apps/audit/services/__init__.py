"""Verbs of audit: `record` an act in its own transaction; `audit_seal` chains what is committed."""

from apps.audit.services.recording import record

__all__ = ["record"]
