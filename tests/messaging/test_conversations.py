"""Conversations: opened once, joined, left, led, dissolved; each change a line in the log."""

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.accounts.services import appointment_open, person_leave
from apps.core.clock import today
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.subjects import Subject
from apps.documents.enums import OutgoingStatus
from apps.messaging import services
from apps.messaging.models import Conversation, Membership, Message
from apps.messaging.policies import Ability, abilities, people_who_can, visible_to
from apps.messaging.selectors.conversations import room_facts, rows_of
from apps.messaging.selectors.gates import membership_for
from tests.factories.world import World
from tests.helpers.chat import direct, group, said
from tests.helpers.outgoing import carried

pytestmark = pytest.mark.django_db


def members(conversation: Conversation) -> set[str]:
    """Names of who is in."""
    rows = Membership.objects.filter(conversation=conversation, left_at__isnull=True)
    return set(rows.values_list("person__name", flat=True))


def lines(conversation: Conversation) -> list[str]:
    """Lines of the system."""
    return list(
        Message.objects.filter(conversation=conversation, kind="system")
        .order_by("seq")
        .values_list("text", flat=True)
    )


def test_two_people_have_one_conversation(world: World) -> None:
    first = direct(world)
    again = direct(world, "clerk", "drafter")
    assert first == again
    assert members(first) == {"许若溪", "罗嘉木"}


def test_nobody_talks_to_oneself_or_to_who_has_left(world: World) -> None:
    with pytest.raises(ValidationFailed, match="不能与自己"):
        direct(world, "drafter", "drafter")
    with pytest.raises(NotFound):
        direct(world, "drafter", "leaver")


def test_a_group_has_its_maker_as_owner_and_says_who_was_invited(world: World) -> None:
    made = group(world)
    assert members(made) == {"高文澜", "许若溪", "罗嘉木", "顾长青"}
    assert membership_for(world.actor("director"), made.pk).role == "owner"
    assert lines(made) == ["高文澜 建立了群聊，邀请 许若溪、罗嘉木、顾长青 加入"]


def test_the_same_key_makes_one_group(world: World) -> None:
    actor, people = world.actor("director"), [world.person("drafter").pk]
    first = services.group_create(actor=actor, name="甲", person_ids=people, key="k1")
    again = services.group_create(actor=actor, name="甲", person_ids=people, key="k1")
    assert first == again


@pytest.mark.parametrize("name", ["群" * 81, "秘密★1年 专班"])
def test_a_wrong_name_is_refused(world: World, name: str) -> None:
    with pytest.raises(ValidationFailed):
        group(world, name=name)


def test_a_group_without_members_is_refused(world: World) -> None:
    with pytest.raises(ValidationFailed, match="至少选择一名成员"):
        services.group_create(actor=world.actor("director"), name="空群", person_ids=[])


def test_a_newcomer_sees_only_what_is_said_from_then_on(world: World) -> None:
    made = group(world)
    said(world, "director", made, "此前的话")
    services.members_add(
        actor=world.actor("director"), conversation_id=made.pk, person_ids=[world.person("head").pk]
    )
    said(world, "director", made, "此后的话")
    from apps.messaging.selectors.entries import entries_before

    seen = [entry["text"] for entry in entries_before(membership_for(world.actor("head"), made.pk), None)]
    assert seen == ["高文澜 邀请 沈亦舟 加入", "此后的话"]


def test_who_was_taken_out_finds_nothing_and_may_come_back(world: World) -> None:
    made = group(world)
    actor = world.actor("director")
    clerk = world.person("clerk").pk
    services.member_remove(actor=actor, conversation_id=made.pk, person_id=clerk)
    with pytest.raises(NotFound):
        membership_for(world.actor("clerk"), made.pk)
    with pytest.raises(NotFound):
        said(world, "clerk", made, "还在吗")
    assert services.members_add(actor=actor, conversation_id=made.pk, person_ids=[clerk]) == 1
    said(world, "clerk", made, "回来了")


@pytest.mark.parametrize(
    ("who", "target"), [("drafter", "clerk"), ("drafter", "director"), ("director", "director")]
)
def test_who_may_not_take_others_out(world: World, who: str, target: str) -> None:
    made = group(world)
    with pytest.raises((Forbidden, ValidationFailed)):
        services.member_remove(
            actor=world.actor(who), conversation_id=made.pk, person_id=world.person(target).pk
        )


def test_the_group_is_handed_over_before_its_owner_leaves(world: World) -> None:
    made = group(world)
    owner = world.actor("director")
    with pytest.raises(Forbidden, match="转让群主"):
        services.conversation_leave(actor=owner, conversation_id=made.pk)
    services.member_role_set(
        actor=owner, conversation_id=made.pk, person_id=world.person("drafter").pk, role="owner"
    )
    services.conversation_leave(actor=owner, conversation_id=made.pk)
    assert membership_for(world.actor("drafter"), made.pk).role == "owner"
    assert "高文澜" not in members(made)


