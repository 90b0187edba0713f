"""What documents tell people: the drafter of the signature; in exchange the receiving desk and the sender; workers of pages wanted."""

from django.db import transaction

from apps.accounts.events import PersonRenamed
from apps.core.clock import day_text
from apps.core.events import listens_to
from apps.core.realtime import person_topic, tell
from apps.documents.enums import DispatchState, ForwardingState
from apps.documents.events import (
    DispatchRecalled,
    DispatchReturned,
    DispatchSigned,
    DispatchUrged,
    DocumentDistributed,
    DocumentSigned,
    ForwardingAsked,
    ForwardingDecided,
    IncomingResponded,
    PreviewWanted,
    ValidityDecided,
)
from apps.documents.models import Dispatch
from apps.documents.policies.incoming import desk_people
from apps.documents.selectors.forwarding import (
    copies_of_forwarding,
    forwarding_with_documents,
    response_with_document,
)
from apps.documents.selectors.incoming import dispatch_with_documents, dispatches_held, subject_of
from apps.documents.selectors.outgoing import outgoing_by_id
from apps.documents.selectors.outgoing import subject_of as outgoing_subject
from apps.documents.selectors.validity import change_by_id
from apps.documents.services.renaming import drafter_renamed
from apps.documents.tasks import preview_make
from apps.notifications.enums import NoticeKind
from apps.notifications.services import notice_send, notices_settle


def _key(dispatch: Dispatch) -> str:
    return f"dispatch:{dispatch.pk}"


def _sender_people(dispatch: Dispatch) -> list[int]:
    """The sending desk and the drafter."""
    return [*desk_people(dispatch.document.organ_id), dispatch.document.drafter_id]


def _settle(dispatch: Dispatch) -> None:
    """The arrival asks for no more attention; both desks' open pages look again."""
    incoming = dispatch.incoming_document
    notices_settle(subject=subject_of(incoming), key=_key(dispatch))
    people = {*desk_people(incoming.organ_id), *_sender_people(dispatch)}
    tell([person_topic(pk) for pk in sorted(people)], kind="inbox")


def _tell_desk(
    dispatch: Dispatch,
    what: str,
    *,
    title: str,
    text: str,
    kind: NoticeKind = NoticeKind.DOCUMENT,
    is_urgent: bool = False,
) -> None:
    """The receiving desk, with the way to its copy; `what` tells this news of the copy from other news of it."""
    notice_send(
        person_ids=desk_people(dispatch.incoming_document.organ_id),
        key=f"{_key(dispatch)}:{what}",
        kind=kind,
        title=title,
        text=text,
        subject=subject_of(dispatch.incoming_document),
        is_urgent=is_urgent,
    )


@listens_to(PersonRenamed)
def find_by_the_new_name(event: PersonRenamed) -> None:
    """Documents are found by their drafter's present name."""
    drafter_renamed(person_id=event.person_id)


@listens_to(DocumentDistributed)
def tell_receiving_desks(event: DocumentDistributed) -> None:
    """Each receiving desk hears of its own copy, as long as it has not signed for it."""
    for dispatch_id in event.dispatch_ids:
        dispatch = dispatch_with_documents(dispatch_id)
        if dispatch is None or dispatch.state != DispatchState.SENT:
            continue
        incoming = dispatch.incoming_document
        people = desk_people(incoming.organ_id)
        notice_send(
            person_ids=people,
            key=_key(dispatch),
            kind=NoticeKind.DOCUMENT,
            title=f"待签收：{incoming.title}",
            text=f"{incoming.source_name} {incoming.source_number}",
            subject=subject_of(incoming),
            is_urgent=bool(incoming.urgency),
        )
        tell([person_topic(pk) for pk in people], kind="inbox")


@listens_to(DispatchSigned)
def settle_signed(event: DispatchSigned) -> None:
    """Signed for: the notice is settled, the sender's page shows it."""
    dispatch = dispatch_with_documents(event.dispatch_id)
    if dispatch is not None:
        _settle(dispatch)


@listens_to(DispatchReturned)
def tell_sender_of_return(event: DispatchReturned) -> None:
    """The sending desk and the drafter learn who returned it and why."""
    dispatch = dispatch_with_documents(event.dispatch_id)
    if dispatch is None:
        return
    _settle(dispatch)
    notice_send(
        person_ids=_sender_people(dispatch),
        key=f"{_key(dispatch)}:returned",
        kind=NoticeKind.RETURN,
        title=f"{dispatch.organ.short_name}退文：{dispatch.document.title}",
        text=dispatch.reason,
        subject=outgoing_subject(dispatch.document),
        is_urgent=True,
    )


@listens_to(DispatchRecalled)
def tell_desk_of_recall(event: DispatchRecalled) -> None:
    """The receiving desk learns that nothing is left to sign for."""
    dispatch = dispatch_with_documents(event.dispatch_id)
    if dispatch is None:
        return
    _settle(dispatch)
    title = f"{dispatch.incoming_document.source_name}撤回：{dispatch.document.title}"
    _tell_desk(dispatch, "recalled", title=title, text=dispatch.reason)


