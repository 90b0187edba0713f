"""联合行文: the organs that issue a document together, the lead organ first (条例 art. 17, 22; GB/T 9704-2012 7.2.4, 7.3.5)."""

from collections.abc import Iterable

from django.db.models import QuerySet

from apps.accounts.models import Appointment, Organ, Role
from apps.accounts.selectors import holders, valid_on
from apps.core.clock import today
from apps.core.errors import InvalidState
from apps.documents.enums import DocumentFormat, OutgoingStatus, SealStatus
from apps.documents.models import ESeal, OutgoingDocument
from apps.documents.selectors.seals import seal_required
from apps.workflow.models import Task

AFTER_COSIGN = (OutgoingStatus.OFFICE_REVIEW, OutgoingStatus.SIGNING, OutgoingStatus.RECHECK)


def joint_organs(document: OutgoingDocument) -> list[Organ]:
    """The organs besides the lead one, in the order of issue; empty for an ordinary document."""
    return [entry.organ for entry in document.joint_issuers.select_related("organ")]


def cosigners_missing(document_id: int, matter_id: int) -> QuerySet[Appointment]:
    """Chosen countersigners without a finished countersigning, in rank order; of use once that step is behind."""
    waiting = (Task.State.OPEN, Task.State.WAITING, Task.State.WITHDRAWN)
    done = Task.objects.filter(matter_id=matter_id, step_code=OutgoingStatus.COSIGN).exclude(
        state__in=waiting
    )
    chosen = OutgoingDocument.cosign_appointments.through.objects.filter(outgoingdocument_id=document_id)
    missing = Appointment.objects.filter(pk__in=chosen.values("appointment_id"))
    return missing.exclude(pk__in=done.values("appointment_id")).order_by("rank_order", "pk")


def issuers_of(document: OutgoingDocument) -> list[Organ]:
    """All issuing organs, the lead one first."""
    return [document.issuing_organ, *joint_organs(document)]


def cosigning_posts(document: OutgoingDocument) -> list[int]:
    """Who countersigns: those chosen, and the principal head of each joint organ that none of them heads (art. 22).

    Raises `InvalidState` for a joint organ without a principal head.
    """
    chosen = list(document.cosign_appointments.values_list("pk", flat=True))
    heads = [_first(organ, Role.PRINCIPAL_HEAD, "主要负责人，不能联署") for organ in joint_organs(document)]
    return list(dict.fromkeys([*chosen, *(post.pk for post in heads)]))


def joint_keepers(document: OutgoingDocument) -> list[int]:
    """One keeper for each joint organ's seal or stamp. Raises `InvalidState` where either is missing."""
    organs = joint_organs(document)
    for organ in organs:
        seal_required(document, organ)
    return [_first(organ, Role.SEAL_KEEPER, "印章保管人，不能联合用印").pk for organ in organs]


def joint_seal_lacks(document: OutgoingDocument, organs: Iterable[Organ]) -> dict[int, str]:
    """Organ → what it lacks to seal with; an order's stamps are looked for when its signers are known."""
    ids = [organ.pk for organ in organs]
    sealed = ESeal.objects.filter(organ_id__in=ids, person__isnull=True, status=SealStatus.ACTIVE)
    with_seal = set(sealed.values_list("organ_id", flat=True))
    kept = Appointment.objects.filter(valid_on(today()), organ_id__in=ids, person__is_active=True)
    with_keeper = set(kept.filter(roles__role=Role.SEAL_KEEPER).values_list("organ_id", flat=True))
    is_order = document.layout == DocumentFormat.ORDER
    lacks = {pk: "在用的电子印章" for pk in ids if pk not in with_seal and not is_order}
    return lacks | {pk: "印章保管人" for pk in ids if pk not in with_keeper}


def _first(organ: Organ, role: Role, lack: str) -> Appointment:
    post = holders(organ_id=organ.pk, role=role).first()
    if post is None:
        raise InvalidState(f"{organ.full_name}没有{lack}，请联系其管理员补充任职。")
    return post
