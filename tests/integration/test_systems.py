"""Registered systems: two administrators let one in, its key is shown once, and every refusal says which it was."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.core.errors import Forbidden, HouseError, InvalidState, ValidationFailed
from apps.integration import services
from apps.integration.boundaries import comes_from, hosts_of, link_checked, networks_of
from apps.integration.models import PartnerSystem
from tests.factories.world import World
from tests.helpers.partners import call, facts, row, system_of

As = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def test_neither_administrator_lets_a_system_in_alone(world: World) -> None:
    system_admin, security = world.actor("sysadmin"), world.actor("secadmin")
    for who in ("secadmin", "auditadmin", "head"):
        with pytest.raises(Forbidden):
            services.system_register(actor=world.actor(who), facts=facts(world))
    system = services.system_register(actor=system_admin, facts=facts(world))
    with pytest.raises(Forbidden):
        services.system_key_issue(actor=system_admin, system_id=system.pk)
    with pytest.raises(InvalidState):
        services.system_enable(actor=security, system_id=system.pk)
    key = services.system_key_issue(actor=security, system_id=system.pk)
    assert call(key, "partner_system")[0] == 403
    with pytest.raises(Forbidden):
        services.system_enable(actor=system_admin, system_id=system.pk)
    services.system_enable(actor=security, system_id=system.pk)
    status, answer = call(key, "partner_system")
    assert (status, answer["name"], answer["organ"]) == (200, "财政一体化", "市财政局")


def test_a_new_key_ends_the_old_one_and_neither_is_kept(world: World) -> None:
    system, old = system_of(world)
    fresh = services.system_key_issue(actor=world.actor("secadmin"), system_id=system.pk)
    assert (call(old, "partner_system")[0], call(fresh, "partner_system")[0]) == (401, 200)
    system.refresh_from_db()
    secret = fresh.partition(".")[2]
    kept = [str(value) for value in vars(system).values()]
    kept += [str(entry.facts) for entry in AuditEntry.objects.all()]
    assert not any(secret in text for text in kept)
    assert system.used_at is not None


@pytest.mark.parametrize("key", ["x", "tzp.x", ".", "a.b\x00", "长" * 300])
def test_nonsense_for_a_key_is_nobody(world: World, key: str) -> None:
    system_of(world)
    header = key.encode("utf-8").decode("latin-1").replace("\x00", "")
    assert call(header, "partner_system")[0] == 401


def test_a_disabled_system_is_refused_with_the_reason_kept(world: World) -> None:
    system, key = system_of(world)
    with pytest.raises(ValidationFailed):
        services.system_disable(actor=world.actor("secadmin"), system_id=system.pk, reason=" ")
    services.system_disable(actor=world.actor("secadmin"), system_id=system.pk, reason="密钥疑似泄露")
    status, answer = call(key, "partner_system")
    assert (status, "停用" in answer["message"]) == (403, True)
    assert AuditEntry.objects.get(action="integration.system_disable").facts["reason"] == "密钥疑似泄露"


def test_only_listed_addresses_get_in(world: World) -> None:
    _, key = system_of(world, addresses="10.1.0.0/16\n192.0.2.7")
    status, answer = call(key, "partner_system")
    assert (status, answer["data"]["rule"]) == (403, "address")
    PartnerSystem.objects.update(addresses="127.0.0.0/8")
    assert call(key, "partner_system")[0] == 200


def test_without_the_scope_nothing_is_pushed(world: World) -> None:
    _, key = system_of(world, scopes=[])
    status, answer = call(key, "partner_todos", {"todos": [row()]})
    assert (status, answer["data"]["rule"]) == (403, "scope")


def test_beyond_its_pace_a_system_waits(world: World) -> None:
    _, key = system_of(world, per_minute=3)
    assert [call(key, "partner_system")[0] for _ in range(5)] == [200, 200, 200, 429, 429]


def test_what_is_wrong_is_said_at_its_field(world: World) -> None:
    system_of(world)
    wrong: dict[str, dict[str, Any]] = {
        "name": {"name": "财政一体化"},
        "hosts": {"name": "甲", "hosts": "https://a.b/"},
        "addresses": {"name": "甲", "addresses": "10.1.2.300"},
        "home_url": {"name": "甲", "home_url": "https://elsewhere.invalid/"},
        "keeper": {"name": "甲", "keeper_id": world.person("leaver").pk},
        "per_minute": {"name": "甲", "per_minute": 0},
    }
    for field, special in wrong.items():
        with pytest.raises(HouseError) as refused:
            services.system_register(actor=world.actor("sysadmin"), facts=facts(world, **special))
        assert refused.value.data["field"] == field


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://czyth.daihai.invalid/",
        "//czyth.daihai.invalid/",
        "https://czyth.daihai.invalid@evil.invalid/",
        "https://evil.invalid/?czyth.daihai.invalid",
        "https://czyth.daihai.invalid.evil.invalid/",
        "https://czyth.daihai.invalid:8443/",
        "https://czyth.daihai.invalid\\@evil.invalid/",
        "https://[::1/",
        "https:///x",
    ],
)
def test_links_lead_to_registered_hosts_alone(url: str) -> None:
    with pytest.raises(ValidationFailed):
        link_checked(url, "czyth.daihai.invalid")


def test_hosts_and_networks_are_read_as_written() -> None:
    assert hosts_of("A.example\nb.example:8443，a.example") == ["a.example", "b.example:8443"]
    assert link_checked("https://b.example:8443/x", "b.example:8443")
    assert link_checked("http://a.example:80/x", "a.example")
    assert [str(one) for one in networks_of("10.1.2.3 10.1.0.0/16")] == ["10.1.2.3/32", "10.1.0.0/16"]
    assert comes_from("::1", "::1")
    assert not comes_from("::1", "127.0.0.1")


def test_the_back_office_registers_keys_and_opens(world: World, client_as: As) -> None:
    add = reverse("admin:integration_partnersystem_add")
    assert client_as("secadmin").get(add).status_code == 403
    form = {
        "name": "财政一体化",
        "description": "预算执行",
        "organ": world.organs["finance"].pk,
        "keeper": world.person("finance_clerk").pk,
        "scopes": ["todo"],
        "organs": [world.organs["office"].pk],
        "hosts": "czyth.daihai.invalid",
        "home_url": "https://wrong.invalid/",
        "per_minute": 60,
    }
    refused = client_as("sysadmin").post(add, form)
    assert (refused.status_code, "没有登记" in refused.content.decode()) == (200, True)
    done = client_as("sysadmin").post(add, {**form, "home_url": ""})
    assert done.status_code == 302
    system = PartnerSystem.objects.get()
    assert list(system.organs.all()) == [world.organs["office"]]
    page = reverse("admin:integration_partnersystem_change", args=[system.pk])
    issue = reverse("admin:integration_partnersystem_issue_key", args=[system.pk])
    assert issue not in client_as("sysadmin").get(page).content.decode()
    security = client_as("secadmin")
    assert issue in security.get(page).content.decode()
    shown = security.post(issue, follow=True).content.decode()
    assert "密钥：tzp" in shown
    enable = reverse("admin:integration_partnersystem_enable", args=[system.pk])
    assert client_as("sysadmin").post(enable).status_code == 403
    assert security.post(enable).status_code == 302
    system.refresh_from_db()
    assert system.is_enabled
    for who in ("auditadmin", "head"):
        assert client_as(who).get(page).status_code in {403, 404, 302}
