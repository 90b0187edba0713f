"""Two secretaries of one leader at once: one set of words is kept, the other is told who was faster."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.models import SecretaryDuty
from apps.core.errors import Forbidden, InvalidState, NotFound
from apps.documents.enums import IncomingStatus as Status
from apps.documents.services.incoming import incoming_instruct
from apps.workflow.models import Opinion
from apps.workflow.services import acts, moves
from tests.concurrency.racing import race
from tests.factories.world import World
from tests.helpers.incoming import fresh, proposed

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_words_of_one_secretary_count(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World.build()
    SecretaryDuty.objects.create(secretary=world.post("drafter"), leader=world.post("head"))
    document = proposed(world)

    def slow(*given: Any, **named: Any) -> Any:
        time.sleep(0.2)
        return moves.run_move(*given, **named)

    monkeypatch.setattr(acts, "run_move", slow)

    def records(key: str, words: str) -> Callable[[], object]:
        return lambda: incoming_instruct(
            actor=world.actor(key), incoming_id=document.pk, text=words, recorded_for_leader=True
        )

    results = race(records("secretary", "请综合科办理。"), records("drafter", "请秘书科办理。"))
    refused = [found for found in results if isinstance(found, Exception)]
    assert len(refused) == 1
    assert isinstance(refused[0], Forbidden | InvalidState | NotFound)
    assert Opinion.objects.filter(column="领导批示").count() == 1
    assert fresh(document).status == Status.ASSIGN
