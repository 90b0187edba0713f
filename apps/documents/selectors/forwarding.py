"""Forwardings of a document and where they may go; what listeners need of them and of answers."""

from apps.accounts.models import Organ
from apps.documents.enums import DispatchState, ForwardingState
from apps.documents.models import Dispatch, Forwarding, IncomingDocument, IncomingResponse, OutgoingDocument


def organs_below(organ: Organ) -> list[Organ]:
    """Organs this one may pass documents on to: those below it; below its government for a government's office."""
    base = organ.superior if organ.kind == Organ.Kind.OFFICE and organ.superior is not None else organ
    below = Organ.objects.filter(path__startswith=base.path, abolished_on__isnull=True)
    return list(below.exclude(pk__in=[base.pk, organ.pk]).order_by("rank_order", "pk"))


def organs_having(document_id: int) -> set[int]:
    """Organs that have a copy of the document, signed for or not."""
    live = Dispatch.objects.filter(
        document_id=document_id, state__in=[DispatchState.SENT, DispatchState.SIGNED]
    )
    return set(live.values_list("organ_id", flat=True))


def forwarding_locked(forwarding_id: int) -> Forwarding | None:
    """The row, locked, with its document."""
    return (
        Forwarding.objects.select_for_update(of=("self",))
        .select_related("document__dispatch", "document__organ")
        .filter(pk=forwarding_id)
        .first()
    )


def open_forwardings(document: OutgoingDocument) -> list[Forwarding]:
    """What receiving organs of the document ask its sender for. Two queries."""
    rows = Forwarding.objects.filter(
        document__dispatch__document=document, state=ForwardingState.ASKED
    ).select_related("document__organ", "asked_by")
    return list(rows.prefetch_related("organs"))


def forwarding_with_documents(forwarding_id: int) -> Forwarding | None:
    """For telling people."""
    return (
        Forwarding.objects.filter(pk=forwarding_id)
        .select_related("document__organ", "document__dispatch__document__organ", "asked_by")
        .first()
    )


def copies_of_forwarding(forwarding: Forwarding, ids: list[int]) -> list[IncomingDocument]:
    """Copies without a dispatch that went out with it and are not signed for yet."""
    return list(forwarding.copies.filter(pk__in=ids, status="received").order_by("pk"))


def response_with_document(response_id: int) -> IncomingResponse | None:
    """For telling the sender."""
    return (
        IncomingResponse.objects.filter(pk=response_id)
        .select_related("document__organ", "document__dispatch__document")
        .first()
    )
