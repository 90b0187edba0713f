"""Who makes the roster, who keeps the log, who reads it."""

from apps.accounts.models import Role
from apps.core.actors import Actor
from apps.core.errors import Forbidden
from apps.duty.models import DutyShift, DutyWatch

MAKERS = frozenset({Role.OFFICE_DIRECTOR, Role.DUTY_OFFICER})
READERS = MAKERS | {Role.PRINCIPAL_HEAD, Role.DEPUTY_HEAD}


def makes_roster(actor: Actor) -> bool:
    """Whether the person makes the organ's roster: the office director and the duty office."""
    return actor.organ_id is not None and bool(actor.roles & MAKERS)


def require_maker(actor: Actor) -> int:
    """The organ whose roster the person makes. Raises `Forbidden`."""
    if actor.organ_id is None or not makes_roster(actor):
        raise Forbidden("值班表由办公室主任和值班室编排。", rule="roster")
    return actor.organ_id


def serves_in(actor: Actor, watch: DutyWatch) -> bool:
    """Whether the person is on the roster for the watch."""
    return DutyShift.objects.filter(watch=watch, appointment__person_id=actor.person_id).exists()


def keeps(actor: Actor, watch: DutyWatch | None) -> bool:
    """Whether the person writes the log now: the duty office, and who serves in the watch."""
    if actor.organ_id is None:
        return False
    if Role.DUTY_OFFICER in actor.roles:
        return True
    return watch is not None and watch.organ_id == actor.organ_id and serves_in(actor, watch)


def require_keeper(actor: Actor, watch: DutyWatch | None) -> int:
    """The organ whose log the person keeps. Raises `Forbidden`."""
    if actor.organ_id is None or not keeps(actor, watch):
        raise Forbidden("值班日志和突发事件由值班室和本班值班人员办理。", rule="keeper")
    return actor.organ_id


def reads_log(actor: Actor) -> bool:
    """Whether the person reads log and events: the duty office, heads, and who serves on this organ's roster."""
    if actor.organ_id is None:
        return False
    if actor.roles & READERS:
        return True
    return DutyShift.objects.filter(
        watch__organ_id=actor.organ_id, appointment__person_id=actor.person_id
    ).exists()


def require_reader(actor: Actor) -> int:
    """The organ whose log the person reads. Raises `Forbidden`."""
    if actor.organ_id is None or not reads_log(actor):
        raise Forbidden("值班日志和突发事件由值班人员、机关负责人和办公室查看。", rule="log")
    return actor.organ_id
