"""What is searched of the lines there are."""

from django.db import migrations

# what is fixed stays fixed: nothing of it is changed, only what is searched is written beside it
FILL = """
ALTER TABLE duty_dutylogentry DISABLE TRIGGER USER;
UPDATE duty_dutylogentry SET search_text = text_folded(concat_ws(' ', text, source, result));
ALTER TABLE duty_dutylogentry ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("duty", "0008_words_of_the_log")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
