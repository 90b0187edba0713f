"""Reads of recovery by mail: the address a person proved, and whom a link is of."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress

from apps.accounts.models import Person, RecoveryAsk
from apps.accounts.recovering import LINK_LIFE, is_key_of, person_in, proof_in
from apps.accounts.selectors.administrators import is_administrator
from apps.accounts.selectors.gates import person_locked
from apps.core.clock import now
from apps.core.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class RecoveryMail:
    """The proved address of a person, and the one whose proof is on its way; both may be empty."""

    address: str
    pending: str
    hindrance: str


def recovery_hindrance(person: Person) -> str:
    """Why this person gets no link, in words; empty for none.

    The three administrators are reset by a colleague (domain.md §10.2): the system administrator keeps the mail server, and who
    reads mail on its way could take the powers of the other two, which are to stay apart.
    """
    if not person.is_active or person.left_on is not None:
        return "账号未启用或已停用"
    if is_administrator(person.pk):
        return "三员的口令不通过邮件找回，须由另一名安全管理员重置（三员分立：邮件服务器由系统管理员管理）"
    return ""


def recovery_mail_of(person: Person) -> RecoveryMail:
    """What the person has."""
    rows = dict(EmailAddress.objects.filter(user_id=person.pk).values_list("verified", "email"))
    return RecoveryMail(
        address=rows.get(True, ""), pending=rows.get(False, ""), hindrance=recovery_hindrance(person)
    )


def person_with_recovery_mail(address: str) -> Person | None:
    """Whose proved address it is."""
    row = EmailAddress.objects.select_related("user").filter(email=address, verified=True).first()
    return row.user if row else None


def recovery_ask_fresh(ask_id: int) -> RecoveryAsk | None:
    """What was asked for less than half an hour ago."""
    asks = RecoveryAsk.objects.select_related("person")
    return asks.filter(pk=ask_id, asked_at__gt=now() - LINK_LIFE).first()


def address_unproved(*, person_id: int, key: str) -> EmailAddress | None:
    """The person's address that `key` proves, while it waits and the key is fresh."""
    proof = proof_in(key)
    ask = recovery_ask_fresh(proof[1]) if proof else None
    if proof is None or ask is None or ask.person_id != person_id:
        return None
    found = EmailAddress.objects.filter(pk=proof[0], user_id=person_id, verified=False, email=ask.address)
    return found.first()


def person_of_link(key: str) -> Person | None:
    """Who may choose a new password by this key now."""
    person = Person.objects.filter(pk=person_in(key)).first()
    return person if person is not None and _opens(person, key) else None


def person_of_link_locked(key: str) -> Person | None:
    """The same, row locked: of two who use one link at once the second comes too late."""
    try:
        person = person_locked(person_in(key))
    except NotFound:
        return None
    return person if _opens(person, key) else None


def _opens(person: Person, key: str) -> bool:
    return is_key_of(person, key) and not recovery_hindrance(person)
