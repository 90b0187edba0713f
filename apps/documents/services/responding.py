"""答复: tell the sender how its document was handled (条例 art. 24)."""

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import ValidationFailed
from apps.core.events import publish
from apps.core.submissions import claim, made, made_before
from apps.documents.events import IncomingResponded
from apps.documents.models import IncomingResponse
from apps.documents.policies.incoming import Ability, abilities_with, open_task_of, require
from apps.documents.selectors.incoming import incoming_for, subject_of

LIMIT = 1000


@transaction.atomic
def incoming_respond(
    *, actor: Actor, incoming_id: int, text: str, is_final: bool = True, key: str = ""
) -> IncomingResponse:
    """Keep what the sender was told and tell it, when it is in the system; a first answer may be followed by a final one.

    Refuses people who do not keep the register and documents that are not registered.
    """
    document = incoming_for(actor, incoming_id, lock=True)
    require(Ability.RESPOND, abilities_with(actor, document, open_task_of(actor, document)))
    if not claim(person_id=actor.person_id, key=key, verb="documents.respond"):
        return made_before(document.responses, person_id=actor.person_id, key=key)
    text = text.strip()
    if not text:
        raise ValidationFailed("请写明答复内容。", fields={"response": "请写明答复内容。"})
    if len(text) > LIMIT:
        raise ValidationFailed(
            f"答复不能超过{LIMIT}字，现有{len(text)}字，请精简。", fields={"response": "答复过长。"}
        )
    response = IncomingResponse.objects.create(
        document=document,
        text=text,
        is_final=is_final,
        person_id=actor.person_id,
        person_name=actor.name,
        post_text=actor.post_text[:200],
        at=now(),
    )
    made(person_id=actor.person_id, key=key, row_id=response.pk)
    record(
        "documents.respond",
        actor=actor,
        subject=subject_of(document),
        subject_text=document.register_number,
        facts={"response": response.pk, "final": is_final},
    )
    publish(IncomingResponded(response_id=response.pk))
    return response
