"""Verbs on people: one person, one account, for life."""

from datetime import date

from allauth.account.models import EmailAddress
from django.db import transaction

from apps.accounts.events import PersonLeft, PersonRenamed
from apps.accounts.models import Person
from apps.accounts.pinyin import person_spelling
from apps.accounts.policies import require_permission
from apps.accounts.selectors import appointments_open_on, is_administrator, person_locked
from apps.accounts.services.appointments import appointment_end
from apps.accounts.services.sessions import sessions_end_all
from apps.accounts.words import LOGIN_NAME, PHONE
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now, today
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.events import publish
from apps.core.subjects import Subject


def subject_of(*, person: Person) -> Subject:
    """The person as the subject of an audit entry."""
    return Subject("accounts.person", person.pk)


@transaction.atomic
def person_create(
    *,
    actor: Actor | None,
    login_name: str,
    name: str,
    password: str | None = None,
    password_encoded: str = "",
    mobile: str = "",
    phone: str = "",
    email: str = "",
    is_active: bool = False,
    must_change_password: bool = True,
    demo_note: str = "",
) -> Person:
    """A new account, inactive until the security administrator activates it; without a password nobody can sign in.

    Refuses a login name that was ever used, in any letter case, and words that cannot be a name or a number.
    `password_encoded` is a password hashed before: the demo's one public password for all its people.
    """
    require_permission(actor, "accounts.add_person", "新增人员")
    if is_active:
        require_permission(actor, "accounts.activate_person", "启用人员")
    login_name = login_name.strip().lower()
    if not LOGIN_NAME.fullmatch(login_name):
        raise ValidationFailed(
            "登录名须由 2—60 位字母、数字、点、横线或下划线组成，以字母或数字开头。", field="login_name"
        )
    if Person.objects.filter(login_name=login_name).exists():
        raise ValidationFailed(
            f"登录名“{login_name}”已被使用过，登录名不得重复使用，请另取一个。", field="login_name"
        )
    _check_words(name, mobile, phone)
    pinyin, initials = person_spelling(name.strip())
    person = Person(
        login_name=login_name,
        name=name.strip(),
        pinyin=pinyin,
        initials=initials,
        mobile=mobile.strip(),
        phone=phone.strip(),
        email=email.strip(),
        is_active=is_active,
        must_change_password=must_change_password,
        demo_note=demo_note,
        created_at=now(),
    )
    if password_encoded:
        person.password = password_encoded
    else:
        person.set_password(password)
    person.save(force_insert=True)
    record("accounts.person_create", actor=actor, subject=subject_of(person=person), subject_text=person.name)
    return person


@transaction.atomic
def person_update(
    *,
    actor: Actor | None,
    person_id: int,
    name: str,
    mobile: str = "",
    phone: str = "",
    email: str = "",
) -> Person:
    """Correct a person's name and numbers; the login name stays."""
    require_permission(actor, "accounts.change_person", "修改人员")
    person = person_locked(person_id)
    _check_words(name, mobile, phone)
    before = (person.name, person.mobile, person.phone, person.email)
    person.name, person.mobile, person.phone, person.email = (
        name.strip(),
        mobile.strip(),
        phone.strip(),
        email.strip(),
    )
    person.pinyin, person.initials = person_spelling(person.name)
    person.save(update_fields=["name", "mobile", "phone", "email", "pinyin", "initials"])
    after = (person.name, person.mobile, person.phone, person.email)
    changed = [
        word
        for word, old, new in zip(("姓名", "手机", "办公电话", "邮箱"), before, after, strict=True)
        if old != new
    ]
    record(
        "accounts.person_update",
        actor=actor,
        subject=subject_of(person=person),
        subject_text=person.name,
        facts={"changed": changed},
    )
    if person.name != before[0]:
        publish(PersonRenamed(person_id=person.pk))
    return person


@transaction.atomic
def person_activate(*, actor: Actor | None, person_id: int) -> Person:
    """Open a frozen account. Refuses people who have left."""
    require_permission(actor, "accounts.activate_person", "启用人员")
    person = person_locked(person_id)
    if person.left_on is not None:
        raise InvalidState(f"{person.name}已于{person.left_on:%Y年%-m月%-d日}离开，不能启用。")
    person.is_active = True
    person.save(update_fields=["is_active"])
    record(
        "accounts.person_activate", actor=actor, subject=subject_of(person=person), subject_text=person.name
    )
    return person


@transaction.atomic
def person_deactivate(*, actor: Actor | None, person_id: int, reason: str) -> Person:
    """Freeze an account at once and end its sessions. Nobody freezes the own account."""
    require_permission(actor, "accounts.activate_person", "停用人员")
    person = person_locked(person_id)
    if actor is not None and actor.person_id == person.pk:
        raise InvalidState("不能停用本人的账号。")
    person.is_active = False
    person.save(update_fields=["is_active"])
    sessions_end_all(person_id=person.pk)
    record(
        "accounts.person_deactivate",
        actor=actor,
        subject=subject_of(person=person),
        subject_text=person.name,
        facts={"reason": reason},
    )
    return person


@transaction.atomic
def person_leave(*, actor: Actor | None, person_id: int, left_on: date) -> Person:
    """Close all posts and delegations, freeze the account for good. Refuses a date to come and administrators in office."""
    require_permission(actor, "accounts.change_person", "办理离开")
    person = person_locked(person_id)
    if person.left_on is not None:
        raise InvalidState(f"{person.name}已于{person.left_on:%Y年%-m月%-d日}离开。")
    if left_on > today():
        raise ValidationFailed("离开日期不能晚于今天，请在离开当日办理。", field="left_on")
    if is_administrator(person.pk):
        raise InvalidState(f"{person.name}仍是管理员，请先由安全管理员免去其管理员身份。")
    for post in appointments_open_on(person.pk, left_on):
        appointment_end(post=post, ended_on=max(left_on, post.started_on), actor=actor)
    person.left_on, person.is_active = left_on, False
    person.save(update_fields=["left_on", "is_active"])
    sessions_end_all(person_id=person.pk)
    EmailAddress.objects.filter(user=person).delete()
    record(
        "accounts.person_leave",
        actor=actor,
        subject=subject_of(person=person),
        subject_text=person.name,
        facts={"left_on": left_on.isoformat()},
    )
    publish(PersonLeft(person_id=person.pk))
    return person


def _check_words(name: str, mobile: str, phone: str) -> None:
    if not name.strip() or len(name.strip()) > 40:
        raise ValidationFailed("请填写姓名，不超过 40 字。", field="name")
    for field, number in (("mobile", mobile), ("phone", phone)):
        if number.strip() and not PHONE.fullmatch(number.strip()):
            raise ValidationFailed(f"“{number}”不是电话号码，请只填数字。", field=field)
