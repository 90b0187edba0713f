"""Links of recovery: signed, made anew when the letter is written, good for half an hour, kept nowhere.

A link to choose a new password dies with whatever it was made from: the password, the last sign-in and the verified address.
"""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.utils.http import base36_to_int, int_to_base36

from apps.accounts.models import Person
from apps.core.clock import now

LINK_LIFE = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
PROOF = "accounts.recovery_mail"


class _Tokens(PasswordResetTokenGenerator):
    """Django's tokens, of the house's clock, bound also to the verified address."""

    key_salt = "accounts.recovery"

    def _make_hash_value(self, user: Person, timestamp: int) -> str:
        addresses = EmailAddress.objects.filter(user_id=user.pk, verified=True).order_by("pk")
        bound = ",".join(addresses.values_list("email", flat=True))
        return f"{super()._make_hash_value(user, timestamp)}{bound}"

    def _now(self) -> datetime:
        return now().replace(tzinfo=None)


_tokens = _Tokens()


def link_key(person: Person) -> str:
    """The key of a link by which the person chooses a new password."""
    return f"{int_to_base36(person.pk)}-{_tokens.make_token(person)}"


def person_in(key: str) -> int:
    """The person a key claims to be of; 0 for none."""
    try:
        found = base36_to_int(key.partition("-")[0])
    except ValueError:
        return 0
    return found if found < 2**63 else 0


def is_key_of(person: Person, key: str) -> bool:
    """Whether the key opens the person's password now."""
    return _tokens.check_token(person, key.partition("-")[2])


def proof_key(*, address_id: int, ask_id: int) -> str:
    """The key of a link by which a signed-in person proves an address."""
    return signing.dumps([address_id, ask_id], salt=PROOF)


def proof_in(key: str) -> tuple[int, int] | None:
    """The address and the ask of a proof, if we signed it."""
    try:
        address_id, ask_id = signing.loads(key, salt=PROOF)
    except signing.BadSignature:
        return None
    return address_id, ask_id
