"""Single sign-on of systems: their client kept with them, its secret given out once, every entry recorded."""

import secrets

from allauth.idp.oidc.models import Client, Token
from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.errors import Forbidden, InvalidState
from apps.core.subjects import Subject
from apps.integration.boundaries import lines_of
from apps.integration.enums import Scope
from apps.integration.models import PartnerSystem
from apps.integration.policies import SYSTEM_KIND, Power, require_power
from apps.integration.selectors.signing_on import post_in, system_of_client
from apps.integration.selectors.systems import system_locked

SECRET_BYTES = 32


@transaction.atomic
def client_keep(*, system: PartnerSystem) -> None:
    """Bring the client to what the system's row says; closed or without the scope it may do nothing, and its tokens end.

    Part of keeping the system, opening and closing it.
    """
    is_open = system.is_enabled and Scope.SIGN_ON in system.scopes
    if system.client_id is None and Scope.SIGN_ON not in system.scopes:
        return
    client = system.client or Client()
    client.name = system.name
    client.skip_consent = True  # the organ's own systems: the administrators have consented
    client.set_scopes(["openid", "profile"])
    client.set_default_scopes(["openid", "profile"])
    client.set_redirect_uris(lines_of(system.redirect_uris))
    client.set_grant_types([Client.GrantType.AUTHORIZATION_CODE] if is_open else [])
    client.set_response_types([Client.ResponseType.CODE])
    client.save()
    if system.client_id != client.pk:
        system.client = client
        system.save(update_fields=["client"])
    if not is_open:
        Token.objects.filter(client=client).delete()


@transaction.atomic
def client_secret_issue(*, actor: Actor | None, system_id: int) -> tuple[str, str]:
    """Client id and a fresh secret, given out this once; the one before it is refused from now on."""
    require_power(actor, Power.ISSUE_KEY)
    system = system_locked(system_id)
    client = Client.objects.filter(pk=system.client_id).first()
    if client is None or Scope.SIGN_ON not in system.scopes:
        raise InvalidState("该系统没有“单点登录”权限，请先由系统管理员授予并填写回调地址。")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    client.set_secret(secret)
    client.save(update_fields=["secret"])
    record(
        "integration.client_secret",
        actor=actor,
        subject=Subject(SYSTEM_KIND, system.pk),
        subject_text=system.name,
        facts={"client": client.pk},
    )
    return client.pk, secret


@transaction.atomic
def tokens_forget() -> int:
    """Drop what has expired. Returns how many."""
    return int(Token.objects.get_queryset().expired().delete()[0])


def entry_required(*, actor: Actor, client_id: str) -> PartnerSystem | None:
    """The system the actor may enter; None for a client nobody registered, which the provider refuses itself.

    Raises `Forbidden` when the system is closed or the actor has no post in an organ that uses it.
    """
    if not Client.objects.filter(pk=client_id.replace("\x00", "")).exists():
        return None
    system = system_of_client(client_id)
    if system is None:
        raise Forbidden("该系统已停用单点登录，请联系其主管机关。", rule="disabled")
    if post_in(system, actor.person_id) is None:
        raise Forbidden(f"您所在机关不使用“{system.name}”，不能进入。", rule="organ")
    return system


@transaction.atomic
def entry_record(*, actor: Actor, system: PartnerSystem) -> None:
    """The actor was let into the system."""
    record(
        "integration.sign_on", actor=actor, subject=Subject(SYSTEM_KIND, system.pk), subject_text=system.name
    )
