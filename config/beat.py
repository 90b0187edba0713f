"""Periodic tasks, declared in code. Each is safe to run twice (`core.locks.single_flight`)."""

SCHEDULE: dict[str, dict[str, object]] = {
    "outbox-sweep": {"task": "apps.core.tasks.outbox_sweep", "schedule": 5.0, "options": {"expires": 5}},
    "beat-heartbeat": {
        "task": "apps.core.tasks.heartbeat_record",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "audit-seal": {"task": "apps.audit.tasks.audit_seal", "schedule": 2.0, "options": {"expires": 2}},
    "files-tidy": {"task": "apps.files.tasks.files_tidy", "schedule": 60.0, "options": {"expires": 60}},
}
