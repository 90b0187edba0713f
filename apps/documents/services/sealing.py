"""用印: seals and signature stamps are made by administrators, used by their keeper alone, on the signed, numbered and
laid-out text, after a confirmation.

The PDF is signed (PAdES) before the row is locked; the transaction then proves that nothing moved meanwhile. Afterwards triggers
keep document, recipients and file as they are.
"""

import hashlib
import secrets

from django.db import transaction

from apps.accounts.models import Organ
from apps.accounts.policies import require_permission
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, InvalidState, NotFound, UpstreamFailed, ValidationFailed
from apps.core.locks import advisory_lock
from apps.core.submissions import claim, made, made_before
from apps.documents.enums import OutgoingStatus, SealStatus
from apps.documents.models import ESeal, OutgoingDocument, SealUseRequest
from apps.documents.policies.outgoing import Ability, abilities_with, open_task_of, require
from apps.documents.rules import date_text
from apps.documents.selectors.joint import issuers_of, joint_organs
from apps.documents.selectors.outgoing import content_of, document_for, subject_of
from apps.documents.selectors.seals import (
    active_seal,
    layout_id,
    open_seal_use,
    seal_required,
    seal_to_set,
    sealing_organ_id,
)
from apps.documents.selectors.sheets import seal_diameter
from apps.documents.services.seal_keys import provider_of, seal_key_make
from apps.documents.services.steps import document_hold, findings_required, step_keep, version_required
from apps.documents.services.typesetting_room import (
    FINAL_PURPOSE,
    PDF,
    TYPESET_PURPOSE,
    final_keep,
    final_name,
    typeset_file_of,
)
from apps.files.models import StoredFile
from apps.files.selectors import file_bytes
from apps.files.services import file_store_bytes
from apps.typesetting import SealBox, TypesettingError, child
from apps.workflow.models import Opinion
from apps.workflow.policies import post_required
from apps.workflow.services import task_complete

CHANGE_SEAL = "documents.change_eseal"
COPIES_LIMIT = 10_000


def eseal_make(*, actor: Actor | None, organ_id: int, name: str = "") -> ESeal:
    """Draw the organ's seal at its legal diameter and issue its certificate; `actor` None is set-up code.

    `name` is the text on the seal, by default the organ's full name. Refuses a second active seal and an abolished organ.
    """
    require_permission(actor, CHANGE_SEAL, "制作印章")
    organ = Organ.objects.filter(pk=organ_id, abolished_on__isnull=True).first()
    if organ is None:
        raise NotFound("没有找到该机关，或该机关已撤销。")
    text, diameter = name.strip() or organ.full_name, seal_diameter(organ)
    try:
        image = child.run("seal_svg", {"name": text, "diameter_mm": float(diameter)}, seconds=20)
    except TypesettingError as problem:
        raise UpstreamFailed(str(problem)) from problem
    return _eseal_keep(actor=actor, organ=organ, text=text, diameter=diameter, image=image)


@transaction.atomic
def _eseal_keep(*, actor: Actor | None, organ: Organ, text: str, diameter: int, image: str) -> ESeal:
    advisory_lock(f"documents.seal:{organ.pk}")
    if active_seal(organ.pk) is not None:
        raise InvalidState(f"{organ.full_name}已有在用印章，请先停用或注销后再制作。")
    key_name = f"seal-{organ.pk}-{secrets.token_hex(6)}"
    certificate = seal_key_make(name=key_name, organ=organ.full_name, seal_name=text)
    seal = ESeal.objects.create(
        organ=organ,
        name=text,
        diameter_mm=diameter,
        image_svg=image,
        certificate_pem=certificate.decode(),
        key_name=key_name,
        made_at=now(),
    )
    record("documents.seal_make", actor=actor, subject_text=text, facts={"seal": seal.pk, "organ": organ.pk})
    return seal


