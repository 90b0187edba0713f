"""留言: short words between those who have to do with an item, on its course for good."""

from django.db import transaction

from apps.core.actors import Actor
from apps.core.submissions import claim, made, made_before
from apps.files.words import words_checked
from apps.supervision.course import logged
from apps.supervision.enums import Act
from apps.supervision.models import ItemLog
from apps.supervision.policies import require
from apps.supervision.selectors.items import item_for

TEXT_LIMIT = 1000


@transaction.atomic
def item_comment(*, actor: Actor, item_id: int, text: str, key: str = "") -> ItemLog:
    """Say something to the others. Nobody's form is outdated by it, for nothing else changes; the same key says it once."""
    item = item_for(actor, item_id)
    require(Act.COMMENT, actor, item)
    words = words_checked(text, "留言", TEXT_LIMIT, required=True)
    if not claim(person_id=actor.person_id, key=key, verb="supervision.comment"):
        return made_before(item.log, person_id=actor.person_id, key=key)
    line = logged(item, str(Act.COMMENT), str(Act.COMMENT.label), actor=actor, note=words)
    made(person_id=actor.person_id, key=key, row_id=line.pk)
    return line
