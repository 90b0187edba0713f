"""Periodic tasks, declared in code. Each is safe to run twice (`core.locks.single_flight`)."""

from celery.schedules import crontab

from config.broker import SLOW

SCHEDULE: dict[str, dict[str, object]] = {
    "outbox-sweep": {"task": "apps.core.tasks.outbox_sweep", "schedule": 5.0, "options": {"expires": 5}},
    "beat-heartbeat": {
        "task": "apps.core.tasks.heartbeat_record",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "slow-heartbeat": {
        "task": "apps.core.tasks.heartbeat_record",
        "schedule": 10.0,
        "args": ("slow",),
        "options": {"expires": 300, "queue": SLOW},
    },
    "reminders-sweep": {
        "task": "apps.core.tasks.reminders_sweep",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "records-tidy": {
        "task": "apps.core.tasks.records_tidy",
        "schedule": crontab(hour=3, minute=50),
        "options": {"expires": 3600},
    },
    "audit-seal": {"task": "apps.audit.tasks.audit_seal", "schedule": 2.0, "options": {"expires": 2}},
    "audit-head-sign": {
        "task": "apps.audit.tasks.audit_head_sign",
        "schedule": crontab(hour=0, minute=10),
        "options": {"expires": 3600},
    },
    "files-tidy": {"task": "apps.files.tasks.files_tidy", "schedule": 60.0, "options": {"expires": 60}},
    "previews-tidy": {
        "task": "apps.documents.tasks.previews_tidy",
        "schedule": crontab(hour=3, minute=20),
        "options": {"expires": 3600},
    },
    "pictures-tidy": {
        "task": "apps.documents.tasks.pictures_tidy",
        "schedule": crontab(hour=3, minute=25),
        "options": {"expires": 3600},
    },
    "mail-sweep": {
        "task": "apps.notifications.tasks.deliveries_sweep",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "digests-sweep": {
        "task": "apps.notifications.tasks.digests_sweep",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "webhooks-sweep": {
        "task": "apps.integration.tasks.webhooks_sweep",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "partner-answers-forget": {
        "task": "apps.integration.tasks.answers_forget",
        "schedule": crontab(hour=1, minute=30),
        "options": {"expires": 3600},
    },
    "must-sweep": {
        "task": "apps.messaging.tasks.confirmations_sweep",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "meetings-tick": {
        "task": "apps.meetings.tasks.meetings_tick",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "video-hosts-watch": {
        "task": "apps.meetings.tasks.video_hosts_watch",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "recordings-watch": {
        "task": "apps.meetings.tasks.recordings_watch",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "recordings-compose": {
        "task": "apps.meetings.tasks.recordings_compose",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "recordings-tidy": {
        "task": "apps.meetings.tasks.recordings_tidy",
        "schedule": crontab(minute=25),
        "options": {"expires": 1800},
    },
    "duty-spots": {
        "task": "apps.duty.tasks.duty_spots_call",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "duty-swaps": {
        "task": "apps.duty.tasks.duty_swaps_expire",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "supervision-figures": {
        "task": "apps.supervision.tasks.tallies_follow",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "supervision-figures-verify": {
        "task": "apps.supervision.tasks.tallies_verify",
        "schedule": crontab(hour=3, minute=40),
        "options": {"expires": 3600},
    },
    "backup-nightly": {
        "task": "config.safekeeping.tasks.backup_nightly",
        "schedule": crontab(hour=2, minute=30),
        "options": {"expires": 3600},
    },
    "directories-nightly": {
        "task": "apps.accounts.tasks.directories_nightly",
        "schedule": crontab(hour=4, minute=10),
        "options": {"expires": 3600},
    },
    "messages-expire": {
        "task": "apps.messaging.tasks.messages_expire",
        "schedule": crontab(hour=1, minute=10),
        "options": {"expires": 3600},
    },
    "unit-groups-sync": {
        "task": "apps.messaging.tasks.unit_groups_sync",
        "schedule": crontab(hour=0, minute=20),
        "options": {"expires": 3600},
    },
}
