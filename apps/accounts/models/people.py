"""People, organs, units, posts and who stands in for whom."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from apps.accounts.managers import PersonManager


class Role(models.TextChoices):
    """Business roles of an appointment; administrators' powers are Django groups."""

    PRINCIPAL_HEAD = "principal_head", "主要负责人"
    DEPUTY_HEAD = "deputy_head", "副职领导"
    OFFICE_DIRECTOR = "office_director", "办公室主任"
    UNIT_HEAD = "unit_head", "科室负责人"
    CLERK = "clerk", "文书"
    SEAL_KEEPER = "seal_keeper", "印章保管人"
    ARCHIVIST = "archivist", "档案员"
    DUTY_OFFICER = "duty_officer", "值班员"
    SECRETARY = "secretary", "领导秘书"
    SUPERVISOR = "supervisor", "督查员"
    INFO_OFFICER = "info_officer", "信息员"


class Organ(models.Model):
    """An organ that can issue and receive documents: a government, its office, a bureau."""

    class Level(models.TextChoices):
        """Administrative level; fixes the legal seal diameter."""

        PROVINCE = "province", "省级"
        CITY = "city", "市级"
        COUNTY = "county", "县级"
        TOWNSHIP = "township", "乡级"

    class Kind(models.TextChoices):
        """What the organ is."""

        GOVERNMENT = "government", "人民政府"
        OFFICE = "office", "政府办公机构"
        DEPARTMENT = "department", "工作部门"
        OTHER = "other", "其他机构"

    superior = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subordinates",
        verbose_name="上级机关",
    )
    guiding_organ = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="guided",
        verbose_name="业务指导机关",
    )
    full_name = models.CharField("全称", max_length=100, unique=True)
    short_name = models.CharField("规范化简称", max_length=40)
    organ_code = models.CharField("机关代字", max_length=12, blank=True)
    level = models.CharField("层级", max_length=12, choices=Level)
    kind = models.CharField("类别", max_length=12, choices=Kind)
    rank_order = models.PositiveIntegerField("排序", default=1000)
    path = models.CharField(
        "路径", max_length=200, db_index=True, editable=False, help_text="上级机关编号依次相连，如 /1/5/12/"
    )
    pinyin = models.CharField("拼音", max_length=400, blank=True, editable=False)
    initials = models.CharField("拼音首字母", max_length=100, blank=True, editable=False)
    abolished_on = models.DateField("撤销日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "机关"
        ordering = ["rank_order", "id"]

    def __str__(self) -> str:
        return self.short_name


class InternalUnit(models.Model):
    """An internal unit (内设机构) of an organ."""

    organ = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="units", verbose_name="所属机关")
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="上级科室",
    )
    name = models.CharField("名称", max_length=60)
    is_general_office = models.BooleanField("是办公室（文书机构）", default=False)
    rank_order = models.PositiveIntegerField("排序", default=1000)
    abolished_on = models.DateField("撤销日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "内设机构"
        ordering = ["rank_order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organ", "name"],
                name="unit_name_in_organ",
                violation_error_message="本机关已有或曾有同名的内设机构。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Person(AbstractBaseUser, PermissionsMixin):
    """One person, one account, for life; frozen (inactive) on leaving, the login name is never reused."""

    login_name = models.CharField("登录名", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=40)
    pinyin = models.CharField("拼音", max_length=200, blank=True, editable=False)
    initials = models.CharField("拼音首字母", max_length=40, blank=True, editable=False)
    mobile = models.CharField("手机", max_length=20, blank=True)
    phone = models.CharField("办公电话", max_length=20, blank=True)
    email = models.EmailField("邮箱", blank=True)
    is_active = models.BooleanField("启用", default=True)
    is_staff = models.BooleanField("可进入管理后台", default=False)
    must_change_password = models.BooleanField("下次登录须改口令", default=True)
    password_changed_at = models.DateTimeField("口令修改时间", null=True, blank=True)
    accepted_notice_at = models.DateTimeField("阅知非涉密须知时间", null=True, blank=True)
    left_on = models.DateField("离开日期", null=True, blank=True)
    demo_note = models.CharField(
        "演示说明",
        max_length=80,
        blank=True,
        editable=False,
        help_text="演示城市的登录页据此列出人物，真实人员为空",
    )
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    USERNAME_FIELD = "login_name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = PersonManager()

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        indexes = [
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="person_name_trgm"),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("login_name"),
                name="login_name_any_case",
                violation_error_message="这个登录名已被使用过，登录名不得重复使用，请另取一个。",
            ),
            # all powers at once come by break-glass alone (domain.md §10.2)
            models.CheckConstraint(condition=Q(is_superuser=False), name="nobody_is_superuser"),
        ]
        permissions = [
            ("activate_person", "启用、停用人员"),
            ("reset_password", "重置口令、解除锁定"),
            ("appoint_administrator", "任免管理员"),
        ]

    def get_full_name(self) -> str:
        """The name, as Django's parts ask for it."""
        return self.name

    def __str__(self) -> str:
        return self.name


