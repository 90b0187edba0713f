"""Rosters and watches made before are reminded of as well."""

from django.db import migrations

ROSTERS = """
UPDATE duty_dutyroster
SET following_due_at = (month + interval '24 days 18 hours') AT TIME ZONE 'Asia/Shanghai',
    next_following_reminder_at = (month + interval '24 days 9 hours') AT TIME ZONE 'Asia/Shanghai'
WHERE state = 'published' AND month >= date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai')
"""
WATCHES = """
UPDATE duty_dutywatch SET next_taking_reminder_at = starts_at + interval '15 minutes'
WHERE state = 'planned' AND starts_at > now()
"""


class Migration(migrations.Migration):
    dependencies = [("duty", "0003_more_reminders")]

    operations = [
        migrations.RunSQL(ROSTERS, migrations.RunSQL.noop),
        migrations.RunSQL(WATCHES, migrations.RunSQL.noop),
    ]
