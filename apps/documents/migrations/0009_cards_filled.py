"""What lists are narrowed by, for the cards and parts there are."""

from django.db import migrations

CARDS = """
UPDATE workflow_matter AS card SET form = document.document_type, urgency = document.urgency
FROM documents_{side}document AS document WHERE document.matter_id = card.id
"""
PARTS = """
UPDATE workflow_participation AS part SET urgency = card.urgency, form = card.form
FROM workflow_matter AS card
WHERE part.matter_id = card.id AND (part.urgency, part.form) IS DISTINCT FROM (card.urgency, card.form)
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0008_cards_kept"), ("workflow", "0004_facets_of_parts")]

    operations = [
        migrations.RunSQL(statement, migrations.RunSQL.noop)
        for statement in (CARDS.format(side="outgoing"), CARDS.format(side="incoming"), PARTS)
    ]
