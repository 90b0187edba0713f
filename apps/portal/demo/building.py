"""Builds the demo city in order: people first, so that the login page can offer them, then each document in one transaction.

A builder that is killed leaves whole documents only, and the next one goes on after the last. What the documents tell is delivered
at the hour of the story, by the builder itself; a worker would deliver it today.
"""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import OperationalError, transaction

from apps.accounts.models import Organ
from apps.core import clock, outbox
from apps.core.models import OutboxEvent
from apps.documents.models import IncomingDocument, OutgoingDocument
from apps.documents.services.installation import procedures_install
from apps.portal.demo.cast import DEMO_PASSWORD
from apps.portal.demo.city import city_build
from apps.portal.demo.hours import Hours, hours_from
from apps.portal.demo.plan import DOCUMENTS, PAPERS, DemoDocument, DemoPaper
from apps.portal.demo.receiving import paper_work
from apps.portal.demo.texts import filled
from apps.portal.demo.work import document_work
from apps.typesetting.fonts import fonts_awaited

TRIES = (
    3  # people may already be at work in the city: who meets their locks crosswise begins the document again
)
Report = Callable[[str], None]


def demo_build(report: Report) -> None:
    """The whole city; what stands already is left as it is."""
    organs = _people_settle()
    report(f"岱海市已建立：{len(organs)} 个机关，人员已可登录。")
    fonts_awaited(Path(settings.FONTS_ROOT))  # a text is laid out and sealed once, so in its proper faces
    everything: tuple[DemoDocument | DemoPaper, ...] = (*DOCUMENTS, *PAPERS)
    wanted = sorted(everything, key=lambda entry: -entry.days)
    for number, entry in enumerate(wanted, start=1):
        _patiently(entry, organs, hours_from(entry.days, number))
        if number % 5 == 0 or number == len(wanted):
            report(f"公文 {number}/{len(wanted)}")
    report("演示城市已建成。")


@transaction.atomic
def _people_settle() -> dict[str, Organ]:
    """Organs, people and procedures at once: the login page shows everybody or nobody."""
    procedures_install()
    return city_build(make_password(DEMO_PASSWORD))


def _patiently(entry: DemoDocument | DemoPaper, organs: dict[str, Organ], hours: Hours) -> None:
    for left in reversed(range(TRIES)):
        try:
            _live(entry, organs, hours)
        except OperationalError:
            if not left:
                raise
        else:
            return


def _live(entry: DemoDocument | DemoPaper, organs: dict[str, Organ], hours: Hours) -> None:
    """One document from its first word to its present stage, with everything people were told on the way."""
    day = clock.local(hours.moment).date()
    title = filled(entry.title, day)
    with outbox.gathered() as events, transaction.atomic():
        if isinstance(entry, DemoPaper):
            number = filled(entry.source_number, day)
            if IncomingDocument.objects.filter(source_number=number).exists():
                return
            paper_work(entry, organs, title=title, number=number, hours=hours)
        else:
            if OutgoingDocument.objects.filter(title=title).exists():
                return
            document_work(entry, organs, title=title, hours=hours)
        _deliver(events)


def _deliver(events: list[int]) -> None:
    """Whatever was published, and what that led to, each at its own moment."""
    while events:
        told, events[:] = list(events), []
        moments = dict(OutboxEvent.objects.filter(pk__in=told).values_list("pk", "created_at"))
        for event_id in told:
            with clock.at(moments[event_id]):
                outbox.deliver(event_id)
