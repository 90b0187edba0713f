"""The manager Django's commands need to create people."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from apps.accounts.models import Person


class PersonManager(BaseUserManager["Person"]):
    """Creates people with a hashed password; names are kept as typed."""

    def create_user(self, login_name: str, name: str, password: str | None = None, **fields: Any) -> "Person":
        """A person who must change the given password at first sign-in unless told otherwise."""
        person = self.model(login_name=login_name.strip().lower(), name=name, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        """By login name in any letter case."""
        return self.get(login_name=(username or "").strip().lower())

    def create_superuser(self, **fields: Any) -> "Person":  # noqa: ARG002  # Django's signature
        """Refused: all powers at once come by 应急授权 alone, from another person, for minutes (domain.md §10.2)."""
        raise ValidationError(
            "平台没有超级用户。管理权限由三员分掌；紧急情况请由一名管理员申请、另一名批准“应急授权”。"
        )
