"""Who manages the exchange of a distributed document for the organ that sent it."""

from apps.accounts.models import Role
from apps.core.actors import Actor
from apps.documents.enums import OutgoingStatus
from apps.documents.models import OutgoingDocument

SENDER_ROLES = frozenset({Role.CLERK, Role.OFFICE_DIRECTOR})
DISTRIBUTED = frozenset({OutgoingStatus.FILING, OutgoingStatus.FILED})


def manages_dispatches(actor: Actor, document: OutgoingDocument) -> bool:
    """Whether the actor urges, recalls and sends to further organs: clerks and office director of the sending organ."""
    return actor.organ_id == document.organ_id and bool(actor.roles & SENDER_ROLES)
