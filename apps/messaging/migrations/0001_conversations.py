import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0004_words_of_constraints"),
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Conversation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("direct", "单聊"),
                            ("group", "群聊"),
                            ("unit", "部门群"),
                            ("subject", "事项群"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="名称")),
                (
                    "direct_key",
                    models.CharField(
                        help_text="单聊双方编号，小者在前", max_length=40, null=True, unique=True
                    ),
                ),
                ("subject_kind", models.CharField(blank=True, max_length=40)),
                ("subject_id", models.BigIntegerField(null=True)),
                ("announcement", models.CharField(blank=True, max_length=500, verbose_name="群公告")),
                (
                    "is_announcement_only",
                    models.BooleanField(default=False, verbose_name="仅群主和管理员发言"),
                ),
                ("last_seq", models.BigIntegerField(default=0)),
                ("message_count", models.BigIntegerField(default=0)),
                ("last_text", models.CharField(blank=True, max_length=120)),
                ("last_at", models.DateTimeField(verbose_name="最后消息时间")),
                ("members_epoch", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
                ("dissolved_at", models.DateTimeField(null=True, verbose_name="解散时间")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.internalunit",
                    ),
                ),
            ],
            options={
                "verbose_name": "会话",
                "verbose_name_plural": "会话",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("dissolved_at__isnull", True)),
                        fields=("unit",),
                        name="conversation_of_unit",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("dissolved_at__isnull", True), ("kind", "subject")),
                        fields=("subject_kind", "subject_id"),
                        name="conversation_of_subject",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("owner", "群主"), ("admin", "管理员"), ("member", "成员")],
                        default="member",
                        max_length=10,
                        verbose_name="角色",
                    ),
                ),
                ("joined_at", models.DateTimeField(verbose_name="加入时间")),
                ("joined_seq", models.BigIntegerField(default=0)),
                ("left_at", models.DateTimeField(null=True, verbose_name="离开时间")),
                ("last_read_seq", models.BigIntegerField(default=0)),
                ("read_count", models.BigIntegerField(default=0)),
                ("read_at", models.DateTimeField(null=True)),
                ("pinned_at", models.DateTimeField(null=True, verbose_name="置顶时间")),
                ("is_muted", models.BooleanField(default=False, verbose_name="免打扰")),
                ("archived_at", models.DateTimeField(null=True, verbose_name="收起时间")),
                ("draft", models.CharField(blank=True, max_length=5000, verbose_name="草稿")),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="messaging.conversation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "会话成员",
                "verbose_name_plural": "会话成员",
                "indexes": [
                    models.Index(
                        condition=models.Q(("left_at__isnull", True)), fields=["person"], name="member_here"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("conversation", "person"), name="member_once"),
                    models.CheckConstraint(
                        condition=models.Q(("last_read_seq__gte", models.F("joined_seq"))),
                        name="member_read_what_is_shown",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.BigIntegerField()),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="messaging.conversation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "提及",
                "verbose_name_plural": "提及",
                "indexes": [models.Index(fields=["conversation", "seq"], name="mention_place")],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.BigIntegerField()),
                ("number", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("message", "消息"), ("recall", "撤回"), ("system", "系统")],
                        default="message",
                        max_length=10,
                    ),
                ),
                ("sender_name", models.CharField(blank=True, max_length=40, verbose_name="发送人")),
                ("sender_post", models.CharField(blank=True, max_length=120, verbose_name="任职")),
                ("text", models.TextField(blank=True, verbose_name="内容")),
                (
                    "mention_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("mention_all", models.BooleanField(default=False)),
                ("quote_seq", models.BigIntegerField(null=True)),
                ("card_kind", models.CharField(blank=True, max_length=40)),
                ("card_id", models.BigIntegerField(null=True)),
                ("has_files", models.BooleanField(default=False)),
                ("file_names", models.TextField(blank=True)),
                ("is_must", models.BooleanField(default=False, verbose_name="必达")),
                ("target_seq", models.BigIntegerField(null=True)),
                ("recalled_at", models.DateTimeField(null=True, verbose_name="撤回时间")),
                ("client_id", models.CharField(blank=True, max_length=40)),
                (
                    "grams",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="时间")),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="messaging.conversation",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "消息",
                "verbose_name_plural": "消息",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=True, fields=["grams"], name="message_grams"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("conversation", "seq"), name="entry_seq_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("client_id", ""), _negated=True),
                        fields=("conversation", "sender", "client_id"),
                        name="message_sent_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HiddenMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="messaging.message"
                    ),
                ),
            ],
            options={
                "verbose_name": "仅自己删除的消息",
                "verbose_name_plural": "仅自己删除的消息",
                "constraints": [models.UniqueConstraint(fields=("message", "person"), name="hidden_once")],
            },
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="确认时间")),
                ("sms_due_at", models.DateTimeField(null=True, verbose_name="短信时间")),
                ("next_reminder_at", models.DateTimeField(null=True, verbose_name="下次提醒")),
                ("reminder_count", models.PositiveSmallIntegerField(default=0, verbose_name="已提醒次数")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="confirmations",
                        to="messaging.message",
                    ),
                ),
            ],
            options={
                "verbose_name": "必达确认",
                "verbose_name_plural": "必达确认",
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_reminder_at__isnull", False)),
                        fields=["next_reminder_at"],
                        name="confirmation_due",
                    ),
                    models.Index(
                        condition=models.Q(("sms_due_at__isnull", False)),
                        fields=["sms_due_at"],
                        name="confirmation_sms",
                    ),
                    models.Index(
                        condition=models.Q(("confirmed_at__isnull", True)),
                        fields=["person"],
                        name="confirmation_owed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("message", "person"), name="confirmation_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="时间")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receipts",
                        to="messaging.message",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "收到",
                "verbose_name_plural": "收到",
                "constraints": [models.UniqueConstraint(fields=("message", "person"), name="receipt_once")],
            },
        ),
    ]
