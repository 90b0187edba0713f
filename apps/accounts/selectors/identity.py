"""Reads of sign-in by an identity provider."""

from django.conf import settings
from django.urls import reverse

from apps.accounts.models import Person


def person_of_identity(*, field: str, value: str) -> Person | None:
    """The one person here whose `field` (`login_name`, `mobile`) is `value`; None for nobody, and where two share a number."""
    if not value:
        return None
    wanted = value.lower() if field == "login_name" else value
    found = list(Person.objects.filter(left_on=None, **{field: wanted})[:2])
    return found[0] if len(found) == 1 else None


def identity_door() -> dict[str, str] | None:
    """Name and address of the provider's door, None where there is none."""
    providers = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    if not providers:
        return None
    address = reverse("openid_connect_login", args=[settings.IDENTITY_PROVIDER])
    return {"name": providers[0]["name"], "url": address}