@transaction.atomic
def eseal_status_set(*, actor: Actor | None, seal_id: int, status: SealStatus, reason: str) -> ESeal:
    """Suspend, put back or revoke a seal or stamp, with the reason. A revoked one stays revoked."""
    require_permission(actor, CHANGE_SEAL, "变更印章状态")
    seal = ESeal.objects.select_for_update(of=("self",)).filter(pk=seal_id).first()
    if seal is None:
        raise NotFound("没有找到该印章。")
    if not reason.strip():
        raise ValidationFailed("请写明停用、启用或注销印章的原因。", fields={"reason": "请写明原因。"})
    if seal.status == SealStatus.REVOKED:
        raise InvalidState(f"“{seal.name}”已注销，不能再变更，请制作新印章。")
    same = ESeal.objects.filter(organ_id=seal.organ_id, person=seal.person, status=SealStatus.ACTIVE)
    if status == SealStatus.ACTIVE and same.exclude(pk=seal.pk).exists():
        raise InvalidState(f"该机关已有在用的“{seal.name}”，不能同时启用两枚。")
    seal.status = status
    seal.save(update_fields=["status"])
    facts = {"seal": seal.pk, "status": str(status), "reason": reason.strip()[:200]}
    record("documents.seal_status", actor=actor, subject_text=seal.name, facts=facts)
    return seal


@transaction.atomic
def seal_use_request(
    *, actor: Actor, document_id: int, expected_version: int, copies: int, key: str = ""
) -> SealUseRequest:
    """用印审批: the keeper confirms seal, text and number of copies on the strength of the signature; kept for good."""
    document = document_for(actor, document_id, lock=True)
    task = open_task_of(actor, document)
    require(Ability.SEAL, abilities_with(actor, document, task))
    if task is not None:
        post_required(task)
    version_required(document=document, expected=expected_version)
    if not claim(person_id=actor.person_id, key=key, verb="documents.seal_use_request"):
        return made_before(document.seal_uses, person_id=actor.person_id, key=key)
    if not 1 <= copies <= COPIES_LIMIT:
        raise ValidationFailed(f"用印份数须在1至{COPIES_LIMIT}之间。", fields={"copies": "请填写份数。"})
    findings_required(document=document, content=content_of(document))
    typeset_file_of(document=document)
    signer = document.signer.person.name if document.signer else ""
    request = SealUseRequest.objects.create(
        document=document,
        seal=seal_required(document, Organ.objects.get(pk=sealing_organ_id(document, task))),
        layout_id=layout_id(document),
        copies=copies,
        requested_by_id=actor.person_id,
        requested_at=now(),
        approved_by_name=f"{signer}{date_text(document.document_date)}签发（{document.document_number}）",
    )
    made(person_id=actor.person_id, key=key, row_id=request.pk)
    return request


def document_seal(
    *, actor: Actor, document_id: int, expected_version: int, text: str = "", key: str = ""
) -> OutgoingDocument:
    """Set the confirmed seal on the laid-out PDF. The lead organ's, the last, makes it the final file, sent on to distribution.

    Refuses everybody but the keeper at the step, a missing confirmation, a text other than the signed one (D27), and the
    lead organ's seal before those of the joint organs.
    """
    document = document_for(actor, document_id)
    task = open_task_of(actor, document)
    require(Ability.SEAL, abilities_with(actor, document, task))
    version_required(document=document, expected=expected_version)
    organ_id = sealing_organ_id(document, task)
    request = open_seal_use(document, seal_to_set(document, organ_id))
    if request is None:
        raise InvalidState("请先核对并确认用印单，再加盖印章。")
    return _seal_keep(
        actor=actor,
        document_id=document_id,
        expected_version=expected_version,
        request_id=request.pk,
        source_sha256=str(document.typeset_facts["sha256"]),
        signed=_sealed_bytes(actor, document, request, organ_id),
        text=text,
        key=key,
    )


