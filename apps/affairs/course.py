"""What every act on a notice shares: the gate, the rule, the version, the audit's line."""

from apps.affairs.models import AwayNotice
from apps.affairs.policies.away import KIND, Ability, require
from apps.affairs.selectors.notices import notice_for
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.errors import Conflict
from apps.core.subjects import Subject


def notice_held(actor: Actor, notice_id: int, ability: Ability, expected_version: int | None) -> AwayNotice:
    """The locked notice when the actor may do this to it as it was shown. Part of the verb's transaction."""
    notice = notice_for(actor, notice_id, lock=True)
    require(ability, actor, notice)
    if expected_version is not None and notice.version != expected_version:
        raise Conflict("这份报备刚刚有变动，请刷新后再操作，您填写的内容没有提交。", version=notice.version)
    return notice


def noted(action: str, actor: Actor, notice: AwayNotice, note: str = "") -> None:
    """The audit's line. Part of the verb's transaction."""
    record(
        action,
        actor=actor,
        subject=Subject(KIND, notice.pk),
        subject_text=notice.title[:200],
        facts={"state": notice.state, **({"note": note} if note else {})},
        on_behalf_of="" if actor.person_id == notice.person_id else notice.person.name,
    )
