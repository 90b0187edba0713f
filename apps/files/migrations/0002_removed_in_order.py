"""Removed files whose bytes are still kept are found in the order of their removal."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="storedfile",
            index=models.Index(
                fields=["removed_at"],
                name="file_to_erase",
                condition=models.Q(removed_at__isnull=False) & ~models.Q(storage_key=""),
            ),
        ),
    ]
