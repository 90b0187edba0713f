"""承接: open items of a unit that is abolished or merged go on with its successor, all at once."""

from collections.abc import Sequence

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.errors import Conflict, InvalidState, ValidationFailed
from apps.core.events import publish
from apps.core.submissions import claim
from apps.files.words import words_checked
from apps.supervision.course import logged
from apps.supervision.events import ItemsSucceeded
from apps.supervision.models import Assisting, SupervisionItem
from apps.supervision.policies import require_overseer
from apps.supervision.selectors.succession import Place, items_helped, items_led, seal_of

REASON_LIMIT = 200
OVERSEEN = "督办事项由督查机构、机关负责人和办公室主任移交承接单位。"


@transaction.atomic
def items_succeed(
    *, actor: Actor, source: Place, target: Place, reason: str, seal: str, key: str = ""
) -> int:
    """Give all open items of the actor's organ from one place to another; dates, reports and the course stay.

    Raises `Conflict` when the items are not those that were listed (`seal`). The handler is named anew by the successor.
    Returns how many items changed; the same key again changes none.
    """
    require_overseer(actor, OVERSEEN)
    places_checked(source=source, target=target)
    reason = words_checked(reason, "移交依据", REASON_LIMIT, required=True)
    if not claim(person_id=actor.person_id, key=key, verb="supervision.succeed"):
        return 0
    _items_lock(actor, source, target)
    led, helped = list(items_led(actor, source)), list(items_helped(actor, source))
    if not led and not helped:
        raise InvalidState(f"“{source.name}”没有未办结的督办事项，无需移交。")
    if seal_of([*led, *helped]) != seal:
        raise Conflict("事项在您核对之后有了变化，尚未移交任何事项，请重新核对。")
    note = f"{source.name} → {target.name}：{reason}"
    for item in led:
        item.lead_organ, item.lead_unit, item.handler = target.organ, target.unit, None
        item.version += 1
        item.save(update_fields=["lead_organ", "lead_unit", "handler", "version"])
        logged(item, "succeed", "移交承接", actor=actor, note=note)
    _helpers_change(actor, source, target, helped, note)
    _lead_helps_not(led, target)
    record(
        "supervision.succeed",
        actor=actor,
        subject_text=f"{source.name} → {target.name}",
        facts={"led": len(led), "helped": len(helped), "reason": reason},
    )
    if led:
        publish(ItemsSucceeded(first_id=led[0].pk, count=len(led), source=source.name))
    return len({item.pk for item in (*led, *helped)})


def _items_lock(actor: Actor, *places: Place) -> None:
    """Lock all open items the places lead or help with, in one order: two who hand over at once wait for each other."""
    touched = {
        item.pk for place in places for rows in (items_led, items_helped) for item in rows(actor, place)
    }
    list(SupervisionItem.objects.select_for_update().filter(pk__in=touched).order_by("pk").values("pk"))


def places_checked(*, source: Place, target: Place) -> None:
    """Refuses a successor that is gone, or is the place itself."""
    if target.is_gone or target.organ.abolished_on is not None:
        raise ValidationFailed(f"“{target.name}”已经撤销，请选择承接其职责的单位。", field="target")
    if target.code == source.code:
        raise ValidationFailed("承接单位不能是原单位本身。", field="target")


def _helpers_change(
    actor: Actor, source: Place, target: Place, helped: Sequence[SupervisionItem], note: str
) -> None:
    """The successor helps where the old organ did, unless it helps already or leads."""
    for item in helped:
        item.assisting.filter(organ=source.organ).delete()
        if item.lead_organ_id != target.organ.pk:
            Assisting.objects.get_or_create(item=item, organ=target.organ)
        logged(item, "succeed", "移交承接", actor=actor, note=f"配合单位 {note}")


def _lead_helps_not(led: Sequence[SupervisionItem], target: Place) -> None:
    Assisting.objects.filter(item__in=[item.pk for item in led], organ=target.organ).delete()
