"""What the lists of a million walk, for the rows there are."""

from django.db import migrations

TEXTS = "UPDATE workflow_matter SET title = title, dated_at = created_at"
PARTS = """
INSERT INTO workflow_participation (person_id, matter_id, subject_kind, subject_id, dated_at, is_open)
SELECT part.person_id, card.id, card.subject_kind, card.subject_id, card.dated_at, card.closed_at IS NULL
FROM workflow_matter AS card JOIN (
  SELECT matter_id, person_id FROM workflow_task
  UNION SELECT matter_id, acted_by_id FROM workflow_task WHERE acted_by_id IS NOT NULL
  UNION SELECT matter_id, person_id FROM workflow_reading
  UNION SELECT matter_id, person_id FROM workflow_opinion
) AS part ON part.matter_id = card.id
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0002_lists_at_a_million")]

    operations = [
        migrations.RunSQL(TEXTS, migrations.RunSQL.noop),
        migrations.RunSQL(PARTS, migrations.RunSQL.noop),
    ]
