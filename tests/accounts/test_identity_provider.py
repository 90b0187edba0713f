"""Sign-in by the province's identity provider: an existing account or none, no other way in, no account made."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Person
from apps.audit.models import AuditEntry
from config import env as environment
from tests.factories.world import World
from tests.helpers.depth import first_quick
from tests.helpers.identity_provider import CLIENT, SECRET, Provider, identity_provider

DOOR = "/accounts/oidc/province/"


@pytest.fixture
def provider(world: World, settings: Any) -> Iterator[Provider]:
    """The province's, set as the environment sets it."""
    with identity_provider() as running:
        settings.SOCIALACCOUNT_PROVIDERS = providers(running.address)
        yield running


def providers(address: str, **changed: str) -> dict[str, Any]:
    facts = {"oidc_url": address, "oidc_client": CLIENT, "oidc_secret": SECRET, "oidc_name": "省统一身份认证"}
    facts |= {"oidc_claim": "preferred_username", "oidc_matches": "login_name"} | changed
    return environment.identity_providers(given(facts), "province")


def given(facts: dict[str, str]) -> Any:
    """As much of the environment as is asked."""
    return type("Given", (), facts)()


def gone(client: Client, address: str = DOOR) -> str:
    """To the provider, which sends the browser back: the address of the way back."""
    answer = client.get(address)
    assert answer.status_code == 302
    asked = requests.get(answer["Location"], allow_redirects=False, timeout=5)
    back = urlsplit(asked.headers["Location"])
    return f"{back.path}?{back.query}"


def signed_in_as(client: Client) -> str | None:
    key = client.session.get("_auth_user_id")
    return Person.objects.get(pk=key).login_name if key else None


def test_the_claim_opens_the_account_of_that_name_and_makes_nothing(provider: Provider) -> None:
    provider.claims = {"sub": "p-1", "preferred_username": "Drafter", "email": "someone@else.invalid"}
    client, before = Client(), Person.objects.count()
    assert "用省统一身份认证登录" in client.get(reverse("account_login")).content.decode()
    answer = client.get(gone(client, f"{DOOR}?next=/me/"))
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    assert signed_in_as(client) == "drafter"
    assert (Person.objects.count(), SocialAccount.objects.count()) == (before, 0)
    assert AuditEntry.objects.filter(action="accounts.sign_in", person_name="许若溪").exists()


@pytest.mark.parametrize(
    "name", first_quick(["nobody", "sysadmin", "", "leaver", "secadmin", "auditadmin"], 2)
)
def test_who_has_no_account_here_or_keeps_the_house_is_refused(provider: Provider, name: str) -> None:
    provider.claims = {
        "sub": "p-2",
        "preferred_username": name,
        "email": "drafter@daihai.invalid",
        "email_verified": True,
    }
    client, before = Client(), Person.objects.count()
    answer = client.get(gone(client))
    assert answer.status_code == 403
    assert "返回登录页" in answer.content.decode()
    assert signed_in_as(client) is None
    assert Person.objects.count() == before
    assert AuditEntry.objects.filter(action="accounts.sign_in_refused").exists()


def test_a_closed_account_stays_closed(provider: Provider) -> None:
    Person.objects.filter(login_name="drafter").update(is_active=False)
    provider.claims = {"sub": "p-1", "preferred_username": "drafter"}
    client = Client()
    assert client.get(gone(client)).status_code == 403
    assert signed_in_as(client) is None


def test_by_mobile_number_only_where_it_is_one_person_s(provider: Provider, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = providers(provider.address, oidc_claim="phone", oidc_matches="mobile")
    Person.objects.filter(login_name="drafter").update(mobile="13900000077")
    provider.claims = {"sub": "p-1", "phone": "13900000077"}
    client = Client()
    client.get(gone(client))
    assert signed_in_as(client) == "drafter"
    Person.objects.filter(login_name="clerk").update(mobile="13900000077")
    other = Client()
    assert other.get(gone(other)).status_code == 403


def test_the_way_back_of_another_browser_or_a_second_time_leads_nowhere(provider: Provider) -> None:
    provider.claims = {"sub": "p-1", "preferred_username": "drafter"}
    client, thief = Client(), Client()
    back = gone(client)
    assert thief.get(back).status_code == 403
    assert signed_in_as(thief) is None
    assert client.get(back).status_code == 302
    assert thief.get(back).status_code == 403
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert Client().get(f"{DOOR}return/?error=access_denied&state={state}").status_code == 403


def test_a_token_for_another_client_opens_nothing(provider: Provider) -> None:
    provider.claims, provider.audience = {"sub": "p-1", "preferred_username": "drafter"}, "somebody-else"
    client = Client()
    assert client.get(gone(client)).status_code == 403
    assert signed_in_as(client) is None


@pytest.mark.parametrize(
    "token_says",
    [{"nonce": "n" * 43}, {"nonce": ""}, {"nonce": None}, {"sub": "p-2"}],
    ids=["of another sign-in", "empty", "none", "about somebody else"],
)
def test_a_word_not_given_for_this_sign_in_opens_nothing(
    provider: Provider, token_says: dict[str, str | None]
) -> None:
    provider.claims, provider.token_says = {"sub": "p-1", "preferred_username": "drafter"}, token_says
    client = Client()
    assert client.get(gone(client)).status_code == 403
    assert signed_in_as(client) is None


def test_each_way_out_has_a_nonce_of_its_own_that_no_address_chooses(provider: Provider) -> None:
    client = Client()
    asked = [client.get(f"{DOOR}?auth_params=nonce%3Dchosen&scope=admin&process=connect") for _ in range(2)]
    queries = [parse_qs(urlsplit(answer["Location"]).query) for answer in asked]
    nonces = {query["nonce"][0] for query in queries}
    assert len(nonces) == 2
    assert "chosen" not in nonces
    assert all("admin" not in query["scope"][0] for query in queries)


def test_a_second_factor_is_still_asked_for(provider: Provider) -> None:
    TOTP.activate(Person.objects.get(login_name="drafter"), "JBSWY3DPEHPK3PXP")
    provider.claims = {"sub": "p-1", "preferred_username": "drafter"}
    client = Client()
    answer = client.get(gone(client))
    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert signed_in_as(client) is None


def test_a_provider_that_is_away_is_said_so(provider: Provider) -> None:
    client = Client()
    back = gone(client)
    provider.is_down = True
    assert Client().get(DOOR).status_code == 502
    assert client.get(back).status_code == 502
    assert signed_in_as(client) is None
    assert client.get(reverse("account_login")).status_code == 200


def test_where_none_is_set_there_is_no_door(world: World) -> None:
    assert Client().get(DOOR).status_code == 404
    assert Client().get(f"{DOOR}return/?code=1&state=2").status_code == 404
    assert "统一身份认证" not in Client().get(reverse("account_login")).content.decode()


@pytest.mark.parametrize("address", ["http://sso.example.gov.cn", "ftp://x", "sso"])
def test_an_address_without_encryption_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGZHOU_OIDC_URL", address)
    with pytest.raises(ImproperlyConfigured, match="统一身份认证地址"):
        environment.read(production=False)
