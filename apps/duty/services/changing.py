"""People put on places of a roster: the one way in, whoever asks (the office, a swap, a hand-over, the solver)."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.accounts.models import Appointment
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, local, now
from apps.core.errors import InvalidState, NotFound, ValidationFailed
from apps.core.events import publish, publish_all
from apps.duty.enums import ChangeCause, EntryKind, RosterState, SwapState, VersionAct, WatchState
from apps.duty.events import ShiftChanged, SwapMoved
from apps.duty.models import DutyLogEntry, DutyRoster, DutyShift, ShiftChange, ShiftSwap
from apps.duty.models.swaps import OPEN
from apps.duty.selectors.rosters import posts_in
from apps.duty.services.versions import version_note

Cells = Mapping[tuple[int, int], int | None]


@dataclass(frozen=True)
class Cause:
    """Why places change: of a published roster by `kind` with a reason in words, of a draft by `act`."""

    kind: ChangeCause = ChangeCause.OFFICE
    reason: str = ""
    act: VersionAct = VersionAct.HAND


def places_put(*, actor: Actor, roster: DutyRoster, cells: Cells, cause: Cause) -> DutyRoster:
    """Put people on places of a locked roster; places not named stay. On a published one each change is kept and told.

    Refuses empty places after publication, one person twice in a watch, and watches that were handed over.
    """
    held = {(row.watch_id, row.post_id): row for row in DutyShift.objects.filter(watch__roster=roster)}
    changed = {
        place: who
        for place, who in cells.items()
        if (held[place].appointment_id if place in held else None) != who
    }
    if not changed:
        return roster
    _places_checked(roster, held, changed)
    _doubles_refused(roster, held, changed)
    DutyShift.objects.filter(pk__in=[held[place].pk for place in changed if place in held]).delete()
    DutyShift.objects.bulk_create(
        DutyShift(watch_id=watch, post_id=post, appointment_id=who)
        for (watch, post), who in changed.items()
        if who
    )
    roster.version += 1
    roster.save(update_fields=["version"])
    _changes_told(actor, roster, held, changed, cause)
    return roster


def _changes_told(
    actor: Actor,
    roster: DutyRoster,
    held: Mapping[tuple[int, int], DutyShift],
    changed: Cells,
    cause: Cause,
) -> None:
    """The audit's line with every place; of a published roster also the record, the log, and those concerned."""
    events = [
        ShiftChanged(
            watch_id=watch,
            post_id=post,
            before_id=held[watch, post].appointment_id if (watch, post) in held else None,
            after_id=who,
            version=roster.version,
        )
        for (watch, post), who in changed.items()
    ]
    moved = [(one.watch_id, one.post_id, one.before_id, one.after_id) for one in events]
    record(
        "duty.roster",
        actor=actor,
        subject_text=f"{roster.month:%Y-%m} 值班表",
        facts={
            "act": "change",
            "cause": cause.kind,
            "reason": cause.reason,
            "places": moved,
        },
    )
    if roster.state != RosterState.PUBLISHED:
        version_note(actor=actor, roster=roster, act=cause.act, moved=moved, words=cause.reason)
        return
    _changes_kept(actor, roster, events, cause)
    _into_the_running_log(actor, roster, events, cause)
    _swaps_voided(events)
    publish_all(events)


def _changes_kept(actor: Actor, roster: DutyRoster, events: list[ShiftChanged], cause: Cause) -> None:
    """In the history of the roster, and place by place for the ledger."""
    moved = [(one.watch_id, one.post_id, one.before_id, one.after_id) for one in events]
    words = f"{cause.kind.label}：{cause.reason}" if cause.reason else str(cause.kind.label)
    version_note(actor=actor, roster=roster, act=VersionAct.CHANGED, moved=moved, words=words)
    ShiftChange.objects.bulk_create(
        ShiftChange(
            watch_id=one.watch_id,
            post_id=one.post_id,
            before_id=one.before_id,
            after_id=one.after_id or 0,  # nobody is refused before
            cause=cause.kind,
            reason=cause.reason,
            by_text=actor.signature,
            changed_at=now(),
        )
        for one in events
    )


