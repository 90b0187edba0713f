"""Verbs of a forgotten password: a proved mail address, a letter with a link, a new password.

What strangers are told never depends on whose address they typed: who it is is asked by the worker that writes the letter.
"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from axes.models import AccessAttempt
from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from apps.accounts.events import PasswordRecovered, RecoveryAsked, RecoveryMailChanged
from apps.accounts.models import Person, RecoveryAsk
from apps.accounts.policies import require_permission
from apps.accounts.recovering import link_key, proof_key
from apps.accounts.selectors import person_locked
from apps.accounts.selectors.recovery import (
    address_unproved,
    person_of_link_locked,
    person_with_recovery_mail,
    recovery_ask_fresh,
    recovery_hindrance,
)
from apps.accounts.services.passwords import password_choose
from apps.accounts.services.sessions import sessions_end_all
from apps.accounts.words import EMAIL
from apps.audit.services import record
from apps.core import mailing
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, InvalidState, NotFound, RateLimited, ValidationFailed
from apps.core.events import publish
from apps.core.locks import advisory_lock
from apps.core.subjects import Subject

WINDOW = timedelta(hours=1)
PER_ADDRESS, PER_PERSON, PER_SOURCE = (
    3,
    5,
    30,
)  # letters in a window; a whole office may come from one address
NO_MAIL = "本单位还没有设置邮件服务器，不能通过邮件找回口令，请联系安全管理员重置。"
STALE = "链接已失效：每个链接只能用一次，30 分钟内有效，登录或改过口令后也会失效。请重新申请。"


@transaction.atomic
def recovery_ask(*, address: str, source_ip: str) -> None:
    """A stranger asks for a link. Refuses what is no address and too many from one place; says nothing about whose it is.

    Beyond `PER_ADDRESS` an hour for one address nothing more is sent, and that is not told either.
    """
    address = _written(address)
    _require_mail()
    _tidy()
    since = now() - WINDOW
    asked = RecoveryAsk.objects.filter(person__isnull=True, asked_at__gt=since)
    if asked.filter(source_ip=source_ip).count() >= PER_SOURCE:
        raise RateLimited("申请过于频繁，请一小时后再试，或联系安全管理员重置。")
    if asked.filter(address=address).count() < PER_ADDRESS:
        _asked(None, address, source_ip)


@transaction.atomic
def recovery_answer(*, ask_id: int) -> None:
    """Part of the worker: write the letter that was asked for, or none. An ask older than a link may be is let go.

    Raises what the mail server answered; then nothing is recorded, and it is tried again.
    """
    ask = recovery_ask_fresh(ask_id)
    if ask is None:
        return
    if ask.person is not None:
        _send_proof(ask, ask.person)
        return
    person = person_with_recovery_mail(ask.address)
    hindrance = recovery_hindrance(person) if person else ""
    record(
        "accounts.recovery_ask",
        actor=None,
        subject=Subject("accounts.person", person.pk) if person else None,
        subject_text=person.name if person else ask.address,
        result="unknown" if person is None else "refused" if hindrance else "ok",
        facts={"ip": ask.source_ip, **({"why": hindrance} if hindrance else {})},
    )
    if person is not None and not hindrance:
        url = _url("accounts:recovery_open", link_key(person))
        _send(ask.address, "重置口令", "recovery", person=person, url=url)


@transaction.atomic
def password_recover(*, key: str, new: str) -> Person:
    """Choose a new password by a link. Refuses a stale link and a password against the rules.

    Every session ends and the count of wrong passwords is forgotten; the second factor stays and is asked for at sign-in.
    """
    person = person_of_link_locked(key)
    if person is None:
        raise InvalidState(STALE)
    password_choose(person=person, new=new)
    sessions_end_all(person_id=person.pk)
    AccessAttempt.objects.filter(username=person.login_name).delete()
    record(
        "accounts.password_recover",
        actor=_as_actor(person),
        subject=Subject("accounts.person", person.pk),
        subject_text=person.name,
    )
    publish(PasswordRecovered(person_id=person.pk, at=now().isoformat()))
    return person


def password_recovered_tell(*, person_id: int) -> None:
    """Part of the worker: the proved address hears that the password was changed by it."""
    row = EmailAddress.objects.select_related("user").filter(user_id=person_id, verified=True).first()
    if row is not None and mailing.is_ready():
        _send(row.email, "口令已重置", "recovered", person=row.user, url="")


@transaction.atomic
def recovery_mail_ask(*, actor: Actor, address: str, source_ip: str) -> EmailAddress:
    """Send a letter to prove an address for recovery; the proved one stays until the new one is proved.

    Refuses the three administrators, more than `PER_PERSON` letters an hour, and the address already proved.
    """
    person = person_locked(actor.person_id)
    address = _written(address)
    _require_mail()
    if hindrance := recovery_hindrance(person):
        raise Forbidden(f"{hindrance}。", rule="recovery")
    if EmailAddress.objects.filter(user=person, email=address, verified=True).exists():
        raise ValidationFailed("这个邮箱已经验证过，正在使用。", field="address")
    _tidy()
    if RecoveryAsk.objects.filter(person=person, asked_at__gt=now() - WINDOW).count() >= PER_PERSON:
        raise RateLimited("一小时内验证邮件已发送多次，请稍后再试。")
    EmailAddress.objects.filter(user=person, verified=False).delete()
    row = EmailAddress.objects.create(user=person, email=address)
    _asked(person, address, source_ip)
    return row


@transaction.atomic
def recovery_mail_prove(*, actor: Actor, key: str) -> EmailAddress:
    """The person opened the letter: the address is proved and replaces the former. Refuses stale keys and an address of another."""
    person = person_locked(actor.person_id)
    row = address_unproved(person_id=person.pk, key=key)
    if row is None:
        raise InvalidState("验证链接已失效，请重新发送验证邮件。")
    if hindrance := recovery_hindrance(person):
        raise Forbidden(f"{hindrance}。", rule="recovery")
    EmailAddress.objects.filter(user=person, verified=True).delete()
    row.verified = row.primary = True
    try:
        with transaction.atomic():
            row.save(update_fields=["verified", "primary"])
    except IntegrityError as error:
        raise InvalidState(f"{row.email} 已是另一人的找回口令邮箱，每人须用自己的邮箱。") from error
    _changed(actor, person, "accounts.recovery_mail_prove")
    return row


@transaction.atomic
def recovery_mail_remove(*, actor: Actor) -> None:
    """Give the address up, proved or not. Refuses when there is none."""
    person = person_locked(actor.person_id)
    held = EmailAddress.objects.filter(user=person)
    was_proved = held.filter(verified=True).exists()
    if not held.delete()[0]:
        raise NotFound("没有找回口令邮箱。")
    if was_proved:
        _changed(actor, person, "accounts.recovery_mail_remove")


@transaction.atomic
def recovery_mail_drop(*, actor: Actor | None, person_id: int) -> Person:
    """The security administrator takes a person's address away, when somebody else reads its mail. Links on their way die."""
    require_permission(actor, "accounts.reset_password", "移除找回口令邮箱")
    person = person_locked(person_id)
    if not EmailAddress.objects.filter(user=person).delete()[0]:
        raise InvalidState(f"{person.name}没有设置找回口令邮箱。")
    _changed(actor, person, "accounts.recovery_mail_remove")
    return person