@listens_to(ValidityDecided)
def tell_desks_of_validity(event: ValidityDecided) -> None:
    """Every organ that has a copy learns from when the document no longer holds, or holds again, and why."""
    change = change_by_id(event.change_id)
    if change is None:
        return
    word = change.get_state_display()
    since = f"自{day_text(change.effective_on)}起{word}：{change.reason}"
    for dispatch in dispatches_held(change.document_id):
        copy = dispatch.incoming_document
        text = f"{copy.source_name} {copy.source_number}，{since}"
        _tell_desk(dispatch, f"validity:{change.pk}", title=f"{word}：{copy.title}", text=text)


@listens_to(DispatchUrged)
def tell_urged_desk(event: DispatchUrged) -> None:
    """Only a desk that has still not signed, once an urging."""
    dispatch = dispatch_with_documents(event.dispatch_id)
    if dispatch is None or dispatch.state != DispatchState.SENT:
        return
    incoming = dispatch.incoming_document
    _tell_desk(
        dispatch,
        f"urge:{event.count}",
        kind=NoticeKind.URGE,
        title=f"催收：{incoming.title}",
        text=f"{incoming.source_name}请尽快签收。",
        is_urgent=True,
    )


@listens_to(IncomingResponded)
def tell_sender_of_response(event: IncomingResponded) -> None:
    """The sending desk and the drafter learn how their document was handled; an outside sender is told on paper."""
    response = response_with_document(event.response_id)
    dispatch = response.document.dispatch if response else None
    if response is None or dispatch is None:
        return
    notice_send(
        person_ids=_sender_people(dispatch),
        key=f"response:{response.pk}",
        kind=NoticeKind.PROGRESS,
        title=f"{response.document.organ.short_name}答复：{response.document.title}",
        text=response.text[:200],
        subject=outgoing_subject(dispatch.document),
    )


@listens_to(ForwardingAsked)
def tell_issuer_of_forwarding(event: ForwardingAsked) -> None:
    """The issuer's desk decides; asked for until it has."""
    forwarding = forwarding_with_documents(event.forwarding_id)
    dispatch = forwarding.document.dispatch if forwarding else None
    if forwarding is None or dispatch is None or forwarding.state != ForwardingState.ASKED:
        return
    notice_send(
        person_ids=desk_people(dispatch.document.organ_id),
        key=f"forwarding:{forwarding.pk}",
        kind=NoticeKind.DOCUMENT,
        title=f"{forwarding.document.organ.short_name}申请转发：{forwarding.document.title}",
        text=forwarding.reason,
        subject=outgoing_subject(dispatch.document),
        is_urgent=bool(forwarding.document.urgency),
    )


@listens_to(ForwardingDecided)
def tell_of_forwarding(event: ForwardingDecided) -> None:
    """Who asked learns the answer; desks below learn of copies that came without a dispatch."""
    forwarding = forwarding_with_documents(event.forwarding_id)
    if forwarding is None:
        return
    dispatch = forwarding.document.dispatch
    if dispatch is not None:
        notices_settle(subject=outgoing_subject(dispatch.document), key=f"forwarding:{forwarding.pk}")
        notice_send(
            person_ids=[forwarding.asked_by_id],
            key=f"forwarding:{forwarding.pk}:answer",
            kind=NoticeKind.PROGRESS,
            title=f"{forwarding.get_state_display()}：{forwarding.document.title}",
            text=forwarding.answer,
            subject=subject_of(forwarding.document),
        )
    for copy in copies_of_forwarding(forwarding, event.incoming_ids):
        people = desk_people(copy.organ_id)
        notice_send(
            person_ids=people,
            key=f"forwarded:{copy.pk}",
            kind=NoticeKind.DOCUMENT,
            title=f"待签收：{copy.title}",
            text=f"{copy.source_name} {copy.source_number}，由{forwarding.document.organ.short_name}转发",
            subject=subject_of(copy),
            is_urgent=bool(copy.urgency),
        )
        tell([person_topic(pk) for pk in people], kind="inbox")


@listens_to(DocumentSigned)
def tell_drafter_of_signature(event: DocumentSigned) -> None:
    """The drafter learns who signed; a text signed again after a change is told again."""
    document = outgoing_by_id(event.document_id)
    if document is None or document.signed_at is None or document.signer is None:
        return
    notice_send(
        person_ids=[document.drafter_id],
        key=f"signed:{document.pk}:{document.signed_at.timestamp():.0f}",
        kind=NoticeKind.PROGRESS,
        title=f"已签发：{document.title}",
        text=f"{document.signer.person.name}已签发，转文书复核。",
        subject=outgoing_subject(document),
    )


@listens_to(PreviewWanted)
def have_pages_laid_out(event: PreviewWanted) -> None:
    """A worker takes the time a reader does not have; the reader's page looks again."""
    transaction.on_commit(lambda: preview_make.apply_async((event.document_id,), retry=False), robust=True)
