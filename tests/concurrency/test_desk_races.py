"""Two keepers of an organ at once: phrases and templates stand once, within their limit, and nobody's words are overwritten.

Each verb is made slow between reading and writing, so that without its lock both would see the old state.
"""

import time
from collections.abc import Callable
from typing import Any

import pytest

from apps.core.errors import Conflict, ValidationFailed
from apps.documents.models import DocumentTemplate
from apps.documents.services import templates
from apps.workflow.models import Phrase
from apps.workflow.services import phrase_add, phrases
from tests.concurrency.racing import race
from tests.factories.world import World
from tests.helpers.templates import template, words

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """The cast, really committed, with slow keepers."""
    for module, name in ((templates, "body_validated"), (phrases, "_record")):
        monkeypatch.setattr(module, name, _slowly(getattr(module, name)))
    return World.build()


def _slowly(act: Callable[..., Any]) -> Callable[..., Any]:
    def slow(*given: Any) -> Any:
        time.sleep(0.2)
        return act(*given)

    return slow


def test_of_two_changes_of_one_version_one_is_kept_and_the_other_told(city: World) -> None:
    kept = template(city)

    def change(key: str, title: str) -> Callable[[], object]:
        return lambda: templates.template_change(
            actor=city.actor(key), template_id=kept.pk, expected_version=1, words=words(title=title)
        )

    results = race(change("clerk", "文书改的通知"), change("director", "主任改的通知"))
    assert [type(found) for found in results if isinstance(found, Exception)] == [Conflict]
    kept.refresh_from_db()
    assert kept.version == 2


def test_two_of_one_name_are_one(city: World) -> None:
    results = race(lambda: template(city), lambda: template(city, who="director"))
    assert [type(found) for found in results if isinstance(found, Exception)] == [ValidationFailed]
    assert DocumentTemplate.objects.count() == 1


def test_the_last_free_place_among_the_phrases_is_given_once(
    city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phrases, "COUNT_LIMIT", 1)

    def add(key: str, text: str) -> Callable[[], object]:
        return lambda: phrase_add(actor=city.actor(key), text=text, is_common=True)

    results = race(add("clerk", "请按程序报批。"), add("director", "请阅处。"))
    assert [type(found) for found in results if isinstance(found, Exception)] == [ValidationFailed]
    assert Phrase.objects.count() == 1
