"""Letters of recovery are written by the worker: the page's answer takes the same time whoever was asked for."""

from apps.accounts.events import PasswordRecovered, RecoveryAsked
from apps.accounts.services import password_recovered_tell, recovery_answer
from apps.core.events import listens_to


@listens_to(RecoveryAsked)
def write_link(event: RecoveryAsked) -> None:
    """The letter that was asked for, or none."""
    recovery_answer(ask_id=event.ask_id)


@listens_to(PasswordRecovered)
def write_changed(event: PasswordRecovered) -> None:
    """The proved address hears of it."""
    password_recovered_tell(person_id=event.person_id)
