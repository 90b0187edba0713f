"""常用语 a person keeps, and those an organ's office keeps for everybody of the organ.

Personal ones are nobody else's business; the organ's are audited. The texts of one keeper are changed one act at a time.
"""

from django.db import transaction
from django.db.models import Max, QuerySet

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.errors import NotFound, ValidationFailed
from apps.core.locks import advisory_lock
from apps.core.placing import at_place
from apps.core.subjects import Subject
from apps.workflow.models import Phrase
from apps.workflow.policies import require_phrase_keeper

TEXT_LIMIT = 100
COUNT_LIMIT = 50
RANK_STEP = 10


@transaction.atomic
def phrase_add(*, actor: Actor, text: str, is_common: bool = False) -> Phrase:
    """Keep a phrase, for oneself or (`is_common`) for the organ; the same text twice is once.

    Refuses empty or long texts, more than fifty phrases, and a common one by whoever does not keep the organ's.
    """
    text = _text(text)
    if is_common:
        require_phrase_keeper(actor)
    owner: dict[str, int | None] = (
        {"organ_id": actor.organ_id} if is_common else {"person_id": actor.person_id}
    )
    shelf = _held(Phrase.objects.filter(**owner), **owner)
    if found := shelf.filter(text=text).first():
        return found
    if shelf.count() >= COUNT_LIMIT:
        raise ValidationFailed(f"常用语最多保存{COUNT_LIMIT}条，请先删除不用的。", fields={"text": "已满"})
    last = shelf.aggregate(last=Max("rank_order"))["last"] or 0
    phrase = Phrase.objects.create(text=text, rank_order=last + RANK_STEP, **owner)
    _record("workflow.phrase_add", actor, phrase)
    return phrase


@transaction.atomic
def phrase_change(*, actor: Actor, phrase_id: int, text: str) -> Phrase:
    """Other words for a kept phrase; opinions given keep theirs. Refuses words that are kept already."""
    text = _text(text)
    phrase, shelf = _own(actor, phrase_id)
    if shelf.filter(text=text).exclude(pk=phrase.pk).exists():
        raise ValidationFailed("已有相同的常用语，请换一种说法。", fields={"text": "已有相同的常用语"})
    if phrase.text != text:
        phrase.text = text
        phrase.save(update_fields=["text"])
        _record("workflow.phrase_change", actor, phrase)
    return phrase


@transaction.atomic
def phrase_move(*, actor: Actor, phrase_id: int, place: int) -> None:
    """Put a phrase at `place` (from 1) among those of its keeper; beyond the ends is at the end. The same twice is once."""
    phrase, shelf = _own(actor, phrase_id)
    before = list(shelf)
    rows = at_place(before, phrase, place)
    if rows == before:
        return
    for number, row in enumerate(rows, start=1):
        row.rank_order = number * RANK_STEP
    Phrase.objects.bulk_update(rows, ["rank_order"])
    _record("workflow.phrase_move", actor, phrase)


@transaction.atomic
def phrase_remove(*, actor: Actor, phrase_id: int) -> None:
    """Forget a phrase one keeps; those of others and forgotten ones are left as they are."""
    try:
        phrase, _ = _own(actor, phrase_id)
    except NotFound:
        return
    _record("workflow.phrase_remove", actor, phrase)
    phrase.delete()


@transaction.atomic
def phrases_offer(*, texts: tuple[str, ...]) -> None:
    """Offer phrases to everybody of a new installation; where some are offered already, nothing changes."""
    if not Phrase.objects.filter(person__isnull=True, organ__isnull=True).exists():
        Phrase.objects.bulk_create(
            Phrase(text=text, rank_order=place * RANK_STEP) for place, text in enumerate(texts, start=1)
        )


def _text(text: str) -> str:
    text = " ".join(text.replace("\0", "").split())
    if not 0 < len(text) <= TEXT_LIMIT:
        raise ValidationFailed(
            f"常用语须在1至{TEXT_LIMIT}字之间。", fields={"text": f"请填写1至{TEXT_LIMIT}字"}
        )
    return text


def _held(
    shelf: QuerySet[Phrase], *, person_id: int | None = None, organ_id: int | None = None
) -> QuerySet[Phrase]:
    """The keeper's phrases, changed by nobody else until the transaction ends."""
    advisory_lock(f"workflow.phrases:{person_id or ''}:{organ_id or ''}")
    return shelf


def _own(actor: Actor, phrase_id: int) -> tuple[Phrase, QuerySet[Phrase]]:
    """A phrase the actor keeps, with all of its keeper. `NotFound` for others' and everybody's; `Forbidden` for the organ's."""
    phrase = Phrase.objects.filter(pk=phrase_id).first()
    is_mine = phrase is not None and phrase.person_id == actor.person_id
    is_ours = phrase is not None and phrase.organ_id is not None and phrase.organ_id == actor.organ_id
    if phrase is None or not (is_mine or is_ours):
        raise NotFound("没有找到这条常用语，可能已被删除。")
    if is_ours:
        require_phrase_keeper(actor)
    owner = {"person_id": phrase.person_id, "organ_id": phrase.organ_id}
    shelf = _held(Phrase.objects.filter(**owner), **owner)
    found = shelf.filter(pk=phrase_id).first()
    if found is None:
        raise NotFound("没有找到这条常用语，可能已被删除。")
    return found, shelf


def _record(action: str, actor: Actor, phrase: Phrase) -> None:
    """What is done to the organ's phrases; a person's own are not recorded."""
    if phrase.organ_id is not None:
        record(
            action,
            actor=actor,
            subject=Subject("workflow.phrase", phrase.pk),
            subject_text=phrase.text,
            facts={"organ": phrase.organ_id},
        )
