import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_supervisor_role"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="BreakGlass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="事由")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="时长（分钟）")),
                ("asked_at", models.DateTimeField(verbose_name="申请时间")),
                ("opened_at", models.DateTimeField(null=True, verbose_name="开启时间")),
                ("closes_at", models.DateTimeField(null=True, verbose_name="到期时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="提前结束时间")),
            ],
            options={
                "verbose_name": "应急授权",
                "verbose_name_plural": "应急授权",
                "ordering": ["-asked_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="PostHandover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="交接说明")),
                ("ends_post", models.BooleanField(default=False, verbose_name="交接后免去原职")),
                ("new_post_title", models.CharField(blank=True, max_length=60, verbose_name="新任职务")),
                ("started_at", models.DateTimeField(verbose_name="发起时间")),
                ("list_digest", models.CharField(blank=True, max_length=64)),
                ("giver_confirmed_at", models.DateTimeField(null=True, verbose_name="移交人确认时间")),
                ("taker_confirmed_at", models.DateTimeField(null=True, verbose_name="接收人确认时间")),
                ("done_at", models.DateTimeField(null=True, verbose_name="完成时间")),
                ("cancelled_at", models.DateTimeField(null=True, verbose_name="取消时间")),
                ("counts", models.JSONField(default=dict, verbose_name="数量")),
            ],
            options={
                "verbose_name": "工作交接",
                "verbose_name_plural": "工作交接",
                "ordering": ["-started_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_at__isnull", True),
                            models.Q(
                                ("giver_confirmed_at__isnull", False), ("taker_confirmed_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="handover_both_confirmed",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_superuser", False)), name="nobody_is_superuser"
            ),
        ),
        migrations.AddField(
            model_name="breakglass",
            name="approved_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="emergencies_approved",
                to=settings.AUTH_USER_MODEL,
                verbose_name="批准人",
            ),
        ),
        migrations.AddField(
            model_name="breakglass",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="emergencies_asked",
                to=settings.AUTH_USER_MODEL,
                verbose_name="申请人",
            ),
        ),
        migrations.AddField(
            model_name="breakglass",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="emergencies_ended",
                to=settings.AUTH_USER_MODEL,
                verbose_name="结束人",
            ),
        ),
        migrations.AddField(
            model_name="posthandover",
            name="giver",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handovers_given",
                to="accounts.appointment",
                verbose_name="移交人任职",
            ),
        ),
        migrations.AddField(
            model_name="posthandover",
            name="new_organ",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organ",
                verbose_name="新任机关",
            ),
        ),
        migrations.AddField(
            model_name="posthandover",
            name="new_unit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.internalunit",
                verbose_name="新任科室",
            ),
        ),
        migrations.AddField(
            model_name="posthandover",
            name="started_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="发起人",
            ),
        ),
        migrations.AddField(
            model_name="posthandover",
            name="taker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handovers_taken",
                to="accounts.appointment",
                verbose_name="接收人任职",
            ),
        ),
        migrations.AddIndex(
            model_name="breakglass",
            index=models.Index(fields=["asked_by", "closes_at"], name="break_glass_open"),
        ),
        migrations.AddConstraint(
            model_name="breakglass",
            constraint=models.CheckConstraint(
                condition=models.Q(("approved_by", models.F("asked_by")), _negated=True),
                name="break_glass_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="breakglass",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("approved_by__isnull", True),
                        ("closes_at__isnull", True),
                        ("opened_at__isnull", True),
                    ),
                    models.Q(("approved_by__isnull", False), ("closes_at__gt", models.F("opened_at"))),
                    _connector="OR",
                ),
                name="break_glass_bounded",
            ),
        ),
        migrations.AddConstraint(
            model_name="posthandover",
            constraint=models.CheckConstraint(
                condition=models.Q(("giver", models.F("taker")), _negated=True), name="handover_two_posts"
            ),
        ),
        migrations.AddConstraint(
            model_name="posthandover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_at__isnull", True), ("done_at__isnull", True)),
                fields=("giver",),
                name="handover_one_open",
            ),
        ),
    ]
