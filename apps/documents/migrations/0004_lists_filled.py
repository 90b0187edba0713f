"""What the lists of a million walk, for the documents there are."""

from django.db import migrations

INCOMING = "UPDATE documents_incomingdocument SET title = title"
# sealed documents refuse every change, and this changes nothing that was sealed
OUTGOING = """
ALTER TABLE documents_outgoingdocument DISABLE TRIGGER USER;
UPDATE documents_outgoingdocument SET search_text = text_folded(concat_ws(' ', title, document_number, issuer_signature,
  (SELECT name FROM accounts_person WHERE id = drafter_id)));
ALTER TABLE documents_outgoingdocument ENABLE TRIGGER USER;
"""
DATED = """
UPDATE workflow_matter AS card SET dated_at = document.created_at
FROM documents_outgoingdocument AS document WHERE document.matter_id = card.id;
UPDATE workflow_matter AS card SET dated_at = document.received_at
FROM documents_incomingdocument AS document WHERE document.matter_id = card.id;
UPDATE workflow_participation AS part SET dated_at = card.dated_at
FROM workflow_matter AS card WHERE part.matter_id = card.id AND part.dated_at <> card.dated_at;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_lists_at_a_million"), ("workflow", "0003_lists_filled")]

    operations = [
        migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in (INCOMING, OUTGOING, DATED)
    ]
