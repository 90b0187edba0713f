"""People from a workbook: as people really fill it in, judged row by row, taken wholly or not at all."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pytest
from django.test import Client, override_settings
from openpyxl import Workbook, load_workbook

from apps.accounts.models import Appointment, InternalUnit, Organ, Person
from apps.accounts.selectors.staffing import staffing_checked
from apps.accounts.services import first_passwords_issue, staffing_import
from apps.accounts.staffing.blank import blank_workbook
from apps.accounts.staffing.columns import SHEETS
from apps.accounts.staffing.trees import circles, parents_first
from apps.accounts.staffing.workbook import NotAWorkbook, book_of
from apps.audit.models import AuditEntry
from apps.core.errors import Forbidden, ValidationFailed
from apps.core.models import OutboxEvent
from tests.factories.world import World

PEOPLE_HEADS = ("姓名", "登录名", "手机", "科室", "职务", "任职方式", "排序", "角色")
UNIT_HEADS = ("名称", "上级科室", "文书机构")


def book(**sheets: Sequence[Sequence[object]]) -> bytes:
    """A workbook with these sheets."""
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return saved(made)


def saved(made: Workbook) -> bytes:
    """The file."""
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def organ(db: None) -> Organ:
    """An empty organ."""
    return Organ.objects.create(
        full_name="青石县人民政府办公室", short_name="县政府办", level="county", kind="office", path="/"
    )


def mistakes(organ: Organ, data: bytes) -> list[str]:
    """Place and sentence of each."""
    return [f"{one.place}：{one.text}" for one in staffing_checked(data=data, main=organ).mistakes]


def test_the_template_itself_reads_as_empty(organ: Organ) -> None:
    """Its headings are the expected ones; filled with nothing it asks for something."""
    assert mistakes(organ, blank_workbook("青石县人民政府办公室")) == [
        "“人员”表：表里没有填写任何内容，请填写后再上传。"
    ]
    assert list(load_workbook(BytesIO(blank_workbook("县政府办"))).sheetnames) == [
        *reversed(SHEETS),
        "说明",
    ]


def test_a_workbook_becomes_units_people_and_posts_in_order(organ: Organ) -> None:
    """Login names come from the spelling; roles, order and charge are kept; accounts are open but have no password."""
    data = book(
        科室=[UNIT_HEADS, ("秘书股", "办公室", ""), ("办公室", "", "是")],
        人员=[
            (*PEOPLE_HEADS, "分管科室"),
            ("江临川", "", 13900000001, "", "主任", "", "", "主要负责人", ""),
            ("石磊", "", "", "秘书股", "股长", "", 30, "科室负责人、文书", ""),
            ("周明远", "zmy", "", "", "副主任", "", 20, "副职领导", "秘书股、办公室"),
        ],
    )
    plan = staffing_import(actor=None, data=data, organ_id=organ.pk)
    assert [unit.name for unit in plan.units] == ["办公室", "秘书股"]
    assert InternalUnit.objects.get(name="秘书股").parent == InternalUnit.objects.get(is_general_office=True)
    assert list(Person.objects.order_by("login_name").values_list("login_name", flat=True)) == [
        "jianglinchuan", "shilei", "zmy",
    ]  # fmt: skip
    assert list(Appointment.objects.values_list("person__name", flat=True)) == ["江临川", "周明远", "石磊"]
    post = Appointment.objects.get(person__name="石磊")
    assert sorted(post.roles.values_list("role", flat=True)) == ["clerk", "unit_head"]
    assert Appointment.objects.get(person__name="周明远").in_charge_units.count() == 2
    assert Person.objects.get(name="江临川").mobile == "13900000001"
    assert not any(person.has_usable_password() for person in Person.objects.all())
    assert AuditEntry.objects.filter(action="accounts.person_create").count() == 3
    assert OutboxEvent.objects.filter(kind__contains="UnitPeopleChanged").count() == 1


def test_merged_cells_titles_and_three_header_rows_are_understood(organ: Organ) -> None:
    """As offices print their lists: a title, groups of columns, headings, and a unit merged over its people."""
    made = Workbook()
    sheet = made.active
    sheet.title = "人员"
    sheet.append(["青石县人民政府办公室人员信息表"])
    sheet.merge_cells("A1:E1")
    sheet.append(["科 室", "基本信息", None, None, "职 务*（必填）"])
    sheet.append([None, "姓　名", "手机", "登录名", None])
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("B2:D2")
    sheet.merge_cells("E2:E3")
    sheet.append(["综合股", "石磊", "１３９００００００02", None, "股长"])
    sheet.append([None, "白露", None, None, "股员"])
    sheet.merge_cells("A4:A5")
    sheet.append([])
    sheet.append(["机动人员", "机动人员", "机动人员", "机动人员", "机动人员"])
    units = made.create_sheet("内设机构")
    units.append(["名称"])
    units.append(["综合股"])
    verdict = staffing_checked(data=saved(made), main=organ)
    assert verdict.mistakes == ()
    assert [(post.unit, post.post_title) for post in verdict.plan.posts] == [
        ("综合股", "股长"),
        ("综合股", "股员"),
    ]
    assert verdict.plan.people[0].mobile == "13900000002"


def test_people_of_one_name_must_be_told_apart(organ: Organ) -> None:
    """Without login name or mobile nobody knows; with different ones they are two people, with the same one person."""
    blind = book(人员=[PEOPLE_HEADS, ("张伟", "", "", "", "科员"), ("张伟", "", "", "", "科员")])
    told = mistakes(organ, blind)
    assert len(told) == 2
    assert "第 2、3 行都叫张伟，请填登录名或手机" in told[0]
    two = book(
        人员=[PEOPLE_HEADS, ("张伟", "", "13900000001", "", "科员"), ("张伟", "", "13900000002", "", "科员")]
    )
    verdict = staffing_checked(data=two, main=organ)
    assert [person.login_name for person in verdict.plan.people] == ["zhangwei", "zhangwei2"]
    assert "自动取为“zhangwei2”" in verdict.remarks[0].text
    one = book(
        人员=[
            PEOPLE_HEADS,
            ("张伟", "", "13900000001", "", "科员"),
            ("张伟", "", "13900000001", "", "秘书", "兼职"),
        ]
    )
    verdict = staffing_checked(data=one, main=organ)
    assert (verdict.mistakes, len(verdict.plan.people), len(verdict.plan.posts)) == ((), 1, 2)


def test_one_account_has_one_regular_post_and_one_name(organ: Organ) -> None:
    """一人一号."""
    rows = [
        ("石磊", "shilei", "", "", "股长"),
        ("石磊", "shilei", "", "", "主任"),
        ("石雷", "shilei", "", "", "科员", "兼职"),
    ]
    told = "\n".join(mistakes(organ, book(人员=[PEOPLE_HEADS, *rows])))
    assert "“人员”表 第 3 行 任职方式：石磊在第 2 行已有一项“任职”" in told
    assert "“人员”表 第 4 行 登录名：登录名“shilei”已给了石磊，一人一号" in told


def test_two_heads_of_one_unit_are_refused_also_beside_one_in_office(organ: Organ) -> None:
    """The second row is named, and says who the first is."""
    heads = [
        ("石磊", "", "", "综合股", "股长", "", "", "科室负责人"),
        ("白露", "", "", "综合股", "股长", "", "", "科室负责人"),
    ]
    units = [UNIT_HEADS, ("综合股", "", "")]
    told = mistakes(organ, book(科室=units, 人员=[PEOPLE_HEADS, *heads]))
    assert told == [
        "“人员”表 第 3 行 角色：综合股的科室负责人已是石磊（第 2 行），只能有一名；副职请不填这个角色。"
    ]
    staffing_import(actor=None, data=book(科室=units, 人员=[PEOPLE_HEADS, heads[0]]), organ_id=organ.pk)
    assert "综合股的科室负责人已是石磊" in mistakes(organ, book(人员=[PEOPLE_HEADS, heads[1]]))[0]


def test_units_in_a_circle_are_named_with_the_circle(organ: Organ) -> None:
    """Each row of the circle; rows that only hang below it are not blamed."""
    rows = [("甲科", "丙科"), ("乙科", "甲科"), ("丙科", "乙科"), ("丁科", "甲科")]
    told = mistakes(
        organ, book(科室=[UNIT_HEADS, *rows], 人员=[PEOPLE_HEADS, ("石磊", "", "", "丁科", "科长")])
    )
    assert len(told) == 3
    assert "上级科室成环：" in told[0]
    assert not any("丁科" in one.split("：")[0] for one in told)


def test_wrong_cells_are_told_by_row_and_column_all_at_once(organ: Organ) -> None:
    """Numbers, dates, words outside the lists, unknown places, missing names."""
    heads = (*PEOPLE_HEADS, "任职日期", "邮箱")
    rows = [
        ("", "", "一三九", "无此科", "科员", "临时", "第一", "总管", "去年", "a@b"),
        ("石磊", "石磊", "", "", "", "", "", "科室负责人", "2099-01-01", ""),
    ]
    told = "\n".join(mistakes(organ, book(人员=[heads, *rows])))
    for wanted in (
        "第 2 行 姓名：没有填写", "第 2 行 手机：“一三九”不是电话号码", "第 2 行 科室：青石县人民政府办公室没有名为“无此科”的科室",
        "第 2 行 任职方式：“临时”不在可选范围内", "第 2 行 排序：“第一”不是整数", "第 2 行 角色：没有角色“总管”",
        "第 2 行 任职日期：“去年”不是日期", "第 2 行 邮箱：", "第 3 行 登录名：“石磊”不能作登录名", "第 3 行 职务：没有填写",
        "第 3 行 角色：科室负责人须填写所在科室", "第 3 行 任职日期：任职日期应在",
    ):  # fmt: skip
        assert wanted in told


def test_one_wrong_row_keeps_everything_out(organ: Organ) -> None:
    """Nothing is half-imported."""
    rows = [("石磊", "", "", "", "科员"), ("白露", "", "", "", "")]
    data = book(科室=[UNIT_HEADS, ("综合股",)], 人员=[PEOPLE_HEADS, *rows])
    with pytest.raises(ValidationFailed, match="没有导入任何内容"):
        staffing_import(actor=None, data=data, organ_id=organ.pk)
    assert Person.objects.count() == InternalUnit.objects.count() == 0


def test_organs_of_the_county_come_with_their_superiors(organ: Organ) -> None:
    """A superior below its inferior in the sheet; a 代字 used twice; a name that exists."""
    heads = ("全称", "规范化简称", "机关代字", "层级", "类别", "上级机关")
    good = [
        heads,
        ("青石县水利局水库管理所", "水库所", "", "县级", "其他机构", "县水利局"),
        ("青石县水利局", "县水利局", "青水", "县级", "工作部门", "县政府办"),
    ]
    people = [(*PEOPLE_HEADS, "机关"), ("江海潮", "", "", "", "局长", "", "", "主要负责人", "县水利局")]
    staffing_import(actor=None, data=book(机关=good, 人员=people), organ_id=organ.pk)
    below = Organ.objects.get(short_name="水库所")
    assert below.superior is not None
    assert below.superior.short_name == "县水利局"
    assert Appointment.objects.get().organ.short_name == "县水利局"
    bad = [heads, ("青石县教育局", "县教育局", "青水", "县级", "工作部门", ""), good[2]]
    told = "\n".join(mistakes(organ, book(机关=bad, 人员=people)))
    assert "机关代字“青水”已属于青石县水利局" in told
    assert "已有名为“青石县水利局”的机关" in told


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xd0\xcf\x11\xe0", "这不是 .xlsx 文件"),
        (b"PK\x03\x04rest", "文件不完整"),
        (b"PK" + b"0" * (5 * 1024 * 1024), "文件超过 5 MB"),
        (book(名单=[("姓名",)]), "没有名为“人员”的工作表"),
    ],
)
def test_a_file_that_is_no_such_workbook_is_refused_in_words(data: bytes, said: str) -> None:
    """Old Excel, a broken upload, too large, another table."""
    with pytest.raises(NotAWorkbook, match=said):
        book_of(data)


def test_a_sheet_without_headings_or_with_one_missing_says_so(organ: Organ) -> None:
    """Instead of guessing."""
    assert "没有找到标题行" in mistakes(organ, book(人员=[("石磊", "科员")]))[0]
    assert "标题行缺少职务" in mistakes(organ, book(人员=[("姓名", "手机"), ("石磊", "")]))[0]
    assert (
        "有两列都叫“手机”"
        in mistakes(organ, book(人员=[("姓名", "手机", "手机", "职务"), ("石磊", "", "", "科员")]))[0]
    )


@pytest.mark.long
def test_three_thousand_people_cost_a_fixed_number_of_statements(
    organ: Organ, django_assert_max_num_queries: Any
) -> None:
    """What the units cost grows with the units; a thousand people more cost a handful of batches."""
    units = [UNIT_HEADS, *((f"第{number}科", "", "") for number in range(10))]
    people = [(f"人员{n}", f"person{n}", f"139{n:08d}", f"第{n % 10}科", "科员") for n in range(3000)]
    data = book(科室=units, 人员=[PEOPLE_HEADS, *people])
    with django_assert_max_num_queries(200):
        plan = staffing_import(actor=None, data=data, organ_id=organ.pk)
    assert len(plan.people) == Person.objects.count() == 3000


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"])
def test_first_passwords_open_the_door_once_and_are_hashed_anew(organ: Organ, client: Client) -> None:
    """The list names everybody who has never been in; after signing in the word must be changed and is well stretched."""
    staffing_import(
        actor=None, data=book(人员=[PEOPLE_HEADS, ("石磊", "", "", "", "科员")]), organ_id=organ.pk
    )
    [line] = first_passwords_issue(actor=None)
    assert "pbkdf2_sha256$5000$" in Person.objects.get().password
    answer = client.post("/accounts/login/", {"login": line.login_name, "password": line.word})
    assert answer.status_code == 302
    assert "pbkdf2_sha256$5000$" not in Person.objects.get().password
    assert Person.objects.get().must_change_password
    assert first_passwords_issue(actor=None) == []


def test_none_of_the_three_imports_alone(world: World) -> None:
    """Making people, opening accounts and giving roles are of different hands (domain.md §10.2)."""
    for name in ("sysadmin", "secadmin", "auditadmin", "clerk"):
        with pytest.raises(Forbidden):
            staffing_import(actor=world.actor(name), data=b"", organ_id=world.organs["office"].pk)


def test_circles_are_found_once_and_parents_come_first() -> None:
    """Two circles, a tail, a root outside."""
    parents = {"a": "b", "b": "a", "c": "a", "d": "d", "e": "f", "f": ""}
    assert sorted(sorted(circle) for circle in circles(parents)) == [["a", "b"], ["d"]]
    order = parents_first(parents)
    assert order.index("f") < order.index("e")
    assert sorted(order) == sorted(parents)


def test_a_list_sent_twice_doubles_nobody(organ: Organ) -> None:
    """Who is in office under a name is not made again; another of the name says so by a login name."""
    row = ("许若溪", "", "13900000011", "", "科员", "", "", "")
    staffing_import(actor=None, data=book(人员=[PEOPLE_HEADS, row]), organ_id=organ.pk)
    assert mistakes(organ, book(人员=[PEOPLE_HEADS, row])) == [
        f"“人员”表 第 2 行 姓名：{organ.full_name}已有许若溪（登录名xuruoxi）。是同一人请删去这一行；是另一人请填一个新的登录名。"
    ]
    other = ("许若溪", "xuruoxi.b", *row[2:])
    assert mistakes(organ, book(人员=[PEOPLE_HEADS, other])) == []
