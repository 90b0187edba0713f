"""What every step of an outgoing document shares: the gate before it, the kept revision, the document's move after it."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, InvalidState, ValidationFailed
from apps.core.submissions import claim
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import CheckReason, DocumentRevision, OutgoingDocument
from apps.documents.policies.outgoing import Ability, abilities_with, open_task_of, require
from apps.documents.rules import Finding, blocking, findings_of, warnings
from apps.documents.selectors.checks import paper_of
from apps.documents.selectors.outgoing import Content, document_for
from apps.workflow.models import Task
from apps.workflow.policies import reach_of
from apps.workflow.services import StepResult

BEFORE_SIGNED = frozenset(
    {Status.DRAFT, Status.DEPT_REVIEW, Status.COSIGN, Status.OFFICE_REVIEW, Status.SIGNING}
)


@dataclass(frozen=True, kw_only=True)
class Held:
    """A document held for one verb. `is_repeat`: this very submission was carried out before, so nothing is left to do."""

    document: OutgoingDocument
    own_task: Task | None
    is_repeat: bool = False

    @property
    def task(self) -> Task:
        """The actor's open to-do; abilities of steps are granted with one only."""
        if self.own_task is None:
            raise InvalidState("该文件的待办已被他人办理，请刷新页面查看。")
        return self.own_task


def document_hold(
    *, actor: Actor, document_id: int, ability: Ability, expected_version: int | None, verb: str, key: str
) -> Held:
    """Lock the document for `verb`. Refuses who may not, and a version other than the one the asker has seen."""
    reach = reach_of(actor.person_id)
    document = document_for(actor, document_id, lock=True, reach=reach)
    if not claim(person_id=actor.person_id, key=key, verb=verb):
        return Held(document=document, own_task=None, is_repeat=True)
    task = open_task_of(actor, document, reach)
    require(ability, abilities_with(actor, document, task))
    if expected_version is not None:
        version_required(document=document, expected=expected_version)
    return Held(document=document, own_task=task)


def version_required(*, document: OutgoingDocument, expected: int) -> None:
    """Raise `Conflict` with the present version and text when the asker has seen another one."""
    if document.version != expected:
        raise Conflict(
            "文件已在别处被修改，您看到的不是最新内容，刚才的操作没有生效。请对照最新内容后再继续。",
            version=document.version,
            title=document.title,
            body=document.body,
            updated_at=document.updated_at.isoformat(),
        )


def findings_required(
    *, document: OutgoingDocument, content: Content, signer_is_principal: bool | None = None
) -> tuple[Finding, ...]:
    """All findings. Raises `ValidationFailed` with sentences by field when one blocks."""
    found = findings_of(paper_of(document, content, signer_is_principal=signer_is_principal))
    blocks_refuse(found=found)
    return found


def reasons_keep(
    *,
    actor: Actor,
    document: OutgoingDocument,
    found: tuple[Finding, ...],
    reasons: Mapping[str, str],
    fallback: str = "",
) -> None:
    """Keep why the document goes on in spite of each warning, once for each; `fallback` stands for those without an own reason.

    Raises `ValidationFailed` when a warning has no reason yet.
    """
    if not warnings(found):
        return
    given = set(document.check_reasons.values_list("key", flat=True))
    fresh = {finding.key: finding for finding in warnings(found) if finding.key not in given}
    typed = {key: (reasons.get(key, "").strip() or fallback.strip())[:500] for key in fresh}
    missing = [finding for key, finding in fresh.items() if not typed[key]]
    if missing:
        raise ValidationFailed(
            f"检查发现{len(missing)}项提示尚未说明理由：{missing[0].message}如确需继续，请写明理由，理由将记入流转记录。",
            fields={f"reason-{finding.key}": "请写明理由。" for finding in missing},
            findings=[finding.message for finding in missing],
        )
    CheckReason.objects.bulk_create(
        CheckReason(
            document=document,
            rule=finding.rule,
            key=key,
            message=finding.message[:300],
            reason=typed[key],
            step=document.status,
            person_id=actor.person_id,
            created_at=now(),
        )
        for key, finding in fresh.items()
    )


def blocks_refuse(*, found: tuple[Finding, ...]) -> None:
    """Raise `ValidationFailed` when any finding blocks."""
    stopping = blocking(found)
    if not stopping:
        return
    more = f"（共{len(stopping)}处）" if len(stopping) > 1 else ""
    raise ValidationFailed(
        f"{stopping[0].message}{more}",
        fields={finding.field: finding.message for finding in reversed(stopping)},
        findings=[finding.message for finding in stopping],
        rules=[finding.rule for finding in stopping],
    )


def revision_keep(*, actor: Actor, document: OutgoingDocument, content: Content, reason: str) -> None:
    """Keep the text as it stands unless the newest revision already is this one."""
    number, digest = document.revisions.values_list("number", "content_hash").first() or (0, "")
    if digest == content.digest:
        return
    DocumentRevision.objects.create(
        document=document,
        number=number + 1,
        content=content.value,
        content_hash=content.digest,
        author_id=actor.person_id,
        reason=reason,
        created_at=now(),
    )


def step_keep(*, document: OutgoingDocument, result: StepResult) -> OutgoingDocument:
    """Bring the document to the step the run has reached; a way back before signing takes the signature off."""
    reached = Status(result.current_step) if result.current_step else Status.FILED
    if reached in BEFORE_SIGNED and document.signed_hash:
        document.signed_hash, document.signer = "", None
        document.signed_at, document.document_date = None, None
    document.status = reached
    document_touch(document=document)
    return document


def document_touch(*, document: OutgoingDocument) -> None:
    """Save the changed document as its next version."""
    document.version += 1
    document.updated_at = now()
    document.save()
