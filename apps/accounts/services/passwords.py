"""Verbs on passwords and on the 非涉密 notice."""

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import PasswordRecord, Person
from apps.accounts.passwords import temporary
from apps.accounts.policies import require_permission
from apps.accounts.selectors import person_locked
from apps.accounts.services.sessions import sessions_end_all
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.subjects import Subject


@transaction.atomic
def password_change(*, actor: Actor, current: str, new: str) -> Person:
    """Change the own password. Refuses a wrong present one and a new one against the rules; all other sessions end."""
    person = person_locked(actor.person_id)
    if not person.check_password(current):
        raise ValidationFailed("原口令不正确，请重新输入。", field="current")
    password_choose(person=person, new=new)
    record(
        "accounts.password_change",
        actor=actor,
        subject=Subject("accounts.person", person.pk),
        subject_text=person.name,
    )
    return person


@transaction.atomic
def password_choose(*, person: Person, new: str) -> None:
    """Part of changing or recovering a password of one's own choice: the rules hold, the former one is remembered."""
    try:
        validate_password(new, person)
    except ValidationError as error:
        raise ValidationFailed(
            "；".join(text.rstrip("。") for text in error.messages) + "。", field="new"
        ) from error
    _remember(person)
    person.set_password(new)
    person.must_change_password, person.password_changed_at = False, now()
    person.save(update_fields=["password", "must_change_password", "password_changed_at"])


@transaction.atomic
def password_reset(*, actor: Actor | None, person_id: int) -> str:
    """A temporary password, returned once and kept nowhere in clear; it must be changed at the next sign-in."""
    require_permission(actor, "accounts.reset_password", "重置口令")
    person = person_locked(person_id)
    if person.left_on is not None:
        raise InvalidState(f"{person.name}已离开，不能重置口令。")
    if actor is not None and actor.person_id == person.pk:
        raise InvalidState("本人的口令请在“我—修改口令”中修改。")
    word = temporary()
    _remember(person)
    person.set_password(word)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    sessions_end_all(person_id=person.pk)
    record(
        "accounts.password_reset",
        actor=actor,
        subject=Subject("accounts.person", person.pk),
        subject_text=person.name,
    )
    return word


@transaction.atomic
def notice_accept(*, actor: Actor) -> Person:
    """Note that the person has read the 非涉密 notice; once is enough."""
    person = person_locked(actor.person_id)
    if person.accepted_notice_at is None:
        person.accepted_notice_at = now()
        person.save(update_fields=["accepted_notice_at"])
        record(
            "accounts.notice_accept",
            actor=actor,
            subject=Subject("accounts.person", person.pk),
            subject_text=person.name,
        )
    return person


def _remember(person: Person) -> None:
    if person.has_usable_password():
        PasswordRecord.objects.create(person=person, password=person.password, set_at=now())
    records = PasswordRecord.objects.filter(person=person).order_by("-set_at", "-pk")
    PasswordRecord.objects.filter(person=person).exclude(
        pk__in=list(records.values_list("pk", flat=True)[: max(settings.PASSWORD_HISTORY - 1, 0)])
    ).delete()