def _sealed_bytes(actor: Actor, document: OutgoingDocument, request: SealUseRequest, organ_id: int) -> bytes:
    from apps.typesetting import sign_pdf  # noqa: PLC0415  # pyHanko weighs 16 MB: only where seals are set

    data = file_bytes(typeset_file_of(document=document))
    if hashlib.sha256(data).hexdigest() != document.typeset_facts.get("sha256"):
        raise InvalidState("排版文件的存储内容已损坏，请退回“排版”环节重新生成。")
    organs = [organ.pk for organ in issuers_of(document)]
    boxes = [SealBox(**box) for box in document.typeset_facts.get("seal_boxes", ())]
    if len(boxes) != len(organs):
        raise InvalidState("排版文件没有留出印章位置，请退回“排版”环节重新生成。")
    try:
        return sign_pdf(
            data,
            seal_svg=request.seal.image_svg,
            box=boxes[organs.index(organ_id)],
            provider=provider_of(seal=request.seal),
            signer_name=request.seal.name,
            reason=f"{document.document_number} 用印，经办 {actor.name}",
            at=now(),
            joint_boxes=boxes,
        )
    except TypesettingError as problem:
        raise UpstreamFailed(f"{problem}文件没有变化，可稍后再试。") from problem


@transaction.atomic
def _seal_keep(
    *,
    actor: Actor,
    document_id: int,
    expected_version: int,
    request_id: int,
    source_sha256: str,
    signed: bytes,
    text: str,
    key: str,
) -> OutgoingDocument:
    held = document_hold(
        actor=actor,
        document_id=document_id,
        ability=Ability.SEAL,
        expected_version=expected_version,
        verb="documents.seal",
        key=key,
    )
    document = held.document
    if held.is_repeat:
        return document
    findings_required(document=document, content=content_of(document))
    if document.typeset_facts.get("sha256") != source_sha256:
        raise Conflict(
            "排版文件刚被重新生成或加盖了另一机关的印章，本次用印没有生效，请刷新后重新确认。",
            version=document.version,
        )
    request = _request_used(actor, request_id)
    is_last = _is_last_seal(document)
    file = file_store_bytes(
        actor=actor,
        subject=subject_of(document),
        purpose=FINAL_PURPOSE if is_last else TYPESET_PURPOSE,
        name=final_name(document=document),
        data=signed,
        content_type=PDF,
    )
    if is_last:
        final_keep(actor=actor, document=document, file=file, seal_id=request.seal_id)
    else:
        sealed_by = [*document.typeset_facts.get("sealed_by", ()), sealing_organ_id(document, held.task)]
        document.typeset_facts |= {"file": file.pk, "sha256": file.sha256, "sealed_by": sealed_by}
    _sealing_recorded(actor, document, file, request)
    result = task_complete(actor=actor, task_id=held.task.pk, action=Opinion.Action.SUBMIT, text=text)
    return step_keep(document=document, result=result)


def _is_last_seal(document: OutgoingDocument) -> bool:
    """Whether this is the lead organ's seal, which follows all others. Refuses it while one of them is missing."""
    if document.status == OutgoingStatus.JOINT_SEAL:
        return False
    done = set(document.typeset_facts.get("sealed_by", ()))
    missing = [organ.short_name for organ in joint_organs(document) if organ.pk not in done]
    if missing:
        raise InvalidState(f"联署机关{'、'.join(missing)}尚未用印，请退回“排版”环节后由其先行用印。")
    return True


def _request_used(actor: Actor, request_id: int) -> SealUseRequest:
    """Use the confirmation up: compare and set, so that one confirmation seals once."""
    taken = SealUseRequest.objects.filter(pk=request_id, used_at__isnull=True).update(
        used_by_id=actor.person_id, used_at=now()
    )
    if not taken:
        raise Conflict("该用印单已经使用，请刷新页面查看。")
    return SealUseRequest.objects.select_related("seal").get(pk=request_id)


def _sealing_recorded(
    actor: Actor, document: OutgoingDocument, file: StoredFile, request: SealUseRequest
) -> None:
    record(
        "documents.seal",
        actor=actor,
        subject=subject_of(document),
        subject_text=document.document_number,
        facts={
            "file": file.pk,
            "sha256": file.sha256,
            "seal": request.seal_id,
            "request": request.pk,
            "content_hash": document.signed_hash,
        },
    )
