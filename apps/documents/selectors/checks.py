"""What the rules see of an outgoing document, what they find, and the reasons given for going on all the same."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import InternalUnit, Organ
from apps.documents.enums import OutgoingStatus
from apps.documents.models import CheckReason, DocumentRecipient, NumberSeries, OutgoingDocument
from apps.documents.rules import (
    Addressee,
    Finding,
    Issuer,
    Paper,
    Severity,
    date_text,
    findings_of,
    paper_lines,
)
from apps.documents.selectors.joint import joint_seal_lacks
from apps.documents.selectors.outgoing import Content, content_of
from apps.documents.selectors.winding_up import is_abolished
from apps.files.models import StoredFile
from apps.workflow.models import Task


def paper_of(
    document: OutgoingDocument, content: Content, *, signer_is_principal: bool | None = None
) -> Paper:
    """The document as the rules see it."""
    issuer = document.issuing_organ
    superior = issuer.superior
    return Paper(
        document_type=document.document_type,
        routing_direction=document.routing_direction,
        title=document.title,
        lines=paper_lines(document.body),
        issuer_path=issuer.path,
        issuer_kind=issuer.kind,
        issuer_level=issuer.level,
        issuer_names=(issuer.full_name, issuer.short_name),
        issuer_signature=document.issuer_signature,
        issuers=_issuers(document, content.joint),
        internal_units=_internal_units(document),
        superior_path=superior.path if superior else "",
        addressees=tuple(_addressee(entry) for entry in content.recipients),
        signatories=tuple(document.signatories),
        main_text=document.main_recipients_text,
        cc_text=document.cc_recipients_text,
        note=document.note,
        urgency=document.urgency,
        is_important=document.is_important,
        is_sealed=document.is_sealed,
        is_leader_assigned=document.is_leader_assigned,
        is_government_approved=document.is_government_approved,
        cosigners_missing=content.cosigners_missing,
        attachment_names=tuple(file.name for file in content.attachments),
        unready_attachments=tuple(
            file.name for file in content.attachments if file.state != StoredFile.State.READY
        ),
        document_number=document.document_number,
        document_date=date_text(document.document_date),
        printing_date=date_text(document.printing_date),
        signed_on=date_text(timezone.localdate(document.signed_at)) if document.signed_at else "",
        signer_is_principal=signer_is_principal,
        signed_hash=document.signed_hash,
        current_hash=content.digest,
    )


def _addressee(entry: DocumentRecipient) -> Addressee:
    organ = entry.organ
    gone = organ is not None and is_abolished(organ)
    return Addressee(
        name=entry.name,
        is_main=entry.kind == DocumentRecipient.Kind.MAIN,
        path=organ.path if organ else "",
        kind=organ.kind if organ else "",
        level=organ.level if organ else "",
        abolished=gone,
    )


def _internal_units(document: OutgoingDocument) -> tuple[str, ...]:
    """Names of the organ's internal units other than its office, which may issue (条例 art. 17)."""
    if document.issuer_signature in {document.issuing_organ.full_name, document.issuing_organ.short_name}:
        return ()  # signed by the organ: nothing to look up
    units = InternalUnit.objects.filter(organ_id__in={document.organ_id, document.issuing_organ_id})
    return tuple(name for name in units.values_list("name", flat=True) if not name.endswith("办公室"))


def _issuers(document: OutgoingDocument, others: tuple[Organ, ...]) -> tuple[Issuer, ...]:
    """The organs of a joint issue with their codes and the days their heads signed; empty for an ordinary document."""
    if not others:
        return ()
    lead = document.issuing_organ
    prefixes = NumberSeries.objects.filter(organ=lead, tenure__isnull=True).values_list("prefix", flat=True)
    codes = tuple(dict.fromkeys([*prefixes, *([lead.organ_code] if lead.organ_code else [])]))
    days = _countersigned_on(document)
    lacks = joint_seal_lacks(document, others)
    signed_on = date_text(timezone.localdate(document.signed_at)) if document.signed_at else ""
    return (
        Issuer(name=lead.full_name, codes=codes, signed_on=signed_on),
        *(
            Issuer(
                name=organ.full_name,
                signed_on=days.get(organ.pk, ""),
                seal_lack=lacks.get(organ.pk, ""),
            )
            for organ in others
        ),
    )


def _countersigned_on(document: OutgoingDocument) -> dict[int, str]:
    """Organ → the day its head countersigned, as printed."""
    if document.matter_id is None:
        return {}
    done = Task.objects.filter(
        matter_id=document.matter_id, step_code=OutgoingStatus.COSIGN, state=Task.State.DONE
    )
    return {
        organ_id: date_text(timezone.localdate(moment))
        for organ_id, moment in done.order_by("done_at").values_list("appointment__organ_id", "done_at")
        if moment is not None
    }


@dataclass(frozen=True)
class FindingRow:
    """A finding and the reason that was given for going on all the same, if any."""

    finding: Finding
    reason: CheckReason | None

    @property
    def stops(self) -> bool:
        """Whether the step is refused."""
        return self.finding.severity is Severity.BLOCK

    @property
    def is_open(self) -> bool:
        """Whether a reason is still wanted."""
        return self.finding.severity is Severity.WARN and self.reason is None


def finding_rows(document: OutgoingDocument, found: Iterable[Finding] | None = None) -> list[FindingRow]:
    """What the rules find in the document as it stands, with the reasons given."""
    given = {row.key: row for row in reasons_given(document)}
    findings = document_findings(document) if found is None else found
    return [FindingRow(finding, given.get(finding.key)) for finding in findings]


def reasons_given(document: OutgoingDocument) -> QuerySet[CheckReason]:
    """Why the document went on in spite of warnings, in the order of time."""
    return document.check_reasons.select_related("person")


def document_findings(document: OutgoingDocument, content: Content | None = None) -> tuple[Finding, ...]:
    """What the rules find in the document as it stands; shown beside the draft."""
    return findings_of(paper_of(document, content or content_of(document)))
