"""What workflow shows in slots of accounts: what a secretary did for a leader."""

from apps.accounts.models import SecretaryDuty
from apps.core.actors import Actor
from apps.core.slots import Panel, panel
from apps.workflow.selectors.recorded import acts_recorded


@panel("accounts.secretary.acts")
def secretary_acts(_actor: Actor, duty: SecretaryDuty) -> Panel | None:
    """The latest acts recorded for the leader, with what they were about."""
    return Panel(template="workflow/_secretary_acts.html", context={"acts": acts_recorded(duty)})
