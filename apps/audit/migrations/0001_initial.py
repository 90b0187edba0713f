import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import apps.audit.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditBlock",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="序号")),
                ("first_position", models.BigIntegerField(unique=True, verbose_name="首位")),
                ("last_position", models.BigIntegerField(unique=True, verbose_name="末位")),
                ("previous_digest", models.CharField(max_length=64, verbose_name="前块摘要")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                ("closed_at", models.DateTimeField(verbose_name="封存时间")),
            ],
            options={
                "verbose_name": "审计区块",
                "verbose_name_plural": "审计区块",
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("action", models.CharField(max_length=60, verbose_name="行为")),
                ("person_id", models.BigIntegerField(null=True, verbose_name="人员编号")),
                ("person_name", models.CharField(blank=True, max_length=40, verbose_name="姓名")),
                ("appointment_id", models.BigIntegerField(null=True, verbose_name="任职编号")),
                ("post_text", models.CharField(blank=True, max_length=200, verbose_name="单位职务")),
                ("on_behalf_of", models.CharField(blank=True, max_length=120, verbose_name="代")),
                ("organ_id", models.BigIntegerField(null=True, verbose_name="机关编号")),
                ("subject_kind", models.CharField(blank=True, max_length=40, verbose_name="对象类别")),
                ("subject_id", models.BigIntegerField(null=True, verbose_name="对象编号")),
                ("subject_text", models.CharField(blank=True, max_length=200, verbose_name="对象")),
                ("facts", models.JSONField(default=dict, verbose_name="事实")),
                ("result", models.CharField(default="ok", max_length=20, verbose_name="结果")),
                ("source_ip", models.CharField(blank=True, max_length=45, verbose_name="来源地址")),
                ("request_id", models.CharField(blank=True, max_length=40, verbose_name="请求编号")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
            ],
            options={
                "verbose_name": "审计日志",
                "verbose_name_plural": "审计日志",
                "indexes": [
                    models.Index(fields=["subject_kind", "subject_id", "id"], name="audit_subject"),
                    models.Index(fields=["person_id", "-at"], name="audit_person"),
                    models.Index(fields=["at"], name="audit_at"),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditblock",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_block_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="a180fa5e7f62e5def2d6af20f6ef66533b319c97",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_audit_block_fixed_0faa1",
                    table="audit_auditblock",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditblock",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_block_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: % is append-only', TG_TABLE_NAME;",
                    hash="03dc9fad7ad9e88c17f9bf3128b937eb6b781c12",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_audit_block_no_truncate_05813",
                    table="audit_auditblock",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.CreateModel(
            name="AuditPending",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="pending",
                        serialize=False,
                        to="audit.auditentry",
                    ),
                ),
                ("queued_at", models.DateTimeField(db_default=apps.audit.models.ClockTimestamp())),
            ],
            options={
                "verbose_name": "待封存",
                "verbose_name_plural": "待封存",
                "indexes": [models.Index(fields=["queued_at"], name="audit_pending_age")],
            },
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="seal",
                        serialize=False,
                        to="audit.auditentry",
                    ),
                ),
                ("position", models.BigIntegerField(unique=True)),
            ],
            options={
                "verbose_name": "审计封存",
                "verbose_name_plural": "审计封存",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("position__gt", 0)), name="audit_position_positive"
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditentry",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_entry_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="961a6794ab5ed544105359bf235459e9ceafdfce",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_audit_entry_fixed_67256",
                    table="audit_auditentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditentry",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_entry_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: % is append-only', TG_TABLE_NAME;",
                    hash="48a60ac3a7ab2939b9ddef277b30e2f868e0715d",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_audit_entry_no_truncate_59da6",
                    table="audit_auditentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditentry",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_entry_queue",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO audit_auditpending (entry_id) VALUES (NEW.id); RETURN NEW;",
                    hash="9390980e28a3ad6ca6018333479f5be585345ff6",
                    operation="INSERT",
                    pgid="pgtrigger_audit_entry_queue_d73c1",
                    table="audit_auditentry",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="auditseal",
            name="block",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="seals", to="audit.auditblock"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditseal",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_seal_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3ebb25a8baf454d4f8817cface7f9ffce299bba9",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_audit_seal_fixed_9c73b",
                    table="audit_auditseal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditseal",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_seal_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: % is append-only', TG_TABLE_NAME;",
                    hash="1cb26c9aee43ab8b7cdc56c6c630444cacfab3a6",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_audit_seal_no_truncate_0d9c5",
                    table="audit_auditseal",
                    when="BEFORE",
                ),
            ),
        ),
    ]
