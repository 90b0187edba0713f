"""Handlers who are away, and who may act for them."""

from apps.accounts.models import Absence, Appointment, Delegation
from apps.core.clock import now
from apps.core.prepared import Prepared, among, slot
from apps.workflow.selectors.passages import moment_words

_AWAY = Prepared(
    lambda: Absence.objects.filter(
        among("person_id", "people"),
        starts_at__lte=slot("now"),
        ends_at__gt=slot("now"),
        cancelled_at__isnull=True,
    ).order_by("ends_at")
)


def absence_words(*, holders: list[Appointment], delegations: list[Delegation]) -> tuple[str, ...]:
    """A sentence for each holder who is away now: until when, and who may act instead. One query."""
    if not holders:
        return ()
    moment = now()
    away = {
        absence.person_id: absence
        for absence in _AWAY.rows(people=[post.person_id for post in holders], now=moment)
    }
    return tuple(
        _sentence(post, away[post.person_id], delegations) for post in holders if post.person_id in away
    )


def _sentence(post: Appointment, absence: Absence, delegations: list[Delegation]) -> str:
    stand_ins = [held.delegate.person.name for held in delegations if held.delegator_id == post.pk]
    if stand_ins:
        who = f"已授权{'、'.join(stand_ins)}代办"
    else:
        who = "未授权他人代办，可提醒其授权，或由主持工作的负责人办理"
    return f"{post.person.name}{absence.get_kind_display()}至{moment_words(absence.ends_at)}，{who}。"
