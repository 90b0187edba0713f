"""Taking what a directory answered: wholly or not at all, by the same rules as a workbook."""

from django.db import transaction

from apps.accounts.directories.client import Answer
from apps.accounts.directories.comparing import Comparison, PersonOutcome
from apps.accounts.models import DirectoryLink, DirectorySource, InternalUnit, Organ
from apps.accounts.policies import require_permission
from apps.accounts.selectors import appointment_locked
from apps.accounts.selectors.directories import directory_compared, source_of
from apps.accounts.services.appointments import appointment_update
from apps.accounts.services.organs import unit_create, unit_update
from apps.accounts.services.people import person_update
from apps.accounts.services.staffing import BATCH, people_make, posts_make
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, ValidationFailed
from apps.core.locks import advisory_lock
from apps.core.subjects import Subject

CHANGE = "accounts.change_directorysource"
Awaits = DirectoryLink.Awaits
# what somebody who is in the directory (again) has to wait for
PRESENT = {Awaits.CLOSING: Awaits.NOTHING, Awaits.KEPT: Awaits.NOTHING, Awaits.CLOSED: Awaits.OPENING}
# what somebody who is gone has to wait for; one who was never let in is simply not let in
GONE = {Awaits.NOTHING: Awaits.CLOSING, Awaits.OPENING: Awaits.CLOSED}


@transaction.atomic
def directory_import(
    *, actor: Actor | None, source_id: int, answers: list[Answer], seen: str | None = None
) -> Comparison:
    """Take what a directory answered. Refuses any mistake in it, and whatever differs from what was looked at (`seen`)."""
    require_permission(actor, CHANGE, "从目录导入")
    advisory_lock("accounts.staffing")
    source = source_of(source_id, lock=True)
    found = directory_compared(source, answers)
    if found.mistakes:
        place, column, text = found.mistakes[0]
        raise ValidationFailed(
            f"有 {len(found.mistakes)} 处需要更正，没有导入任何内容。{place} {column}：{text}"
        )
    if seen is not None and seen != found.mark:
        raise Conflict("目录或系统里的内容在预演之后有变化，没有导入任何内容。请重新预演。")
    _units_take(actor, source, found)
    _people_take(actor, source, found)
    _gone_note(source, found)
    _note(source, found.summary, is_good=True)
    record(
        "accounts.directory_import",
        actor=actor,
        subject=Subject("accounts.directory", source.pk),
        subject_text=source.name,
        facts={"done": found.summary},
    )
    return found


@transaction.atomic
def directory_failed(*, source_id: int, reason: str) -> None:
    """Note that a directory could not be taken, and why."""
    _note(source_of(source_id, lock=True), reason, is_good=False)


def _note(source: DirectorySource, text: str, *, is_good: bool) -> None:
    source.last_run_at, source.last_run_good, source.last_run_text = now(), is_good, text
    source.save(update_fields=["last_run_at", "last_run_good", "last_run_text"])


def _units_take(actor: Actor | None, source: DirectorySource, found: Comparison) -> None:
    """Superiors come first, so that each finds its parent made, renamed or moved already."""
    organs = dict(Organ.objects.values_list("full_name", "pk"))
    kept = InternalUnit.objects.in_bulk([one.unit.id for one in found.units if one.unit])
    ids = {
        (organ, name): pk
        for pk, organ, name in InternalUnit.objects.values_list("pk", "organ__full_name", "name")
    }
    for one in found.units:
        planned, parent_id = one.planned, ids.get((one.planned.organ, one.planned.parent))
        if one.unit is None:
            made = unit_create(
                actor=actor,
                organ_id=organs[planned.organ],
                name=planned.name,
                parent_id=parent_id,
                rank_order=planned.rank,
            )
            ids[planned.organ, planned.name] = made.pk
            continue
        ids[planned.organ, planned.name] = one.unit.id
        if one.is_changed:
            row = kept[one.unit.id]
            unit_update(
                actor=actor,
                unit_id=row.pk,
                name=planned.name,
                parent_id=parent_id,
                is_general_office=row.is_general_office,
                rank_order=row.rank_order,
            )
    _units_link(source, found, ids)


def _units_link(source: DirectorySource, found: Comparison, ids: dict[tuple[str, str], int]) -> None:
    """Remember which entry is which unit; words in people's entries have no entry."""
    links = {one.unit_id: one for one in source.links.filter(unit__isnull=False)}
    for one in found.units:
        if one.draft.key:
            unit_id = ids[one.planned.organ, one.planned.name]
            link = links.get(unit_id) or DirectoryLink(source=source, unit_id=unit_id)
            link.key, link.place, link.seen_at = one.draft.key, one.draft.dn[:500], now()
            links[unit_id] = link
    _links_save(list(links.values()))


def _people_take(actor: Actor | None, source: DirectorySource, found: Comparison) -> None:
    made = people_make(actor=actor, people=[one.planned for one in found.new_people], is_active=False)
    for one in found.changed_people:
        if one.person is not None and one.changed:
            facts = one.planned
            person_update(
                actor=actor,
                person_id=one.person.id,
                name=facts.name,
                mobile=facts.mobile,
                phone=facts.phone,
                email=facts.email,
            )
        if one.person is not None and one.person.post is not None and one.post_act == "title":
            _retitle(actor, one.person.post.id, one.post.post_title)
    posts_make(actor=actor, posts=[one.post for one in found.people if one.post_act == "open"])
    links = {one.person_id: one for one in source.links.filter(person__isnull=False)}
    for one in found.people:
        person_id = one.person.id if one.person else made[one.planned.login_name].pk
        links[person_id] = _present(links.get(person_id), source, person_id, one)
    _links_save(list(links.values()))


def _retitle(actor: Actor | None, appointment_id: int, title: str) -> None:
    post = appointment_locked(appointment_id)
    appointment_update(
        actor=actor,
        appointment_id=post.pk,
        post_title=title,
        rank_order=post.rank_order,
        unit_id=post.unit_id,
        in_charge_unit_ids=post.in_charge_units.values_list("pk", flat=True),
        in_charge_organ_ids=post.in_charge_organs.values_list("pk", flat=True),
    )


def _present(
    link: DirectoryLink | None, source: DirectorySource, person_id: int, one: PersonOutcome
) -> DirectoryLink:
    if link is None:
        awaits = Awaits.NOTHING if one.person else Awaits.OPENING
        link = DirectoryLink(source=source, person_id=person_id, awaits=awaits)
    else:
        link.awaits = PRESENT.get(Awaits(link.awaits), Awaits(link.awaits))
    link.key, link.place, link.seen_at = one.key, one.entry.dn[:500], now()
    return link


def _gone_note(source: DirectorySource, found: Comparison) -> None:
    """Who is not in the directory waits for the security administrator."""
    present = {one.key for one in found.people}
    gone = {one.id for one in found.gone}
    links = [
        link
        for link in source.links.filter(person__isnull=False, awaits__in=list(GONE))
        if link.key not in present and (link.person_id in gone or link.awaits == Awaits.OPENING)
    ]
    for link in links:
        link.awaits = GONE[Awaits(link.awaits)]
    DirectoryLink.objects.bulk_update(links, ["awaits"], batch_size=BATCH)


def _links_save(links: list[DirectoryLink]) -> None:
    """Known ones changed, new ones made."""
    old = [link for link in links if link.pk]
    DirectoryLink.objects.bulk_update(old, ["key", "place", "seen_at", "awaits"], batch_size=BATCH)
    DirectoryLink.objects.bulk_create([link for link in links if not link.pk], batch_size=BATCH)