def _into_the_running_log(actor: Actor, roster: DutyRoster, events: list[ShiftChanged], cause: Cause) -> None:
    """A change of hands during a watch stands in its log: from then on the substitute answers for it."""
    running = set(roster.watches.filter(state=WatchState.ON).values_list("pk", flat=True))
    names = dict(
        Appointment.objects.filter(
            pk__in=[pk for one in events for pk in (one.before_id, one.after_id) if pk]
        ).values_list("pk", "person__name")
    )
    posts = {post.pk: post.name for post in posts_in(roster)}
    DutyLogEntry.objects.bulk_create(
        DutyLogEntry(
            watch_id=one.watch_id,
            organ_id=roster.organ_id,
            kind=EntryKind.HANDLING,
            text=f"{posts[one.post_id]}由{names.get(one.before_id or 0, '空缺')}"
            f"改为{names.get(one.after_id or 0, '')}：{cause.reason}",
            happened_at=now(),
            writer_text=actor.signature,
            written_at=now(),
        )
        for one in events
        if one.watch_id in running
    )


def _swaps_voided(events: list[ShiftChanged]) -> None:
    """An open swap about a place that has another holder now is over."""
    places = {(one.watch_id, one.post_id) for one in events}
    rows = (
        ShiftSwap.objects.select_for_update(of=("self",))
        .filter(state__in=OPEN, watch__in=[watch for watch, _ in places])
        .order_by("pk")
    )
    for swap in rows:
        if (swap.watch_id, swap.post_id) in places:
            swap.state, swap.ended_at = SwapState.VOID, now()
            swap.save(update_fields=["state", "ended_at"])
            publish(SwapMoved(swap_id=swap.pk, state=SwapState.VOID))


def _places_checked(roster: DutyRoster, held: Mapping[tuple[int, int], DutyShift], changed: Cells) -> None:
    watches = {row.pk: row for row in roster.watches.all()}
    posts = {post.pk: post for post in posts_in(roster)}
    is_published = roster.state == RosterState.PUBLISHED
    wanted = {who for who in changed.values() if who}
    rows = Appointment.objects.filter(pk__in=wanted, organ_id=roster.organ_id, person__is_active=True)
    last_day = dict(rows.values_list("pk", "ended_on"))
    for (watch, post), who in changed.items():
        if watch not in watches or post not in posts:
            raise NotFound
        if watches[watch].state == WatchState.CLOSED:
            raise InvalidState("已交班的班次不能再改，实际值班人员以交接班记录为准。")
        if who is not None and not posts[post].is_active and (watch, post) not in held:
            raise InvalidState(f"岗位“{posts[post].name}”已停用，不再安排值班。")
        if who is None and is_published:
            raise ValidationFailed("值班表已发布，岗位不能空缺，请直接选择接替人员。")
        day = local(watches[watch].starts_at).date()
        if who is not None and (who not in last_day or (last_day[who] or day) < day):
            raise ValidationFailed("值班人员须是本机关在任人员，请重新选择。")


def _doubles_refused(roster: DutyRoster, held: Mapping[tuple[int, int], DutyShift], changed: Cells) -> None:
    """One person holds one post in a watch, also under two appointments."""
    after = {place: row.appointment_id for place, row in held.items()} | dict(changed)
    wanted = {who for who in after.values() if who}
    people = {
        row.pk: row.person for row in Appointment.objects.filter(pk__in=wanted).select_related("person")
    }
    seen: set[tuple[int, int]] = set()
    for (watch, _), who in after.items():
        if who is None:
            continue
        if (watch, people[who].pk) in seen:
            day = roster.watches.get(pk=watch).starts_at.astimezone(CITY_ZONE)
            raise ValidationFailed(
                f"{day.month}月{day.day}日 {people[who].name}重复排班，一人一班只能在一个岗位。"
            )
        seen.add((watch, people[who].pk))
