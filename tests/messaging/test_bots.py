"""Registered applications: a token shown once, groups that let them in, one message for one client_id, a limit a minute."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.core.errors import Forbidden, NotFound, ValidationFailed
from apps.messaging import services
from apps.messaging.models import Bot, Conversation, Message
from apps.messaging.selectors.gates import membership_for
from apps.messaging.selectors.reading import message_states
from tests.factories.world import World
from tests.helpers.chat import direct, group

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


def bot_of(world: World, name: str = "雨情站", per_minute: int = 20) -> tuple[Bot, str]:
    """A registered bot and its token."""
    bot = services.bot_keep(
        actor=world.actor("sysadmin"),
        bot=Bot(),
        name=name,
        purpose="推送雨情水情",
        keeper_id=world.person("clerk").pk,
        per_minute=per_minute,
        is_active=True,
    )
    return bot, services.bot_token_issue(actor=world.actor("sysadmin"), bot_id=bot.pk)


def let_in(world: World, bot: Bot, made: Conversation) -> None:
    services.bot_let_in(actor=world.actor("director"), conversation_id=made.pk, bot_id=bot.pk)


def say(
    token: str, made: Conversation, text: str = "青石站水位128.3米。", client_id: str = "r-1"
) -> tuple[int, Any]:
    """Status and answer of a bot's call."""
    answer = Client().post(
        reverse("api:bot_messages", args=[made.pk]),
        json.dumps({"client_id": client_id, "text": text}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    return answer.status_code, answer.json()


def test_a_bot_speaks_where_it_is_let_in_and_a_repetition_is_one_message(world: World) -> None:
    made = group(world)
    bot, token = bot_of(world)
    assert say(token, made)[0] == 404
    let_in(world, bot, made)
    status, said = say(token, made)
    assert (status, say(token, made)) == (201, (200, said))
    [message] = Message.objects.filter(bot=bot)
    assert (message.sender_name, message.sender_post, message.sender_id) == ("雨情站", "接入应用", None)
    state = message_states(membership_for(world.actor("director"), made.pk), [message.seq])
    assert (state[str(message.seq)]["read"], state[str(message.seq)]["total"]) == (0, 4)


def test_a_bot_sees_the_names_of_its_groups_and_nothing_that_was_said(world: World) -> None:
    made, other = group(world), group(world, name="人事专班")
    bot, token = bot_of(world)
    let_in(world, bot, made)
    answer = Client().get(reverse("api:bot_rooms"), headers={"Authorization": f"Bearer {token}"})
    assert answer.json() == {"conversations": [{"id": made.pk, "name": "防汛专班"}]}
    assert other.name not in answer.content.decode()
    for name in ("entries", "messages"):
        url = reverse(f"api:{name}", args=[made.pk])
        assert Client().get(url, headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_no_wrong_old_or_suspended_token_speaks(world: World) -> None:
    made = group(world)
    bot, token = bot_of(world)
    let_in(world, bot, made)
    assert say("tzb_wrong", made)[0] == 401
    fresh = services.bot_token_issue(actor=world.actor("sysadmin"), bot_id=bot.pk)
    assert (say(token, made)[0], say(fresh, made)[0]) == (401, 201)
    Bot.objects.filter(pk=bot.pk).update(is_active=False)
    status, body = say(fresh, made, client_id="r-2")
    assert (status, "停用" in body["message"]) == (403, True)


def test_the_token_is_nowhere_in_the_database(world: World) -> None:
    bot, token = bot_of(world)
    bot.refresh_from_db()
    kept = [str(value) for value in vars(bot).values()] + [
        str(entry.facts) for entry in AuditEntry.objects.all()
    ]
    assert not any(token in text for text in kept)
    assert {"messaging.bot_keep", "messaging.bot_token"} <= set(
        AuditEntry.objects.values_list("action", flat=True)
    )


def test_beyond_its_limit_a_bot_is_told_when_to_come_again(world: World) -> None:
    made = group(world)
    bot, token = bot_of(world, per_minute=3)
    let_in(world, bot, made)
    statuses = [say(token, made, client_id=f"r-{number}")[0] for number in range(5)]
    assert statuses == [201, 201, 201, 429, 429]
    assert Message.objects.filter(bot=bot).count() == 3


def test_a_marked_text_is_refused_and_written_down(world: World) -> None:
    made = group(world)
    bot, token = bot_of(world)
    let_in(world, bot, made)
    status, body = say(token, made, text="机密★1年 某某事项")
    assert (status, body["code"]) == (422, "marked_text")
    assert not Message.objects.filter(bot=bot).exists()
    assert AuditEntry.objects.get(action="messaging.refuse").facts["bot"] == bot.pk


@pytest.mark.parametrize("text", ["", "  ", "长" * 5001, "坏\x00字"])
def test_what_cannot_be_said_is_refused_in_words(world: World, text: str) -> None:
    made = group(world)
    bot, _ = bot_of(world)
    let_in(world, bot, made)
    with pytest.raises(ValidationFailed):
        services.bot_message_send(bot=bot, conversation_id=made.pk, client_id="x", text=text)


def test_only_who_leads_the_group_lets_bots_in_and_out(world: World, client_as: As) -> None:
    made = group(world)
    bot, token = bot_of(world)
    into, out = (
        reverse("messaging:bot_let_in", args=[made.pk]),
        reverse("messaging:bot_put_out", args=[made.pk, bot.pk]),
    )
    for who, status in (("stranger", 404), ("sysadmin", 404), ("drafter", 403), ("director", 303)):
        assert (who, client_as(who).post(into, {"bot": bot.pk}).status_code) == (who, status)
    assert client_as("director").post(into, {"bot": "x"}).status_code == 422
    assert "雨情站" in client_as("drafter").get(reverse("messaging:side", args=[made.pk])).content.decode()
    for who, status in (("stranger", 404), ("drafter", 403), ("director", 303), ("director", 404)):
        assert (who, client_as(who).post(out).status_code) == (who, status)
    assert say(token, made)[0] == 404


def test_a_conversation_of_two_lets_no_bot_in(world: World) -> None:
    bot, _ = bot_of(world)
    made = direct(world)
    with pytest.raises(Forbidden):
        services.bot_let_in(actor=world.actor("drafter"), conversation_id=made.pk, bot_id=bot.pk)
    with pytest.raises(NotFound):
        services.bot_message_send(bot=bot, conversation_id=made.pk, client_id="x", text="你好")


def test_the_system_administrator_registers_a_bot_and_sees_its_token_once(
    world: World, client_as: As
) -> None:
    client = client_as("sysadmin")
    form = {
        "name": "值守助手",
        "purpose": "推送值守提醒",
        "keeper": world.person("clerk").pk,
        "per_minute": 10,
        "is_active": "on",
    }
    assert client.post(reverse("admin:messaging_bot_add"), form).status_code == 302
    bot = Bot.objects.get(name="值守助手")
    issue = reverse("admin:messaging_bot_issue_token", args=[bot.pk])
    shown = client.post(issue, follow=True).content.decode()
    assert "tzb_" in shown
    assert "tzb_" not in client.get(reverse("admin:messaging_bot_change", args=[bot.pk])).content.decode()
    assert client_as("secadmin").get(reverse("admin:messaging_bot_changelist")).status_code == 403
    assert client_as("auditadmin").post(issue).status_code == 403