def _changed(actor: Actor | None, person: Person, act: str) -> None:
    record(act, actor=actor, subject=Subject("accounts.person", person.pk), subject_text=person.name)
    publish(RecoveryMailChanged(person_id=person.pk, act=act.rpartition("_")[2], at=now().isoformat()))


def _written(address: str) -> str:
    address = address.strip().lower()
    if len(address) > 254 or not EMAIL.fullmatch(address):
        raise ValidationFailed("请填写邮箱地址，如 zhang@example.gov.cn。", field="address")
    return address


def _require_mail() -> None:
    if not mailing.is_ready():
        raise InvalidState(NO_MAIL)


def _tidy() -> None:
    """One at a time, so that the counts are true; what no limit counts any more goes."""
    advisory_lock("accounts.recovery")
    RecoveryAsk.objects.filter(asked_at__lte=now() - WINDOW).delete()


def _asked(person: Person | None, address: str, source_ip: str) -> None:
    row = RecoveryAsk.objects.create(person=person, address=address, source_ip=source_ip, asked_at=now())
    publish(RecoveryAsked(ask_id=row.pk))


def _send_proof(ask: RecoveryAsk, person: Person) -> None:
    row = EmailAddress.objects.filter(user=person, email=ask.address, verified=False).first()
    if row is not None and not recovery_hindrance(person):
        url = _url("accounts:recovery_mail_prove", proof_key(address_id=row.pk, ask_id=ask.pk))
        _send(ask.address, "验证找回口令邮箱", "recovery_mail", person=person, url=url)


def _send(address: str, title: str, template: str, *, person: Person, url: str) -> None:
    text = render_to_string(f"email/{template}.txt", {"person": person, "url": url})
    mailing.send(mailing.MailLetter(address=address, subject=f"【同舟】{title}", text=text))


def _url(name: str, key: str) -> str:
    """By the address the installation knows itself by, never by what a request claims."""
    return str(settings.BASE_URL.rstrip("/") + reverse(name, args=[key]))


def _as_actor(person: Person) -> Actor:
    return Actor(person_id=person.pk, name=person.name, login_name=person.login_name)
