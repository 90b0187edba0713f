"""Single sign-on: which system a client is, who may enter it, and what it is told of the person."""

from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from apps.accounts.models import Appointment, Person
from apps.accounts.selectors import appointments_of
from apps.core.sealed import secret_file
from apps.integration.enums import Scope
from apps.integration.models import PartnerSystem
from apps.integration.policies import serves

KEY_NAME = "sign-on.pem"
KEY_BITS = 2048


def signing_key() -> str:
    """The key that signs who somebody is, as PEM; made at first use, readable by the installation alone."""
    return secret_file(KEY_NAME, _key_made).decode()


def _key_made() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def system_of_client(client_id: str) -> PartnerSystem | None:
    """The open system whose client this is, when it may let people sign on."""
    if "\x00" in client_id:
        return None
    return PartnerSystem.objects.filter(
        client_id=client_id, is_enabled=True, scopes__contains=[Scope.SIGN_ON.value]
    ).first()


def post_in(system: PartnerSystem, person_id: int) -> Appointment | None:
    """The running post, main ones first, by which the person may enter the system; None: not at all."""
    return appointments_of(person_id).filter(serves(system)).first()


def claims_of(system: PartnerSystem, person: Person) -> dict[str, Any]:
    """What the system may know: of the post in an organ that uses it, none other."""
    post = post_in(system, person.pk)
    told: dict[str, Any] = {"name": person.name, "preferred_username": person.login_name}
    if post is not None:
        told |= {
            "post": post.post_title,
            "unit": post.unit.name if post.unit else "",
            "organ": post.organ.full_name,
        }
    return told
