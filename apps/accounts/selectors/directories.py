"""Directories: what they are, what they would bring, and what waits for the security administrator."""

from django.db.models import Count, Prefetch, Q, QuerySet

from apps.accounts.directories.client import Answer, Way, fetched
from apps.accounts.directories.comparing import Comparison, Here, KnownPerson, KnownPost, KnownUnit, compared
from apps.accounts.directories.drawing import Layout, drawn
from apps.accounts.models import Appointment, DirectoryLink, DirectorySource, InternalUnit, Person
from apps.accounts.selectors.staffing import staffing_known
from apps.core.clock import today
from apps.core.errors import NotFound
from apps.core.sealed import unseal

SEALED_AS = "accounts.directory"
Awaits = DirectoryLink.Awaits


def sources_listed() -> QuerySet[DirectorySource]:
    """All directories with how many people each has and how many decisions wait."""
    return DirectorySource.objects.select_related("organ").annotate(
        people_count=Count("links", filter=Q(links__person__isnull=False)),
        opening_count=Count("links", filter=Q(links__awaits=Awaits.OPENING)),
        closing_count=Count("links", filter=Q(links__awaits=Awaits.CLOSING)),
    )


def links_listed() -> QuerySet[DirectoryLink]:
    """Who of which directory is whom here."""
    return DirectoryLink.objects.filter(person__isnull=False).select_related("source", "person")


def source_of(source_id: int, *, lock: bool = False) -> DirectorySource:
    """The directory, or `NotFound`."""
    rows = DirectorySource.objects.select_for_update(of=("self",)) if lock else DirectorySource.objects.all()
    found = rows.select_related("organ").filter(pk=source_id).first()
    if found is None:
        raise NotFound("没有这个目录来源，可能已被删除。")
    return found


def sources_nightly() -> list[int]:
    """Directories that are asked every night."""
    return list(DirectorySource.objects.filter(is_nightly=True).values_list("pk", flat=True))


def waiting(source_id: int, awaits: str) -> QuerySet[DirectoryLink]:
    """People of the directory about whom this has to be decided, in the order they came."""
    return (
        DirectoryLink.objects.filter(source_id=source_id, awaits=awaits, person__left_on__isnull=True)
        .select_related("person")
        .order_by("pk")
    )


def layout_of(source: DirectorySource) -> Layout:
    """Which attribute is what."""
    return Layout(
        base=source.base,
        person_filter=source.person_filter,
        unit_filter=source.unit_filter,
        units_from=source.units_from,
        key=source.key_attribute,
        login_name=source.login_attribute,
        name=source.name_attribute,
        mobile=source.mobile_attribute,
        phone=source.phone_attribute,
        email=source.email_attribute,
        post_title=source.title_attribute,
        rank=source.rank_attribute,
        default_title=source.default_title,
        unit_name=source.unit_name_attribute,
        unit_parent=source.unit_parent_attribute,
    )


def directory_fetched(source: DirectorySource) -> list[Answer]:
    """Everything the directory has, asked now; call it outside transactions. Raises `UpstreamFailed`, `InvalidState`."""
    way = Way(
        host=source.host,
        port=source.port,
        security=source.security,
        ca_pem=source.ca_pem,
        bind_name=source.bind_name,
        secret=unseal(bytes(source.secret_sealed), name=SEALED_AS),
    )
    return fetched(way, layout_of(source).searches())


def directory_compared(source: DirectorySource, answers: list[Answer]) -> Comparison:
    """What the directory would change here."""
    known = staffing_known(source.organ)
    layout = layout_of(source)
    here = Here(
        known=known,
        people=tuple(_people(source)),
        units=tuple(_units(source)),
        takes_units=source.units_from != DirectorySource.UnitsFrom.NONE,
        default_title=source.default_title,
    )
    found = drawn(answers, layout, main=known.main, organs=known.names)
    return compared(found, here, key_attribute=layout.key, on=today())


def _people(source: DirectorySource) -> list[KnownPerson]:
    running = Appointment.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gte=today()), kind=Appointment.Kind.REGULAR
    ).select_related("organ", "unit")
    rows = Person.objects.select_related("directory_link").prefetch_related(
        Prefetch("appointments", running, to_attr="main_posts")
    )
    return [_person(row, source) for row in rows.order_by("pk")]


def _person(row: Person, source: DirectorySource) -> KnownPerson:
    link = getattr(row, "directory_link", None)
    posts: list[Appointment] = getattr(row, "main_posts", [])
    fixed = ""
    if row.left_on is not None:
        fixed = f"已于{row.left_on:%Y年%-m月%-d日}办理离开"
    elif row.is_staff:
        fixed = "是管理员"
    elif link is not None and link.source_id != source.pk:
        fixed = "来自另一个目录"
    return KnownPerson(
        id=row.pk,
        login_name=row.login_name,
        name=row.name,
        mobile=row.mobile,
        phone=row.phone,
        email=row.email,
        is_open=row.is_active,
        fixed=fixed,
        key=link.key if link is not None and link.source_id == source.pk else "",
        awaits=link.awaits if link is not None else "",
        post=_post(posts[0]) if posts else None,
    )


def _post(row: Appointment) -> KnownPost:
    return KnownPost(
        id=row.pk,
        organ=row.organ.full_name,
        unit_id=row.unit_id,
        unit=row.unit.name if row.unit else "",
        title=row.post_title,
    )


def _units(source: DirectorySource) -> list[KnownUnit]:
    rows = InternalUnit.objects.filter(abolished_on__isnull=True).select_related(
        "organ", "parent", "directory_link"
    )
    return [_unit(row, source) for row in rows.order_by("pk")]


def _unit(row: InternalUnit, source: DirectorySource) -> KnownUnit:
    link = getattr(row, "directory_link", None)
    is_elsewhere = link is not None and link.source_id != source.pk
    return KnownUnit(
        id=row.pk,
        organ=row.organ.full_name,
        name=row.name,
        parent=row.parent.name if row.parent else "",
        key=link.key if link is not None and not is_elsewhere else "",
        is_elsewhere=is_elsewhere,
    )
