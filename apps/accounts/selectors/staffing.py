"""What a workbook of people is checked against, and who has never signed in."""

from collections import defaultdict

from django.db.models import F, QuerySet

from apps.accounts.models import Appointment, AppointmentRole, InternalUnit, Organ, Person, Role
from apps.accounts.selectors.posts import valid_on
from apps.accounts.staffing.checking import checked
from apps.accounts.staffing.plan import Checked, KnownOrgans
from apps.accounts.staffing.workbook import book_of
from apps.core.clock import today


def staffing_known(main: Organ) -> KnownOrgans:
    """Organs, units, login names and heads in office, with `main` as the organ meant where none is written."""
    living = Organ.objects.filter(abolished_on__isnull=True).order_by("rank_order", "id")
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for organ in living:
        names.setdefault(organ.short_name, organ.full_name)
        if organ.organ_code:
            codes[organ.organ_code] = organ.full_name
    names |= {organ.full_name: organ.full_name for organ in living}
    units = InternalUnit.objects.filter(abolished_on__isnull=True)
    heads = AppointmentRole.objects.filter(
        valid_on(today(), "appointment__"), role__in=[Role.UNIT_HEAD, Role.PRINCIPAL_HEAD]
    ).values_list(
        "appointment__organ__full_name", "appointment__unit__name", "appointment__person__name", "role"
    )
    return KnownOrgans(
        main=main.full_name,
        names=names,
        codes=codes,
        units=frozenset(units.values_list("organ__full_name", "name")),
        login_names=frozenset(Person.objects.values_list("login_name", flat=True)),
        heads={
            (organ, (unit or "") if role == Role.UNIT_HEAD else ""): name for organ, unit, name, role in heads
        },
        people=_people_in_office(),
    )


def _people_in_office() -> dict[tuple[str, str], list[str]]:
    """Organ and name → login names."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    posts = Appointment.objects.filter(valid_on(today())).order_by("person_id").distinct()
    for organ, name, login_name in posts.values_list(
        "organ__full_name", "person__name", "person__login_name"
    ):
        found[organ, name].append(login_name)
    return dict(found)


def staffing_checked(*, data: bytes, main: Organ) -> Checked:
    """The verdict on a workbook, nothing written. Raises `NotAWorkbook`."""
    return checked(book_of(data), staffing_known(main), on=today())


def people_never_in() -> QuerySet[Appointment]:
    """The main posts of active people who have never signed in and set no password of their own, in rank order."""
    return (
        Appointment.objects.filter(
            valid_on(today()),
            kind=Appointment.Kind.REGULAR,
            person__is_active=True,
            person__last_login__isnull=True,
            person__must_change_password=True,
            person__is_staff=False,
        )
        .select_related("person", "organ", "unit")
        .order_by(
            "organ__rank_order", "organ_id", F("unit__rank_order").asc(nulls_first=True), "rank_order", "id"
        )
    )
