"""Who asked for a letter to get back in, or to prove a mail address: what limits the letters, and what the links count from."""

from typing import ClassVar

from django.db import models

from apps.accounts.models.people import Person


class RecoveryAsk(models.Model):
    """One letter asked for, kept for an hour. Without `person` a stranger typed the address, which may be nobody's.

    The verified address itself is allauth's `EmailAddress`; no link and no token is ever kept.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="recovery_asks")
    address = models.EmailField("邮箱", max_length=254)
    source_ip = models.GenericIPAddressField("来源地址")
    asked_at = models.DateTimeField("申请时间", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "找回口令申请"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["address", "asked_at"], name="recovery_ask_address"),
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.asked_at:%F %H:%M}"
