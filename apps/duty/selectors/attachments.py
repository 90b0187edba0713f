"""Files of the lines of the log: chosen for a line not written yet, then part of it for good."""

from collections import defaultdict
from collections.abc import Iterable

from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.subjects import Subject
from apps.duty.models import DutyLogEntry
from apps.duty.policies import keeps, reads_log
from apps.duty.selectors.watches import watch_on
from apps.files.enums import UploadPurpose
from apps.files.models import StoredFile
from apps.files.selectors import files_of_kind

LOG, ENTRY = "duty.log", "duty.entry"
PURPOSES = (UploadPurpose.VOICE, UploadPurpose.ATTACHMENT)


def log_subject(organ_id: int) -> Subject:
    """Where files wait for the line they belong to: the organ's log."""
    return Subject(LOG, organ_id)


def entry_subject(entry: DutyLogEntry) -> Subject:
    """Whose files they are once the line is written."""
    return Subject(ENTRY, entry.pk)


def with_files(entries: Iterable[DutyLogEntry]) -> list[DutyLogEntry]:
    """The lines with their files in `attached`, voice notes first; two statements whatever their number."""
    lines = list(entries)
    found: defaultdict[int, list[StoredFile]] = defaultdict(list)
    for purpose in PURPOSES:
        for file in files_of_kind(ENTRY, [one.pk for one in lines], purpose):
            found[file.subject_id].append(file)
    for one in lines:
        one.attached = found[one.pk]
    return lines


def can_view_log(actor: Actor, organ_id: int) -> bool:
    """Readers of the organ's log."""
    return actor.organ_id == organ_id and reads_log(actor)


def can_attach_to_log(actor: Actor, organ_id: int) -> bool:
    """Whoever writes the log and registers events now."""
    return actor.organ_id == organ_id and keeps(actor, watch_on(organ_id))


def _entry(entry_id: int) -> DutyLogEntry:
    found = DutyLogEntry.objects.filter(pk=entry_id).first()
    if found is None:
        raise NotFound
    return found


def can_view_entry(actor: Actor, entry_id: int) -> bool:
    """Readers of the organ's log. Nobody adds to a line or takes from it: it is written."""
    found = DutyLogEntry.objects.filter(pk=entry_id).first()
    return found is not None and can_view_log(actor, found.organ_id)


def entry_title(entry_id: int) -> str:
    """For the page of a file."""
    found = _entry(entry_id)
    return f"值班日志：{found.text[:30]}"
