"""What is searched of the announcements there are."""

from django.db import migrations

# what is fixed stays fixed: nothing of it is changed, only what is searched is written beside it
FILL = """
ALTER TABLE notifications_announcement DISABLE TRIGGER USER;
UPDATE notifications_announcement SET search_text = text_folded(concat_ws(' ', title,
  (SELECT short_name FROM accounts_organ WHERE id = organ_id)));
ALTER TABLE notifications_announcement ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_words_of_announcements")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
