"""Systems outside the house that may call in, and the answers kept for those who ask again."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from apps.integration.enums import Scope

MOST_A_MINUTE = 1200


class PartnerSystem(models.Model):
    """A registered system. Of its secret only the digest and the last four characters are kept."""

    name = models.CharField("名称", max_length=40, unique=True)
    description = models.CharField("说明", max_length=120, help_text="显示在应用中心，说清楚能办什么")
    organ = models.ForeignKey(
        "accounts.Organ", on_delete=models.PROTECT, related_name="+", verbose_name="主管机关"
    )
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="责任人"
    )
    home_url = models.CharField("系统首页", max_length=300, blank=True, help_text="主机须在下面登记")
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope), verbose_name="权限", default=list, blank=True
    )
    is_for_all = models.BooleanField("全部机关使用", default=False)
    organs = models.ManyToManyField(
        "accounts.Organ",
        blank=True,
        related_name="+",
        verbose_name="使用机关",
        help_text="主管机关之外使用本系统的机关；只能向使用机关的人员推送待办",
    )
    hosts = models.TextField(
        "链接主机", blank=True, help_text="待办链接和首页只能指向这些主机，每行一个，如 czyth.daihai.gov.cn"
    )
    addresses = models.TextField(
        "来源地址", blank=True, help_text="只接受来自这些地址的调用，每行一个 IP 或网段；空为不限"
    )
    per_minute = models.PositiveIntegerField(
        "每分钟最多调用", default=120, validators=[MinValueValidator(1), MaxValueValidator(MOST_A_MINUTE)]
    )
    redirect_uris = models.TextField(
        "单点登录回调地址", blank=True, help_text="每行一个，须为 https:// 开头、主机已登记的完整地址"
    )
    client = models.OneToOneField(
        "allauth_idp_oidc.Client", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    is_enabled = models.BooleanField("启用", default=False)
    disabled_reason = models.CharField("停用原因", max_length=200, blank=True)
    key_id = models.CharField("密钥编号", max_length=24, unique=True, null=True)
    secret_digest = models.CharField(max_length=64, blank=True)
    secret_tail = models.CharField("密钥尾号", max_length=4, blank=True)
    secret_at = models.DateTimeField("签发密钥时间", null=True)
    used_at = models.DateTimeField("最近调用", null=True)
    created_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "接入系统"
        ordering = ["organ__rank_order", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_enabled=False) | Q(key_id__isnull=False), name="partner_enabled_with_key"
            )
        ]
        permissions = [("issue_key", "签发接入系统密钥"), ("switch_system", "启用、停用接入系统")]

    def __str__(self) -> str:
        return self.name


class PartnerAnswer(models.Model):
    """What a system was answered under an idempotency key; the same key is answered the same for a day."""

    system = models.ForeignKey(PartnerSystem, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    request_digest = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "幂等应答"
        constraints = [models.UniqueConstraint(fields=["system", "key"], name="partner_answer_once")]
        indexes = [models.Index(fields=["created_at"], name="partner_answer_age")]

    def __str__(self) -> str:
        return f"{self.system_id} {self.key}"
