"""How documents show themselves to other apps: their subject kinds; and what exchange shows on a document's page."""

from django.urls import reverse

from apps.core.actors import Actor
from apps.core.launcher import AppLink
from apps.core.slots import Panel, panel
from apps.core.subjects import SubjectKind
from apps.core.submissions import new_key
from apps.documents.models import OutgoingDocument
from apps.documents.policies.exchange import manages_dispatches
from apps.documents.policies.incoming import KIND as INCOMING
from apps.documents.policies.incoming import keeps_register
from apps.documents.policies.outgoing import KIND as OUTGOING
from apps.documents.selectors.forwarding import open_forwardings
from apps.documents.selectors.incoming import (
    dispatch_board,
    incoming_title,
    may_attach_incoming,
    may_read_incoming,
    open_dispatch_count,
    tab_counts,
)
from apps.documents.selectors.numbering import may_see_ledger
from apps.documents.selectors.outgoing import may_attach_outgoing, may_read_outgoing, outgoing_title
from apps.documents.selectors.replies import replies_of_outgoing
from apps.documents.selectors.templates import KIND as TEMPLATE
from apps.documents.selectors.templates import TRAY, may_read_template, reaches_tray, template_title
from apps.documents.selectors.terms import leaving_of_incoming, terms_of

OUTGOING_KIND = SubjectKind(
    kind=OUTGOING,
    name="发文",
    icon="file-text",
    title=outgoing_title,
    url=lambda document_id: reverse("documents:outgoing_detail", args=[document_id]),
    can_view=may_read_outgoing,
    can_attach=may_attach_outgoing,
)
INCOMING_KIND = SubjectKind(
    kind=INCOMING,
    name="收文",
    icon="file-import",
    title=incoming_title,
    url=lambda incoming_id: reverse("documents:incoming_detail", args=[incoming_id]),
    can_view=may_read_incoming,
    can_attach=may_attach_incoming,
    leaving=leaving_of_incoming,
)
TEMPLATE_KIND = SubjectKind(
    kind=TEMPLATE,
    name="公文模板",
    icon="template",
    title=template_title,
    url=lambda template_id: reverse("documents:template_detail", args=[template_id]),
    can_view=may_read_template,
)
TRAY_KIND = SubjectKind(
    kind=TRAY,
    name="公文模板",
    icon="template",
    title=lambda _organ_id: "公文模板",
    url=lambda _organ_id: reverse("documents:templates"),
    can_view=reaches_tray,
    can_attach=reaches_tray,
)


@panel("documents.outgoing.dispatches")
def outgoing_dispatches(actor: Actor, document: OutgoingDocument) -> Panel | None:
    """签收情况 on the page of a document that was distributed."""
    board = dispatch_board(document)
    if not board.lines:
        return None
    return Panel(
        template="documents/_dispatches.html",
        context={
            "document": document,
            "board": board,
            "forwardings": open_forwardings(document),
            "may_manage": manages_dispatches(actor, document),
            "terms": terms_of(document),
            "key": new_key(),
        },
    )


@panel("documents.detail.side", order=30)
def outgoing_replies(actor: Actor, document: object) -> Panel | None:
    """来复文 on the slip of an outgoing document that answers, or is answered by, incoming ones."""
    if not isinstance(document, OutgoingDocument):
        return None
    related = replies_of_outgoing(actor, document)
    return Panel(template="documents/_replies.html", context={"related": related}) if related else None


@panel("portal.desk.aside", order=20)
def receipt(actor: Actor, _subject: object) -> Panel | None:
    """收文与分发 for the people of an organ's desk: what waits there and what others have not signed for."""
    if actor.organ_id is None or not keeps_register(actor, actor.organ_id):
        return None
    return Panel(
        template="documents/_desk_receipt.html",
        context={"counts": tab_counts(actor), "open_count": open_dispatch_count(actor.organ_id)},
    )


LINKS = (
    AppLink(name="发文拟稿", icon="file-plus", url_name="documents:outgoing_new", group="办文", order=10),
    AppLink(name="收文", icon="file-download", url_name="documents:incoming_list", group="办文", order=11),
    AppLink(name="发文", icon="file-export", url_name="documents:outgoing_list", group="办文", order=12),
    AppLink(
        name="字号台账",
        icon="list-numbers",
        url_name="documents:numbers",
        group="办文",
        order=13,
        is_common=False,
        may=may_see_ledger,
    ),
    AppLink(
        name="验证用印",
        icon="shield-check",
        url_name="documents:verify",
        group="办文",
        order=14,
        is_common=False,
    ),
)
