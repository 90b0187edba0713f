"""A plan pasted from a document or a sheet becomes items, all or none."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from apps.core import clock
from apps.core.errors import Forbidden, ValidationFailed
from apps.supervision import services
from apps.supervision.enums import State
from apps.supervision.models import SupervisionItem
from apps.supervision.plans import day_in, mistakes_of, plan_rows
from apps.supervision.services.installation import classes_install
from tests.factories.world import World
from tests.helpers.supervision import MONDAY

pytestmark = pytest.mark.long

TODAY = date(2026, 11, 2)
ORGANS = {"市大数据局": 1, "市财政局": 2, "市教育局": 3}


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("2026年12月5日前", date(2026, 12, 5)),
        ("12月底前", date(2026, 12, 31)),
        ("2027年2月底", date(2027, 2, 28)),
        ("12月中旬", date(2026, 12, 20)),
        ("年底前完成", date(2026, 12, 31)),
        ("3月15日", date(2027, 3, 15)),
        ("尽快", None),
        ("13月1日", None),
        ("2月30日", None),
    ],
)
def test_limits_in_words_are_days(words: str, day: date | None) -> None:
    assert day_in(words, TODAY) == day


def test_a_sentence_of_a_plan_is_read_whole() -> None:
    (row,) = plan_rows(
        "12.完成政务数据共享目录编制。（牵头单位：市大数据局；配合单位：市财政局、市教育局；完成时限：12月底前）",
        ORGANS,
        TODAY,
    )
    assert (row.title, row.lead_id, row.help_ids, row.due_on) == (
        "完成政务数据共享目录编制", 1, [2, 3], date(2026, 12, 31),
    )  # fmt: skip
    assert row.mistakes == []


def test_rows_of_a_sheet_are_read_by_column_and_the_heading_is_passed_over() -> None:
    rows = plan_rows(
        "序号\t事项\t牵头单位\t配合单位\t时限\n1\t改造管网\t市财政局\t市教育局、市大数据局\t2026/12/1\t分两批\n\n校车优化\t市教育局",
        ORGANS,
        TODAY,
    )
    assert [(row.title, row.lead_id, row.help_ids, row.requirement) for row in rows] == [
        ("改造管网", 2, [3, 1], "分两批"),
        ("校车优化", 3, [], ""),
    ]


def test_every_mistake_is_named_with_its_line() -> None:
    rows = plan_rows("甲\t市某局\n\n乙\n丙\t市财政局\t\t昨天", ORGANS, TODAY)
    assert mistakes_of(rows) == [
        "第 1 行：没有“市某局”这个单位。",
        "第 3 行：没有牵头单位。",
        "第 4 行：时限“昨天”无法识别，请写成 2026-12-31 或 12月底前。",
    ]
    assert mistakes_of([]) != []


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read_or_refused_in_words(text: str) -> None:
    for row in plan_rows(text, ORGANS, TODAY):
        assert row.lead_id is not None or row.mistakes


@pytest.fixture(autouse=True)
def _classes(request: pytest.FixtureRequest) -> None:
    """Tests with a database have the usual classes."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        classes_install()


@pytest.mark.django_db
def test_five_thousand_rows_with_thirty_seven_mistakes_make_nothing(world: World) -> None:
    lines = [f"事项{number}\t{'市某局' if number % 135 == 0 else '市大数据局'}" for number in range(5000)]
    with pytest.raises(ValidationFailed) as refused:
        services.plan_propose(actor=world.actor("supervisor"), text="\n".join(lines), class_code="plan")
    assert refused.value.message.count("没有“市某局”") == 38
    assert not SupervisionItem.objects.exists()


