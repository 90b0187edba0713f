"""Reads of second factors: what a person has, and whether the rule asks for one (domain.md §10.1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings

from apps.accounts.models import AppointmentRole, Person
from apps.accounts.selectors.administrators import groups_of
from apps.accounts.selectors.posts import valid_on
from apps.core.clock import now, today

EVERYBODY = "everybody"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True, kw_only=True)
class Passkey:
    """A passkey or security key of a person."""

    id: int
    name: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SecondFactors:
    """What stands beside the password."""

    totp_since: datetime | None
    passkeys: tuple[Passkey, ...]
    codes_left: int
    is_required: bool

    @property
    def has_any(self) -> bool:
        """Whether a second factor is asked for at sign-in."""
        return self.totp_since is not None or bool(self.passkeys)


def second_factors_of(person: Person) -> SecondFactors:
    """Everything the person's own page shows."""
    rows = list(Authenticator.objects.filter(user_id=person.pk).order_by("created_at"))
    totp = next((row.created_at for row in rows if row.type == Authenticator.Type.TOTP), None)
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    keys = tuple(
        Passkey(id=row.pk, name=str(row.wrap().name), made_at=row.created_at, used_at=row.last_used_at)
        for row in rows
        if row.type == Authenticator.Type.WEBAUTHN
    )
    return SecondFactors(
        totp_since=totp,
        passkeys=keys,
        codes_left=len(codes.wrap().get_unused_codes()) if codes else 0,
        is_required=second_factor_required(person),
    )


def has_passkey(person_id: int) -> bool:
    """Whether the person may unlock with a passkey."""
    return bool(Authenticator.objects.filter(user_id=person_id, type=Authenticator.Type.WEBAUTHN).exists())


def second_factor_required(person: Person) -> bool:
    """Whether `settings.TWO_FACTORS_FOR` names everybody, a role of a running post, or the person's office as administrator."""
    named = set(settings.TWO_FACTORS_FOR)
    if not named or EVERYBODY in named:
        return bool(named)
    roles = AppointmentRole.objects.filter(
        valid_on(today(), "appointment__"), appointment__person_id=person.pk, role__in=named
    )
    return bool(named & set(groups_of(person.pk))) or roles.exists()


def second_factor_missing(person: Person) -> bool:
    """Whether the rule asks for a second factor, the days of grace are over, and there is none."""
    if now() - person.created_at < timedelta(days=settings.TWO_FACTORS_GRACE_DAYS):
        return False
    if Authenticator.objects.filter(user_id=person.pk, type__in=FACTORS).exists():
        return False
    return second_factor_required(person)
