"""Items that were there before the figures are counted once; lights are settled by the first sweep."""

from django.db import migrations

from apps.supervision.tallying import counted


class Migration(migrations.Migration):
    dependencies = [("supervision", "0003_tallies")]

    operations = [
        migrations.RunSQL(
            counted("SELECT 1 AS sign, item.* FROM supervision_supervisionitem AS item"),
            migrations.RunSQL.noop,
        ),
    ]
