"""待办日报: each working morning one letter to those who asked for it, naming what waits for them."""

from datetime import date, time, timedelta

from django.conf import settings
from django.template.loader import render_to_string

from apps.accounts.selectors import actor_for
from apps.core.clock import local, now
from apps.core.working_calendar import city_calendar
from apps.notifications.models import Digest, Posted
from apps.notifications.selectors import mail_is_configured
from apps.notifications.selectors.digests import digest_address, digest_wishers, matters_waiting
from apps.notifications.services.posting import PostLetter, claim, ended, post, send_due

FROM, UNTIL = time(8), time(12)
KEPT = timedelta(days=30)
State = Posted.State


def digests_sweep() -> int:
    """Between eight and noon of a working day: plan the day's letters, each person's once, and send what is due.

    Safe to run at any time and twice at once. A morning without a running platform is made up for until noon, not later: a summary
    of the morning is no use in the evening. Returns how many were tried.
    """
    moment = local(now())
    if not (FROM <= moment.time() < UNTIL and city_calendar().is_workday(moment.date())):
        return 0
    if not mail_is_configured():
        return 0
    _plan(moment.date())
    return send_due(rows=Digest.objects.filter(day=moment.date()), send=lambda pk: digest_send(digest_id=pk))


def _plan(day: date) -> None:
    Digest.objects.filter(day__lt=day - KEPT).delete()
    rows = [Digest(person_id=person_id, day=day, next_attempt_at=now()) for person_id in digest_wishers(day)]
    Digest.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


def digest_send(*, digest_id: int) -> Digest:
    """Send one planned letter now, with what waits at this moment; nothing waits: no letter. A claimed one is left alone.

    Raises `UpstreamFailed`, the row dealt with, when the mail server is not there.
    """
    claimed = claim(rows=Digest.objects.filter(pk=digest_id))
    digest = Digest.objects.select_related("person").get(pk=digest_id)
    if not claimed:
        return digest
    address = digest_address(digest.person)
    if not address:
        return ended(row=digest, state=State.NEEDLESS, reason="已关闭待办日报，或没有验证过的邮箱")
    letter = _letter(digest, address)
    if letter is None:
        return ended(row=digest, state=State.NEEDLESS, reason="没有待办和待阅")
    return post(row=digest, letter=letter)


def _letter(digest: Digest, address: str) -> PostLetter | None:
    waiting = matters_waiting(actor_for(digest.person))
    if not (waiting.todo_count or waiting.reading_count):
        return None
    context = {"person": digest.person, "day": digest.day, "waiting": waiting, "url": settings.BASE_URL}
    return PostLetter(
        id=f"digest-{digest.pk}",
        address=address,
        subject=f"【同舟】待办 {waiting.todo_count} 件，待阅 {waiting.reading_count} 件",
        text=render_to_string("email/digest.txt", context),
    )
