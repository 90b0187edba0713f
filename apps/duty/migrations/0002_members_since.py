"""Who may serve at a post is known with the day since when; the table stays the one it was."""

import django.db.models.deletion
from django.db import migrations, models

import apps.core.clock


class Migration(migrations.Migration):
    dependencies = [("duty", "0001_initial"), ("accounts", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="DutyMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "post",
                            models.ForeignKey(
                                db_column="dutypost_id",
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="duty.dutypost",
                            ),
                        ),
                        (
                            "appointment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.appointment",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "可值班人员",
                        "verbose_name_plural": "可值班人员",
                        "db_table": "duty_dutypost_members",
                        "unique_together": {("post", "appointment")},
                    },
                ),
                migrations.AlterField(
                    model_name="dutypost",
                    name="members",
                    field=models.ManyToManyField(
                        related_name="duty_posts",
                        through="duty.DutyMember",
                        to="accounts.appointment",
                        verbose_name="可值班人员",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="dutymember",
            name="since",
            field=models.DateField(null=True, verbose_name="起"),
        ),
        migrations.AlterField(
            model_name="dutymember",
            name="since",
            field=models.DateField(default=apps.core.clock.today, null=True, verbose_name="起"),
        ),
    ]
