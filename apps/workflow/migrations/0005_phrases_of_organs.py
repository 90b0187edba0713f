import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_words_of_passwords"),
        ("workflow", "0004_facets_of_parts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="phrase", name="phrase_once"),
        migrations.AddField(
            model_name="phrase",
            name="organ",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="phrases",
                to="accounts.organ",
            ),
        ),
        migrations.AddConstraint(
            model_name="phrase",
            constraint=models.UniqueConstraint(
                fields=("person", "organ", "text"), name="phrase_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="phrase",
            constraint=models.CheckConstraint(
                condition=models.Q(("person__isnull", True), ("organ__isnull", True), _connector="OR"),
                name="phrase_one_keeper",
            ),
        ),
    ]
