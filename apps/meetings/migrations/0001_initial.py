import datetime

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import apps.meetings.models.meetings


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0005_supervisor_role"),
        ("accounts", "__first__"),
        ("documents", "0002_exchange_and_matters"),
        ("notifications", "0004_announcements"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=150, verbose_name="议题")),
                ("presenter", models.CharField(blank=True, max_length=80, verbose_name="汇报人")),
                ("minutes", models.PositiveSmallIntegerField(default=10, verbose_name="汇报时间（分钟）")),
                ("place", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organ",
                        verbose_name="汇报单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "议题",
                "verbose_name_plural": "议题",
                "ordering": ["place", "id"],
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("booked_text", models.CharField(max_length=160)),
                ("purpose", models.CharField(max_length=100, verbose_name="用途")),
                ("starts_at", models.DateTimeField(verbose_name="开始")),
                ("ends_at", models.DateTimeField(verbose_name="结束")),
                ("period", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="占用时段")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待审批"),
                            ("booked", "待确认"),
                            ("confirmed", "已确认"),
                            ("refused", "未批准"),
                            ("released", "超时释放"),
                            ("cancelled", "已取消"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("series", models.CharField(blank=True, max_length=24, verbose_name="重复组")),
                ("confirm_by", models.DateTimeField(null=True, verbose_name="须确认于")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("created_at", models.DateTimeField(verbose_name="预订时间")),
                (
                    "booked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.appointment",
                        verbose_name="预订人",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organ",
                        verbose_name="预订机关",
                    ),
                ),
            ],
            options={
                "verbose_name": "会议室预订",
                "verbose_name_plural": "会议室预订",
                "ordering": ["starts_at", "id"],
                "indexes": [
                    models.Index(fields=["booked_by", "starts_at"], name="booking_own"),
                    models.Index(
                        condition=models.Q(("confirm_by__isnull", False)),
                        fields=["confirm_by"],
                        name="booking_confirm",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="booking_times"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "日程订阅",
                "verbose_name_plural": "日程订阅",
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="会议名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("executive", "常务会"),
                            ("party_group", "党组会"),
                            ("office", "办公会"),
                            ("special", "专题会"),
                            ("ordinary", "普通会议"),
                        ],
                        default="ordinary",
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="开始")),
                ("ends_at", models.DateTimeField(verbose_name="结束")),
                ("outside_place", models.CharField(blank=True, max_length=100, verbose_name="其他地点")),
                ("contact", models.CharField(blank=True, max_length=80, verbose_name="联系人")),
                ("note", models.TextField(blank=True, verbose_name="会议事项和要求")),
                ("substitute_allowed", models.BooleanField(default=True, verbose_name="允许替会")),
                ("reply_due_at", models.DateTimeField(null=True, verbose_name="回执时限")),
                ("materials_due_at", models.DateTimeField(null=True, verbose_name="材料时限")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草拟"),
                            ("requested", "待审批"),
                            ("returned", "已退回"),
                            ("approved", "已批准"),
                            ("notified", "已通知"),
                            ("in_progress", "进行中"),
                            ("ended", "已结束"),
                            ("cancelled", "已取消"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                (
                    "seating",
                    models.JSONField(default=apps.meetings.models.meetings.no_seats, verbose_name="座次"),
                ),
                ("record", models.TextField(blank=True, verbose_name="会议记录")),
                ("begun_at", models.DateTimeField(null=True, verbose_name="实际开始")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="实际结束")),
                ("minutes_due_at", models.DateTimeField(null=True, verbose_name="纪要时限")),
                ("next_reply_reminder_at", models.DateTimeField(null=True)),
                ("next_materials_reminder_at", models.DateTimeField(null=True)),
                ("next_start_reminder_at", models.DateTimeField(null=True)),
                ("next_minutes_reminder_at", models.DateTimeField(null=True)),
                ("is_soon_told", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "announcement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notifications.announcement",
                        verbose_name="会议通知",
                    ),
                ),
                (
                    "booking",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meeting",
                        to="meetings.booking",
                        verbose_name="会议室预订",
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.appointment",
                        verbose_name="主持人",
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.outgoingdocument",
                        verbose_name="纪要",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organ",
                        verbose_name="主办机关",
                    ),
                ),
                (
                    "organiser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.appointment",
                        verbose_name="承办人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.internalunit",
                        verbose_name="承办科室",
                    ),
                ),
            ],
            options={
                "verbose_name": "会议",
                "verbose_name_plural": "会议",
                "indexes": [
                    models.Index(fields=["organ", "-starts_at", "-id"], name="meeting_of_organ"),
                    models.Index(fields=["starts_at"], name="meeting_time"),
                    models.Index(
                        condition=models.Q(("next_reply_reminder_at__isnull", False)),
                        fields=["next_reply_reminder_at"],
                        name="meeting_reply_next",
                    ),
                    models.Index(
                        condition=models.Q(("next_materials_reminder_at__isnull", False)),
                        fields=["next_materials_reminder_at"],
                        name="meeting_materials_next",
                    ),
                    models.Index(
                        condition=models.Q(("next_start_reminder_at__isnull", False)),
                        fields=["next_start_reminder_at"],
                        name="meeting_start_next",
                    ),
                    models.Index(
                        condition=models.Q(("next_minutes_reminder_at__isnull", False)),
                        fields=["next_minutes_reminder_at"],
                        name="meeting_minutes_next",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="meeting_times"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quota", models.PositiveSmallIntegerField(default=1, verbose_name="名额")),
                (
                    "capacity",
                    models.CharField(
                        choices=[("attending", "出席"), ("observing", "列席")],
                        default="attending",
                        max_length=10,
                        verbose_name="方式",
                    ),
                ),
                ("slip_version", models.PositiveIntegerField(default=0)),
                ("rank", models.PositiveIntegerField(default=0)),
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
                    "post",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.appointment",
                    ),
                ),
                (
                    "recipient",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notifications.announcementrecipient",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="meetings.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "参会范围",
                "verbose_name_plural": "参会范围",
                "ordering": ["rank", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("organ__isnull", False)),
                        fields=("meeting", "organ"),
                        name="invited_organ_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("post__isnull", False)),
                        fields=("meeting", "post"),
                        name="invited_post_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("organ__isnull", True), ("post__isnull", True), _connector="XOR"),
                        name="invited_is_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("post_title", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                ("rank_order", models.PositiveIntegerField(default=100000, verbose_name="排序")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("invited", "未回复"),
                            ("read", "已阅"),
                            ("confirmed", "参会"),
                            ("leave_requested", "待批"),
                            ("leave_approved", "准假"),
                            ("leave_refused", "未准假"),
                            ("substituted", "替会"),
                            ("checked_in", "已签到"),
                            ("late", "迟到"),
                            ("left_early", "早退"),
                            ("absent", "未到"),
                        ],
                        default="invited",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="事由")),
                ("substitute_name", models.CharField(blank=True, max_length=40, verbose_name="替会人")),
                ("substitute_post", models.CharField(blank=True, max_length=60, verbose_name="替会人职务")),
                ("substitute_rank", models.CharField(blank=True, max_length=40, verbose_name="替会人职级")),
                ("decided_text", models.CharField(blank=True, max_length=160)),
                ("door_code", models.CharField(max_length=12)),
                ("checked_in_at", models.DateTimeField(null=True, verbose_name="签到时间")),
                (
                    "checked_in_way",
                    models.CharField(
                        blank=True,
                        choices=[("code", "扫码"), ("door", "门口验码"), ("staff", "会务代签")],
                        max_length=8,
                        verbose_name="签到方式",
                    ),
                ),
                ("checked_in_text", models.CharField(blank=True, max_length=160)),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organ"
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
                (
                    "substitute",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendees",
                        to="meetings.invitation",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendees",
                        to="meetings.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "参会人员",
                "verbose_name_plural": "参会人员",
                "ordering": ["invitation__rank", "rank_order", "id"],
                "indexes": [models.Index(fields=["person", "meeting"], name="attendee_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("meeting", "door_code"), name="door_code_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("meeting", "person"),
                        name="attendee_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgreedMatter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="事项")),
                ("due_on", models.DateField(null=True, verbose_name="时限")),
                ("created_at", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matters",
                        to="meetings.agendaitem",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organ",
                        verbose_name="责任单位",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matters",
                        to="meetings.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "议定事项",
                "verbose_name_plural": "议定事项",
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="meeting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="agenda", to="meetings.meeting"
            ),
        ),
        migrations.CreateModel(
            name="MeetingLog",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("act", models.CharField(max_length=16)),
                ("verb", models.CharField(max_length=20)),
                ("person_name", models.CharField(blank=True, max_length=40)),
                ("post_text", models.CharField(blank=True, max_length=160)),
                ("note", models.CharField(blank=True, max_length=1000)),
                ("at", models.DateTimeField()),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="log", to="meetings.meeting"
                    ),
                ),
            ],
            options={
                "verbose_name": "会议过程",
                "verbose_name_plural": "会议过程",
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["meeting", "-at"], name="meeting_log_order")],
            },
        ),
        migrations.CreateModel(
            name="MeetingRoom",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                ("place", models.CharField(blank=True, max_length=80, verbose_name="位置")),
                ("seat_count", models.PositiveSmallIntegerField(verbose_name="座位数")),
                (
                    "equipment",
                    models.CharField(
                        blank=True,
                        help_text="以顿号分隔，如 投影、视频终端",
                        max_length=200,
                        verbose_name="设备",
                    ),
                ),
                ("opens_at", models.TimeField(default=datetime.time(8, 0), verbose_name="开放")),
                ("closes_at", models.TimeField(default=datetime.time(20, 0), verbose_name="关闭")),
                (
                    "weekdays",
                    models.CharField(
                        default="12345", help_text="1 为周一，如 12345", max_length=7, verbose_name="开放日"
                    ),
                ),
                (
                    "buffer_minutes",
                    models.PositiveSmallIntegerField(default=15, verbose_name="两场间隔（分钟）"),
                ),
                ("needs_approval", models.BooleanField(default=False, verbose_name="须管理人批准")),
                (
                    "confirm_minutes",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="开始前若干分钟仍未确认的自动释放，0 为不要求",
                        verbose_name="会前确认（分钟）",
                    ),
                ),
                ("is_shared", models.BooleanField(default=False, verbose_name="其他机关可预订")),
                ("rank_order", models.PositiveIntegerField(default=100, verbose_name="排序")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                (
                    "manager",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.appointment",
                        verbose_name="管理人",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organ",
                        verbose_name="所属机关",
                    ),
                ),
            ],
            options={
                "verbose_name": "会议室",
                "verbose_name_plural": "会议室",
                "ordering": ["rank_order", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("organ", "name"), name="room_name_in_organ"),
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opens_at"))), name="room_hours"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="booking",
            name="room",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bookings",
                to="meetings.meetingroom",
                verbose_name="会议室",
            ),
        ),
        migrations.CreateModel(
            name="SeatAssignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "zone",
                    models.CharField(
                        choices=[("rostrum", "主席台"), ("table", "会议桌"), ("hall", "会场")],
                        max_length=8,
                        verbose_name="区",
                    ),
                ),
                ("row", models.PositiveSmallIntegerField(verbose_name="排")),
                ("number", models.PositiveSmallIntegerField(verbose_name="座")),
                ("is_fixed", models.BooleanField(default=False, verbose_name="手工指定")),
                (
                    "attendee",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seat",
                        to="meetings.attendee",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="meetings.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "座次",
                "verbose_name_plural": "座次",
                "ordering": ["zone", "row", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("meeting", "zone", "row", "number"), name="seat_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="AgendaListener",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="listeners",
                        to="meetings.agendaitem",
                    ),
                ),
                (
                    "attendee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hears",
                        to="meetings.attendee",
                    ),
                ),
            ],
            options={
                "verbose_name": "议题参会范围",
                "verbose_name_plural": "议题参会范围",
                "constraints": [models.UniqueConstraint(fields=("item", "attendee"), name="listener_once")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="meetinglog",
            trigger=pgtrigger.compiler.Trigger(
                name="meeting_log_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="2a1b80ed07ec3af8c0f269c41412a3a976a262f0",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_meeting_log_append_only_0a128",
                    table="meetings_meetinglog",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="meetinglog",
            trigger=pgtrigger.compiler.Trigger(
                name="meeting_log_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: % is append-only', TG_TABLE_NAME;",
                    hash="50617c177d6471cbcef7eb82804be94d730951cf",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_meeting_log_no_truncate_f9fda",
                    table="meetings_meetinglog",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["room", "starts_at"], name="booking_room"),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("state__in", ["asked", "booked", "confirmed"])),
                expressions=[("room", "="), ("period", "&&")],
                name="booking_no_overlap",
            ),
        ),
    ]
