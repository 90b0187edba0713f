"""Pages, forms and API of messaging: members get in, others find nothing, refusals are words."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.subjects import Subject
from apps.documents.enums import OutgoingStatus
from apps.messaging import services
from apps.messaging.models import Conversation, Membership, Message
from apps.messaging.selectors.gates import membership_for
from tests.factories.world import World
from tests.helpers.chat import direct, group, said
from tests.helpers.outgoing import carried

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


def post(client: Client, where: str, *args: int, **form: Any) -> int:
    """Status of a sent form."""
    return client.post(reverse(f"messaging:{where}", args=args), form).status_code


def api(client: Client, method: str, name: str, *args: int, **body: Any) -> tuple[int, Any]:
    """Status and answer of an API call."""
    url = reverse(f"api:{name}", args=args)
    answer = client.generic(method, url, json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json() if answer.content else None


def test_the_list_and_the_room_show_what_was_said(world: World, client_as: As) -> None:
    made = group(world)
    said(world, "director", made, "请各单位<b>15时</b>前报送", mention_ids=[world.person("clerk").pk])
    body = client_as("clerk").get(reverse("messaging:home")).content.decode()
    assert "防汛专班" in body
    assert "[有人@您]" in body
    room = client_as("clerk").get(reverse("messaging:room", args=[made.pk])).content.decode()
    assert "<b>15时</b>" not in room
    assert "\\u003Cb\\u003E15" in room
    for name in ("rows", "new", "search"):
        assert client_as("clerk").get(reverse(f"messaging:{name}")).status_code == 200


def test_strangers_find_no_room_no_side_no_readers(world: World, client_as: As) -> None:
    made = group(world)
    message = said(world, "director", made, "内部事项")
    for name, args in (("room", ()), ("side", ()), ("readers", (message.seq,))):
        answer = client_as("stranger").get(reverse(f"messaging:{name}", args=[made.pk, *args]))
        assert answer.status_code == 404
        assert "防汛专班" not in answer.content.decode()
    readers = client_as("director").get(reverse("messaging:readers", args=[made.pk, message.seq]))
    assert "0/3 已读" in readers.content.decode()


@pytest.mark.parametrize(
    ("name", "form", "statuses"),
    [
        ("update", {"name": "新名", "announcement": ""}, (303, 403)),
        ("members_add", {"people": ""}, (303, 303)),
        ("setting", {"pinned": "1"}, (303, 303)),
        ("leave", {}, (403, 303)),
        ("dissolve", {}, (303, 403)),
    ],
)
def test_each_act_is_its_roles(
    world: World, client_as: As, name: str, form: dict[str, str], statuses: tuple[int, int]
) -> None:
    owner, member = statuses
    made = group(world)
    assert post(client_as("stranger"), name, made.pk, **form) == 404
    assert post(client_as("auditadmin"), name, made.pk, **form) == 404
    assert post(client_as("drafter"), name, made.pk, **form) == member
    assert post(client_as("director"), name, made.pk, **form) == owner


@pytest.mark.parametrize("name", ["member_remove", "member_role"])
def test_members_are_managed_by_the_owner(world: World, client_as: As, name: str) -> None:
    made = group(world)
    clerk = world.person("clerk").pk
    assert post(client_as("stranger"), name, made.pk, clerk, role="admin") == 404
    assert post(client_as("drafter"), name, made.pk, clerk, role="admin") == 403
    assert post(client_as("director"), name, made.pk, clerk, role="admin") == 303


def test_a_group_is_made_by_the_picker(world: World, client_as: As) -> None:
    posts = [world.post("drafter").pk, world.post("clerk").pk]
    answer = client_as("director").post(
        reverse("messaging:new"), {"name": "联络群", "people": posts, "key": "k"}
    )
    made = Conversation.objects.get(name="联络群")
    assert answer["Location"] == reverse("messaging:room", args=[made.pk])
    assert Membership.objects.filter(conversation=made).count() == 3
    assert client_as("director").post(reverse("messaging:new"), {"people": "abc"}).status_code == 422


def test_one_tap_opens_a_direct_conversation(world: World, client_as: As) -> None:
    person = world.person("clerk").pk
    page = client_as("drafter").get(reverse("accounts:person", args=[person])).content.decode()
    assert reverse("messaging:direct", args=[person]) in page
    assert post(client_as("drafter"), "direct", person) == 303
    assert post(client_as("sysadmin"), "direct", person) == 403
    assert post(client_as("drafter"), "unit_group") == 303


def test_a_document_begins_a_group_and_its_card_obeys_its_rights(world: World, client_as: As) -> None:
    document = carried(world, OutgoingStatus.OFFICE_REVIEW)
    begin = f"{reverse('messaging:new')}?kind=documents.outgoing&id={document.pk}"
    page = client_as("drafter").get(reverse("documents:outgoing_detail", args=[document.pk])).content.decode()
    assert "发起协同" in page
    assert document.title in client_as("drafter").get(begin).content.decode()
    assert client_as("stranger").get(begin).status_code == 404
    card = reverse("messaging:card", args=["documents.outgoing", document.pk])
    assert document.title in client_as("drafter").get(card).content.decode()
    closed = client_as("stranger").get(card).content.decode()
    assert "无权查看" in closed
    assert document.title not in closed
    made = services.group_create(
        actor=world.actor("drafter"),
        name="",
        person_ids=[],
        subject=Subject("documents.outgoing", document.pk),
    )
    assert client_as("drafter").get(reverse("messaging:room", args=[made.pk])).status_code == 200


def test_messages_are_sent_and_paged_by_the_api(world: World, client_as: As) -> None:
    made = direct(world)
    drafter, clerk = client_as("drafter"), client_as("clerk")
    status, entry = api(drafter, "POST", "messages", made.pk, client_id="c1", text="你好")
    assert (status, entry["seq"], entry["text"]) == (201, 1, "你好")
    status, again = api(drafter, "POST", "messages", made.pk, client_id="c1", text="你好")
    assert (status, again) == (200, entry)
    page = clerk.get(reverse("api:entries", args=[made.pk]) + "?after=0").json()
    assert [one["text"] for one in page["entries"]] == ["你好"]
    assert clerk.get(reverse("api:entries", args=[made.pk]) + "?after=x").status_code == 422
    status, answer = api(clerk, "POST", "messaging_sync", cursors={str(made.pk): 0, "999999": 4})
    assert (status, list(answer["entries"]), answer["gone"]) == (200, [str(made.pk)], [999999])
    assert api(client_as("stranger"), "POST", "messages", made.pk, client_id="c2", text="你好")[0] == 404


def test_what_follows_a_message_goes_by_the_api(world: World, client_as: As) -> None:
    made = group(world)
    message = said(world, "director", made)
    seq = message.seq
    clerk, director, stranger = client_as("clerk"), client_as("director"), client_as("stranger")
    for name in ("message_recall", "message_hide", "message_receipt", "message_remind"):
        assert api(stranger, "POST", name, made.pk, seq)[0] == 404
    assert api(clerk, "POST", "conversation_read", made.pk, seq=seq)[0] == 204
    assert membership_for(world.actor("clerk"), made.pk).last_read_seq == seq
    assert api(clerk, "POST", "message_receipt", made.pk, seq)[1][str(seq)]["receipts"] == 1
    assert api(director, "POST", "message_remind", made.pk, seq) == (200, {"reminded": 2})
    assert api(clerk, "POST", "message_hide", made.pk, seq)[0] == 204
    assert api(clerk, "POST", "message_recall", made.pk, seq)[0] == 403
    assert api(director, "POST", "message_recall", made.pk, seq)[1]["kind"] == "recall"
    assert api(clerk, "PUT", "conversation_draft", made.pk, text="半句")[0] == 204
    assert api(stranger, "PUT", "conversation_draft", made.pk, text="半句")[0] == 404


def test_a_megabyte_is_refused_in_words(world: World, client_as: As) -> None:
    made = direct(world)
    status, answer = api(
        client_as("drafter"), "POST", "messages", made.pk, client_id="c", text="长" * 300_000
    )
    assert status == 422
    assert answer["message"]
    assert not Message.objects.filter(conversation=made, kind="message").exists()


def test_flooding_is_slowed_down(world: World, client_as: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.messaging.api.SendThrottle.THROTTLE_RATES", {"messages": "3/min"})
    made = direct(world)
    drafter = client_as("drafter")
    statuses = [
        api(drafter, "POST", "messages", made.pk, client_id=f"c{one}", text="刷屏")[0] for one in range(5)
    ]
    assert statuses == [201, 201, 201, 429, 429]
    assert api(client_as("clerk"), "POST", "messages", made.pk, client_id="c", text="正常")[0] == 201


def test_presence_is_told_of_fellow_members_only(
    world: World, client_as: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is not in the conversation is not even asked for."""
    made = group(world, "drafter")
    monkeypatch.setattr("apps.messaging.api.live_people", set)
    wanted = [world.person(key).pk for key in ("director", "drafter", "stranger")]
    url = reverse("api:conversation_presence", args=[made.pk])
    answer = client_as("drafter").get(url, {"people": ",".join(map(str, wanted)) + ",x,"})
    assert answer.json() == {"live": sorted(wanted[:2])}
    assert client_as("stranger").get(url, {"people": str(wanted[0])}).status_code == 404
