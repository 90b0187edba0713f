"""What a client that was away has missed: exactly what follows its cursors."""

from typing import Any

from apps.core.actors import Actor
from apps.messaging.models import Membership
from apps.messaging.policies import member_of
from apps.messaging.selectors.entries import entries_after

PER_CONVERSATION = 200


def missed(actor: Actor, cursors: dict[int, int]) -> dict[str, Any]:
    """`{entries: {id: […]}, more: [ids], gone: [ids]}`: only conversations with something new cost a query."""
    rows = Membership.objects.filter(
        member_of(actor.person_id), conversation_id__in=list(cursors)
    ).select_related("conversation")
    here = {row.conversation_id: row for row in rows}
    entries: dict[str, Any] = {}
    more: list[int] = []
    for conversation_id, seq in cursors.items():
        row = here.get(conversation_id)
        if row is None or row.conversation.last_seq <= seq:
            continue
        found = entries_after(row, seq, PER_CONVERSATION)
        entries[str(conversation_id)] = found
        if found and found[-1]["seq"] < row.conversation.last_seq:
            more.append(conversation_id)
    return {"entries": entries, "more": more, "gone": [one for one in cursors if one not in here]}
