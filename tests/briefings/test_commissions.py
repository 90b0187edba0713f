"""约稿: who is asked, who has answered, who is late, who is urged."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.briefings import services
from apps.briefings.enums import CommissionState as State
from apps.briefings.models import Commission, CommissionUnit
from apps.briefings.selectors.commissions import commissions_found, lines_of, owed_count
from apps.briefings.services.commissions import CommissionDraft
from apps.core import clock
from apps.core.errors import Forbidden, InvalidState, NotFound, RateLimited, ValidationFailed
from apps.core.reminding import reminders_sweep
from apps.notifications.models import Notice
from tests.factories.world import World
from tests.helpers.briefings import desk_opened, draft, editor_of, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.long]
SignIn = Callable[[str], Client]
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=clock.CITY_ZONE)
FRIDAY = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def _monday() -> object:
    with clock.at(MONDAY):
        yield


def asked(world: World, *organs: str, **more: object) -> Commission:
    """The data and finance bureaux are asked until Friday."""
    desk_opened(world)
    facts: dict[str, object] = {
        "topic": "冬季供暖保障情况",
        "requirement": "一千字以内。",
        "due_on": FRIDAY,
        "organ_ids": [world.organs[key].pk for key in organs or ("data", "finance")],
    }
    wanted = CommissionDraft(**(facts | more))  # type: ignore[arg-type]  # changed by name
    return services.commission_issue(actor=editor_of(world), draft=wanted)


def states(commission: Commission) -> list[State]:
    """Of its units in rank order."""
    return [line.state for line in lines_of(commission)]


def test_the_units_clerks_are_told_and_their_answers_are_seen(world: World, drain: Callable[[], int]) -> None:
    commission = asked(world)
    drain()
    told = Notice.objects.filter(title__contains="约稿：冬季供暖")
    assert set(told.values_list("person_id", flat=True)) == {
        world.person("bureau_clerk").pk,
        world.person("finance_clerk").pk,
    }
    assert owed_count(world.actor("finance_clerk")) == 1
    submitted(world, "finance_clerk", commission_id=commission.pk)
    assert states(commission) == [State.WAITING, State.SENT]
    assert owed_count(world.actor("finance_clerk")) == 0
    row = commissions_found(editor_of(world), scope="ours").get()
    assert (row.unit_count, row.sent_count) == (2, 1)  # type: ignore[attr-defined]  # annotated
    with clock.at(MONDAY + timedelta(days=7)):
        assert states(commission) == [State.OVERDUE, State.SENT]
        submitted(world, commission_id=commission.pk)
        assert states(commission) == [State.LATE, State.SENT]


def test_the_late_are_urged_at_most_once_an_hour(world: World) -> None:
    commission, editor = asked(world), editor_of(world)
    submitted(world, "finance_clerk", commission_id=commission.pk)
    assert services.commission_urge(actor=editor, commission_id=commission.pk) == ["市大数据局"]
    with pytest.raises(RateLimited, match="一小时内"):
        services.commission_urge(actor=editor, commission_id=commission.pk)
    with pytest.raises(InvalidState, match="均已报送"):
        services.commission_urge(
            actor=editor, commission_id=commission.pk, organ_id=world.organs["finance"].pk
        )
    with clock.at(MONDAY + timedelta(hours=2)):
        services.commission_urge(actor=editor, commission_id=commission.pk)
    assert CommissionUnit.objects.get(organ=world.organs["data"]).urge_count == 2
    urged = Notice.objects.filter(person=world.person("bureau_clerk"), title__startswith="请报送约稿")
    assert urged.count() == 2


def test_units_are_reminded_before_on_and_after_the_day_until_it_is_closed(world: World) -> None:
    commission = asked(world)
    for day in range(1, 12):
        with clock.at(MONDAY + timedelta(days=day)):
            reminders_sweep()
    mine = Notice.objects.filter(person=world.person("bureau_clerk"), title__startswith="约稿")
    assert mine.count() == 5  # Thursday, Friday, Monday, Tuesday, Wednesday
    services.commission_close(actor=editor_of(world), commission_id=commission.pk)
    with pytest.raises(InvalidState, match="已经结束"):
        services.commission_urge(actor=editor_of(world), commission_id=commission.pk)
    with pytest.raises(ValidationFailed, match="已经结束"):
        services.item_save(actor=world.actor("bureau_clerk"), draft=draft(world, commission_id=commission.pk))
    reopened = services.commission_reopen(actor=editor_of(world), commission_id=commission.pk)
    assert reopened.closed_at is None


def test_a_change_keeps_units_that_have_answered(world: World) -> None:
    commission = asked(world)
    submitted(world, "finance_clerk", commission_id=commission.pk)
    wanted = CommissionDraft(topic="新题目", due_on=FRIDAY, organ_ids=[world.organs["education"].pk])
    changed = services.commission_change(
        actor=editor_of(world), commission_id=commission.pk, draft=wanted, expected_version=1
    )
    names = [line.unit.organ.short_name for line in lines_of(changed)]
    assert (changed.topic, names) == ("新题目", ["市财政局", "市教育局"])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"topic": ""}, "约稿题目"),
        ({"due_on": None}, "报送时限"),
        ({"due_on": date(2026, 11, 20)}, "晚于现在"),
        ({"organ_ids": []}, "约稿单位"),
    ],
)
def test_bad_input_is_refused_in_words(world: World, wrong: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationFailed, match=words):
        asked(world, **wrong)
    assert not Commission.objects.exists()


def test_who_does_not_report_here_is_not_asked(world: World) -> None:
    with pytest.raises(ValidationFailed, match="不向本机关报送"):
        asked(world, "province")
    with pytest.raises(Forbidden):
        services.commission_issue(
            actor=world.actor("bureau_chief"), draft=CommissionDraft(topic="x", due_on=FRIDAY)
        )


def test_pages_show_units_their_own_line_and_strangers_nothing(world: World, client_as: SignIn) -> None:
    commission = asked(world)
    address = reverse("briefings:commission", args=[commission.pk])
    page = client_as("bureau_clerk").get(address).content.decode()
    assert "撰写应约信息" in page
    assert "市财政局" not in page
    editor = client_as("drafter")
    assert "市财政局" in editor.get(address).content.decode()
    for name in ("commission", "commission_export"):
        assert (
            client_as("stranger").get(reverse(f"briefings:{name}", args=[commission.pk])).status_code == 404
        )
        assert editor.get(reverse(f"briefings:{name}", args=[commission.pk])).status_code == 200
    edit = reverse("briefings:commission_edit", args=[commission.pk])
    assert editor.get(edit).status_code == 200
    assert client_as("bureau_clerk").get(edit).status_code == 403
    for act, status in (("urge", 303), ("close", 303), ("reopen", 303), ("nonsense", 404)):
        do = reverse("briefings:commission_act", args=[commission.pk, act])
        assert client_as("bureau_clerk").post(do).status_code in {403, 404}
        assert client_as("stranger").post(do).status_code == 404
        assert editor.post(do).status_code == status
    answer = client_as("bureau_clerk").get(reverse("briefings:new") + f"?commission={commission.pk}")
    assert f'value="{commission.pk}" selected' in answer.content.decode()


def test_a_unit_that_is_not_asked_does_not_answer(world: World) -> None:
    commission = asked(world, "data")
    with pytest.raises(ValidationFailed, match="不是向本单位约的"):
        services.item_save(
            actor=world.actor("finance_clerk"), draft=draft(world, commission_id=commission.pk)
        )
    with pytest.raises(NotFound):
        services.commission_urge(actor=world.actor("finance_clerk"), commission_id=commission.pk)
