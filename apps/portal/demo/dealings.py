"""What passes between the organs of the demo city about received documents: an answer bound to its request, words to the sender, a
paper passed on to organs below, a list of people that receivers may print but not carry off."""

from datetime import timedelta

from apps.accounts.models import Organ, Role
from apps.accounts.selectors import actor_of_appointment, holders
from apps.core import clock
from apps.documents.enums import IncomingStatus as Status
from apps.documents.models import Dispatch, IncomingDocument, OutgoingDocument
from apps.documents.selectors.terms import Terms
from apps.documents.services.exchange import terms_set
from apps.documents.services.forwarding import forwarding_ask
from apps.documents.services.replies import reply_bind
from apps.documents.services.responding import incoming_respond

TOWN = "云湖古镇"
PAPER = "农田水利建设"
PEOPLE = "工作专班组成人员"
ANSWER = "市政府已研究同意，批复正在印制，请先行做好保护规划编制准备。"
LEAVE = "经省政府办公厅秘书处电话同意"
BELOW = ("qingshi", "wanghai", "yunhu", "lingang", "water")


def dealings_work(organs: dict[str, Organ]) -> None:
    """Once; a city that has them is left as it is."""
    office = organs["office"]
    clerk = actor_of_appointment(holders(organ_id=office.pk, role=Role.CLERK)[0])
    here = IncomingDocument.objects.filter(organ=office, status=Status.COMPLETED)
    request = here.filter(title__contains=TOWN).first()
    reply = OutgoingDocument.objects.filter(organ=office, title__contains=TOWN, document_type="reply").first()
    if request is not None and not request.responses.exists():
        with clock.at((request.completed_at or clock.now()) + timedelta(minutes=25)):
            incoming_respond(actor=clerk, incoming_id=request.pk, text=ANSWER, is_final=False)
            if reply is not None:
                reply_bind(actor=clerk, incoming_id=request.pk, outgoing_id=reply.pk, direction="we_answer")
    paper = here.filter(title__contains=PAPER, dispatch=None).first()
    if paper is not None and not paper.forwardings.exists():
        with clock.at((paper.completed_at or clock.now()) + timedelta(minutes=40)):
            forwarding_ask(
                actor=clerk,
                incoming_id=paper.pk,
                organ_ids=[organs[key].pk for key in BELOW],
                reason="请结合实际抓好落实",
                leave=LEAVE,
            )
    dispatch = Dispatch.objects.filter(document__organ=office, document__title__contains=PEOPLE).first()
    if dispatch is not None:
        with clock.at(dispatch.sent_at + timedelta(minutes=10)):
            terms_set(actor=clerk, document_id=dispatch.document_id, terms=Terms(may_download=False))
