import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_words_of_constraints"),
        ("accounts", "__first__"),
        ("notifications", "0003_sms_channel"),
    ]

    operations = [
        migrations.CreateModel(
            name="Announcement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("issuer_text", models.CharField(max_length=160, verbose_name="发布人")),
                ("title", models.CharField(blank=True, max_length=100, verbose_name="标题")),
                ("text", models.TextField(blank=True, verbose_name="内容")),
                ("fields", models.JSONField(default=list, verbose_name="回执项目")),
                ("deadline_at", models.DateTimeField(null=True, verbose_name="回执时限")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("published", "已发布"),
                            ("withdrawn", "已撤回"),
                            ("closed", "已截止"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
                ("published_at", models.DateTimeField(null=True, verbose_name="发布时间")),
                ("withdrawn_reason", models.CharField(blank=True, max_length=200, verbose_name="撤回原因")),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organ",
                        verbose_name="发布机关",
                    ),
                ),
            ],
            options={
                "verbose_name": "通知公告",
                "verbose_name_plural": "通知公告",
                "indexes": [models.Index(fields=["organ", "-created_at"], name="announcement_of_organ")],
            },
        ),
        migrations.CreateModel(
            name="AnnouncementRecipient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("read_at", models.DateTimeField(null=True, verbose_name="阅读时间")),
                ("read_by", models.CharField(blank=True, max_length=40, verbose_name="阅读人")),
                (
                    "announcement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recipients",
                        to="notifications.announcement",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organ",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "通知对象",
                "verbose_name_plural": "通知对象",
                "indexes": [
                    models.Index(fields=["organ"], name="recipient_organ"),
                    models.Index(fields=["person"], name="recipient_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organ__isnull", True), ("person__isnull", False)),
                            models.Q(("organ__isnull", False), ("person__isnull", True)),
                            _connector="OR",
                        ),
                        name="recipient_is_one",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("organ__isnull", False)),
                        fields=("announcement", "organ"),
                        name="recipient_organ_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("announcement", "person"),
                        name="recipient_person_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReplySlip",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("answers", models.JSONField(verbose_name="回执内容")),
                ("version", models.PositiveIntegerField(default=1)),
                ("replied_text", models.CharField(max_length=160, verbose_name="填报人")),
                ("first_at", models.DateTimeField(verbose_name="首次回执时间")),
                ("updated_at", models.DateTimeField(verbose_name="最近修改时间")),
                ("is_late", models.BooleanField(default=False, verbose_name="迟报")),
                (
                    "recipient",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slip",
                        to="notifications.announcementrecipient",
                    ),
                ),
                (
                    "replied_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "回执",
                "verbose_name_plural": "回执",
            },
        ),
        migrations.CreateModel(
            name="ReplySlipVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("answers", models.JSONField()),
                ("replied_text", models.CharField(max_length=160)),
                ("created_at", models.DateTimeField()),
                (
                    "slip",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="notifications.replyslip",
                    ),
                ),
            ],
            options={
                "verbose_name": "回执修改记录",
                "verbose_name_plural": "回执修改记录",
                "constraints": [
                    models.UniqueConstraint(fields=("slip", "version"), name="slip_version_once")
                ],
            },
        ),
    ]
