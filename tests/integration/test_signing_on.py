"""Single sign-on by OpenID Connect: the whole code flow with PKCE, for people of organs that use the system, and its end."""

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.errors import Forbidden, HouseError, InvalidState
from apps.integration import services
from apps.integration.models import PartnerSystem
from tests.factories.world import PASSWORD, World
from tests.helpers.partners import HOST, facts, system_of

As = Callable[[str], Client]
pytestmark = pytest.mark.django_db
BACK = f"https://{HOST}/callback"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@pytest.fixture(autouse=True)
def _own_secrets(settings: LazySettings, tmp_path: Any) -> None:
    settings.SECRETS_ROOT = tmp_path


def client_of(world: World, **special: Any) -> tuple[PartnerSystem, str, str]:
    """A system with single sign-on: itself, client id, client secret."""
    system, _ = system_of(world, **special)
    client_id, secret = services.client_secret_issue(actor=world.actor("secadmin"), system_id=system.pk)
    return system, client_id, secret


def way(client: str, **special: str) -> str:
    """The address a system sends a browser to."""
    asked = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": BACK,
        "scope": "openid profile",
        "state": "s-1",
        "nonce": "n-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **special,
    }
    return f"{reverse('idp:oidc:authorization')}?{urlencode(asked)}"


def code_of(browser: Client, client_id: str, **special: str) -> str:
    """The code the browser carries back."""
    answer = browser.get(way(client_id, **special))
    assert answer.status_code == 302, answer.content.decode()
    told = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert answer.headers["Location"].startswith(BACK)
    assert told["state"] == ["s-1"]
    return told["code"][0]


