"""The cast everybody knows: 岱海市 with its office, two bureaux and a county.

`World.build()` writes about twenty people in a few bulk statements. `world.person("head")`, `world.actor("head")`,
`world.post("head")` name one of the cast; organs and units are attributes.
"""

import pickle
from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from pypinyin import Style, lazy_pinyin

from apps.accounts.models import Appointment, AppointmentRole, InternalUnit, Organ, Person, SecretaryDuty
from apps.accounts.selectors import actor_of_appointment
from apps.core.actors import Actor
from tests.helpers.rows import carry_out, rows_told

PASSWORD = "Daihai-2026-test"
STARTED = date(2024, 1, 1)
LEFT = date(2026, 6, 30)

# key, full name, short name, 代字, level, kind, superior's key, rank
ORGANS = (
    ("province", "澜东省人民政府", "省政府", "澜政发", "province", "government", "", 1),
    ("city", "岱海市人民政府", "市政府", "岱政发", "city", "government", "province", 10),
    ("office", "岱海市人民政府办公室", "市政府办公室", "岱政办发", "city", "office", "city", 11),
    ("data", "岱海市大数据局", "市大数据局", "岱数", "city", "department", "city", 20),
    ("finance", "岱海市财政局", "市财政局", "岱财", "city", "department", "city", 21),
    ("education", "岱海市教育局", "市教育局", "岱教", "city", "department", "city", 22),
    ("county", "青石县人民政府", "青石县政府", "青政发", "county", "government", "city", 40),
    (
        "county_office",
        "青石县人民政府办公室",
        "青石县政府办公室",
        "青政办发",
        "county",
        "office",
        "county",
        41,
    ),
)
# key: (name, organ, unit, post title, roles)
CAST: dict[str, tuple[str, str, str, str, tuple[str, ...]]] = {
    "head": ("沈亦舟", "office", "", "主任", ("principal_head",)),
    "deputy": ("周明远", "office", "", "副主任", ("deputy_head",)),
    "director": ("高文澜", "office", "秘书科", "办公室主任", ("office_director",)),
    "section_chief": ("林知夏", "office", "综合科", "科长", ("unit_head",)),
    "drafter": ("许若溪", "office", "综合科", "科员", ()),
    "clerk_chief": ("何书航", "office", "文书科", "科长", ("unit_head", "clerk")),
    "clerk": ("罗嘉木", "office", "文书科", "科员", ("clerk",)),
    "seal_keeper": ("宋时雨", "office", "文书科", "机要员", ("seal_keeper",)),
    "archivist": ("方守诚", "office", "文书科", "档案员", ("archivist",)),
    "duty_officer": ("梁小满", "office", "值班室", "值班员", ("duty_officer",)),
    "secretary": ("程一诺", "office", "秘书科", "秘书", ("secretary",)),
    "bureau_head": ("罗景明", "data", "", "局长", ("principal_head",)),
    "bureau_chief": ("许南星", "data", "办公室", "主任", ("unit_head", "office_director")),
    "bureau_clerk": ("叶知秋", "data", "办公室", "科员", ("clerk", "seal_keeper", "archivist")),
    "finance_head": ("顾长青", "finance", "", "局长", ("principal_head",)),
    "finance_clerk": ("苏晚晴", "finance", "办公室", "科员", ("clerk", "seal_keeper", "archivist")),
    "county_head": ("江临川", "county_office", "", "主任", ("principal_head",)),
    "county_unit_head": ("石磊", "county_office", "综合股", "股长", ("unit_head",)),
    "county_clerk": ("白露", "county_office", "文书股", "股员", ("clerk", "seal_keeper", "archivist")),
    "stranger": ("陌上", "education", "基础教育科", "科员", ()),
    "supervisor": ("秦朗月", "office", "督查科", "科长", ("unit_head", "supervisor")),
}
ADMINISTRATORS = {
    "sysadmin": ("系统管理员甲", "sysadmin"),
    "secadmin": ("安全管理员乙", "secadmin"),
    "auditadmin": ("审计管理员丙", "auditadmin"),
}
UNITS = {
    "office": ("秘书科", "综合科", "文书科", "值班室", "督查科"),
    "data": ("办公室", "数据资源科"),
    "finance": ("办公室", "预算科"),
    "education": ("办公室", "基础教育科"),
    "county_office": ("综合股", "文书股"),
}
GENERAL_OFFICES = {"文书科", "文书股", "办公室"}
TABLES = [
    model._meta.db_table
    for model in (
        Organ,
        InternalUnit,
        Person,
        Appointment,
        AppointmentRole,
        SecretaryDuty,
        Appointment.in_charge_units.through,
        Appointment.in_charge_organs.through,
    )
]
_once: list[tuple[list[str], bytes]] = []  # the statements, the objects; empty before the first


