"""督办单: assigning and urging on numbered paper, signed for by every organ it goes to."""

from django.db import transaction

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, NotFound, RateLimited
from apps.core.events import publish
from apps.files.words import words_checked
from apps.supervision.course import moved, taken_up
from apps.supervision.enums import Act
from apps.supervision.events import SupervisionNoticeIssued
from apps.supervision.models import NoticeReceipt, SupervisionItem, SupervisionNotice
from apps.supervision.numbers import number_give
from apps.supervision.policies import DESK, HEADS
from apps.supervision.selectors.items import item_for

Kind = SupervisionNotice.Kind
MARKS = {Kind.ASSIGN: "督通", Kind.URGE: "督催", Kind.LIST: "督挂", Kind.INTERVIEW: "督谈"}
TEXT_LIMIT = 1000
URGE_SECONDS = 3600


def notice_issue(*, actor: Actor, item: SupervisionItem, kind: str, text: str) -> SupervisionNotice:
    """Write the paper and who signs for it; part of the verb's transaction. A talk was with the lead alone."""
    notice = SupervisionNotice.objects.create(
        item=item,
        kind=kind,
        number=number_give(organ_id=item.organ_id, mark=MARKS[Kind(kind)]),
        text=text,
        due_at=item.due_at,
        issued_text=actor.signature,
        issued_at=now(),
    )
    helpers = [] if kind == Kind.INTERVIEW else [row.organ_id for row in item.assisting.all()]
    organs = [item.lead_organ_id, *helpers]
    NoticeReceipt.objects.bulk_create(
        NoticeReceipt(notice=notice, organ_id=organ_id) for organ_id in dict.fromkeys(organs)
    )
    publish(SupervisionNoticeIssued(notice_id=notice.pk))
    return notice


@transaction.atomic
def item_urge(
    *, actor: Actor, item_id: int, text: str, expected_version: int | None = None
) -> SupervisionNotice:
    """催办: a numbered notice to the units. Refused within an hour of the last one."""
    item = taken_up(actor, item_id, Act.URGE, expected_version)
    words = words_checked(text, "催办内容", TEXT_LIMIT) or "请抓紧办理，并按时反馈进展情况。"
    last = item.notices.filter(kind=Kind.URGE).first()
    if last is not None and (now() - last.issued_at).total_seconds() < URGE_SECONDS:
        raise RateLimited("一小时内已经催办过，请稍后再催，或直接电话联系承办单位。")
    item.urge_count += 1
    notice = notice_issue(actor=actor, item=item, kind=Kind.URGE, text=words)
    moved(item, Act.URGE, actor=actor, note=f"{notice.number} {words}", save=("urge_count",))
    return notice


@transaction.atomic
def notice_sign(*, actor: Actor, notice_id: int) -> NoticeReceipt:
    """签收 for the actor's organ; signing again changes nothing."""
    notice = SupervisionNotice.objects.filter(pk=notice_id).first()
    if notice is None:
        raise NotFound
    item_for(actor, notice.item_id)
    receipt = notice.receipts.select_for_update().filter(organ_id=actor.organ_id or 0).first()
    if receipt is None or not actor.roles & (DESK | HEADS):
        raise Forbidden("督办单由承办单位的文书、办公室主任或负责人签收。", rule="receipt")
    if receipt.signed_at is None:
        receipt.signed_at, receipt.signed_text = now(), actor.signature
        receipt.save(update_fields=["signed_at", "signed_text"])
    return receipt
