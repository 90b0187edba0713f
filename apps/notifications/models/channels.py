"""The mail server and the SMS gateway as the administrators set them."""

from django.db import models
from django.db.models import Q


class ChannelSettings(models.Model):
    """One row. Passwords and tokens are sealed (`core.sealed`); environment variables, where set, win over it."""

    THE_ONE = 1

    class Security(models.TextChoices):
        """How the way to the mail server is protected; the values are the schemes of `EMAIL_URL`."""

        STARTTLS = "smtp+tls", "STARTTLS（通常 587 端口）"
        TLS = "smtps", "SSL/TLS（通常 465 端口）"
        PLAIN = "smtp", "不加密（仅限本机或专网，通常 25 端口）"

    mail_host = models.CharField("邮件服务器", max_length=200, blank=True)
    mail_port = models.PositiveIntegerField("端口", null=True, blank=True)
    mail_security = models.CharField("加密方式", max_length=10, choices=Security, default=Security.STARTTLS)
    mail_user = models.CharField("用户名", max_length=200, blank=True)
    mail_password_sealed = models.BinaryField(default=bytes, editable=False)
    mail_from = models.CharField("发件地址", max_length=200, blank=True)
    sms_url = models.CharField("短信网关地址", max_length=400, blank=True)
    sms_token_sealed = models.BinaryField(default=bytes, editable=False)
    changed_at = models.DateTimeField("修改时间", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "邮件与短信"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="channel_settings_one")]

    def __str__(self) -> str:
        return "邮件与短信"