def test_only_leaders_speak_in_an_announcement_group(world: World) -> None:
    made = group(world)
    services.conversation_update(
        actor=world.actor("director"), conversation_id=made.pk, name="防汛专班", announcement="每日17时报",
        is_announcement_only=True,
    )  # fmt: skip
    with pytest.raises(Forbidden, match="仅群主和管理员"):
        said(world, "drafter", made)
    said(world, "director", made)
    assert (
        room_facts(membership_for(world.actor("drafter"), made.pk)).why_not == "本群仅群主和管理员可以发言。"
    )


def test_a_dissolved_group_is_read_only(world: World) -> None:
    made = group(world)
    services.conversation_dissolve(actor=world.actor("director"), conversation_id=made.pk)
    with pytest.raises(Forbidden, match="已经解散"):
        said(world, "director", made)
    assert visible_to(world.actor("drafter")).filter(pk=made.pk).exists()


def test_a_unit_group_follows_appointments(world: World, drain: Callable[[], int]) -> None:
    made = services.unit_group_open(actor=world.actor("drafter"))
    assert made.name == "市政府办公室综合科"
    assert members(made) == {"林知夏", "许若溪"}
    assert membership_for(world.actor("section_chief"), made.pk).role == "admin"
    appointment_open(
        actor=None,
        person_id=world.person("duty_officer").pk,
        organ_id=world.organs["office"].pk,
        unit_id=world.post("drafter").unit_id,
        post_title="科员",
        started_on=today(),
        kind="concurrent_post",
    )
    drain()
    assert "梁小满" in members(made)
    person_leave(actor=None, person_id=world.person("drafter").pk, left_on=today())
    drain()
    services.unit_groups_sync()
    assert "许若溪" not in members(made)
    assert services.unit_group_open(actor=world.actor("section_chief")) == made


def test_a_person_without_a_unit_has_no_unit_group(world: World) -> None:
    with pytest.raises(InvalidState):
        services.unit_group_open(actor=world.actor("head"))


def test_a_leavers_groups_get_a_new_owner(world: World, drain: Callable[[], int]) -> None:
    made = group(world, owner="finance_clerk")
    person_leave(actor=None, person_id=world.person("finance_clerk").pk, left_on=today())
    drain()
    owners = Membership.objects.filter(conversation=made, role="owner", left_at__isnull=True)
    assert owners.count() == 1
    assert "苏晚晴" not in members(made)


def test_a_group_about_a_document_begins_with_its_card(world: World) -> None:
    document = carried(world, OutgoingStatus.OFFICE_REVIEW)
    subject = Subject("documents.outgoing", document.pk)
    actor = world.actor("drafter")
    made = services.group_create(
        actor=actor, name="", person_ids=[world.person("director").pk], subject=subject
    )
    assert made.name == document.title[:80]
    entry = Message.objects.get(conversation=made, kind="message")
    assert (entry.card_kind, entry.card_id) == ("documents.outgoing", document.pk)
    again = services.group_create(actor=world.actor("section_chief"), name="", person_ids=[], subject=subject)
    assert again == made
    assert "林知夏" in members(made)
    with pytest.raises(NotFound):
        services.group_create(actor=world.actor("stranger"), name="", person_ids=[], subject=subject)


def test_abilities_and_lists_agree(world: World) -> None:
    made = group(world)
    left = group(world, "clerk", "drafter")
    services.conversation_leave(actor=world.actor("clerk"), conversation_id=left.pk)
    for key in world.people:
        actor = world.actor(key)
        for conversation in (made, left):
            row = Membership.objects.filter(conversation=conversation, person_id=actor.person_id).first()
            can = Ability.VIEW in abilities(conversation, row)
            assert can == visible_to(actor).filter(pk=conversation.pk).exists(), key
            assert can == (actor.person_id in people_who_can(Ability.VIEW, conversation)), key


def test_the_list_costs_the_same_with_three_and_with_thirty(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actor = world.actor("drafter")
    for place in range(3):
        said(world, "director", group(world, name=f"群{place}"))
    with django_assert_num_queries(1):
        assert len(rows_of(actor)) == 3
    for place in range(27):
        said(world, "director", group(world, name=f"群{place + 3}"))
    with django_assert_num_queries(1):
        assert len(rows_of(actor)) == 30


def test_pinned_stand_first_and_archived_aside_until_something_is_said(world: World) -> None:
    first, second = group(world, name="甲"), group(world, name="乙")
    said(world, "director", first)
    said(world, "director", second)
    actor = world.actor("drafter")
    services.setting_change(actor=actor, conversation_id=first.pk, pinned=True)
    assert [row.name for row in rows_of(actor)] == ["甲", "乙"]
    services.setting_change(actor=actor, conversation_id=first.pk, pinned=False, archived=True)
    assert [row.name for row in rows_of(actor)] == ["乙"]
    assert [row.name for row in rows_of(actor, chosen="archived")] == ["甲"]
    said(world, "director", first, "有新情况")
    assert [row.name for row in rows_of(actor)] == ["甲", "乙"]
