"""Who approves: from standing and length to the facts that steer the procedure. Pure (domain.md §6.5, the sample ladder)."""

from dataclasses import dataclass

LONG_DAYS = 3.0
SHORT_DAYS = 1.0


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the person is, and whom there is above."""

    is_principal: bool = False
    is_deputy: bool = False
    is_unit_head: bool = False
    has_unit_head: bool = False
    has_leader: bool = False
    has_head: bool = False
    has_superior: bool = False


def facts_of(standing: Standing, days: float) -> dict[str, bool]:
    """Which steps a notice takes. Where the right approver does not exist, the next higher one approves.

    A principal head: the superior's office. A deputy: the principal head. A head of a unit: below a day the leader in charge,
    from a day on the principal head as well. Others: the unit's head, from three days on the leader in charge as well.
    """
    if standing.is_principal:
        return _facts(superior=standing.has_superior)
    if standing.is_deputy:
        return _facts(head=standing.has_head)
    if standing.is_unit_head:
        leader = standing.has_leader
        return _facts(leader=leader, head=standing.has_head and (days >= SHORT_DAYS or not leader))
    unit_head = standing.has_unit_head
    leader = standing.has_leader and (days >= LONG_DAYS or not unit_head)
    return _facts(unit_head=unit_head, leader=leader, head=standing.has_head and not unit_head and not leader)


def _facts(
    *, unit_head: bool = False, leader: bool = False, head: bool = False, superior: bool = False
) -> dict[str, bool]:
    return {
        "needs_unit_head": unit_head,
        "needs_leader": leader,
        "needs_head": head,
        "needs_superior": superior,
    }
