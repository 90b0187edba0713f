"""Powers of the three administrators (三员分立, domain.md §10.2): declared in code, so that no click can join what is separated.

Each app grants its own permissions in `ready()`; `backends.AdministratorBackend` answers Django's permission questions from here.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db import models


class Administrator(models.TextChoices):
    """Names of the three Django groups. One person holds at most one."""

    SYSTEM = "sysadmin", "系统管理员"
    SECURITY = "secadmin", "安全管理员"
    AUDIT = "auditadmin", "审计管理员"


_granted: defaultdict[str, set[str]] = defaultdict(set)


def grant(administrator: Administrator, *permissions: str) -> None:
    """Give a kind of administrator permissions such as `accounts.view_person`; called from an app's `ready()`."""
    _granted[administrator.value].update(permissions)


def permissions_of(groups: Iterable[str]) -> frozenset[str]:
    """All permissions of someone in `groups`."""
    return frozenset().union(*(_granted.get(group, set()) for group in groups))
