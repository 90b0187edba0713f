"""Verbs of audit: `record` an act in its own transaction, `audit_seal` what is committed, `head_sign` the chain's head."""

from apps.audit.services.recording import record, record_each
from apps.audit.services.sealing import audit_seal, head_sign

__all__ = ["audit_seal", "head_sign", "record", "record_each"]
