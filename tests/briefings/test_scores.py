"""计分: by unit, each number with its reckoning, shown to units only if an office wants it."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.briefings import services
from apps.briefings.enums import Use
from apps.briefings.models import ScoreRecord
from apps.briefings.scoring import share_words, shares
from apps.briefings.selectors.scores import month_of, records_of, statement_of
from apps.briefings.services.publishing import InstructionDraft
from apps.core.clock import today
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from tests.factories.world import World
from tests.helpers.briefings import adopted, editor_of, published, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.long]
SignIn = Callable[[str], Client]


@given(
    st.decimals(min_value=0, max_value=1000, places=2), st.lists(st.integers(1, 9), min_size=1, max_size=12)
)
def test_shares_are_equal_and_together_what_was_shared(points: Decimal, units: list[int]) -> None:
    found = shares(points, units)
    assert set(found) == set(units)
    assert len(set(found.values())) == 1
    assert abs(sum(found.values()) - points) <= Decimal("0.005") * len(found)


def test_the_reckoning_is_said_in_words() -> None:
    assert share_words("《政务信息》2026年第1期采用", Decimal(3), 1, Decimal(3)).endswith("计 3 分")
    assert share_words("采用", Decimal(3), 2, Decimal("1.50")) == "采用计 3 分，2 个单位综合，各 1.5 分"


def scores(world: World) -> dict[str, Decimal]:
    """This month's totals by unit."""
    lines = statement_of(world.organs["office"].pk, month_of(""))
    return {line.organ.short_name: line.total for line in lines}


def test_publication_and_instructions_count_and_go_with_what_was_wrong(world: World) -> None:
    first, second = submitted(world), submitted(world, "finance_clerk", title="其二")
    editor = editor_of(world)
    text = services.items_adopt(actor=editor, item_ids=[first.pk, second.pk])
    issue = published(world, text)
    assert scores(world) == {"市大数据局": Decimal("1.50"), "市财政局": Decimal("1.50")}
    said = services.issue_instruct(
        actor=world.actor("head"), issue_id=issue.pk, draft=InstructionDraft(words="好", adoption_id=text.pk)
    )
    assert scores(world)["市大数据局"] == Decimal("6.50")
    services.instruction_cancel(actor=editor, instruction_id=said.pk, reason="误录")
    assert scores(world)["市大数据局"] == Decimal("1.50")
    services.issue_instruct(
        actor=world.actor("head"), issue_id=issue.pk, draft=InstructionDraft(words="全期都好")
    )
    assert scores(world)["市大数据局"] == Decimal("1.50")


def test_every_number_is_the_sum_of_its_lines(world: World) -> None:
    issue = published(world)
    services.use_record(
        actor=editor_of(world),
        adoption_id=issue.entries.get().adoption_id,
        use=Use.SUPERIOR,
        place="省政府《要情》",
    )
    board, month = world.organs["office"].pk, month_of(f"{today():%Y-%m}")
    for line in statement_of(board, month):
        behind = records_of(board, month, line.organ.pk)
        assert sum(row.points for row in behind) == line.total == Decimal(13)
        assert all(row.reason and row.item_id for row in behind)
        assert (line.reported, line.adopted) == (1, 1)


def test_recording_a_use_refuses_what_cannot_be_and_records_once(world: World) -> None:
    text, editor = adopted(world), editor_of(world)
    for use, place in ((Use.ADOPTED, "x"), (Use.FORWARDED, " ")):
        with pytest.raises(ValidationFailed):
            services.use_record(actor=editor, adoption_id=text.pk, use=use, place=place)
    with pytest.raises(NotFound):
        services.use_record(
            actor=world.actor("bureau_head"), adoption_id=text.pk, use=Use.FORWARDED, place="省"
        )
    for _ in range(2):
        services.use_record(actor=editor, adoption_id=text.pk, use=Use.FORWARDED, place="省", key="k")
    row = ScoreRecord.objects.get()
    services.score_cancel(actor=editor, record_id=row.pk, reason="重复登记")
    with pytest.raises(InvalidState):
        services.score_cancel(actor=editor, record_id=row.pk, reason="再撤")
    assert scores(world)["市大数据局"] == 0


def test_points_are_the_offices_own_and_count_from_now_on(world: World) -> None:
    published(world)
    editor = editor_of(world)
    services.board_keep(actor=editor, points={"adopted": "4.5"}, is_published=False)
    published(world, adopted(world, title="其二"))
    assert scores(world)["市大数据局"] == Decimal("7.50")
    for wrong in ("-1", "一", "1.234", "NaN", "99999"):
        with pytest.raises(ValidationFailed, match="分值须为"):
            services.board_keep(actor=editor, points={"adopted": wrong}, is_published=False)
    with pytest.raises(Forbidden):
        services.board_keep(actor=world.actor("bureau_chief"), points={}, is_published=True)


def test_units_see_the_figures_only_when_they_are_published(world: World, client_as: SignIn) -> None:
    published(world)
    address, chief = reverse("briefings:scores"), client_as("bureau_chief")
    assert chief.get(address).status_code == 404
    editor = client_as("drafter")
    form = {"expected_version": "1", "is_published": "1", "adopted": "3"}
    assert editor.post(reverse("briefings:rules"), form).status_code == 303
    page = chief.get(address + f"?organ={world.organs['data'].pk}").content.decode()
    assert "计 3 分" in page
    assert "撤销得分" not in page
    assert client_as("bureau_clerk").get(address).status_code == 404
    record = ScoreRecord.objects.get()
    cancel = reverse("briefings:score_cancel", args=[record.pk])
    assert chief.post(cancel, {"reason": "x"}).status_code == 403
    assert editor.post(cancel, {"reason": "误登"}).status_code == 303
    text = record.item.adoption_id
    use = reverse("briefings:use_record", args=[text])
    assert chief.post(use, {"use": "forwarded", "place": "省"}).status_code == 404
    assert editor.post(use, {"use": "forwarded", "place": "省", "key": "u"}).status_code == 303
