import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import apps.duty.models.rosters


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0005_supervisor_role"),
    ]

    operations = [
        migrations.CreateModel(
            name="DutyPost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=20, verbose_name="岗位")),
                ("is_leader", models.BooleanField(default=False, verbose_name="由领导担任")),
                ("keeps_log", models.BooleanField(default=True, verbose_name="负责值班日志和交接")),
                ("rank_order", models.PositiveIntegerField(default=100, verbose_name="排序")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                (
                    "members",
                    models.ManyToManyField(
                        related_name="duty_posts", to="accounts.appointment", verbose_name="可值班人员"
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organ",
                        verbose_name="机关",
                    ),
                ),
            ],
            options={
                "verbose_name": "值班岗位",
                "verbose_name_plural": "值班岗位",
                "ordering": ["rank_order", "id"],
                "constraints": [models.UniqueConstraint(fields=("organ", "name"), name="duty_post_once")],
            },
        ),
        migrations.CreateModel(
            name="DutyRoster",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(help_text="当月1日", verbose_name="月份")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "编排中"), ("published", "已发布")],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("published_at", models.DateTimeField(null=True, verbose_name="发布时间")),
                ("published_text", models.CharField(blank=True, max_length=160, verbose_name="发布人")),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organ"
                    ),
                ),
            ],
            options={
                "verbose_name": "值班表",
                "verbose_name_plural": "值班表",
                "constraints": [
                    models.UniqueConstraint(fields=("organ", "month"), name="duty_roster_once"),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="duty_roster_month"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyWatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="开始")),
                ("ends_at", models.DateTimeField(verbose_name="结束")),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "未接班"), ("on", "值班中"), ("closed", "已交班")],
                        default="planned",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("taken_at", models.DateTimeField(null=True, verbose_name="接班时间")),
                ("taken_text", models.CharField(blank=True, max_length=160, verbose_name="接班人")),
                ("handed_at", models.DateTimeField(null=True, verbose_name="交班时间")),
                ("handed_text", models.CharField(blank=True, max_length=160, verbose_name="交班人")),
                ("next_start_reminder_at", models.DateTimeField(null=True)),
                ("next_end_reminder_at", models.DateTimeField(null=True)),
                ("summary", models.TextField(blank=True, verbose_name="交班小结")),
                ("pending", models.TextField(blank=True, verbose_name="待办移交")),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organ"
                    ),
                ),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="watches",
                        to="duty.dutyroster",
                    ),
                ),
            ],
            options={
                "verbose_name": "班次",
                "verbose_name_plural": "班次",
                "ordering": ["starts_at"],
                "indexes": [
                    models.Index(fields=["organ", "starts_at"], name="duty_watch_time"),
                    models.Index(
                        condition=models.Q(("next_start_reminder_at__isnull", False)),
                        fields=["next_start_reminder_at"],
                        name="duty_start_reminder",
                    ),
                    models.Index(
                        condition=models.Q(("next_end_reminder_at__isnull", False)),
                        fields=["next_end_reminder_at"],
                        name="duty_end_reminder",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="duty_watch_forwards"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "on")), fields=("organ",), name="duty_one_watch_on"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("organ", "="),
                            (
                                apps.duty.models.rosters.Span(
                                    "starts_at",
                                    "ends_at",
                                    django.contrib.postgres.fields.ranges.RangeBoundary(),
                                ),
                                "&&",
                            ),
                        ],
                        name="duty_watch_apart",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyShift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duty_shifts",
                        to="accounts.appointment",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="duty.dutypost"
                    ),
                ),
                (
                    "watch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shifts",
                        to="duty.dutywatch",
                    ),
                ),
            ],
            options={
                "verbose_name": "值班",
                "verbose_name_plural": "值班",
                "ordering": ["post__rank_order", "post_id"],
                "constraints": [
                    models.UniqueConstraint(fields=("watch", "post"), name="duty_shift_once"),
                    models.UniqueConstraint(fields=("watch", "appointment"), name="duty_person_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="EmergencyEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="事件")),
                (
                    "event_class",
                    models.CharField(
                        choices=[
                            ("natural", "自然灾害"),
                            ("accident", "事故灾难"),
                            ("health", "公共卫生"),
                            ("security", "社会安全"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[("1", "特别重大"), ("2", "重大"), ("3", "较大"), ("4", "一般")],
                        max_length=1,
                        verbose_name="级别",
                    ),
                ),
                ("level_reason", models.CharField(blank=True, max_length=200, verbose_name="定级依据")),
                ("place", models.CharField(max_length=160, verbose_name="地点")),
                ("occurred_at", models.DateTimeField(verbose_name="发生时间")),
                ("learned_at", models.DateTimeField(verbose_name="接报时间")),
                ("source", models.CharField(blank=True, max_length=160, verbose_name="信息来源")),
                ("deaths", models.PositiveIntegerField(null=True, verbose_name="死亡")),
                ("missing", models.PositiveIntegerField(null=True, verbose_name="失踪")),
                ("injured", models.PositiveIntegerField(null=True, verbose_name="重伤")),
                ("loss", models.PositiveBigIntegerField(null=True, verbose_name="直接经济损失（元）")),
                ("phone_due_at", models.DateTimeField(verbose_name="电话报告时限")),
                ("next_phone_reminder_at", models.DateTimeField(null=True)),
                ("written_due_at", models.DateTimeField(verbose_name="书面初报时限")),
                ("next_written_reminder_at", models.DateTimeField(null=True)),
                ("phoned_at", models.DateTimeField(null=True, verbose_name="电话报告时间")),
                ("written_at", models.DateTimeField(null=True, verbose_name="书面初报时间")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="终报时间")),
                ("opened_text", models.CharField(max_length=160)),
                ("opened_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.appointment",
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
                "verbose_name": "突发事件",
                "verbose_name_plural": "突发事件",
                "indexes": [
                    models.Index(fields=["organ", "-learned_at", "-id"], name="duty_event_organ"),
                    models.Index(
                        condition=models.Q(("next_phone_reminder_at__isnull", False)),
                        fields=["next_phone_reminder_at"],
                        name="duty_phone_reminder",
                    ),
                    models.Index(
                        condition=models.Q(("next_written_reminder_at__isnull", False)),
                        fields=["next_written_reminder_at"],
                        name="duty_written_reminder",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("learned_at__gte", models.F("occurred_at"))),
                        name="learned_after_it_occurred",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyLogEntry",
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
                            ("information", "来情"),
                            ("phone", "电话"),
                            ("instruction", "领导指示"),
                            ("handling", "处置"),
                            ("pending", "待办移交"),
                            ("patrol", "巡查"),
                            ("correction", "更正"),
                            ("report", "信息报送"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                (
                    "source",
                    models.CharField(blank=True, max_length=160, verbose_name="来源（单位、来电人、电话）"),
                ),
                ("text", models.TextField(verbose_name="内容")),
                ("proposal", models.CharField(blank=True, max_length=500, verbose_name="拟办意见")),
                ("result", models.CharField(blank=True, max_length=500, verbose_name="处理结果")),
                ("happened_at", models.DateTimeField(verbose_name="时间")),
                ("writer_text", models.CharField(max_length=160, verbose_name="记录人")),
                ("written_at", models.DateTimeField(verbose_name="记录时间")),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="duty.dutylogentry",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organ"
                    ),
                ),
                (
                    "watch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="duty.dutywatch",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="duty.emergencyevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "值班日志",
                "verbose_name_plural": "值班日志",
                "ordering": ["happened_at", "id"],
                "indexes": [
                    models.Index(fields=["organ", "-happened_at", "-id"], name="duty_log_organ"),
                    models.Index(fields=["watch", "happened_at"], name="duty_log_watch"),
                    models.Index(fields=["event", "happened_at"], name="duty_log_event"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["text"], name="duty_log_text_trgm", opclasses=["gin_trgm_ops"]
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EmergencyReport",
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
                        choices=[("initial", "初报"), ("followup", "续报"), ("final", "终报")],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("serial", models.PositiveSmallIntegerField(verbose_name="期次")),
                ("text", models.TextField(verbose_name="内容")),
                ("measures", models.TextField(blank=True, verbose_name="已采取措施")),
                ("figures", models.JSONField(default=dict, verbose_name="数字")),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[("1", "特别重大"), ("2", "重大"), ("3", "较大"), ("4", "一般")],
                        max_length=1,
                        verbose_name="级别",
                    ),
                ),
                ("sent_to", models.CharField(blank=True, max_length=300, verbose_name="报送")),
                ("is_late", models.BooleanField(default=False, verbose_name="迟报")),
                ("writer_text", models.CharField(max_length=160)),
                ("written_at", models.DateTimeField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="duty.emergencyevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "值班信息",
                "verbose_name_plural": "值班信息",
                "ordering": ["serial"],
                "constraints": [
                    models.UniqueConstraint(fields=("event", "serial"), name="event_report_serial"),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "followup"), _negated=True),
                        fields=("event", "kind"),
                        name="one_first_one_last_report",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dutylogentry",
            trigger=pgtrigger.compiler.Trigger(
                name="duty_log_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9d1b89aebac6aa43585e12ad6cd2c364057196a6",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_duty_log_fixed_440e1",
                    table="duty_dutylogentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dutylogentry",
            trigger=pgtrigger.compiler.Trigger(
                name="duty_log_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: % is append-only', TG_TABLE_NAME;",
                    hash="515f0bae337059ed479975558ba2b593c81cb014",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_duty_log_no_truncate_0ee29",
                    table="duty_dutylogentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="emergencyreport",
            trigger=pgtrigger.compiler.Trigger(
                name="emergency_report_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="77188f3ecb1691dd81b9b799455bcc4ecde2ddb0",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_emergency_report_fixed_12163",
                    table="duty_emergencyreport",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="emergencyreport",
            trigger=pgtrigger.compiler.Trigger(
                name="emergency_report_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: % is append-only', TG_TABLE_NAME;",
                    hash="241a9d99d663748feec4faa4b7eedfd9b10330b8",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_emergency_report_no_truncate_387c4",
                    table="duty_emergencyreport",
                    when="BEFORE",
                ),
            ),
        ),
    ]
