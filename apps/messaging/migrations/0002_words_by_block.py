"""The index of words also knows the block of ids a message is in, and keeps no list of pending entries."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0001_conversations"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="message",
            name="message_grams",
        ),
        migrations.AddIndex(
            model_name="message",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    models.F("grams"),
                    models.F("id"),
                    function="array_append",
                    output_field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                    template="%(function)s(%(expressions)s / -512)",
                ),
                fastupdate=False,
                name="message_grams",
            ),
        ),
    ]
