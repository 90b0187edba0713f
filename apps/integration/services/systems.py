"""Systems: registered and changed by the system administrator, keyed and opened by the security administrator."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from apps.accounts.selectors import people_active
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import HouseError, InvalidState, ValidationFailed
from apps.core.subjects import Subject
from apps.integration.boundaries import hosts_of, lines_of, link_checked, networks_of
from apps.integration.enums import Scope
from apps.integration.models import PartnerSystem
from apps.integration.models.systems import MOST_A_MINUTE
from apps.integration.policies import SYSTEM_KIND, Power, require_power
from apps.integration.selectors.systems import secret_digest, system_locked
from apps.integration.services.installation import procedure_set_up
from apps.integration.services.signing_on import client_keep

KEY_MARK = "tzp"  # what keys begin with, so that leaked ones are recognised
SECRET_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class SystemFacts:
    """What the system administrator says of a system."""

    name: str
    description: str
    organ_id: int
    keeper_id: int
    home_url: str = ""
    scopes: Sequence[str] = ()
    is_for_all: bool = False
    organ_ids: Sequence[int] = ()
    hosts: str = ""
    addresses: str = ""
    redirect_uris: str = ""
    per_minute: int = 120


@transaction.atomic
def system_register(*, actor: Actor | None, facts: SystemFacts) -> PartnerSystem:
    """A new system, closed until the security administrator gives it a key and opens it."""
    require_power(actor, Power.REGISTER)
    procedure_set_up()  # an older installation has no such procedure yet
    return _kept(actor, PartnerSystem(created_at=now()), facts, "integration.system_register")


@transaction.atomic
def system_change(*, actor: Actor | None, system_id: int, facts: SystemFacts) -> PartnerSystem:
    """Other facts; key and state stay."""
    require_power(actor, Power.CHANGE)
    return _kept(actor, system_locked(system_id), facts, "integration.system_change")


@transaction.atomic
def system_key_issue(*, actor: Actor | None, system_id: int) -> str:
    """A fresh `<key id>.<secret>`, given out this once; the one before it is refused from now on."""
    require_power(actor, Power.ISSUE_KEY)
    system = system_locked(system_id)
    system.key_id = system.key_id or f"{KEY_MARK}{secrets.token_hex(8)}"
    secret = secrets.token_urlsafe(SECRET_BYTES)
    system.secret_digest, system.secret_tail, system.secret_at = secret_digest(secret), secret[-4:], now()
    system.save(update_fields=["key_id", "secret_digest", "secret_tail", "secret_at"])
    _note("integration.key_issue", actor, system, {"key_id": system.key_id})
    return f"{system.key_id}.{secret}"


@transaction.atomic
def system_enable(*, actor: Actor | None, system_id: int) -> PartnerSystem:
    """Let it in. Raises `InvalidState` before it has a key."""
    require_power(actor, Power.SWITCH)
    system = system_locked(system_id)
    if system.key_id is None:
        raise InvalidState("该系统还没有密钥，请先签发密钥再启用。")
    system.is_enabled, system.disabled_reason = True, ""
    system.save(update_fields=["is_enabled", "disabled_reason"])
    client_keep(system=system)
    _note("integration.system_enable", actor, system, {})
    return system


@transaction.atomic
def system_disable(*, actor: Actor | None, system_id: int, reason: str) -> PartnerSystem:
    """Shut it out at once; what it pushed stays on people's lists. A reason is wanted."""
    require_power(actor, Power.SWITCH)
    words = reason.strip()
    if not words:
        raise ValidationFailed("请写明停用原因。", field="reason")
    system = system_locked(system_id)
    system.is_enabled, system.disabled_reason = False, words[:200]
    system.save(update_fields=["is_enabled", "disabled_reason"])
    client_keep(system=system)
    _note("integration.system_disable", actor, system, {"reason": words[:200]})
    return system


@transaction.atomic
def system_used(*, system: PartnerSystem) -> None:
    """Note that the system called, to the minute."""
    moment = now()
    stale = Q(used_at__isnull=True) | Q(used_at__lt=moment - SEEN_EVERY)
    PartnerSystem.objects.filter(stale, pk=system.pk).update(used_at=moment)


def _kept(actor: Actor | None, system: PartnerSystem, facts: SystemFacts, act: str) -> PartnerSystem:
    name, description = " ".join(facts.name.split()), facts.description.strip()
    _check(system, facts, name, description)
    system.name, system.description = name, description
    system.organ_id, system.keeper_id = facts.organ_id, facts.keeper_id
    system.home_url, system.is_for_all = facts.home_url.strip(), facts.is_for_all
    system.scopes = [scope.value for scope in Scope if scope in facts.scopes]
    system.hosts, system.addresses = facts.hosts.strip(), facts.addresses.strip()
    system.per_minute, system.redirect_uris = facts.per_minute, facts.redirect_uris.strip()
    system.save()
    system.organs.set(facts.organ_ids)
    client_keep(system=system)
    told = {
        "organ": facts.organ_id,
        "keeper": facts.keeper_id,
        "scopes": system.scopes,
        "organs": "all" if facts.is_for_all else sorted(facts.organ_ids),
        "hosts": system.hosts,
        "addresses": system.addresses,
        "per_minute": system.per_minute,
        "redirect_uris": system.redirect_uris,
    }
    _note(act, actor, system, told)
    return system


def _check(system: PartnerSystem, facts: SystemFacts, name: str, description: str) -> None:
    if not name or not description:
        raise ValidationFailed("请填写系统的名称和说明。", field="description" if name else "name")
    if not people_active([facts.keeper_id]):
        raise ValidationFailed("责任人须为在职人员。", field="keeper")
    if not 1 <= facts.per_minute <= MOST_A_MINUTE:
        raise ValidationFailed(f"每分钟调用次数须在 1 到 {MOST_A_MINUTE} 之间。", field="per_minute")
    if PartnerSystem.objects.filter(name=name).exclude(pk=system.pk).exists():
        raise ValidationFailed(f"已有名为“{name}”的系统。", field="name")
    with _of_field("hosts"):
        hosts_of(facts.hosts)
    with _of_field("addresses"):
        networks_of(facts.addresses)
    with _of_field("redirect_uris"):
        _redirects_checked(facts)
    if facts.home_url.strip():
        with _of_field("home_url"):
            link_checked(facts.home_url.strip(), facts.hosts)


def _redirects_checked(facts: SystemFacts) -> None:
    """Where the code goes must be a registered host, exactly as written."""
    found = lines_of(facts.redirect_uris)
    if Scope.SIGN_ON in facts.scopes and not found:
        raise ValidationFailed("授予“单点登录”须填写回调地址。")
    for uri in found:
        if "#" in uri or "*" in uri:
            raise ValidationFailed("回调地址不能含有 # 或 *。")
        link_checked(uri, facts.hosts)


class _of_field:  # noqa: N801  # reads as a statement
    """Says of which field a refusal is."""

    def __init__(self, field: str) -> None:
        self.field = field

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Name the field."""
        if isinstance(error, HouseError):
            error.data["field"] = self.field


def _note(act: str, actor: Actor | None, system: PartnerSystem, facts: dict[str, Any]) -> None:
    record(act, actor=actor, subject=Subject(SYSTEM_KIND, system.pk), subject_text=system.name, facts=facts)
