"""Reads of 待办日报: who wants one, where to, and what it says."""

from dataclasses import dataclass
from datetime import date

from allauth.account.models import EmailAddress

from apps.accounts.models import Person
from apps.accounts.selectors.recovery import recovery_mail_of
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.working_calendar import city_calendar
from apps.notifications.models import Digest, Preference
from apps.notifications.selectors.channels import mail_is_configured
from apps.workflow.lights import light_of
from apps.workflow.selectors import due_counts, reading_count, task_count, tasks_todo

NAMED = 20


@dataclass(frozen=True)
class Waiting:
    """What waits for a person: numbers, and the most pressing to-dos as (step, title, time left)."""

    todo_count: int
    reading_count: int
    over: int
    near: int
    named: tuple[tuple[str, str, str], ...]

    @property
    def more_count(self) -> int:
        """To-dos that are not named."""
        return self.todo_count - len(self.named)


def digest_wishers(day: date) -> list[int]:
    """Who asked for it, has a proved address, and has no row for `day` yet."""
    proved = EmailAddress.objects.filter(verified=True).values("user_id")
    wished = Preference.objects.filter(by_digest=True, person__is_active=True, person__in=proved)
    return list(
        wished.exclude(person__in=Digest.objects.filter(day=day).values("person")).values_list(
            "person", flat=True
        )
    )


def digest_address(person: Person) -> str:
    """The proved address of one who (still) wants it; empty for none."""
    wants = person.is_active and Preference.objects.filter(person=person, by_digest=True).exists()
    return recovery_mail_of(person).address if wants else ""


def digest_address_offered(actor: Actor) -> str:
    """Where the actor's would go; empty without a mail server or a proved address."""
    person = Person.objects.filter(pk=actor.person_id).first() if mail_is_configured() else None
    return recovery_mail_of(person).address if person is not None else ""


def matters_waiting(actor: Actor) -> Waiting:
    """Titles only, no content: mail leaves the house."""
    counts, moment, calendar = due_counts(actor), now(), city_calendar()
    rows = tasks_todo(actor).order_by("due_at", "arrived_at", "id")[:NAMED]  # those without a date come last
    named = tuple(
        (row.step_name, row.matter.title, light_of(row.due_at, moment=moment, calendar=calendar).text)
        for row in rows
    )
    return Waiting(task_count(actor), reading_count(actor), counts.over, counts.near, named)
