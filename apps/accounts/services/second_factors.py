"""Verbs on second factors and locked screens. allauth keeps the factors; here stands who hears of a change, and the way out."""

from allauth.mfa.models import Authenticator
from axes.handlers.proxy import AxesProxyHandler
from django.db import transaction
from django.http import HttpRequest

from apps.accounts.models import Person
from apps.accounts.policies import require_permission
from apps.accounts.selectors import person_locked
from apps.accounts.services.administration import sign_in_refused_record
from apps.accounts.services.sessions import sessions_end_all
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.errors import InvalidState
from apps.core.subjects import Subject


@transaction.atomic
def second_factor_note(*, person: Person, what: str) -> None:
    """Record that a person added or removed a factor or made new recovery codes; `what` is in words."""
    actor = Actor(person_id=person.pk, name=person.name, login_name=person.login_name)
    record(
        "accounts.second_factor_change",
        actor=actor,
        subject=Subject("accounts.person", person.pk),
        subject_text=f"{person.name} {what}",
    )


@transaction.atomic
def second_factors_reset(*, actor: Actor | None, person_id: int) -> Person:
    """Take all factors from a person who lost the phone; every session ends, the password alone opens until new ones are set.

    Refuses the own factors: one who knows only the password could otherwise get rid of them.
    """
    require_permission(actor, "accounts.reset_password", "重置双因素")
    person = person_locked(person_id)
    if actor is not None and actor.person_id == person.pk:
        raise InvalidState("本人的双因素请由另一名安全管理员重置。")
    if not Authenticator.objects.filter(user_id=person.pk).exists():
        raise InvalidState(f"{person.name}没有设置双因素。")
    Authenticator.objects.filter(user_id=person.pk).delete()
    sessions_end_all(person_id=person.pk)
    record(
        "accounts.second_factors_reset",
        actor=actor,
        subject=Subject("accounts.person", person.pk),
        subject_text=person.name,
    )
    return person


@transaction.atomic
def unlock_record(*, actor: Actor) -> None:
    """Note that a locked screen was opened again by its person."""
    record(
        "accounts.unlock",
        actor=actor,
        subject=Subject("accounts.person", actor.person_id),
        subject_text=actor.name,
    )


def is_locked_out(*, request: HttpRequest, login_name: str) -> bool:
    """Whether too many wrong passwords or codes were counted for the name."""
    return not AxesProxyHandler.is_allowed(request, {"username": login_name})


def second_factor_failed(*, request: HttpRequest, person: Person) -> None:
    """Count a wrong code like a wrong password: five of either lock the account for half an hour."""
    AxesProxyHandler.user_login_failed(
        sender=Authenticator, credentials={"username": person.login_name}, request=request
    )
    sign_in_refused_record(login_name=person.login_name, result="second_factor")
