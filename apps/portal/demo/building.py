"""Builds the demo city in order: people first, so that the login page can offer them, then the documents, oldest first.

What the issuing organ does with a document is one transaction, what the receiving organs do with it another. A builder that is
killed leaves whole ones only, and the next goes on after them. The receiving side may work in a process of its own: it numbers
its registers, the issuing side its series, each in order, so the city is the same. What is told is delivered at the hour of the
story by the builder itself; a worker would deliver it today.
"""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import nullcontext
from multiprocessing import get_context
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import OperationalError, connection, transaction
from django.db.models import F

from apps.accounts.models import Organ
from apps.core import clock, once, outbox
from apps.core.garbage import garbage_rarely
from apps.core.models import OutboxEvent
from apps.documents.models import IncomingDocument, OutgoingDocument
from apps.documents.services.installation import procedures_install
from apps.files.events import FileReady
from apps.portal.demo.affairs import affairs_build
from apps.portal.demo.announcements import announcements_build
from apps.portal.demo.briefings import briefings_build
from apps.portal.demo.cast import DEMO_PASSWORD
from apps.portal.demo.city import city_build
from apps.portal.demo.dealings import dealings_work
from apps.portal.demo.duty import duty_build
from apps.portal.demo.formats import formats_build
from apps.portal.demo.history import history_documents, history_papers
from apps.portal.demo.hours import Hours, hours_from
from apps.portal.demo.meetings import meetings_build
from apps.portal.demo.plan import DOCUMENTS, PAPERS, DemoDocument, DemoPaper
from apps.portal.demo.receiving import copies_work, paper_work
from apps.portal.demo.supervision import supervision_build
from apps.portal.demo.talks import talks_build
from apps.portal.demo.templates import templates_build
from apps.portal.demo.texts import filled
from apps.portal.demo.work import document_work
from apps.supervision.services.installation import classes_install
from apps.typesetting.fonts import fonts_awaited

# People may already be at work in the city: who meets their locks crosswise begins the document again.
TRIES = 3
HASTENED = {
    "server_side_binding": True,
    "prepare_threshold": 3,
    "options": "-c join_collapse_limit=1 -c from_collapse_limit=1 -c synchronous_commit=off",
}
Report = Callable[[str], None]
Entry = DemoDocument | DemoPaper


def demo_build(report: Report, *, side_by_side: bool = False) -> None:
    """The whole city; what stands already is left as it is.

    `side_by_side`: this process is there for nothing else; it issues, another one receives, and their connections are tuned for it.
    """
    if side_by_side:
        _connection_hasten()
    organs = _people_settle()
    report(f"岱海市已建立：{len(organs)} 个机关，人员已可登录。")
    garbage_rarely()
    with _receiving_process() if side_by_side else nullcontext() as receivers:
        beside = _Beside(receivers)
        beside.do(_neighbours_build, organs)
        _documents_build(organs, beside, report)
        beside.do(_whole, dealings_work, organs)
        _whole(formats_build, organs)
        _whole(supervision_build, organs)
        beside.finish()
    report("演示城市已建成。")


class _Beside:
    """What another process does meanwhile, in the order it is asked to; without one it is done at once."""

    def __init__(self, executor: Executor | None) -> None:
        self.executor = executor
        self.pending: list[Future[None]] = []

    def do(self, act: Callable[..., None], *args: object) -> None:
        if self.executor is None:
            act(*args)
        else:
            self.pending.append(self.executor.submit(act, *args))

    def finish(self) -> None:
        """Wait until all is done. Raises what an act has raised."""
        for waiting in self.pending:
            waiting.result()


def _neighbours_build(organs: dict[str, Organ]) -> None:
    """What no document has a part in: it stands while the documents are still being written, and the desks are not empty."""
    _whole(announcements_build, organs)
    talks_build()
    fonts_awaited(Path(settings.FONTS_ROOT))
    for build in (meetings_build, duty_build, briefings_build):
        _whole(build, organs)
    _whole(affairs_build)


