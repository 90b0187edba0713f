"""First steps: the organ itself and its three administrators."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.db import transaction

from apps.accounts.administration import Administrator
from apps.accounts.models import Organ
from apps.accounts.services import (
    administrator_appoint,
    organ_create,
    organ_update,
    password_reset,
    person_create,
)
from apps.core.errors import InvalidState, ValidationFailed
from apps.installation.policies import require_holder
from apps.installation.selectors import installation_now
from apps.installation.selectors.progress import administrators_set


@dataclass(frozen=True, kw_only=True)
class AdministratorDraft:
    """One of the three as typed in."""

    kind: str
    name: str
    login_name: str
    mobile: str = ""


@dataclass(frozen=True, kw_only=True)
class AdministratorWord:
    """A temporary password, told once."""

    label: str
    name: str
    login_name: str
    word: str


@transaction.atomic
def organ_settle(
    *, secret: str, full_name: str, short_name: str, organ_code: str, level: str, kind: str
) -> Organ:
    """Name the organ, or correct it. Refuses names and 代字 that cannot be."""
    installation = require_holder(installation_now(lock=True), secret)
    if not organ_code.strip():
        raise ValidationFailed("请填写机关代字，发文字号由它开头。", field="organ_code")
    verb = (
        organ_create if installation.organ is None else partial(organ_update, organ_id=installation.organ.pk)
    )
    organ: Organ = verb(
        actor=None,
        rank_order=10,
        full_name=full_name,
        short_name=short_name,
        organ_code=organ_code,
        level=level,
        kind=kind,
    )
    installation.organ = organ
    installation.save(update_fields=["organ"])
    return organ


@transaction.atomic
def administrators_settle(*, secret: str, drafts: Sequence[AdministratorDraft]) -> list[AdministratorWord]:
    """Make the three at once, open, each with a temporary password. Refuses one name or login name for two of them."""
    require_holder(installation_now(lock=True), secret)
    if any(one.person for one in administrators_set()):
        raise InvalidState("三员已经指定。口令遗失的请点“重新生成口令”；换人由安全管理员在管理后台办理。")
    if {draft.kind for draft in drafts} != set(Administrator.values):
        raise ValidationFailed("请填写系统、安全、审计三名管理员。")
    for field in ("name", "login_name"):
        values = [getattr(draft, field).strip().lower() for draft in drafts]
        if len(set(values)) < len(values):
            raise ValidationFailed("三名管理员须是三个不同的人，一人只能担任一种（三员分立）。")
    words = []
    for draft in drafts:
        person = person_create(
            actor=None, login_name=draft.login_name, name=draft.name, mobile=draft.mobile, is_active=True
        )
        administrator_appoint(actor=None, person_id=person.pk, administrator=draft.kind)
        words.append(_word(draft.kind, person.pk, person.name, person.login_name))
    return words


@transaction.atomic
def administrator_words_renew(*, secret: str) -> list[AdministratorWord]:
    """New temporary passwords for those of the three who have never signed in; the earlier ones are void."""
    require_holder(installation_now(lock=True), secret)
    waiting = [
        (one.kind, one.person) for one in administrators_set() if one.person and one.person.last_login is None
    ]
    if not waiting:
        raise InvalidState("三员都已登录过。忘记口令请由安全管理员在管理后台重置。")
    return [_word(kind, person.pk, person.name, person.login_name) for kind, person in waiting]


def _word(kind: str, person_id: int, name: str, login_name: str) -> AdministratorWord:
    word = password_reset(actor=None, person_id=person_id)
    return AdministratorWord(
        label=str(Administrator(kind).label), name=name, login_name=login_name, word=word
    )
