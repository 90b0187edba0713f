"""The to-dos of a post go to another: the log keeps who had them."""

from collections.abc import Sequence

from django.db import transaction

from apps.core.actors import Actor
from apps.core.errors import InvalidState
from apps.workflow.assignees import running_appointments
from apps.workflow.engine import Transfer
from apps.workflow.selectors.passages import passage_locked
from apps.workflow.services.moves import Act, run_move


@transaction.atomic
def tasks_hand_over(*, actor: Actor, giver_id: int, taker_id: int, ids: Sequence[int]) -> None:
    """Give these to-dos of one post to another; part of a hand-over that both sides confirmed. Refuses a receiver not in office."""
    post = running_appointments().filter(pk=taker_id).first()
    if post is None:
        raise InvalidState("接收人已不在岗，不能交接，请另选接收人。")
    for task_id in sorted(ids):
        passage = passage_locked(task_id=task_id)
        task = passage.task(task_id)
        passage.posts[post.pk] = post
        act = Act(
            actor=actor,
            verb="交接",
            audit="workflow.reassign",
            step=passage.step_of(task),
            shown_name=actor.name,
            post_text=actor.post_text[:200],
            note=f"{task.person.name} → {post.person.name}：工作交接",
            facts={"task": task.pk, "from_appointment": giver_id, "to_appointment": post.pk},
        )
        run_move(passage=passage, command=Transfer(task.key, post.pk), act=act)
