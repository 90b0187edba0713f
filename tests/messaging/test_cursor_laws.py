"""Whatever is sent, dropped, doubled or overtaken, whoever reconnects, joins or leaves: every member ends with the database's log."""

from collections import deque
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.messaging import services
from apps.messaging.models import Conversation, Membership, Message
from apps.messaging.selectors.entries import entries_after
from apps.messaging.selectors.gates import membership_for
from tests.factories.world import World
from tests.helpers.chat import Copy, group, said

pytestmark = pytest.mark.long

MEMBERS = ("drafter", "clerk", "finance_head")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "send",
                "send",
                "send",
                "deliver",
                "deliver",
                "drop",
                "double",
                "overtake",
                "reconnect",
                "recall",
                "leave",
                "join",
            ]
        ),
        st.sampled_from(MEMBERS),
    ),
    max_size=40,
)


class Screens:
    """A screen for each member, with the frames on their way to it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.made = group(world, *MEMBERS)
        self.copies: dict[str, Copy] = {}
        self.lines: dict[str, deque[dict[str, Any]]] = {who: deque() for who in MEMBERS}
        for who in MEMBERS:
            self.open(who)

    def open(self, who: str) -> None:
        """The page is opened: it begins with everything its member may see."""
        self.lines[who].clear()
        self.copies[who] = Copy()
        self.copies[who].catch_up(self.world, who, self.made)

    def tell(self, _topic: str, frame: dict[str, Any], *, epoch: int) -> None:
        """What the hub does: members, and only they, hear."""
        assert epoch == Conversation.objects.get(pk=self.made.pk).members_epoch
        for who in self.copies:
            if frame["kind"] == "chat.entry" and self.is_in(who):
                self.lines[who].append(frame["entry"])

    def is_in(self, who: str) -> bool:
        """Whether the person is a member."""
        return Membership.objects.filter(
            conversation=self.made, person=self.world.person(who), left_at__isnull=True
        ).exists()

    def hear(self, who: str, entry: dict[str, Any]) -> None:
        """A frame arrives; when something before it is missing the page asks."""
        if not self.copies[who].apply(entry):
            self.copies[who].catch_up(self.world, who, self.made)

    def step(self, act: str, who: str) -> None:
        """One thing that may happen."""
        line = self.lines[who]
        if act == "join":
            if not self.is_in(who):
                person = self.world.person(who).pk
                services.members_add(
                    actor=self.world.actor("director"), conversation_id=self.made.pk, person_ids=[person]
                )
                self.open(who)
        elif not self.is_in(who):
            return
        elif act == "send":
            said(self.world, who, self.made, f"{who} {len(line)}")
        elif act == "recall":
            # what was said before leaving is out of reach for whoever came back
            joined = membership_for(self.world.actor(who), self.made.pk).joined_seq
            last = Message.objects.filter(
                conversation=self.made, sender=self.world.person(who), kind="message", seq__gt=joined
            ).last()
            if last is not None:
                services.message_recall(
                    actor=self.world.actor(who), conversation_id=self.made.pk, seq=last.seq
                )
        elif act == "leave":
            services.conversation_leave(actor=self.world.actor(who), conversation_id=self.made.pk)
            del self.copies[who]
        elif act == "reconnect":
            line.clear()
            self.copies[who].catch_up(self.world, who, self.made)
        else:
            self.line_step(act, who)

    def line_step(self, act: str, who: str) -> None:
        """What may happen to frames on their way."""
        line = self.lines[who]
        if not line or who not in self.copies:
            return
        if act == "overtake":
            line.rotate(1)
        entry = line.popleft()
        if act != "drop":
            self.hear(who, entry)
        if act == "double":
            self.hear(who, entry)


class EveryMembersView(TestCase):
    """The law of the log."""

    @given(steps=STEPS)
    def test_ends_equal_to_the_database(self, steps: list[tuple[str, str]]) -> None:
        screens = Screens(World.build())
        with mock.patch("apps.messaging.services.log.tell_members", screens.tell):
            for act, who in steps:
                screens.step(act, who)
        for who, copy in screens.copies.items():
            copy.catch_up(screens.world, who, screens.made)
            membership = membership_for(screens.world.actor(who), screens.made.pk)
            entries = entries_after(membership, 0, 1000)
            assert [(one["seq"], one["text"], one["recalled"]) for one in copy.entries.values()] == [
                (one["seq"], one["text"], one["recalled"]) for one in entries
            ], who
            assert [one["seq"] for one in entries] == list(
                range(membership.joined_seq + 1, membership.conversation.last_seq + 1)
            )
