"""What a person keeps at the documents desk."""

from apps.core.actors import Actor
from apps.documents.enums import DeskSide
from apps.documents.models import SavedFilter


def saved_filters(actor: Actor, side: DeskSide) -> list[SavedFilter]:
    """The person's kept narrowings of a list, the oldest first."""
    return list(SavedFilter.objects.filter(person_id=actor.person_id, side=side))
