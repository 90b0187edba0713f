"""Fifty people talk while web processes, the worker and Valkey are killed: at the end everybody holds the database's log."""

import asyncio
import json

import pytest

from apps.messaging.models import Message
from tests.chaos.chance import Chance
from tests.chaos.harness import Stage, kill
from tests.chaos.nodes import Node, crowd
from tests.chaos.talkers import Talker
from tests.factories.world import World

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
PEOPLE = 50


async def storm(talkers: list[Talker], nodes: list[Node], stage: Stage, chance: Chance, rounds: int) -> None:
    """Everybody talks; in each round something is killed and started again."""
    listening = [asyncio.create_task(talker.listen()) for talker in talkers]
    worker = await asyncio.to_thread(stage.worker)
    for number in range(rounds):
        speaking = [
            asyncio.create_task(talker.say(f"{number}-{place}", f"{talker.name} 第{number}轮"))
            for place, talker in enumerate(chance.sample(talkers, len(talkers) // 2))
        ]
        await asyncio.sleep(0.1 + chance.part() / 2)
        match number % 3:
            case 0:
                node = chance.choice(nodes)
                node.kill()
                await asyncio.to_thread(node.start)
            case 1:
                stage.valkey_kill()
                await asyncio.sleep(0.3)
                await asyncio.to_thread(stage.valkey_restart)
            case _:
                kill(worker)
        await asyncio.gather(*speaking)
    await _settled(talkers)
    for talker in talkers:
        talker.ended = True
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)


async def _settled(talkers: list[Talker]) -> None:
    """By frames and reconnection alone; only who is still behind after that is asked to look."""
    for _ in range(40):
        if len({talker.copy.last for talker in talkers}) == 1:
            return
        await asyncio.sleep(0.1)
    await asyncio.gather(*(talker.catch_up() for talker in talkers))


def survive(world: World, stage: Stage, nodes: list[Node], *, seed: int, rounds: int) -> None:
    """The storm, then every copy against the database."""
    chance = Chance(seed)
    made, sessions = crowd(world, PEOPLE)
    talkers = [
        Talker(name, session, made.pk, lambda: chance.choice(nodes).port) for name, session in sessions
    ]
    asyncio.run(storm(talkers, nodes, stage, chance, rounds))
    stored = list(
        Message.objects.filter(conversation=made).order_by("seq").values_list("seq", "text", "client_id")
    )
    assert [seq for seq, _, _ in stored] == list(range(1, len(stored) + 1))
    said = [client_id for _, _, client_id in stored if client_id]
    assert len(said) == len(set(said)) == rounds * (PEOPLE // 2)
    wanted = [(seq, text) for seq, text, _ in stored]
    for talker in talkers:
        held = [(entry["seq"], entry["text"]) for entry in talker.copy.entries.values()]
        assert held == [one for one in wanted if one[0] >= held[0][0]], talker.name
        assert held[0][0] == 1
    counts = {
        "seed": seed, "messages": len(said), "frames": sum(talker.frames for talker in talkers),
        "gaps": sum(talker.gaps for talker in talkers), "resent": sum(talker.resent for talker in talkers),
        "connections": sum(talker.connections for talker in talkers),
    }  # fmt: skip
    print(json.dumps(counts))  # noqa: T201  # what the storm was like
    assert counts["frames"] > len(said)
    assert counts["connections"] > PEOPLE


@pytest.mark.long
def test_nobody_misses_or_doubles_a_message(world: World, stage: Stage, nodes: list[Node]) -> None:
    survive(world, stage, nodes, seed=20261123, rounds=4)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nobody_misses_or_doubles_a_message_in_a_long_storm(
    world: World, stage: Stage, nodes: list[Node], seed: int
) -> None:
    survive(world, stage, nodes, seed=seed, rounds=18)