@dataclass
class World:
    """The built city, by key."""

    organs: dict[str, Organ] = field(default_factory=dict)
    units: dict[tuple[str, str], InternalUnit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    posts: dict[str, Appointment] = field(default_factory=dict)
    ready: list[int] = field(
        default_factory=list
    )  # documents that stand sealed already, each handed out once

    @classmethod
    def build(cls) -> "World":
        """Write the city into the database; once through the models, from then on as the rows and objects that came of it."""
        if _once:
            statements, said = _once[0]
            carry_out(statements)
            world: World = pickle.loads(said)  # noqa: S301  # said by this process
        else:
            stood_alone = not Organ.objects.exists() and not Person.objects.exists()
            world = cls()
            world._organs()
            world._units()
            world._people()
            world._appointments()
            if stood_alone:
                _once.append((rows_told(TABLES), pickle.dumps(world)))
        world._administrators()
        return world

    def person(self, key: str) -> Person:
        """The person of the cast."""
        return self.people[key]

    def post(self, key: str) -> Appointment:
        """The person's appointment."""
        return self.posts[key]

    def actor(self, key: str) -> Actor:
        """The person acting in that post; administrators act without one."""
        if key in self.posts:
            return actor_of_appointment(self.posts[key])
        person = self.people[key]
        return Actor(person_id=person.pk, name=person.name, login_name=person.login_name)

    def unit(self, organ: str, name: str) -> InternalUnit:
        """An internal unit."""
        return self.units[organ, name]

    def _organs(self) -> None:
        self.organs = {
            key: Organ(
                full_name=full,
                short_name=short,
                organ_code=code,
                level=level,
                kind=kind,
                rank_order=rank,
                path="/",
                pinyin="".join(lazy_pinyin(short)),
                initials="".join(lazy_pinyin(short, style=Style.FIRST_LETTER)),
            )
            for key, full, short, code, level, kind, _, rank in ORGANS
        }
        Organ.objects.bulk_create(self.organs.values())
        for key, *_, superior, _ in ORGANS:
            organ, above = self.organs[key], self.organs.get(superior)
            organ.superior, organ.path = above, f"{above.path if above else '/'}{organ.pk}/"
        Organ.objects.bulk_update(self.organs.values(), ["superior", "path"])

    def _units(self) -> None:
        self.units = {
            (organ, name): InternalUnit(
                organ=self.organs[organ],
                name=name,
                rank_order=rank * 10,
                is_general_office=name in GENERAL_OFFICES,
            )
            for organ, names in UNITS.items()
            for rank, name in enumerate(names, start=1)
        }
        InternalUnit.objects.bulk_create(self.units.values())

    def _people(self) -> None:
        password = make_password(PASSWORD)
        for rank, (key, (name, *_)) in enumerate(CAST.items(), start=1):
            self.people[key] = _person(key, name, password, rank)
        self.people["leaver"] = leaver = _person("leaver", "旧人", password, 99)
        leaver.is_active, leaver.left_on = False, LEFT
        for key, (name, _) in ADMINISTRATORS.items():
            self.people[key] = _person(key, name, password, 200)
            self.people[key].is_staff = True
        Person.objects.bulk_create(self.people.values())

    def _administrators(self) -> None:
        for name in {group for _, group in ADMINISTRATORS.values()} - set(
            Group.objects.values_list("name", flat=True)
        ):
            Group.objects.create(name=name)
        groups = Group.objects.in_bulk(field_name="name")
        Person.groups.through.objects.bulk_create(
            Person.groups.through(person=self.people[key], group=groups[group])
            for key, (_, group) in ADMINISTRATORS.items()
        )

    def _appointments(self) -> None:
        for rank, (key, (_, organ, unit, title, _)) in enumerate(CAST.items(), start=1):
            self.posts[key] = self._post(key, organ, unit, title, rank * 10)
        self.posts["leaver"] = self._post("leaver", "office", "综合科", "科员", 990)
        self.posts["leaver"].ended_on = LEFT
        Appointment.objects.bulk_create(self.posts.values())
        AppointmentRole.objects.bulk_create(
            AppointmentRole(appointment=self.posts[key], role=role)
            for key, (*_, roles) in CAST.items()
            for role in roles
        )
        SecretaryDuty.objects.create(secretary=self.posts["secretary"], leader=self.posts["head"])
        self.posts["deputy"].in_charge_units.add(
            self.units["office", "综合科"], self.units["office", "文书科"]
        )
        self.posts["deputy"].in_charge_organs.add(self.organs["data"], self.organs["finance"])

    def _post(self, key: str, organ: str, unit: str, title: str, rank: int) -> Appointment:
        return Appointment(
            person=self.people[key],
            organ=self.organs[organ],
            unit=self.units[organ, unit] if unit else None,
            post_title=title,
            rank_order=rank,
            started_on=STARTED,
        )


def _person(key: str, name: str, password: str, rank: int) -> Person:
    return Person(
        login_name=key,
        name=name,
        pinyin="".join(lazy_pinyin(name)),
        initials="".join(lazy_pinyin(name, style=Style.FIRST_LETTER)),
        password=password,
        mobile=f"1380000{rank:04d}",
        phone=f"8806{rank:04d}",
        email=f"{key}@daihai.invalid",
        must_change_password=False,
        accepted_notice_at="2026-01-05T00:00:00Z",
    )
