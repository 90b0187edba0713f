"""The receiving desk: items are taken up, adopted, kept for later, declined or sent back; adopted texts are edited."""

from collections.abc import Sequence

from django.db import transaction

from apps.briefings.course import noted, stored, version_met
from apps.briefings.enums import ItemState
from apps.briefings.events import ItemSettled
from apps.briefings.models import Adoption, InfoItem, IssueEntry
from apps.briefings.models.items import TITLE_LENGTH
from apps.briefings.policies.items import Ability, require
from apps.briefings.selectors.adoptions import adoption_for, adoption_subject, is_fixed
from apps.briefings.selectors.items import item_for, subject_of
from apps.briefings.services.items import REASON, TEXT
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.events import publish
from apps.core.submissions import claim, made, made_before
from apps.files.words import words_checked

MOST_COMBINED = 20
SETTLED = {
    "pool": ItemState.POOLED,
    "reject": ItemState.REJECTED,
    "return": ItemState.RETURNED,
}


@transaction.atomic
def item_take(*, actor: Actor, item_id: int) -> InfoItem:
    """签收: from now on the unit cannot take it back."""
    item = item_for(actor, item_id, lock=True)
    require(Ability.TAKE, actor, item)
    item.state = ItemState.EDITING
    noted("briefings.take", actor, subject_of(item), item)
    return stored(item)


@transaction.atomic
def items_adopt(*, actor: Actor, item_ids: Sequence[int], key: str = "") -> Adoption:
    """采用, or 综合采用 of several: the desk's own text begins as what was reported, in the order given; the originals stay.

    Raises `ValidationFailed` for none, too many or one that does not wait, `Forbidden` for others than the desk.
    """
    if not claim(person_id=actor.person_id, key=key, verb="briefings.adopt"):
        return made_before(Adoption.objects, person_id=actor.person_id, key=key)
    wanted = list(dict.fromkeys(item_ids))
    if not wanted:
        raise ValidationFailed("请先选择要采用的信息。")
    if len(wanted) > MOST_COMBINED:
        raise ValidationFailed(f"一次最多综合 {MOST_COMBINED} 条信息。")
    locked = {pk: item_for(actor, pk, lock=True) for pk in sorted(wanted)}
    items = [locked[pk] for pk in wanted]
    for item in items:
        require(Ability.DECIDE, actor, item)
    if len({item.receiver_id for item in items}) > 1:
        raise ValidationFailed("只能综合报送给同一机关的信息。")
    adoption = _begun(actor, items)
    for item in items:
        item.state, item.adoption = ItemState.ADOPTED, adoption
        _settled(actor, item, "综合采用" if len(items) > 1 else "")
    made(person_id=actor.person_id, key=key, row_id=adoption.pk)
    noted("briefings.adopt", actor, adoption_subject(adoption), adoption, items=wanted)
    return adoption


def _begun(actor: Actor, items: Sequence[InfoItem]) -> Adoption:
    first, moment = items[0], now()
    texts = [item.text if len(items) == 1 else f"{item.title}\n{item.text}" for item in items]
    return Adoption.objects.create(
        organ=first.receiver,
        category=first.category,
        title=first.title,
        text="\n\n".join(texts),
        editor_text=actor.signature,
        created_at=moment,
        edited_at=moment,
    )


@transaction.atomic
def item_settle(
    *, actor: Actor, item_id: int, verdict: str, words: str = "", expected_version: int | None = None
) -> InfoItem:
    """留用 (`pool`), 不采用 (`reject`) or 退回 (`return`) with a reason; the unit is told."""
    if verdict not in SETTLED:
        raise ValidationFailed("请选择处理方式。")
    item = item_for(actor, item_id, lock=True)
    require(Ability.DECIDE, actor, item)
    version_met(item.version, expected_version)
    item.state = SETTLED[verdict]
    _settled(actor, item, words_checked(words, "处理意见", REASON, required=verdict != "pool"))
    noted("briefings.settle", actor, subject_of(item), item, verdict=verdict)
    return item


def _settled(actor: Actor, item: InfoItem, words: str) -> None:
    item.answer, item.answered_by, item.answered_at = words, actor.signature, now()
    if item.state == ItemState.RETURNED:
        item.submitted_at = None
    stored(item, closed=item.state != ItemState.RETURNED)
    publish(ItemSettled(item_id=item.pk, version=item.version))


@transaction.atomic
def item_reopen(*, actor: Actor, item_id: int) -> InfoItem:
    """Take a decision back: the item waits again. Raises `InvalidState` while its text stands in an issue."""
    item = item_for(actor, item_id, lock=True)
    require(Ability.REOPEN, actor, item)
    adoption = item.adoption
    if adoption is not None:
        Adoption.objects.select_for_update().get(pk=adoption.pk)
        entry = IssueEntry.objects.select_related("issue__bulletin").filter(adoption=adoption).first()
        if entry is not None:
            raise InvalidState(f"这条信息已编入{entry.issue.title}，请先从该期移出，再撤销采用。")
    item.state, item.adoption = ItemState.EDITING, None
    item.answer, item.answered_by, item.answered_at = "", "", None
    stored(item)
    if adoption is not None and not adoption.items.exists():
        adoption.delete()
    noted("briefings.reopen", actor, subject_of(item), item)
    return item


@transaction.atomic
def adoption_edit(
    *, actor: Actor, adoption_id: int, title: str, text: str, expected_version: int | None = None
) -> Adoption:
    """Change the desk's text. Refused from the sending of an issue for signature on."""
    adoption = adoption_for(actor, adoption_id, lock=True)
    version_met(adoption.version, expected_version)
    if is_fixed(adoption):
        raise InvalidState("这篇稿件所在的期次已经送签，内容不再变动；需要修改请先撤回送签。")
    adoption.title = " ".join(words_checked(title, "标题", TITLE_LENGTH, required=True).split())
    adoption.text = words_checked(text, "正文", TEXT * 2, required=True).replace("\r\n", "\n")
    adoption.editor_text, adoption.edited_at = actor.signature, now()
    adoption.version += 1
    adoption.save(update_fields=["title", "text", "editor_text", "edited_at", "version"])
    noted("briefings.edit", actor, adoption_subject(adoption), adoption)
    return adoption
