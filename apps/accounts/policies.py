"""Who may do what to people, posts and organs.

Administrators act by the permissions of their group; everybody else by the post they hold. `actor` None is the system itself
(commands, the demo's seed), which may do everything.
"""

from django.conf import settings

from apps.accounts.models import Appointment, Role
from apps.accounts.selectors import appointments_of, powers_of, serves
from apps.core.actors import Actor
from apps.core.errors import Forbidden

MOBILE_FOR_ALL = "all"
MOBILE_FOR_ORGAN = "organ"
DUTY_MAKERS = frozenset({Role.OFFICE_DIRECTOR, Role.DUTY_OFFICER})
OFFICE_KEEPERS = frozenset({Role.CLERK, Role.OFFICE_DIRECTOR})


def require_permission(actor: Actor | None, permission: str, act: str) -> None:
    """Raise `Forbidden` unless the actor is an administrator with `permission`; `act` says what was refused."""
    if actor is None or permission in powers_of(actor.person_id):
        return
    raise Forbidden(f"您没有{act}的权限，请联系相应的管理员。", rule=permission)


def has_permission(actor: Actor | None, permission: str) -> bool:
    """Whether `require_permission` would let pass."""
    return actor is None or permission in powers_of(actor.person_id)


def require_own_or_served(actor: Actor | None, post: Appointment, act: str) -> None:
    """Raise `Forbidden` unless the post is the actor's own or of a leader the actor serves as secretary."""
    if actor is None or post.person_id == actor.person_id:
        return
    if actor.appointment_id is not None and serves(actor.appointment_id, post.pk):
        return
    raise Forbidden(f"只能为本人或所服务的领导{act}。", rule="own_or_served")


def require_group_clerk(actor: Actor) -> None:
    """Raise `Forbidden` unless the actor keeps groups for the own organ as its clerk; administrators have the back office."""
    if not _is_clerk_of(actor, actor.organ_id):
        raise Forbidden("只有本机关文书可以在这里维护常用发送范围。", rule="group_clerk")


def keeps_for_organ(actor: Actor) -> bool:
    """Whether the actor keeps what the own organ offers all its people: as its clerk or the director of its office."""
    return actor.organ_id is not None and not OFFICE_KEEPERS.isdisjoint(actor.roles)


def makes_duty_of(actor: Actor, person_id: int) -> bool:
    """Whether the actor makes the roster of an organ in which the person holds a post."""
    if actor.organ_id is None or DUTY_MAKERS.isdisjoint(actor.roles):
        return False
    return any(post.organ_id == actor.organ_id for post in appointments_of(person_id))


def _is_clerk_of(actor: Actor, organ_id: int | None) -> bool:
    return organ_id is not None and actor.organ_id == organ_id and Role.CLERK in actor.roles


def require_group_keeper(actor: Actor | None, organ_id: int | None) -> None:
    """Raise `Forbidden` unless the actor keeps groups: the organ's own clerk, or an administrator for any."""
    if actor is not None and _is_clerk_of(actor, organ_id):
        return
    require_permission(actor, "accounts.change_recipientgroup", "维护发送范围组")


def sees_mobile(actor: Actor, organ_id: int, person_id: int) -> bool:
    """Whether a mobile number is shown in full: one's own always, others' by `settings.DIRECTORY_MOBILE`."""
    if actor.person_id == person_id or settings.DIRECTORY_MOBILE == MOBILE_FOR_ALL:
        return True
    return bool(settings.DIRECTORY_MOBILE == MOBILE_FOR_ORGAN and actor.organ_id == organ_id)


def shown_mobile(actor: Actor, organ_id: int, person_id: int, mobile: str) -> str:
    """The number as this reader may see it: whole, or with its middle hidden."""
    if not mobile or sees_mobile(actor, organ_id, person_id):
        return mobile
    return f"{mobile[:3]}****{mobile[-4:]}" if len(mobile) >= 8 else "****"
