"""Verbs of the three administrators on themselves and on the machine room: posts of administrators, lock-outs, parked events."""

from django.contrib.auth.models import Group
from django.db import transaction

from apps.accounts.administration import Administrator
from apps.accounts.models import Person
from apps.accounts.policies import require_permission
from apps.accounts.selectors import attempt_of, groups_of, open_posts_of, person_locked
from apps.accounts.services.sessions import sessions_end_all
from apps.audit.services import record
from apps.core import outbox
from apps.core.actors import Actor
from apps.core.errors import InvalidState, NotFound, ValidationFailed
from apps.core.subjects import Subject


@transaction.atomic
def administrator_appoint(*, actor: Actor | None, person_id: int, administrator: str) -> Person:
    """Make a person one of the three administrators. Refuses a second of the three and people who hold business posts."""
    require_permission(actor, "accounts.appoint_administrator", "任免管理员")
    if administrator not in Administrator.values:
        raise ValidationFailed("请选择系统、安全或审计管理员。", field="administrator")
    person = person_locked(person_id)
    if person.left_on is not None:
        raise InvalidState(f"{person.name}已离开。")
    held = [name for name in groups_of(person.pk) if name in Administrator.values]
    if held:
        raise InvalidState(f"{person.name}已是{Administrator(held[0]).label}，一人只能担任一种管理员。")
    post = open_posts_of(person.pk).first()
    if post is not None:
        raise InvalidState(f"{person.name}现任{post.post_title}，管理员不得担任业务职务，请先免职。")
    person.groups.add(Group.objects.get_or_create(name=administrator)[0])
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    _record("accounts.administrator_appoint", actor, person, administrator)
    return person


@transaction.atomic
def administrator_dismiss(*, actor: Actor | None, person_id: int) -> Person:
    """Take an administrator's powers away and end the sessions. Nobody dismisses oneself."""
    require_permission(actor, "accounts.appoint_administrator", "任免管理员")
    person = person_locked(person_id)
    if actor is not None and actor.person_id == person.pk:
        raise InvalidState("不能免去本人的管理员身份，请由另一名安全管理员办理。")
    held = [name for name in groups_of(person.pk) if name in Administrator.values]
    if not held:
        raise InvalidState(f"{person.name}不是管理员。")
    person.groups.remove(*Group.objects.filter(name__in=held))
    person.is_staff = False
    person.save(update_fields=["is_staff"])
    sessions_end_all(person_id=person.pk)
    _record("accounts.administrator_dismiss", actor, person, held[0])
    return person


@transaction.atomic
def lockout_release(*, actor: Actor | None, attempt_id: int) -> str:
    """Forget the wrong passwords counted for a login name, so that it may sign in at once. Returns the login name."""
    require_permission(actor, "accounts.reset_password", "解除锁定")
    attempt = attempt_of(attempt_id)
    if attempt is None:
        raise NotFound("这条锁定记录已经解除。")
    login_name = str(attempt.username)
    attempt.__class__.objects.filter(username=login_name).delete()
    record("accounts.lockout_release", actor=actor, subject_text=login_name)
    return login_name


@transaction.atomic
def event_redeliver(*, actor: Actor | None, event_id: int) -> None:
    """Send a parked event again. Refuses events that are not parked."""
    require_permission(actor, "core.change_outboxevent", "重新投递事件")
    if not outbox.requeue(event_id):
        raise InvalidState("这个事件没有搁置，无须重新投递。")
    record("accounts.event_redeliver", actor=actor, subject=Subject("core.outbox", event_id))
    transaction.on_commit(lambda: outbox.announce(event_id))


@transaction.atomic
def sign_in_record(*, person: Person, result: str) -> None:
    """Note a sign-in, a sign-out or a refusal of a known person."""
    actor = Actor(person_id=person.pk, name=person.name, login_name=person.login_name)
    record(
        f"accounts.{result}",
        actor=actor,
        subject=Subject("accounts.person", person.pk),
        subject_text=person.name,
    )


@transaction.atomic
def sign_in_refused_record(*, login_name: str, result: str) -> None:
    """Note a refused sign-in under a typed login name; nobody is known to have acted."""
    record("accounts.sign_in_refused", actor=None, subject_text=login_name[:60], result=result)


def _record(action: str, actor: Actor | None, person: Person, administrator: str) -> None:
    record(
        action,
        actor=actor,
        subject=Subject("accounts.person", person.pk),
        subject_text=f"{person.name} {Administrator(administrator).label}",
    )