def workbook(rows: list[list[Any]]) -> SimpleUploadedFile:
    """A file as somebody sends it: a title above the heading, the columns in an order of their own."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [["岱海市2026年督办计划"], ["序号", "牵头单位", "事项名称", "时限", "配合单位"], *rows]:
        sheet.append(row)
    held = BytesIO()
    book.save(held)
    return SimpleUploadedFile("计划.xlsx", held.getvalue())


@pytest.mark.django_db
def test_a_workbook_of_five_thousand_rows_names_its_thirty_seven_mistakes_by_row(
    world: World, client_as: Callable[[str], Client]
) -> None:
    wrong = set(range(100, 100 + 37 * 120, 120))
    rows = [
        [
            number,
            "市某局" if number in wrong else "市大数据局",
            f"事项{number}",
            date(2099, 12, 1),
            "市财政局",
        ]
        for number in range(5000)
    ]
    page = client_as("supervisor").post(reverse("supervision:plan"), {"do": "check", "sheet": workbook(rows)})
    assert (page.context["count"], page.context["wrong_count"]) == (5000, 37)
    assert page.context["mistakes"][0] == "第 103 行：没有“市某局”这个单位。"
    assert "登记 5000 个事项" not in page.content.decode()
    assert not SupervisionItem.objects.exists()


@pytest.mark.django_db
def test_a_checked_workbook_makes_its_items_and_what_is_none_is_refused_in_words(
    world: World, client_as: Callable[[str], Client]
) -> None:
    keeper, address = client_as("supervisor"), reverse("supervision:plan")
    read = keeper.post(
        address,
        {"do": "check", "sheet": workbook([[1, "市大数据局", "编制目录", "", "市财政局、市大数据局"]])},
    )
    form = {"do": "make", "text": read.context["text"], "class": "plan", "key": "sheet"}
    assert keeper.post(address, form).status_code == 303
    made = SupervisionItem.objects.get()
    assert made.title == "编制目录"
    assert [row.organ for row in made.assisting.all()] == [world.organs["finance"]]
    for data in (b"nonsense", b"PK\x03\x04broken"):
        refused = keeper.post(address, {"do": "check", "sheet": SimpleUploadedFile("x.xlsx", data)})
        assert refused.status_code == 422
    assert SupervisionItem.objects.count() == 1


@pytest.mark.django_db
def test_a_good_plan_makes_its_items_once_and_they_are_established_together(
    world: World, client_as: Callable[[str], Client], drain: Callable[[], int]
) -> None:
    client = client_as("supervisor")
    address = reverse("supervision:plan")
    form: dict[str, Any] = {
        "text": "甲\t市大数据局\t市财政局\t12月底前\n乙\t市财政局",
        "class": "plan",
        "key": "k",
    }
    with clock.at(MONDAY):
        assert "登记 2 个事项" in client.post(address, form | {"do": "check"}).content.decode()
        assert not SupervisionItem.objects.exists()
        assert client.post(address, form | {"do": "make"}).status_code in {302, 303}
        client.post(address, form | {"do": "make"})
        assert SupervisionItem.objects.count() == 2
        ids = list(SupervisionItem.objects.values_list("pk", flat=True))
        director = client_as("director")
        batch = reverse("supervision:batch")
        assert director.post(batch, {"act": "establish", "selected": ids}).status_code == 303
        assert director.post(batch, {"act": "establish", "selected": ids}).status_code == 303
        assert director.post(batch, {"act": "assign", "selected": [*ids, 999_999]}).status_code == 303
    items = list(SupervisionItem.objects.order_by("pk"))
    assert [item.number for item in items] == ["督〔2026〕1号", "督〔2026〕2号"]
    assert {item.state for item in items} == {State.ASSIGNED}
    assert [item.is_due_named for item in items] == [True, False]
    drain()
    assert client_as("bureau_clerk").post(batch, {"act": "assign", "selected": ids}).status_code == 303
    assert SupervisionItem.objects.filter(version__gt=items[0].version).count() == 0


@pytest.mark.django_db
def test_a_stranger_pastes_nothing(world: World) -> None:
    with pytest.raises(Forbidden):
        services.plan_propose(actor=world.actor("drafter"), text="甲\t市大数据局", class_code="plan")
