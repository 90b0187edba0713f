import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import apps.supervision.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0005_supervisor_role"),
    ]

    operations = [
        migrations.CreateModel(
            name="ItemClass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=20, unique=True, verbose_name="代码")),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                (
                    "mark",
                    models.CharField(
                        help_text="如 督、批、会、建，编号为 督〔2026〕15号",
                        max_length=4,
                        verbose_name="编号用字",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("instruction", "领导批示"),
                            ("document", "重要文件"),
                            ("meeting", "会议决定"),
                            ("plan", "政府工作报告和年度要点"),
                            ("proposal", "建议提案"),
                            ("other", "其他交办"),
                        ],
                        max_length=12,
                        verbose_name="来源",
                    ),
                ),
                ("workdays", models.PositiveSmallIntegerField(default=22, verbose_name="一般时限（工作日）")),
                (
                    "schedule",
                    models.JSONField(
                        default=apps.supervision.models.default_schedule, verbose_name="提醒安排"
                    ),
                ),
                ("rank_order", models.PositiveIntegerField(default=100, verbose_name="排序")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
            ],
            options={
                "verbose_name": "督办事项类别",
                "verbose_name_plural": "督办事项类别",
                "ordering": ["rank_order", "id"],
            },
        ),
        migrations.CreateModel(
            name="SupervisionItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(null=True, verbose_name="时限")),
                ("is_due_provisional", models.BooleanField(default=False, verbose_name="时限暂按")),
                ("is_due_named", models.BooleanField(default=False, verbose_name="时限指定")),
                ("next_reminder_at", models.DateTimeField(null=True, verbose_name="下次提醒")),
                ("number", models.CharField(blank=True, max_length=40, verbose_name="编号")),
                ("title", models.CharField(max_length=200, verbose_name="事项")),
                ("requirement", models.TextField(blank=True, verbose_name="要求")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("instruction", "领导批示"),
                            ("document", "重要文件"),
                            ("meeting", "会议决定"),
                            ("plan", "政府工作报告和年度要点"),
                            ("proposal", "建议提案"),
                            ("other", "其他交办"),
                        ],
                        max_length=12,
                        verbose_name="来源",
                    ),
                ),
                ("subject_kind", models.CharField(blank=True, max_length=40)),
                ("subject_id", models.BigIntegerField(null=True)),
                ("quote", models.CharField(blank=True, max_length=2000, verbose_name="来源原文")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待立项"),
                            ("declined", "阅知不立项"),
                            ("established", "已立项"),
                            ("assigned", "已交办"),
                            ("refused", "已退回"),
                            ("accepted", "已签收"),
                            ("in_progress", "承办中"),
                            ("reported", "已反馈"),
                            ("closing_review", "办结审核"),
                            ("completed", "已办结"),
                            ("struck_off", "已销号"),
                            ("evaluated", "已评价"),
                            ("long_term", "持续推进"),
                            ("terminated", "已终止"),
                        ],
                        default="proposed",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("workdays", models.PositiveSmallIntegerField(null=True, verbose_name="时限（工作日）")),
                ("weight", models.PositiveSmallIntegerField(default=1, verbose_name="权重")),
                ("progress", models.PositiveSmallIntegerField(default=0, verbose_name="进度")),
                (
                    "frequency",
                    models.CharField(
                        blank=True,
                        choices=[("", "办结时反馈"), ("weekly", "每周反馈"), ("monthly", "每月反馈")],
                        max_length=10,
                        verbose_name="反馈频次",
                    ),
                ),
                ("first_due_at", models.DateTimeField(null=True, verbose_name="原定时限")),
                ("yellow_at", models.DateTimeField(null=True, verbose_name="临期起")),
                ("report_due_at", models.DateTimeField(null=True, verbose_name="反馈时限")),
                ("next_report_reminder_at", models.DateTimeField(null=True, verbose_name="下次反馈提醒")),
                ("report_period", models.CharField(blank=True, max_length=20, verbose_name="反馈期次")),
                ("is_listed", models.BooleanField(default=False, verbose_name="挂牌督办")),
                ("urge_count", models.PositiveSmallIntegerField(default=0, verbose_name="催办次数")),
                ("created_at", models.DateTimeField(verbose_name="登记时间")),
                ("assigned_at", models.DateTimeField(null=True, verbose_name="交办时间")),
                ("completed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                ("is_late", models.BooleanField(default=False, verbose_name="超期办结")),
                ("grade", models.CharField(blank=True, max_length=10, verbose_name="评价")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "handler",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.appointment",
                        verbose_name="经办人",
                    ),
                ),
                (
                    "item_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="supervision.itemclass",
                        verbose_name="类别",
                    ),
                ),
                (
                    "lead_organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organ",
                        verbose_name="牵头单位",
                    ),
                ),
                (
                    "lead_unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.internalunit",
                        verbose_name="牵头科室",
                    ),
                ),
                (
                    "leader",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.appointment",
                        verbose_name="交办领导",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organ",
                        verbose_name="督办机关",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="supervision.supervisionitem",
                        verbose_name="上级事项",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.appointment",
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "督办事项",
                "verbose_name_plural": "督办事项",
                "indexes": [
                    models.Index(fields=["organ", "state", "due_at", "id"], name="supervision_board"),
                    models.Index(fields=["lead_organ", "state", "due_at", "id"], name="supervision_lead"),
                    models.Index(fields=["organ", "completed_at"], name="supervision_completed"),
                    models.Index(fields=["subject_kind", "subject_id"], name="supervision_subject"),
                    models.Index(
                        condition=models.Q(("next_reminder_at__isnull", False)),
                        fields=["next_reminder_at"],
                        name="supervision_reminder",
                    ),
                    models.Index(
                        condition=models.Q(("next_report_reminder_at__isnull", False)),
                        fields=["next_report_reminder_at"],
                        name="supervision_report",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["title"], name="supervision_title_trgm", opclasses=["gin_trgm_ops"]
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("organ", "number"),
                        name="supervision_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("progress__lte", 100)), name="supervision_progress"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "state__in",
                                    ["assigned", "accepted", "in_progress", "reported", "closing_review"],
                                ),
                                _negated=True,
                            ),
                            ("due_at__isnull", False),
                            _connector="OR",
                        ),
                        name="supervision_running_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgressReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period", models.CharField(blank=True, max_length=20, verbose_name="期次")),
                ("text", models.TextField(verbose_name="进展情况")),
                ("next_steps", models.TextField(blank=True, verbose_name="下一步打算")),
                ("figures", models.JSONField(default=list, help_text="[{name, value}]", verbose_name="数据")),
                ("progress", models.PositiveSmallIntegerField(verbose_name="进度")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("written", "待本单位负责人确认"),
                            ("confirmed", "已反馈"),
                            ("returned", "退回重报"),
                            ("noted", "已阅处"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("is_late", models.BooleanField(default=False, verbose_name="迟报")),
                ("writer_text", models.CharField(max_length=160)),
                ("written_at", models.DateTimeField()),
                ("confirmed_text", models.CharField(blank=True, max_length=160)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="处理意见")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "writer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.appointment",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="supervision.supervisionitem",
                    ),
                ),
            ],
            options={
                "verbose_name": "进展反馈",
                "verbose_name_plural": "进展反馈",
                "indexes": [models.Index(fields=["item", "-written_at"], name="report_item")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "written")), fields=("item",), name="one_report_waiting"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("progress__lte", 100)), name="report_progress"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemLog",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("act", models.CharField(max_length=20)),
                ("verb", models.CharField(max_length=20)),
                ("person_name", models.CharField(blank=True, max_length=40)),
                ("post_text", models.CharField(blank=True, max_length=160)),
                ("note", models.CharField(blank=True, max_length=2000)),
                ("at", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="log",
                        to="supervision.supervisionitem",
                    ),
                ),
            ],
            options={
                "verbose_name": "办理过程",
                "verbose_name_plural": "办理过程",
                "indexes": [models.Index(fields=["item", "at", "id"], name="item_log_item")],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("old_due_at", models.DateTimeField()),
                ("wanted_due_at", models.DateTimeField()),
                ("reason", models.CharField(max_length=500, verbose_name="理由")),
                (
                    "status",
                    models.CharField(
                        choices=[("asked", "待审批"), ("granted", "同意"), ("refused", "不同意")],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_text", models.CharField(max_length=160)),
                ("asked_at", models.DateTimeField()),
                ("decided_text", models.CharField(blank=True, max_length=160)),
                ("decided_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=500)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="supervision.supervisionitem",
                    ),
                ),
            ],
            options={
                "verbose_name": "延期申请",
                "verbose_name_plural": "延期申请",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "asked")),
                        fields=("item",),
                        name="one_extension_waiting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wanted_due_at__gt", models.F("old_due_at"))),
                        name="extension_forwards",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assisting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organ"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assisting",
                        to="supervision.supervisionitem",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("item", "organ"), name="assisting_once")],
            },
        ),
        migrations.CreateModel(
            name="SupervisionNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("assign", "督查通知单"), ("urge", "催办单")], max_length=10),
                ),
                ("number", models.CharField(max_length=40)),
                ("text", models.TextField()),
                ("issued_text", models.CharField(max_length=160)),
                ("issued_at", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="supervision.supervisionitem",
                    ),
                ),
            ],
            options={
                "verbose_name": "督办单",
                "verbose_name_plural": "督办单",
                "ordering": ["-issued_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="NoticeReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("signed_at", models.DateTimeField(null=True)),
                ("signed_text", models.CharField(blank=True, max_length=160)),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organ"
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="supervision.supervisionnotice",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("notice", "organ"), name="notice_receipt_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberCounter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mark", models.CharField(max_length=6)),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organ"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organ", "mark", "year"), name="supervision_counter")
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="itemlog",
            trigger=pgtrigger.compiler.Trigger(
                name="item_log_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b04c9fc62e258c95fd21629cbf4400531b590ada",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_item_log_fixed_fbb95",
                    table="supervision_itemlog",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="itemlog",
            trigger=pgtrigger.compiler.Trigger(
                name="item_log_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: % is append-only', TG_TABLE_NAME;",
                    hash="5d830e36d774df6ddcf0d79b481cc05703e71009",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_item_log_no_truncate_4dcf8",
                    table="supervision_itemlog",
                    when="BEFORE",
                ),
            ),
        ),
    ]
