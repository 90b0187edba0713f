"""The people of the measured city: 2,000 in twenty organs, one of which has three documents of five."""

from dataclasses import dataclass
from datetime import date

from apps.accounts.models import Appointment, AppointmentRole, InternalUnit, Organ, Person, Role
from apps.core import clock

PEOPLE = 2000
LEAST_PEOPLE = 600
ORGANS = 20
MAIN_SHARE = 5  # of the people one in five is in the large organ
STARTED = date(2020, 1, 1)
UNITS = ("办公室", "综合科", "业务一科", "业务二科", "法规科", "督查科")
TRADES = (
    "发展和改革", "教育", "科学技术", "工业和信息化", "民政", "司法", "财政", "人力资源和社会保障", "自然资源", "生态环境",
    "住房和城乡建设", "交通运输", "水利", "农业农村", "商务", "文化和旅游", "卫生健康", "应急管理", "市场监督管理",
)  # fmt: skip
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂"
# role → how many hold it in an organ; the rest of its people draft
STAFF = (
    (Role.PRINCIPAL_HEAD, "主要负责人", 1), (Role.OFFICE_DIRECTOR, "办公室主任", 1), (Role.UNIT_HEAD, "科长", len(UNITS)),
    (Role.CLERK, "文书", 6), (Role.SEAL_KEEPER, "印章保管员", 1), (Role.ARCHIVIST, "档案员", 1),
)  # fmt: skip
NAMED = {"clerk": Role.CLERK, "director": Role.OFFICE_DIRECTOR, "principal": Role.PRINCIPAL_HEAD}
PREFIX = "measured"
OFFICE = "云港市人民政府办公室"


@dataclass(frozen=True)
class Crowd:
    """Whom the documents are about: the large organ first, and the three who are measured, by key."""

    organs: list[Organ]
    posts: dict[str, Appointment]


def crowd_gather(count: int, password_encoded: str) -> Crowd:
    """Organs, units, people with posts and roles, 600 at least; the three who are measured can sign in, nobody else."""
    if count < LEAST_PEOPLE:
        raise ValueError("too few people for every organ to have its drafters")
    organs = _organs()
    people = _people(count, password_encoded)
    seats = _seats(len(people))
    posts = Appointment.objects.bulk_create(
        Appointment(
            person=person,
            organ=organs[organ],
            unit=None,
            post_title=title,
            rank_order=place + 1,
            started_on=STARTED,
        )
        for place, (person, (organ, _, title)) in enumerate(zip(people, seats, strict=True))
    )
    _settle(organs, posts, seats)
    roles = [
        AppointmentRole(appointment=post, role=role)
        for post, (_, role, _) in zip(posts, seats, strict=True)
        if role
    ]
    AppointmentRole.objects.bulk_create(roles)
    first = {key: next(row.appointment for row in roles if row.role == role) for key, role in NAMED.items()}
    for key, post in first.items():
        person = post.person
        person.login_name, person.password = f"{PREFIX}-{key}", password_encoded
        person.save(update_fields=["login_name", "password"])
    return Crowd(organs, first)


def _organs() -> list[Organ]:
    names = [(OFFICE, "云港市政府办", "office")]
    names += [(f"云港市{trade}局", f"市{trade}局", "department") for trade in TRADES]
    organs = Organ.objects.bulk_create(
        Organ(full_name=full, short_name=short, organ_code=f"云测{place + 1}", level="city", kind=kind)
        for place, (full, short, kind) in enumerate(names)
    )
    InternalUnit.objects.bulk_create(
        InternalUnit(organ=organ, name=name, is_general_office=not place, rank_order=place * 10 + 10)
        for organ in organs
        for place, name in enumerate(UNITS)
    )
    return organs


def _people(count: int, password_encoded: str) -> list[Person]:
    moment = clock.now()
    return Person.objects.bulk_create(
        Person(
            login_name=f"{PREFIX}{number}",
            name=SURNAMES[number % 20] + GIVEN[number // 20 % 22] + GIVEN[number // 440 % 22],
            password="!" if number else password_encoded,
            must_change_password=False,
            password_changed_at=moment,
            accepted_notice_at=moment,
        )
        for number in range(count)
    )


def _seats(count: int) -> list[tuple[int, str, str]]:
    """Organ, role and title by person: the roles of each organ first."""
    large = count // MAIN_SHARE
    sizes = [large] + [(count - large) // (ORGANS - 1)] * (ORGANS - 1)
    sizes[-1] += count - sum(sizes)
    seats: list[tuple[int, str, str]] = []
    for organ, size in enumerate(sizes):
        staff = [(organ, str(role), title) for role, title, many in STAFF for _ in range(many)]
        seats += (staff + [(organ, "", "科员")] * size)[:size]
    return seats


def _settle(organs: list[Organ], posts: list[Appointment], seats: list[tuple[int, str, str]]) -> None:
    """Everybody but the heads into a unit: heads of units one each, the others in turn."""
    units: dict[int, list[InternalUnit]] = {organ.pk: [] for organ in organs}
    for unit in InternalUnit.objects.filter(organ__in=organs).order_by("rank_order"):
        units[unit.organ_id].append(unit)
    turns: dict[tuple[int, str], int] = {}
    for post, (organ, role, _) in zip(posts, seats, strict=True):
        here = units[organs[organ].pk]
        turn = turns[organ, role] = turns.get((organ, role), -1) + 1
        post.unit = (
            None if role == Role.PRINCIPAL_HEAD else here[0 if role == Role.CLERK else turn % len(here)]
        )
    Appointment.objects.bulk_update(posts, ["unit"], batch_size=2000)


def crowd_stands() -> bool:
    """Whether such a city is there already."""
    return Organ.objects.filter(full_name=OFFICE).exists()
