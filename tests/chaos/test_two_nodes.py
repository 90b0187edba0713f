"""Two web nodes behind a balancer, one killed under load: no act is lost or done twice, everybody stays signed in."""

import asyncio
import http.client
import json
from urllib.parse import urlencode

import pytest

from apps.affairs.models import Suggestion
from apps.messaging.models import Message
from tests.chaos.harness import Stage
from tests.chaos.nodes import Node, balancer, crowd
from tests.chaos.talkers import CSRF, Talker
from tests.factories.world import World

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True), pytest.mark.long]
PEOPLE = 12
QUIET_SECONDS = 20
LOAD_SECONDS = 180


def sent(talker: Talker, form: dict[str, str]) -> tuple[int, str]:
    """One form of 投诉建议 by the balancer: status, and where the answer leads."""
    line = http.client.HTTPConnection("127.0.0.1", talker.port(), timeout=5)
    try:
        headers = {
            "Cookie": talker.cookie,
            "X-CSRFToken": CSRF,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        line.request("POST", "/suggestions/new/", urlencode(form), headers)
        answer = line.getresponse()
        answer.read()
        return answer.status, answer.getheader("Location") or ""
    finally:
        line.close()


async def filed(talker: Talker, number: int, organ_id: int) -> None:
    """Until the balancer's answer says that it is written; being asked to sign in is a fault."""
    title = f"{talker.name} 第{number}件"
    form = {
        "kind": "suggestion", "topic": "work", "title": title, "text": "内容", "organ": str(organ_id),
        "key": f"{talker.name}-{number}",
    }  # fmt: skip
    while True:
        try:
            status, place = await asyncio.to_thread(sent, talker, form)
        except (OSError, http.client.HTTPException):
            status, place = 0, ""
        assert "/login/" not in place, talker.name
        assert status in {0, 303} or status >= 500, (talker.name, status)
        if status == 303:
            return
        talker.resent += 1
        await asyncio.sleep(0.1)


async def works(talker: Talker, acts: int, organ_id: int) -> None:
    """Says something and files something, again and again."""
    for number in range(acts):
        await talker.say(f"{talker.name}-{number}", f"{talker.name} 第{number}句")
        await filed(talker, number, organ_id)


async def under_load(
    nodes: list[Node], sessions: list[tuple[str, str]], conversation: int, organ_id: int, acts: int
) -> list[Talker]:
    """Everybody works; the nodes are killed one after the other, the first is back before the second goes."""
    async with balancer(nodes) as port:
        talkers = [Talker(name, session, conversation, lambda: port) for name, session in sessions]
        listening = [asyncio.create_task(talker.listen()) for talker in talkers]
        working = [asyncio.create_task(works(talker, acts, organ_id)) for talker in talkers]
        for node in nodes:
            await asyncio.sleep(0.8)
            node.kill()
            await asyncio.sleep(0.8)
            await asyncio.to_thread(node.start)
        await asyncio.wait_for(asyncio.gather(*working), LOAD_SECONDS)
        for _ in range(QUIET_SECONDS * 10):
            if len({talker.copy.last for talker in talkers}) == 1:
                break
            await asyncio.sleep(0.1)
        for talker in talkers:
            talker.ended = True
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        return talkers


def outlive(world: World, nodes: list[Node], *, people: int, acts: int) -> None:
    """The load, then the database against what was done."""
    made, sessions = crowd(world, people)
    organ_id = world.organs["office"].pk  # theirs has nobody who answers: the superior office does
    talkers = asyncio.run(under_load(nodes, sessions, made.pk, organ_id, acts))
    said = list(
        Message.objects.filter(conversation=made).exclude(client_id="").values_list("client_id", flat=True)
    )
    titles = list(Suggestion.objects.values_list("title", flat=True))
    assert len(said) == len(set(said)) == people * acts
    assert len(titles) == len(set(titles)) == people * acts
    last = Message.objects.filter(conversation=made).latest("seq").seq
    assert {talker.copy.last for talker in talkers} == {last}
    counts = {
        "acts": len(said) + len(titles), "resent": sum(talker.resent for talker in talkers),
        "connections": sum(talker.connections for talker in talkers),
    }  # fmt: skip
    print(json.dumps(counts))  # noqa: T201  # what the load was like
    assert counts["connections"] > people, "sockets came back on the other node"


def test_a_node_killed_under_load_loses_no_act_and_signs_nobody_out(
    world: World, stage: Stage, nodes: list[Node]
) -> None:
    outlive(world, nodes, people=PEOPLE, acts=5)


def test_nodes_killed_under_a_long_load_lose_no_act(world: World, stage: Stage, nodes: list[Node]) -> None:
    outlive(world, nodes, people=40, acts=25)
