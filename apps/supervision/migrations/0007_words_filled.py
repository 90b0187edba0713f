"""What is searched of the items there are."""

from django.db import migrations

# what is fixed stays fixed: nothing of it is changed, only what is searched is written beside it
FILL = """
ALTER TABLE supervision_supervisionitem DISABLE TRIGGER USER;
UPDATE supervision_supervisionitem SET search_text = text_folded(concat_ws(' ', number, title));
ALTER TABLE supervision_supervisionitem ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0006_words_of_items")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
