"""Print and download as rights of their own; documents without a row leave both free, as before."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0004_lists_filled"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReceiverTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("may_print", models.BooleanField(default=True, verbose_name="可打印")),
                ("may_download", models.BooleanField(default=True, verbose_name="可下载")),
                ("set_at", models.DateTimeField(verbose_name="设定时间")),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receiver_terms",
                        to="documents.outgoingdocument",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "接收单位使用权限",
                "verbose_name_plural": "接收单位使用权限",
            },
        ),
    ]
