"""How far the set-up is: read from what is there."""

from dataclasses import dataclass

from apps.accounts.administration import Administrator
from apps.accounts.models import Appointment, Person
from apps.core.clock import today
from apps.core.models import CalendarDay
from apps.documents.models import ESeal, NumberSeries
from apps.documents.selectors.seals import active_seal
from apps.installation.models import Installation
from apps.workflow.models import Procedure


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page of the set-up."""

    code: str
    name: str
    is_done: bool
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class SetAdministrator:
    """One of the three as set up so far."""

    kind: str
    label: str
    duty: str
    person: Person | None


@dataclass(frozen=True, kw_only=True)
class Groundwork:
    """What work needs before the first document."""

    has_procedures: bool
    series: NumberSeries | None
    seal: ESeal | None
    arranged_years: tuple[int, ...]
    provisional_years: tuple[int, ...]

    @property
    def is_laid(self) -> bool:
        """Whether nothing of it is missing; a 暂按 year will do until the arrangement is published."""
        years = {*self.arranged_years, *self.provisional_years}
        return bool(self.has_procedures and self.series and self.seal and today().year in years)


DUTIES = {
    Administrator.SYSTEM: "建立机构、人员、任职，维护流程、文号、日历和运行",
    Administrator.SECURITY: "启用、停用账号，授予角色，重置口令，任免管理员",
    Administrator.AUDIT: "查看和核验审计记录",
}


def administrators_set() -> list[SetAdministrator]:
    """The three, with who holds each."""
    holders = {
        group: person
        for person in Person.objects.filter(
            groups__name__in=Administrator.values, is_active=True
        ).prefetch_related("groups")
        for group in (held.name for held in person.groups.all())
    }
    return [
        SetAdministrator(kind=kind.value, label=kind.label, duty=DUTIES[kind], person=holders.get(kind.value))
        for kind in Administrator
    ]


def people_count() -> int:
    """How many people hold posts."""
    return Appointment.objects.values("person").distinct().count()


def groundwork_of(installation: Installation) -> Groundwork:
    """What of the groundwork is laid."""
    organ, year = installation.organ, today().year
    marks = dict(
        CalendarDay.objects.filter(date__year__in=(year, year + 1)).values_list(
            "date__year", "is_provisional"
        )
    )
    return Groundwork(
        has_procedures=Procedure.objects.exists(),
        series=NumberSeries.objects.filter(organ=organ, year=year, is_default=True).first()
        if organ
        else None,
        seal=active_seal(organ.pk) if organ else None,
        arranged_years=tuple(sorted(found for found, provisional in marks.items() if not provisional)),
        provisional_years=tuple(sorted(found for found, provisional in marks.items() if provisional)),
    )


def steps_of(installation: Installation) -> list[Step]:
    """The pages in order; one is open when all that it builds on are done."""
    has_three = all(one.person for one in administrators_set())
    done = {
        "organ": installation.organ is not None,
        "administrators": has_three,
        "people": people_count() > 0,
        "groundwork": installation.organ is not None and groundwork_of(installation).is_laid,
    }
    names = {
        "organ": "机关",
        "administrators": "三员",
        "people": "机构与人员",
        "groundwork": "业务准备",
        "channels": "邮件与短信",
        "checklist": "检查与完成",
    }
    return [
        Step(
            code=code,
            name=name,
            is_done=done.get(code, False),
            is_open=code in {"organ", "administrators"} or installation.organ is not None,
        )
        for code, name in names.items()
    ]


def next_step(installation: Installation) -> str:
    """The first page that is not done."""
    return next((step.code for step in steps_of(installation) if not step.is_done), "checklist")
