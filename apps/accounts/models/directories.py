"""Directories (LDAP) that people and units are taken from, and which entry is whom here."""

from django.db import models
from django.db.models import Q

from apps.accounts.models.people import InternalUnit, Organ, Person


class DirectorySource(models.Model):
    """A directory: where it is, who asks, where to look, which attribute is what. The secret is sealed (`core.sealed`)."""

    class Security(models.TextChoices):
        """How the way to the directory is protected."""

        LDAPS = "ldaps", "LDAPS（通常 636 端口）"
        STARTTLS = "starttls", "StartTLS（通常 389 端口）"
        PLAIN = "plain", "不加密（仅限本机或专网，通常 389 端口）"

    class UnitsFrom(models.TextChoices):
        """Where the units of people are written."""

        TREE = "tree", "目录树上的组织单元"
        ATTRIBUTE = "attribute", "人员条目的部门属性"
        NONE = "none", "不取科室"

    name = models.CharField("名称", max_length=40, unique=True)
    organ = models.ForeignKey(
        Organ, on_delete=models.PROTECT, verbose_name="本机关", help_text="不在其他机关名下的人员归入它"
    )
    host = models.CharField("服务器", max_length=200, help_text="主机名或地址，如 ldap.example.gov.cn")
    port = models.PositiveIntegerField("端口", null=True, blank=True, help_text="留空用该加密方式的通常端口")
    security = models.CharField("加密方式", max_length=10, choices=Security, default=Security.LDAPS)
    ca_pem = models.TextField(
        "CA 证书", blank=True, help_text="签发服务器证书的 CA，PEM 文本；留空用操作系统信任的"
    )
    bind_name = models.CharField(
        "绑定名",
        max_length=200,
        blank=True,
        help_text="只读账号，如 cn=reader,dc=example,dc=cn 或 reader@example.cn；留空为匿名",
    )
    secret_sealed = models.BinaryField(default=bytes, editable=False)
    base = models.CharField("搜索起点", max_length=300, help_text="如 ou=机关,dc=example,dc=cn")
    person_filter = models.CharField("人员筛选", max_length=400, default="(objectClass=inetOrgPerson)")
    key_attribute = models.CharField(
        "唯一编号", max_length=60, default="entryUUID", help_text="改名调动都不变的属性，AD 为 objectGUID"
    )
    login_attribute = models.CharField(
        "登录名", max_length=60, default="uid", help_text="AD 为 sAMAccountName"
    )
    name_attribute = models.CharField("姓名", max_length=60, default="cn", help_text="AD 为 displayName")
    mobile_attribute = models.CharField("手机", max_length=60, blank=True, default="mobile")
    phone_attribute = models.CharField("办公电话", max_length=60, blank=True, default="telephoneNumber")
    email_attribute = models.CharField("邮箱", max_length=60, blank=True, default="mail")
    title_attribute = models.CharField("职务", max_length=60, blank=True, default="title")
    default_title = models.CharField(
        "没有职务时记为",
        max_length=60,
        blank=True,
        default="工作人员",
        help_text="留空则没有职务的条目算错误",
    )
    rank_attribute = models.CharField("排序", max_length=60, blank=True, help_text="整数，小的在前；可留空")
    units_from = models.CharField("科室取自", max_length=10, choices=UnitsFrom, default=UnitsFrom.TREE)
    unit_filter = models.CharField(
        "科室筛选", max_length=400, blank=True, default="(objectClass=organizationalUnit)"
    )
    unit_name_attribute = models.CharField(
        "科室名称",
        max_length=60,
        blank=True,
        default="ou",
        help_text="取自部门属性时为人员的属性，如 department",
    )
    unit_parent_attribute = models.CharField(
        "上级科室", max_length=60, blank=True, help_text="写着上级条目 DN 或名称的属性；留空按目录树"
    )
    is_nightly = models.BooleanField(
        "每夜自动取一次", default=False, help_text="有一处错误就不改动；停用离开的人仍须安全管理员确认"
    )
    last_run_at = models.DateTimeField("最近一次", null=True, editable=False)
    last_run_good = models.BooleanField("最近一次成功", null=True, editable=False)
    last_run_text = models.TextField("最近一次结果", blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "目录来源"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class DirectoryLink(models.Model):
    """An entry of a directory is this person or this unit, whatever either is called by now."""

    class Awaits(models.TextChoices):
        """What the security administrator has still to decide."""

        NOTHING = "", "—"
        OPENING = "opening", "待启用"
        CLOSING = "closing", "待停用"
        KEPT = "kept", "目录中已没有，保留启用"
        CLOSED = "closed", "已按目录停用"

    source = models.ForeignKey(
        DirectorySource, on_delete=models.PROTECT, related_name="links", verbose_name="目录"
    )
    key = models.CharField("唯一编号", max_length=200)
    place = models.CharField("目录条目", max_length=500)
    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, null=True, related_name="directory_link", verbose_name="人员"
    )
    unit = models.OneToOneField(
        InternalUnit, on_delete=models.PROTECT, null=True, related_name="directory_link", verbose_name="科室"
    )
    awaits = models.CharField("待确认", max_length=10, choices=Awaits, default=Awaits.NOTHING, blank=True)
    seen_at = models.DateTimeField("最近出现")

    class Meta:
        verbose_name = verbose_name_plural = "目录人员"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="directory_entry_once"),
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(unit__isnull=True), name="directory_entry_one_target"
            ),
        ]
        indexes = [
            models.Index(fields=["source", "awaits"], condition=~Q(awaits=""), name="directory_entry_awaits")
        ]

    def __str__(self) -> str:
        return self.place
