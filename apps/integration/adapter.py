"""allauth's adapter as identity provider: our key, our claims, nothing for systems that are closed."""

from collections.abc import Iterable
from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.internal.private_keys import filter_keys
from allauth.idp.oidc.models import Client, PrivateKey

from apps.accounts.models import Person
from apps.core.errors import Forbidden
from apps.integration.selectors.signing_on import claims_of, post_in, signing_key, system_of_client

NOT_OFFERED = ("device_authorization_endpoint",)
OFFERED = {
    "scopes_supported": ["openid", "profile"],
    "grant_types_supported": ["authorization_code"],
    "response_types_supported": ["code"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    "claims_supported": ["sub", "name", "preferred_username", "post", "unit", "organ"],
}


class ProviderAdapter(DefaultOIDCAdapter):
    """Systems are registered in the back office, never by themselves; people of organs that use them sign on."""

    scope_display = {"openid": "账号", "profile": "姓名、职务、科室和机关"}

    def list_private_keys(self, *, did_activate: Any = None, is_active: Any = None) -> list[PrivateKey]:
        """The one key of the installation, kept in the state folder."""
        key = PrivateKey(pem=signing_key())
        kept: list[PrivateKey] = filter_keys([key], did_activate=did_activate, is_active=is_active)
        return kept

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        """What is offered: the code flow and nothing else."""
        for name in NOT_OFFERED:
            data.pop(name, None)
        data.update(OFFERED)

    def get_claims(
        self,
        purpose: str,
        user: Any,
        client: Client,
        scopes: Iterable[str],
        email: str | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """`sub`; with `profile` name, login name, post, unit and organ as they are now.

        Nothing once the system is closed or the person has no post in an organ that uses it.
        """
        system = system_of_client(client.id)
        if system is None or not isinstance(user, Person):
            raise Forbidden("该系统已停用。", rule="disabled")
        if post_in(system, user.pk) is None:
            raise Forbidden(f"该人员所在机关不使用“{system.name}”。", rule="organ")
        told = claims_of(system, user) if "profile" in scopes else {}
        return {"sub": self.get_user_sub(client, user), **told}
