"""Answers Django's permission questions for the three administrators."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from apps.accounts.models import Person
from apps.accounts.selectors import powers_of


class AdministratorBackend(BaseBackend):
    """Permissions of an active administrator, read from `administration`; signs nobody in."""

    def get_group_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        """Permissions through the person's group; one query per person object."""
        if (
            not isinstance(user_obj, Person)
            or not user_obj.is_active
            or not user_obj.is_staff
            or obj is not None
        ):
            return set()
        cached: set[str] | None = getattr(user_obj, "administrator_permissions", None)
        if cached is None:
            cached = set(powers_of(user_obj.pk))
            user_obj.administrator_permissions = cached  # type: ignore[attr-defined]  # a cache on the instance, as Django's
        return cached

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        """Whether the group of this person carries `perm`."""
        return perm in self.get_group_permissions(user_obj, obj)

    def has_module_perms(self, user_obj: Person | AnonymousUser, app_label: str) -> bool:
        """Whether any permission of the app is held."""
        return any(perm.startswith(f"{app_label}.") for perm in self.get_group_permissions(user_obj))
