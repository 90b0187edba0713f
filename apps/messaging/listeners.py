"""What messaging does when people come, move and go."""

from apps.accounts.events import PersonLeft, UnitPeopleChanged
from apps.core.events import listens_to
from apps.messaging.services import person_part, unit_group_sync


@listens_to(UnitPeopleChanged)
def follow_the_unit(event: UnitPeopleChanged) -> None:
    """Members of a unit group join and leave with their appointments."""
    unit_group_sync(unit_id=event.unit_id)


@listens_to(PersonLeft)
def leave_the_groups(event: PersonLeft) -> None:
    """Who has left the house is in no group."""
    person_part(person_id=event.person_id)
