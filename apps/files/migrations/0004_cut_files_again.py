"""Files whose pages were cut are drawn again, so that it is known how many they have."""

from django.db import migrations

AGAIN = """
DELETE FROM files_pageimage USING files_storedfile AS file WHERE file.id = file_id AND file.page_count = 300;
UPDATE files_storedfile SET page_count = NULL WHERE page_count = 300;
"""


class Migration(migrations.Migration):
    dependencies = [("files", "0003_page_total")]

    operations = [migrations.RunSQL(AGAIN, migrations.RunSQL.noop)]
