"""Conversations among the cast, and a client that keeps a copy of a log as the page does."""

from dataclasses import dataclass, field
from typing import Any

from apps.messaging import services
from apps.messaging.models import Conversation, Message
from apps.messaging.selectors.entries import entries_after
from apps.messaging.selectors.gates import membership_for
from tests.factories.world import World


def direct(world: World, one: str = "drafter", other: str = "clerk") -> Conversation:
    """The two's conversation."""
    return services.direct_open(actor=world.actor(one), person_id=world.person(other).pk)


def group(world: World, *members: str, owner: str = "director", name: str = "防汛专班") -> Conversation:
    """A group of the owner and `members`."""
    people = [world.person(member).pk for member in members or ("drafter", "clerk", "finance_head")]
    return services.group_create(actor=world.actor(owner), name=name, person_ids=people)


def said(
    world: World, who: str, conversation: Conversation, text: str = "收到通知。", **more: Any
) -> Message:
    """One message."""
    client_id = more.pop("client_id", "")
    content = services.Content(text=text, **more)
    message, _ = services.message_send(
        actor=world.actor(who), conversation_id=conversation.pk, client_id=client_id, content=content
    )
    return message


@dataclass
class Copy:
    """A client's copy of one log: applies entries in order, asks for what is missing, ignores what it has."""

    last: int = 0
    entries: dict[int, dict[str, Any]] = field(default_factory=dict)

    def apply(self, entry: dict[str, Any]) -> bool:
        """Take a frame's entry. False when something before it is missing and has to be asked for."""
        seq = entry["seq"]
        if seq <= self.last:
            return True
        if seq > self.last + 1:
            return False
        self._keep(entry)
        return True

    def catch_up(self, world: World, who: str, conversation: Conversation) -> None:
        """Ask for everything after the cursor."""
        membership = membership_for(world.actor(who), conversation.pk)
        while found := entries_after(membership, self.last):
            for entry in found:
                self.last = entry["seq"] - 1 if not self.entries else self.last
                self._keep(entry)

    def _keep(self, entry: dict[str, Any]) -> None:
        if entry["kind"] == "recall" and entry["target"] in self.entries:
            self.entries[entry["target"]] |= {"recalled": True, "text": "", "files": [], "card": None}
        self.entries[entry["seq"]] = dict(entry)
        self.last = entry["seq"]
