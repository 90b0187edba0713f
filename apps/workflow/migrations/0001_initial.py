import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Matter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject_kind", models.CharField(max_length=40, verbose_name="对象类别")),
                ("subject_id", models.BigIntegerField(verbose_name="对象编号")),
                ("category", models.CharField(max_length=20, verbose_name="类别")),
                ("title", models.CharField(max_length=500, verbose_name="标题")),
                (
                    "urgency",
                    models.CharField(
                        blank=True,
                        choices=[("", "一般"), ("urgent", "加急"), ("extra_urgent", "特急")],
                        default="",
                        max_length=20,
                        verbose_name="紧急程度",
                    ),
                ),
                ("origin_name", models.CharField(max_length=100, verbose_name="来文单位")),
                ("reference_number", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("state_text", models.CharField(blank=True, max_length=40, verbose_name="当前状态")),
                ("search_text", models.TextField(blank=True, editable=False)),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                (
                    "initiator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="initiated_matters",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organ"
                    ),
                ),
            ],
            options={
                "verbose_name": "事项",
                "verbose_name_plural": "事项",
                "indexes": [
                    models.Index(fields=["initiator", "-created_at", "-id"], name="matter_initiator"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["search_text"], name="matter_search", opclasses=["gin_trgm_ops"]
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("subject_kind", "subject_id"), name="matter_subject")
                ],
            },
        ),
        migrations.CreateModel(
            name="Follow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follows",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follows",
                        to="workflow.matter",
                    ),
                ),
            ],
            options={
                "verbose_name": "关注",
                "verbose_name_plural": "关注",
                "indexes": [models.Index(fields=["person", "-created_at", "-id"], name="follow_list")],
                "constraints": [models.UniqueConstraint(fields=("matter", "person"), name="follow_once")],
            },
        ),
        migrations.CreateModel(
            name="Phrase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=100, verbose_name="内容")),
                ("rank_order", models.PositiveIntegerField(default=100, verbose_name="排序")),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="phrases",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "常用语",
                "verbose_name_plural": "常用语",
                "ordering": ["rank_order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "text"), name="phrase_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Procedure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="代码")),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("category", models.CharField(max_length=20, verbose_name="类别")),
                ("is_enabled", models.BooleanField(default=True, verbose_name="启用")),
                (
                    "organ",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organ",
                        verbose_name="适用机关",
                    ),
                ),
            ],
            options={
                "verbose_name": "流程",
                "verbose_name_plural": "流程",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "organ"), name="procedure_code", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProcedureVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="版本")),
                ("definition", models.JSONField(verbose_name="定义")),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
                ("created_by_id", models.BigIntegerField(null=True, verbose_name="建立人")),
                (
                    "procedure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="workflow.procedure",
                    ),
                ),
            ],
            options={
                "verbose_name": "流程版本",
                "verbose_name_plural": "流程版本",
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("procedure", "number"), name="procedure_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("circulation", "传阅"), ("inform", "知会")],
                        max_length=12,
                        verbose_name="来源",
                    ),
                ),
                ("sent_at", models.DateTimeField(verbose_name="送阅时间")),
                ("read_at", models.DateTimeField(null=True, verbose_name="阅读时间")),
                ("cancelled_at", models.DateTimeField(null=True, verbose_name="取消时间")),
                ("urged_at", models.DateTimeField(null=True, verbose_name="最近催阅")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.appointment",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="workflow.matter",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "待阅",
                "verbose_name_plural": "待阅",
                "indexes": [
                    models.Index(
                        condition=models.Q(("cancelled_at__isnull", True), ("read_at__isnull", True)),
                        fields=["person", "-sent_at", "-id"],
                        name="reading_inbox",
                    ),
                    models.Index(
                        condition=models.Q(("cancelled_at__isnull", True), ("read_at__isnull", False)),
                        fields=["person", "-read_at", "-id"],
                        name="reading_done",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at__isnull", True)),
                        fields=("matter", "person"),
                        name="reading_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("running", "办理中"), ("completed", "已办结"), ("terminated", "已终止")],
                        default="running",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("state", models.JSONField(default=dict)),
                ("facts", models.JSONField(default=dict)),
                ("chosen", models.JSONField(default=dict)),
                ("lock_version", models.PositiveIntegerField(default=0)),
                ("started_at", models.DateTimeField(verbose_name="开始时间")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                (
                    "initiator_appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.appointment",
                        verbose_name="发起人任职",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="workflow.matter"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="workflow.procedureversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "流程运行",
                "verbose_name_plural": "流程运行",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "running")), fields=("matter",), name="one_live_run"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StepLog",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("verb", models.CharField(max_length=20, verbose_name="动作")),
                ("step_name", models.CharField(blank=True, max_length=40, verbose_name="环节")),
                ("person_name", models.CharField(max_length=120, verbose_name="人员")),
                ("post_text", models.CharField(blank=True, max_length=200, verbose_name="单位职务")),
                ("to_text", models.CharField(blank=True, max_length=400, verbose_name="送往")),
                ("note", models.CharField(blank=True, max_length=2000, verbose_name="说明")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="log", to="workflow.matter"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="log",
                        to="workflow.run",
                    ),
                ),
            ],
            options={
                "verbose_name": "流转记录",
                "verbose_name_plural": "流转记录",
                "indexes": [models.Index(fields=["matter", "at", "id"], name="step_log_matter")],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.PositiveIntegerField(verbose_name="序号")),
                ("closed_by_key", models.PositiveIntegerField(null=True)),
                (
                    "duty",
                    models.CharField(
                        choices=[
                            ("work", "办理"),
                            ("decision", "审批"),
                            ("signing", "签批"),
                            ("personal", "不得代理"),
                        ],
                        default="work",
                        max_length=10,
                        verbose_name="轻重",
                    ),
                ),
                ("step_code", models.CharField(max_length=40, verbose_name="环节代码")),
                ("step_name", models.CharField(max_length=40, verbose_name="环节")),
                ("visit", models.PositiveIntegerField(default=1, verbose_name="第几次到达")),
                ("rank_order", models.PositiveIntegerField(default=0, verbose_name="排序")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待办"),
                            ("waiting", "未轮到"),
                            ("done", "已办"),
                            ("superseded", "他人已办"),
                            ("withdrawn", "已收回"),
                            ("transferred", "已转办"),
                        ],
                        default="open",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("outcome", models.CharField(blank=True, max_length=20, verbose_name="结果")),
                ("previous_name", models.CharField(blank=True, max_length=40, verbose_name="上一办理人")),
                ("arrived_at", models.DateTimeField(verbose_name="到达时间")),
                ("due_at", models.DateTimeField(null=True, verbose_name="时限")),
                ("is_due_provisional", models.BooleanField(default=False, verbose_name="时限暂按")),
                ("opened_at", models.DateTimeField(null=True, verbose_name="打开时间")),
                ("done_at", models.DateTimeField(null=True, verbose_name="办理时间")),
                ("urged_at", models.DateTimeField(null=True, verbose_name="最近催办")),
                (
                    "acted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="accounts.appointment",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="workflow.matter",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="workflow.run"
                    ),
                ),
            ],
            options={
                "verbose_name": "待办",
                "verbose_name_plural": "待办",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["person", "-arrived_at", "-id"],
                        name="task_inbox",
                    ),
                    models.Index(
                        condition=models.Q(("state", "done")),
                        fields=["person", "-done_at", "-id"],
                        name="task_done",
                    ),
                    models.Index(condition=models.Q(("state", "open")), fields=["due_at"], name="task_due"),
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["appointment"], name="task_post"
                    ),
                    models.Index(fields=["matter", "person"], name="task_matter_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "key"), name="task_key"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["withdrawn", "transferred"]), _negated=True),
                        fields=("run", "step_code", "visit", "appointment"),
                        name="task_once_per_visit",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step_code", models.CharField(blank=True, max_length=40)),
                ("column", models.CharField(max_length=40, verbose_name="意见栏")),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("submit", "提交"),
                            ("approve", "同意"),
                            ("sign", "签发"),
                            ("circle_read", "圈阅"),
                            ("return", "退回"),
                            ("instruct", "批示"),
                            ("note", "意见"),
                        ],
                        max_length=12,
                        verbose_name="行为",
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=2000, verbose_name="意见")),
                ("strokes", models.JSONField(null=True, verbose_name="笔迹")),
                ("person_name", models.CharField(max_length=40)),
                ("post_text", models.CharField(max_length=200)),
                ("unit_rank_order", models.PositiveIntegerField(default=0)),
                ("on_behalf_of", models.CharField(blank=True, max_length=120, verbose_name="代")),
                ("recorded_by_name", models.CharField(blank=True, max_length=120, verbose_name="代录")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="workflow.matter",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="workflow.run",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="workflow.task",
                    ),
                ),
            ],
            options={
                "verbose_name": "意见",
                "verbose_name_plural": "意见",
                "indexes": [models.Index(fields=["matter", "at", "id"], name="opinion_matter")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="procedureversion",
            trigger=pgtrigger.compiler.Trigger(
                name="procedure_version_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="48f868224aa3e34296ea78674afb2f5d63bcb0e7",
                    operation="UPDATE",
                    pgid="pgtrigger_procedure_version_fixed_84889",
                    table="workflow_procedureversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="opinion",
            trigger=pgtrigger.compiler.Trigger(
                name="opinion_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="79f4f7c5e7bda418d76c2a1d1623d4c74dbbaa47",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_opinion_fixed_13caf",
                    table="workflow_opinion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="opinion",
            trigger=pgtrigger.compiler.Trigger(
                name="opinion_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: % is append-only', TG_TABLE_NAME;",
                    hash="696c1cab27efc6fd835aa1d889dc20bedf5f4e4d",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_opinion_no_truncate_7f77f",
                    table="workflow_opinion",
                    when="BEFORE",
                ),
            ),
        ),
    ]
