"""常用语 a person keeps."""

from django.db import transaction

from apps.core.actors import Actor
from apps.core.errors import ValidationFailed
from apps.workflow.models import Phrase

TEXT_LIMIT = 100
COUNT_LIMIT = 50


@transaction.atomic
def phrase_add(*, actor: Actor, text: str) -> Phrase:
    """Keep a phrase; the same text twice is once. Refuses empty or long texts and more than fifty phrases."""
    text = " ".join(text.split())
    if not 0 < len(text) <= TEXT_LIMIT:
        raise ValidationFailed(
            f"常用语须在1至{TEXT_LIMIT}字之间。", fields={"text": f"请填写1至{TEXT_LIMIT}字"}
        )
    mine = Phrase.objects.filter(person_id=actor.person_id)
    if mine.count() >= COUNT_LIMIT and not mine.filter(text=text).exists():
        raise ValidationFailed(f"常用语最多保存{COUNT_LIMIT}条，请先删除不用的。", fields={"text": "已满"})
    phrase, _ = Phrase.objects.get_or_create(person_id=actor.person_id, text=text)
    return phrase


@transaction.atomic
def phrase_remove(*, actor: Actor, phrase_id: int) -> None:
    """Forget one of the actor's own phrases; others' and forgotten ones are left as they are."""
    Phrase.objects.filter(pk=phrase_id, person_id=actor.person_id).delete()


@transaction.atomic
def phrases_offer(*, texts: tuple[str, ...]) -> None:
    """Offer phrases to everybody of a new installation; where some are offered already, nothing changes."""
    if not Phrase.objects.filter(person__isnull=True).exists():
        Phrase.objects.bulk_create(
            Phrase(text=text, rank_order=place * 10) for place, text in enumerate(texts, start=1)
        )
