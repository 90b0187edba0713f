"""Whatever is sent to the API: never an error of ours. The calls are made from its schema, valid and broken."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from tests.factories.world import World

pytestmark = pytest.mark.long
EXAMPLES = 25
QUIET = [
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
    HealthCheck.large_base_example,
]


def operations() -> list[Any]:
    """Every operation of the API as its schema describes it."""
    described = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # the library leaves it untyped
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(described, default=str)))
    return [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


def sent(client: Client, case: "Case[Any]") -> int:
    """Send the case as it is; the status of the answer."""
    query = urlencode(dict(case.query or {}), doseq=True)
    body = case.body if isinstance(case.body, dict | list | str | int | float | bool | None) else {}
    address = case.formatted_path + (f"?{query}" if query else "")
    data = json.dumps(body).encode()
    return client.generic(case.method, address, data, content_type="application/json").status_code


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_the_api_never_answers_with_an_error_of_ours(world: World, mode: GenerationMode) -> None:
    """Every operation, as a clerk who may do much; each call that ends in a 5xx is shown."""
    client = Client(raise_request_exception=False)
    client.force_login(world.person("clerk"), backend="allauth.account.auth_backends.AuthenticationBackend")
    wrong: set[str] = set()
    count = 0
    for operation in operations():

        @settings(
            max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=QUIET
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def one(case: "Case[Any]") -> None:
            nonlocal count
            count += 1
            if (status := sent(client, case)) >= 500:
                wrong.add(f"{status} {case.method} {case.formatted_path} {case.query!r} {case.body!r}"[:300])

        one()
    assert count > EXAMPLES
    assert not wrong
