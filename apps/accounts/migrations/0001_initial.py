import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("core", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("login_name", models.CharField(max_length=60, unique=True, verbose_name="登录名")),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("pinyin", models.CharField(blank=True, editable=False, max_length=200, verbose_name="拼音")),
                (
                    "initials",
                    models.CharField(blank=True, editable=False, max_length=40, verbose_name="拼音首字母"),
                ),
                ("mobile", models.CharField(blank=True, max_length=20, verbose_name="手机")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="办公电话")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="邮箱")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                ("is_staff", models.BooleanField(default=False, verbose_name="可进入管理后台")),
                ("must_change_password", models.BooleanField(default=True, verbose_name="下次登录须改密码")),
                (
                    "password_changed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="密码修改时间"),
                ),
                (
                    "accepted_notice_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="阅知非涉密须知时间"),
                ),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="离开日期")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="建立时间")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "人员",
                "verbose_name_plural": "人员",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["name"], name="person_name_trgm", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Absence",
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
                        choices=[("leave", "请假"), ("trip", "出差"), ("away", "外出")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="开始")),
                ("ends_at", models.DateTimeField(verbose_name="结束")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="取消时间")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "离岗",
                "verbose_name_plural": "离岗",
                "indexes": [models.Index(fields=["person", "starts_at"], name="absence_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="absence_dates"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
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
                            ("regular", "任职"),
                            ("concurrent_post", "兼职"),
                            ("acting_head", "主持工作"),
                            ("secondment", "借调"),
                        ],
                        default="regular",
                        max_length=20,
                        verbose_name="方式",
                    ),
                ),
                ("post_title", models.CharField(max_length=60, verbose_name="职务")),
                ("rank_order", models.PositiveIntegerField(default=1000, verbose_name="排序")),
                ("started_on", models.DateField(verbose_name="任职日期")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="免职日期")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "任职",
                "verbose_name_plural": "任职",
                "ordering": ["rank_order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on__isnull", True),
                            ("ended_on__gte", models.F("started_on")),
                            _connector="OR",
                        ),
                        name="appointment_dates",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AppointmentRole",
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
                        choices=[
                            ("principal_head", "主要负责人"),
                            ("deputy_head", "副职领导"),
                            ("office_director", "办公室主任"),
                            ("unit_head", "科室负责人"),
                            ("clerk", "文书"),
                            ("seal_keeper", "印章保管人"),
                            ("archivist", "档案员"),
                            ("duty_officer", "值班员"),
                            ("secretary", "领导秘书"),
                        ],
                        max_length=20,
                        verbose_name="角色",
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="roles",
                        to="accounts.appointment",
                    ),
                ),
            ],
            options={
                "verbose_name": "任职角色",
                "verbose_name_plural": "任职角色",
                "indexes": [models.Index(fields=["role", "appointment"], name="role_lookup")],
                "constraints": [models.UniqueConstraint(fields=("appointment", "role"), name="role_once")],
            },
        ),
        migrations.CreateModel(
            name="Delegation",
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
                            ("office_delegate", "代办理"),
                            ("approval_delegate", "代审批"),
                            ("acting_head", "主持工作"),
                        ],
                        max_length=20,
                        verbose_name="方式",
                    ),
                ),
                (
                    "scope",
                    models.JSONField(
                        blank=True, default=list, help_text="流程类别代码列表，空为全部", verbose_name="范围"
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="开始")),
                ("ends_at", models.DateTimeField(verbose_name="结束")),
                ("reason", models.CharField(max_length=200, verbose_name="事由")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
                (
                    "delegate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations_taken",
                        to="accounts.appointment",
                        verbose_name="受托人任职",
                    ),
                ),
                (
                    "delegator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations_given",
                        to="accounts.appointment",
                        verbose_name="委托人任职",
                    ),
                ),
            ],
            options={
                "verbose_name": "授权代理",
                "verbose_name_plural": "授权代理",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="delegation_dates"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("delegator", models.F("delegate")), _negated=True),
                        name="delegation_not_self",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InternalUnit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                (
                    "is_general_office",
                    models.BooleanField(default=False, verbose_name="是办公室（文书机构）"),
                ),
                ("rank_order", models.PositiveIntegerField(default=1000, verbose_name="排序")),
                ("abolished_on", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="accounts.internalunit",
                        verbose_name="上级科室",
                    ),
                ),
            ],
            options={
                "verbose_name": "内设机构",
                "verbose_name_plural": "内设机构",
                "ordering": ["rank_order", "id"],
            },
        ),
        migrations.AddField(
            model_name="appointment",
            name="in_charge_units",
            field=models.ManyToManyField(
                blank=True,
                related_name="leaders_in_charge",
                to="accounts.internalunit",
                verbose_name="分管科室",
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="accounts.internalunit",
                verbose_name="内设机构",
            ),
        ),
        migrations.CreateModel(
            name="Organ",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("full_name", models.CharField(max_length=100, unique=True, verbose_name="全称")),
                ("short_name", models.CharField(max_length=40, verbose_name="规范化简称")),
                ("organ_code", models.CharField(blank=True, max_length=12, verbose_name="机关代字")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("province", "省级"),
                            ("city", "市级"),
                            ("county", "县级"),
                            ("township", "乡级"),
                        ],
                        max_length=12,
                        verbose_name="层级",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("government", "人民政府"),
                            ("office", "政府办公机构"),
                            ("department", "工作部门"),
                            ("other", "其他机构"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("rank_order", models.PositiveIntegerField(default=1000, verbose_name="排序")),
                (
                    "path",
                    models.CharField(
                        db_index=True,
                        editable=False,
                        help_text="上级机关编号依次相连，如 /1/5/12/",
                        max_length=200,
                        verbose_name="路径",
                    ),
                ),
                ("pinyin", models.CharField(blank=True, editable=False, max_length=400, verbose_name="拼音")),
                (
                    "initials",
                    models.CharField(blank=True, editable=False, max_length=100, verbose_name="拼音首字母"),
                ),
                ("abolished_on", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
                (
                    "guiding_organ",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guided",
                        to="accounts.organ",
                        verbose_name="业务指导机关",
                    ),
                ),
                (
                    "superior",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subordinates",
                        to="accounts.organ",
                        verbose_name="上级机关",
                    ),
                ),
            ],
            options={
                "verbose_name": "机关",
                "verbose_name_plural": "机关",
                "ordering": ["rank_order", "id"],
            },
        ),
        migrations.AddField(
            model_name="internalunit",
            name="organ",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="units",
                to="accounts.organ",
                verbose_name="所属机关",
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="in_charge_organs",
            field=models.ManyToManyField(
                blank=True, related_name="leaders_in_charge", to="accounts.organ", verbose_name="分管部门"
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="organ",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="accounts.organ",
                verbose_name="机关",
            ),
        ),
        migrations.CreateModel(
            name="RecipientGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                ("rank_order", models.PositiveIntegerField(default=1000, verbose_name="排序")),
                (
                    "members",
                    models.ManyToManyField(
                        related_name="in_groups", to="accounts.organ", verbose_name="成员"
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recipient_groups",
                        to="accounts.organ",
                        verbose_name="所属机关",
                    ),
                ),
            ],
            options={
                "verbose_name": "发送范围组",
                "verbose_name_plural": "发送范围组",
                "ordering": ["rank_order", "id"],
            },
        ),
        migrations.CreateModel(
            name="SecretaryDuty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "leader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="served_by",
                        to="accounts.appointment",
                    ),
                ),
                (
                    "secretary",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="serves",
                        to="accounts.appointment",
                    ),
                ),
            ],
            options={
                "verbose_name": "秘书服务关系",
                "verbose_name_plural": "秘书服务关系",
                "constraints": [
                    models.UniqueConstraint(fields=("secretary", "leader"), name="secretary_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="internalunit",
            constraint=models.UniqueConstraint(fields=("organ", "name"), name="unit_name_in_organ"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["organ", "unit", "rank_order"], name="appointment_place"),
        ),
    ]
