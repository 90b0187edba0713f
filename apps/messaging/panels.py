"""What messaging shows on pages of other apps, and its own kinds of subjects."""

from django.urls import reverse

from apps.accounts.models import Person
from apps.core.actors import Actor
from apps.core.realtime import Guard
from apps.core.slots import Panel, panel
from apps.core.subjects import SubjectKind
from apps.messaging.selectors.conversations import (
    can_attach_to,
    can_view_conversation,
    hearing_of,
    position_of,
    subject_group_exists,
    title_of,
    topics_of,
)
from apps.messaging.selectors.entries import CONVERSATION_KIND, MESSAGE_KIND, can_view_message
from apps.messaging.selectors.transcripts import TRANSCRIPT_KIND, can_view_transcript, transcript_title
from apps.messaging.topics import PREFIX
from apps.workflow.models import Matter

CONVERSATION = SubjectKind(
    kind=CONVERSATION_KIND,
    name="会话",
    icon="message-circle",
    title=title_of,
    url=lambda conversation_id: reverse("messaging:room", args=[conversation_id]),
    can_view=can_view_conversation,
    can_attach=can_attach_to,
)
MESSAGE = SubjectKind(
    kind=MESSAGE_KIND,
    name="消息",
    icon="message-circle",
    title=lambda _id: "消息",
    url=lambda _id: reverse("messaging:home"),
    can_view=can_view_message,
)
TRANSCRIPT = SubjectKind(
    kind=TRANSCRIPT_KIND,
    name="聊天记录导出",
    icon="file-spreadsheet",
    title=transcript_title,
    url=lambda transcript_id: f"{reverse('messaging:transcripts')}#transcript-{transcript_id}",
    can_view=can_view_transcript,
)
GUARD = Guard(prefix=PREFIX, topics_of=topics_of, hearing=hearing_of, position_of=position_of)


@panel("documents.detail.more")
def discuss(actor: Actor, matter: Matter | None) -> Panel | None:
    """发起协同: a group about the document, or the way into the one there is."""
    if matter is None:
        return None
    context = {
        "subject_kind": matter.subject_kind,
        "subject_id": matter.subject_id,
        "exists": subject_group_exists(matter.subject_kind, matter.subject_id),
    }
    return Panel(template="messaging/_discuss.html", context=context)


@panel("directory.person.acts")
def chat_with(actor: Actor, person: Person) -> Panel | None:
    """发消息, for everybody but oneself."""
    if person.pk == actor.person_id or not person.is_active:
        return None
    return Panel(template="messaging/_chat_with.html", context={"person_id": person.pk})
