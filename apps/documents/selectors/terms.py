"""What receiving organs may do with a document's papers besides reading them."""

from dataclasses import dataclass

from apps.core.actors import Actor
from apps.core.subjects import FREE, Leaving
from apps.documents.models import IncomingDocument, OutgoingDocument, ReceiverTerms

REFUSAL = "发文机关（{issuer}）未允许接收单位{act}此件；确需{act}的，请与发文机关文书联系。"


@dataclass(frozen=True)
class Terms:
    """The issuer's leave; both given unless it said otherwise."""

    may_print: bool = True
    may_download: bool = True

    @property
    def words(self) -> str:
        """As the page says it."""
        allowed = [word for word, may in (("打印", self.may_print), ("下载", self.may_download)) if may]
        return f"可{'、'.join(allowed)}" if allowed else "只可在线阅读"


def terms_of(document: OutgoingDocument) -> Terms:
    """What the issuer allows receivers of the document now."""
    row = ReceiverTerms.objects.filter(document=document).first()
    return Terms() if row is None else Terms(row.may_print, row.may_download)


def leaving_of_incoming(_actor: Actor, incoming_id: int) -> Leaving:
    """The issuer's terms over a copy that came by exchange, also one that was forwarded; everything else is the organ's own paper.

    The issuing organ keeps both rights over a copy it sent to itself. One query.
    """
    copy = IncomingDocument.objects.filter(pk=incoming_id, dispatch__document__receiver_terms__isnull=False)
    document = copy.select_related(
        "dispatch__document__receiver_terms", "dispatch__document__issuing_organ"
    ).first()
    return FREE if document is None else leaving_over(document)


def leaving_over(document: IncomingDocument) -> Leaving:
    """The same of a document at hand; asks nothing when it was read with its dispatch, document and terms."""
    if document.dispatch is None:
        return FREE
    issued = document.dispatch.document
    terms: ReceiverTerms | None = getattr(issued, "receiver_terms", None)
    if terms is None or document.organ_id in {issued.organ_id, issued.issuing_organ_id}:
        return FREE
    refused = [word for word, may in (("打印", terms.may_print), ("下载", terms.may_download)) if not may]
    sentence = REFUSAL.format(issuer=issued.issuing_organ.short_name, act="、".join(refused))
    return Leaving(
        print_refusal="" if terms.may_print else sentence,
        download_refusal="" if terms.may_download else sentence,
    )
