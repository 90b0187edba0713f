"""How documents show themselves to other apps: their subject kinds."""

from django.urls import reverse

from apps.core.subjects import SubjectKind
from apps.documents.policies.incoming import KIND as INCOMING
from apps.documents.selectors.incoming import incoming_title, may_attach_incoming, may_read_incoming

INCOMING_KIND = SubjectKind(
    kind=INCOMING,
    name="收文",
    icon="file-import",
    title=incoming_title,
    url=lambda incoming_id: reverse("documents:incoming_detail", args=[incoming_id]),
    can_view=may_read_incoming,
    can_attach=may_attach_incoming,
)
