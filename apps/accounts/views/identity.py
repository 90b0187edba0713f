"""Sign-in by an identity provider: to it, and back with a code that is exchanged here for its word on who is there."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, get_random_string
from django.views.decorators.http import require_GET
from requests import RequestException

from apps.core.errors import UpstreamFailed

NONCE_LENGTH = 43  # 256 bits


class HeldToItsWord(OpenIDConnectOAuth2Adapter):
    """allauth's, which asks for no nonce: a word given to another browser, or about two people, is refused here."""

    nonce = ""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        """As allauth, then: an ID token with our nonce (OpenID Connect Core 1.0, 3.1.3.7 no. 11), one subject (5.3.2)."""
        login = super().complete_login(request, app, token, **kwargs)
        said = login.account.extra_data
        proof, person = said.get("id_token") or {}, said.get("userinfo") or {}
        if not self.nonce or not constant_time_compare(str(proof.get("nonce") or ""), self.nonce):
            raise OAuth2Error("The ID token was not made for this sign-in.")
        if person and person.get("sub") != proof.get("sub"):
            raise OAuth2Error("The ID token and the facts are about two people.")
        return login


class Going(OAuth2LoginView):
    """To the provider: what is asked of it stands here, nothing of it in the address."""

    def dispatch(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """With a nonce that waits in the session beside state and verifier."""
        provider, nonce = self.get_provider(), get_random_string(NONCE_LENGTH)
        answer: HttpResponse = provider.redirect(
            request,
            process=AuthProcess.LOGIN,
            next_url=get_next_redirect_url(request),
            auth_params={**provider.get_auth_params(), "nonce": nonce},
            nonce=nonce,
        )
        return answer


class Returning(OAuth2CallbackView):
    """Back from it: the nonce of the way out is laid beside the one that comes back."""

    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, answer = super()._get_state(request, provider)
        self.adapter.nonce = str((state or {}).get("nonce") or "")
        return state, answer


@require_GET
@login_not_required
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the identity provider; not found where none is set."""
    return _with_provider(Going, request, provider_id)


@require_GET
@login_not_required
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from it, with a code that is exchanged here."""
    return _with_provider(Returning, request, provider_id)


def _with_provider(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view.adapter_view(HeldToItsWord(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (RequestException, KeyError, ValueError) as error:
        raise UpstreamFailed("统一身份认证暂时不能使用，请稍后再试，或用登录名和口令登录。") from error
    return answer