def exchanged(client_id: str, secret: str, code: str, verifier: str = VERIFIER) -> tuple[int, dict[str, Any]]:
    """Status and answer of the system's call with the code."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": verifier}
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    answer = Client().post(
        reverse("idp:oidc:token"),
        form,
        headers={"Authorization": f"Basic {basic}", "Accept": "application/json"},
    )
    return answer.status_code, answer.json()


def test_the_whole_code_flow_tells_who_it_is(world: World, client_as: As) -> None:
    _, client_id, secret = client_of(world)
    offered = Client().get("/.well-known/openid-configuration").json()
    assert offered["authorization_endpoint"].endswith(reverse("idp:oidc:authorization"))
    assert (offered["grant_types_supported"], offered["response_types_supported"]) == (
        ["authorization_code"],
        ["code"],
    )
    assert "device_authorization_endpoint" not in offered
    code = code_of(client_as("drafter"), client_id)
    status, tokens = exchanged(client_id, secret, code)
    assert status == 200
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    refreshed = Client().post(reverse("idp:oidc:token"), refresh, headers={"Authorization": f"Basic {basic}"})
    assert refreshed.status_code == 400
    [key] = Client().get(reverse("idp:oidc:jwks")).json()["keys"]
    told = jwt.decode(
        tokens["id_token"],
        jwt.PyJWK(key).key,
        algorithms=["RS256"],
        audience=client_id,
        issuer=offered["issuer"],
    )
    drafter = world.person("drafter")
    assert (told["sub"], told["nonce"]) == (str(drafter.pk), "n-1")
    info = Client().get(
        reverse("idp:oidc:userinfo"), headers={"Authorization": f"Bearer {tokens['access_token']}"}
    )
    assert info.json() == {
        "sub": str(drafter.pk),
        "name": "许若溪",
        "preferred_username": "drafter",
        "post": "科员",
        "unit": "综合科",
        "organ": "岱海市人民政府办公室",
    }
    assert AuditEntry.objects.get(action="integration.sign_on").person_id == drafter.pk
    assert exchanged(client_id, secret, code)[0] == 400


def test_a_code_is_worth_nothing_without_verifier_and_secret(world: World, client_as: As) -> None:
    _, client_id, secret = client_of(world)
    browser = client_as("drafter")
    assert exchanged(client_id, secret, code_of(browser, client_id), verifier="w" * 64)[0] == 400
    assert exchanged(client_id, "wrong", code_of(browser, client_id))[0] == 401
    _, other, other_secret = client_of(world, name="另一个")
    assert exchanged(other, other_secret, code_of(browser, client_id))[0] == 400
    fresh = services.client_secret_issue(
        actor=world.actor("secadmin"), system_id=PartnerSystem.objects.get(client_id=client_id).pk
    )[1]
    assert exchanged(client_id, secret, code_of(browser, client_id))[0] == 401
    assert exchanged(client_id, fresh, code_of(browser, client_id))[0] == 200


@pytest.mark.parametrize(
    "special",
    [
        {"redirect_uri": f"https://{HOST}/callback/evil"},
        {"redirect_uri": "https://evil.invalid/callback"},
        {"client_id": "nobody"},
    ],
)
def test_a_request_that_is_not_as_registered_leads_nowhere(
    world: World, client_as: As, special: dict[str, str]
) -> None:
    _, client_id, _ = client_of(world)
    answer = client_as("drafter").get(way(client_id, **special))
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert "不能进入系统" in answer.content.decode()


def test_only_people_of_organs_that_use_it_get_in(world: World, client_as: As) -> None:
    system, client_id, _ = client_of(world)
    for who in ("stranger", "bureau_head", "sysadmin", "secadmin", "auditadmin"):
        assert (who, client_as(who).get(way(client_id)).status_code) == (who, 403)
        assert (who, client_as(who).post(way(client_id)).status_code) in {(who, 403), (who, 302)}
    assert code_of(client_as("finance_clerk"), client_id)
    services.system_disable(actor=world.actor("secadmin"), system_id=system.pk, reason="升级")
    assert client_as("drafter").get(way(client_id)).status_code == 403


def test_a_code_is_given_for_get_alone(world: World, client_as: As) -> None:
    _, client_id, _ = client_of(world)
    for who in ("drafter", "stranger"):
        answer = client_as(who).head(way(client_id))
        assert (who, answer.status_code, answer.headers.get("Location")) == (who, 405, None)


def test_who_has_no_post_there_any_more_gets_nothing_for_code_or_token(world: World, client_as: As) -> None:
    _, client_id, secret = client_of(world)
    waiting = code_of(client_as("drafter"), client_id)
    tokens = exchanged(client_id, secret, code_of(client_as("drafter"), client_id))[1]
    world.person("drafter").appointments.update(ended_on=clock.today() - timedelta(days=1))
    status, told = exchanged(client_id, secret, waiting)
    assert (status, told["code"]) == (403, "forbidden")
    bearer = {"Authorization": f"Bearer {tokens['access_token']}", "Accept": "application/json"}
    assert Client().get(reverse("idp:oidc:userinfo"), headers=bearer).status_code == 403


def test_a_closed_system_loses_its_codes_and_tokens(world: World, client_as: As) -> None:
    system, client_id, secret = client_of(world)
    waiting = code_of(client_as("drafter"), client_id)
    tokens = exchanged(client_id, secret, code_of(client_as("drafter"), client_id))[1]
    services.system_disable(actor=world.actor("secadmin"), system_id=system.pk, reason="升级")
    assert exchanged(client_id, secret, waiting)[0] == 400
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert Client().get(reverse("idp:oidc:userinfo"), headers=bearer).status_code == 401
    services.system_enable(actor=world.actor("secadmin"), system_id=system.pk)
    assert exchanged(client_id, secret, code_of(client_as("drafter"), client_id))[0] == 200


def test_a_stranger_signs_in_first_and_a_page_stands_between(world: World) -> None:
    _, client_id, _ = client_of(world)
    browser = Client()
    asked = browser.get(way(client_id))
    assert (asked.status_code, asked.headers["Location"].startswith(reverse("account_login"))) == (302, True)
    signed = browser.post(
        asked.headers["Location"],
        {
            "login": "drafter",
            "password": PASSWORD,
            "next": parse_qs(urlsplit(asked.headers["Location"]).query)["next"][0],
        },
    )
    assert signed.headers["Location"].startswith(reverse("integration:entering"))
    page = browser.get(signed.headers["Location"]).content.decode()
    found = re.search(r'content="0; url=([^"]+)"', page)
    assert found is not None
    there = browser.get(found[1].replace("&amp;", "&"))
    assert there.headers["Location"].startswith(BACK)


def test_signing_out_ends_here_too(world: World, client_as: As) -> None:
    _, client_id, secret = client_of(world)
    browser = client_as("drafter")
    hint = exchanged(client_id, secret, code_of(browser, client_id))[1]["id_token"]
    leave = reverse("idp:oidc:logout")
    asked = browser.get(leave)
    assert "是否同时退出本平台" in asked.content.decode()
    assert browser.get(reverse("portal:desk")).status_code == 200
    gone = browser.get(f"{leave}?{urlencode({'id_token_hint': hint, 'client_id': client_id})}")
    assert gone.status_code == 302
    assert browser.get(reverse("portal:desk")).status_code == 302


def test_the_secret_is_the_security_administrators_to_give(world: World) -> None:
    system, _ = system_of(world, scopes=["todo"])
    with pytest.raises(InvalidState):
        services.client_secret_issue(actor=world.actor("secadmin"), system_id=system.pk)
    with pytest.raises(Forbidden):
        services.client_secret_issue(actor=world.actor("sysadmin"), system_id=system.pk)
    for uris in ("", "https://elsewhere.invalid/", f"{BACK}#x", f"https://*.{HOST}/"):
        with pytest.raises(HouseError) as refused:
            services.system_change(
                actor=world.actor("sysadmin"),
                system_id=system.pk,
                facts=facts(world, scopes=["sign_on"], redirect_uris=uris),
            )
        assert refused.value.data["field"] == "redirect_uris"


def test_the_key_is_made_once_and_is_the_installations_alone(world: World, settings: LazySettings) -> None:
    keys = [Client().get(reverse("idp:oidc:jwks")).json() for _ in range(2)]
    assert keys[0] == keys[1]
    [file] = settings.SECRETS_ROOT.glob("sign-on.pem")
    assert file.stat().st_mode & 0o077 == 0
