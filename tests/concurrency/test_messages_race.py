"""Many speak at once: every entry has its own place, the same message is said once."""

import pytest

from apps.messaging.models import Conversation, Membership, Message
from tests.concurrency.racing import race
from tests.factories.world import World
from tests.helpers.chat import direct, group, said

pytestmark = pytest.mark.django_db(transaction=True)


def test_entries_of_eight_speakers_have_no_gap(world: World) -> None:
    made = group(world)
    speakers = ("director", "drafter", "clerk", "finance_head") * 2

    def speak(who: str) -> None:
        for place in range(10):
            said(world, who, made, f"{who} {place}")

    results = race(*[lambda who=who: speak(who) for who in speakers])
    assert results == [None] * 8
    seqs = list(Message.objects.filter(conversation=made).order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, 82))
    assert Conversation.objects.get(pk=made.pk).message_count == 80


def test_one_client_id_sent_by_six_tabs_is_said_once(world: World) -> None:
    made = direct(world)
    results = race(*[lambda: said(world, "drafter", made, "一次", client_id="same").pk for _ in range(6)])
    assert len(set(results)) == 1
    assert Message.objects.filter(conversation=made, kind="message").count() == 1


def test_both_open_the_direct_conversation_at_once(world: World) -> None:
    results = race(lambda: direct(world).pk, lambda: direct(world, "clerk", "drafter").pk)
    assert len(set(results)) == 1
    assert Membership.objects.filter(conversation_id=results[0]).count() == 2