class PasswordRecord(models.Model):
    """A hash the person has used, so that the last five are not used again (domain.md §10.1)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="password_records")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "口令历史"
        indexes = [models.Index(fields=["person", "-set_at"], name="password_record_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.set_at:%F}"


class Appointment(models.Model):
    """A post a person holds: where, as what, in which order, from when to when."""

    class Kind(models.TextChoices):
        """How the post is held."""

        REGULAR = "regular", "任职"
        CONCURRENT = "concurrent_post", "兼职"
        ACTING = "acting_head", "主持工作"
        SECONDED = "secondment", "借调"

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="appointments", verbose_name="人员"
    )
    organ = models.ForeignKey(
        Organ, on_delete=models.PROTECT, related_name="appointments", verbose_name="机关"
    )
    unit = models.ForeignKey(
        InternalUnit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name="内设机构",
    )
    kind = models.CharField("方式", max_length=20, choices=Kind, default=Kind.REGULAR)
    post_title = models.CharField("职务", max_length=60)
    rank_order = models.PositiveIntegerField("排序", default=1000)
    started_on = models.DateField("任职日期")
    ended_on = models.DateField("免职日期", null=True, blank=True)
    in_charge_units = models.ManyToManyField(
        InternalUnit, blank=True, related_name="leaders_in_charge", verbose_name="分管科室"
    )
    in_charge_organs = models.ManyToManyField(
        Organ, blank=True, related_name="leaders_in_charge", verbose_name="分管部门"
    )

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["rank_order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="appointment_dates",
            ),
        ]
        indexes = [models.Index(fields=["organ", "unit", "rank_order"], name="appointment_place")]

    def __str__(self) -> str:
        return f"{self.person} {self.post_title}"


class AppointmentRole(models.Model):
    """A business role that hangs on an appointment."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField("角色", max_length=20, choices=Role)

    class Meta:
        verbose_name = verbose_name_plural = "任职角色"
        constraints = [models.UniqueConstraint(fields=["appointment", "role"], name="role_once")]
        indexes = [models.Index(fields=["role", "appointment"], name="role_lookup")]

    def __str__(self) -> str:
        return self.get_role_display()


class SecretaryDuty(models.Model):
    """Which leader a secretary serves; lets the secretary record the leader's words (代录) with trace.

    `categories` and `duties` are what the leader listed: categories of processes and kinds of steps; an empty list is all of them.
    """

    class Duty(models.TextChoices):
        """Kinds of steps a secretary may handle for the leader."""

        WORK = "work", "办理"
        DECISION = "decision", "审批"
        SIGNING = "signing", "签批、批示"

    secretary = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="serves")
    leader = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="served_by")
    categories = models.JSONField(
        "事项范围", default=list, blank=True, help_text="流程类别代码列表，空为全部"
    )
    duties = models.JSONField("环节范围", default=list, blank=True, help_text="环节轻重代码列表，空为全部")
    listed_at = models.DateTimeField("领导确认时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "秘书服务关系"
        constraints = [models.UniqueConstraint(fields=["secretary", "leader"], name="secretary_once")]

    def __str__(self) -> str:
        return f"{self.secretary} → {self.leader}"


class Delegation(models.Model):
    """A person lets another act for a period (domain.md §9.5). No re-delegation; both names are kept."""

    class Kind(models.TextChoices):
        """What is handed over."""

        OFFICE = "office_delegate", "代办理"
        APPROVAL = "approval_delegate", "代审批"
        ACTING = "acting_head", "主持工作"

    delegator = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="delegations_given", verbose_name="委托人任职"
    )
    delegate = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="delegations_taken", verbose_name="受托人任职"
    )
    kind = models.CharField("方式", max_length=20, choices=Kind)
    scope = models.JSONField("范围", default=list, blank=True, help_text="流程类别代码列表，空为全部")
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    reason = models.CharField("事由", max_length=200)
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)
    created_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = verbose_name_plural = "授权代理"
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="delegation_dates"),
            models.CheckConstraint(condition=~Q(delegator=F("delegate")), name="delegation_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.delegator} → {self.delegate}"


class RecipientGroup(models.Model):
    """A kept group of organs such as 各县区, offered by the picker of one organ (or of all)."""

    organ = models.ForeignKey(
        Organ,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="recipient_groups",
        verbose_name="所属机关",
    )
    name = models.CharField("名称", max_length=40)
    members = models.ManyToManyField(Organ, related_name="in_groups", verbose_name="成员")
    rank_order = models.PositiveIntegerField("排序", default=1000)

    class Meta:
        verbose_name = verbose_name_plural = "发送范围组"
        ordering = ["rank_order", "id"]

    def __str__(self) -> str:
        return self.name


class RecentChoice(models.Model):
    """An organ or a post this person has picked lately; the picker offers the latest first."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="recent_choices")
    organ = models.ForeignKey(Organ, on_delete=models.CASCADE, null=True, related_name="+")
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, null=True, related_name="+")
    used_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "最近选择"
        constraints = [
            models.CheckConstraint(
                condition=Q(organ__isnull=True) ^ Q(appointment__isnull=True), name="recent_one_target"
            ),
            models.UniqueConstraint(fields=["person", "organ"], name="recent_organ_once"),
            models.UniqueConstraint(fields=["person", "appointment"], name="recent_post_once"),
        ]
        indexes = [models.Index(fields=["person", "-used_at"], name="recent_latest")]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.organ_id or self.appointment_id}"
