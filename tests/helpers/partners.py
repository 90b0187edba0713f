"""A system outside the house and what it says."""

import json
from typing import Any

from django.test import Client
from django.urls import reverse

from apps.integration import services
from apps.integration.enums import Scope
from apps.integration.models import PartnerSystem
from tests.factories.world import World

HOST = "czyth.daihai.invalid"


def facts(world: World, **special: Any) -> services.SystemFacts:
    """The budget system of 市财政局, used by the office and 市财政局."""
    told: dict[str, Any] = {
        "name": "财政一体化",
        "description": "预算执行、指标调剂和支付申请",
        "organ_id": world.organs["finance"].pk,
        "keeper_id": world.person("finance_clerk").pk,
        "home_url": f"https://{HOST}/",
        "scopes": list(Scope),
        "redirect_uris": f"https://{HOST}/callback",
        "organ_ids": [world.organs["office"].pk],
        "hosts": HOST,
        **special,
    }
    return services.SystemFacts(**told)


def system_of(world: World, **special: Any) -> tuple[PartnerSystem, str]:
    """A registered, keyed and enabled system with its key."""
    system = services.system_register(actor=world.actor("sysadmin"), facts=facts(world, **special))
    key = services.system_key_issue(actor=world.actor("secadmin"), system_id=system.pk)
    return services.system_enable(actor=world.actor("secadmin"), system_id=system.pk), key


def row(external_id: str = "ZB-1", login_name: str = "drafter", **special: Any) -> dict[str, Any]:
    """One to-do as the system writes it."""
    return {
        "external_id": external_id,
        "login_name": login_name,
        "title": "审核2026年部门预算调剂申请",
        "link": f"https://{HOST}/todo/{external_id}",
        "urgency": "urgent",
        "due_at": "2026-12-04T18:00:00+08:00",
        **special,
    }


def call(key: str, name: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    """Status and answer of a call; GET without a body."""
    client, url = Client(), reverse(f"api:{name}")
    sent = {
        "Authorization": f"Bearer {key}",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    if body is None:
        answer = client.get(url, headers=sent)
    else:
        answer = client.post(url, json.dumps(body), content_type="application/json", headers=sent)
    return answer.status_code, answer.json()


def push(key: str, *rows: dict[str, Any]) -> list[str]:
    """Push rows; what became of each."""
    status, answer = call(key, "partner_todos", {"todos": list(rows)})
    assert status == 200, answer
    return [result["status"] for result in answer["results"]]