def _documents_build(organs: dict[str, Organ], beside: _Beside, report: Report) -> None:
    fonts_awaited(Path(settings.FONTS_ROOT))  # a text is laid out and sealed once, so in its proper faces
    everything: list[Entry] = [*DOCUMENTS, *PAPERS]
    if settings.DEMO_PAST:
        everything += [*history_documents(), *history_papers()]
    wanted = sorted(everything, key=lambda entry: -entry.days)
    for number, entry in enumerate(wanted, start=1):
        hours = hours_from(entry.days, number)
        if isinstance(entry, DemoDocument):
            _patiently(_issue, entry, organs, hours)
        beside.do(_patiently, _receive, entry, organs, hours)
        if number % 5 == 0 or number == len(wanted):
            report(f"公文 {number}/{len(wanted)}")


def _people_settle() -> dict[str, Organ]:
    """Organs, people and procedures at once: the login page shows everybody or nobody."""
    with outbox.gathered() as events, transaction.atomic():
        procedures_install()
        classes_install()
        organs = city_build(make_password(DEMO_PASSWORD))
        templates_build(organs)
        _deliver(events)
    return organs


def _receiving_process() -> ProcessPoolExecutor:
    """One more process with a database connection of its own, ended with this one."""
    connection.close()  # the two must not share one
    executor = ProcessPoolExecutor(
        1, mp_context=get_context("fork"), initializer=_receiving_begin, initargs=(os.getpid(),)
    )
    executor.submit(garbage_rarely).result()  # it starts now, while there is one thread to copy
    return executor


def _connection_hasten() -> None:
    """Tune this process's connection, and that of the one beside it, for work that is done again when it fails.

    Plans of statements are kept: half of the database's time goes into weighing orders of joins for the same small reads. A
    quarter of all statements would be savepoints, and here a refusal of one verb ends the whole.
    """
    connection.close()
    connection.features.uses_savepoints = False
    connection.settings_dict["OPTIONS"] |= HASTENED


def _receiving_begin(parent: int) -> None:
    """An end when the builder ends, however it does: what is not committed was never there."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _deliver(events: list[int]) -> None:
    """Whatever was published, and what that led to, each at its own moment."""
    while events:
        told, events[:] = list(events), []
        moments = dict(OutboxEvent.objects.filter(pk__in=told).values_list("pk", "created_at"))
        for event_id in told:
            with clock.at(moments[event_id]):
                outbox.deliver(event_id)


def _patiently(
    act: Callable[[Entry, dict[str, Organ], Hours], None],
    entry: Entry,
    organs: dict[str, Organ],
    hours: Hours,
) -> None:
    """`act` as a whole; what was told of a matter long closed has been read and is gone."""
    _whole(act, entry, organs, hours, told=_deliver_passed if entry.is_past else _deliver)


def _whole(act: Callable[..., None], *args: object, told: Callable[[list[int]], None] = _deliver) -> None:
    """`act` in one transaction, with everything people are told in it."""
    for left in reversed(range(TRIES)):
        try:
            with outbox.gathered() as events, transaction.atomic():
                act(*args)
                told(events)
        except (OperationalError, transaction.TransactionManagementError):
            if not left:
                raise
        else:
            return


def _issue(entry: Entry, organs: dict[str, Organ], hours: Hours) -> None:
    """A document from its first word to its stage, unless the city has it."""
    if isinstance(entry, DemoDocument):
        title = _title(entry, hours)
        if not OutgoingDocument.objects.filter(title=title).exists():
            with once.reading():  # for whom one may act stays the same as long
                document_work(entry, organs, title=title, hours=hours)


def _receive(entry: Entry, organs: dict[str, Organ], hours: Hours) -> None:
    """What arrives is taken as far as the plan says, unless it was already."""
    if isinstance(entry, DemoDocument):
        document = OutgoingDocument.objects.get(title=_title(entry, hours))
        with once.reading():
            copies_work(document, entry, hours.latest)
        return
    number = filled(entry.source_number, clock.local(hours.moment).date())
    if not IncomingDocument.objects.filter(source_number=number, dispatch=None).exists():
        with once.reading():
            paper_work(entry, organs, title=_title(entry, hours), number=number, hours=hours)


def _title(entry: Entry, hours: Hours) -> str:
    return filled(entry.title, clock.local(hours.moment).date())


def _deliver_passed(events: list[int]) -> None:
    """Of what was told long ago only the files are left, whose pages are yet to be drawn."""
    old = OutboxEvent.objects.filter(pk__in=events)
    old.exclude(kind=FileReady.kind).update(status=OutboxEvent.Status.DONE, done_at=F("created_at"))
    _deliver(list(old.filter(kind=FileReady.kind).order_by("pk").values_list("pk", flat=True)))
