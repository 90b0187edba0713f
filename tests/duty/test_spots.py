"""抽查点名: whoever is on duty is called, has seconds to answer, and the result follows from the clock alone."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.reminding import reminders_sweep
from apps.duty import services
from apps.duty.enums import SpotResult
from apps.duty.models import SpotAnswer, SpotCheck
from apps.duty.selectors.spots import own_spots, spot_cells, spot_shown, spots_listed
from apps.duty.services import SpotDraft
from apps.notifications.models import Notice
from tests.factories.world import World
from tests.helpers.duty import MONDAY, published

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def draft(world: World, **more: object) -> SpotDraft:
    """The office calls its own watch."""
    facts: dict[str, object] = {"organ_id": world.organs["office"].pk}
    return SpotDraft(**(facts | more))  # type: ignore[arg-type]  # keyword arguments of the draft


def called(world: World) -> SpotCheck:
    """At once, by the duty office; the watch of the 2nd is due and not taken over."""
    published(world)
    return services.spot_check_make(actor=world.actor("duty_officer"), draft=draft(world))


def person_key(world: World, answer: SpotAnswer) -> str:
    """Who of the cast was called."""
    return next(key for key, post in world.posts.items() if post.pk == answer.appointment_id)


def test_in_time_late_or_not_at_all_follows_from_the_clock(world: World, drain: Callable[[], int]) -> None:
    check = called(world)
    drain()
    first, second, third = check.answers.order_by("pk")
    assert Notice.objects.filter(key__startswith="duty.spot:", is_urgent=True).count() == 3
    with clock.at(MONDAY + 60 * SECOND):
        services.spot_answer(actor=world.actor(person_key(world, first)), answer_id=first.pk)
    with clock.at(MONDAY + 61 * SECOND):
        services.spot_answer(actor=world.actor(person_key(world, second)), answer_id=second.pk)
        services.spot_answer(actor=world.actor(person_key(world, second)), answer_id=second.pk)
        shown = spot_shown(spots_listed(world.actor("director"), only_wrong=False).get())
        assert [one.result for one in shown.lines] == [SpotResult.ON_POST, SpotResult.LATE, SpotResult.ABSENT]
        reminders_sweep()
        reminders_sweep()
    assert (
        Notice.objects.filter(title="点名结果：市政府办公室 在岗 1 人、迟应答 1 人、未应答 1 人").count() == 1
    )
    assert (
        Notice.objects.filter(title="抽查点名未应答，请说明情况", person=third.appointment.person).count()
        == 1
    )
    with clock.at(MONDAY + timedelta(hours=1)), pytest.raises(InvalidState, match="早已结束"):
        services.spot_answer(actor=world.actor(person_key(world, third)), answer_id=third.pk)


def test_who_was_late_explains_once_and_the_sheet_has_it(world: World) -> None:
    check = called(world)
    first = check.answers.order_by("pk")[0]
    actor = world.actor(person_key(world, first))
    with pytest.raises(InvalidState, match="无需说明"):
        services.spot_explain(actor=actor, answer_id=first.pk, text="在接电话")
    with clock.at(MONDAY + 5 * 60 * SECOND):
        assert own_spots(actor)[0].result is SpotResult.ABSENT
        services.spot_explain(actor=actor, answer_id=first.pk, text="在接电话")
        with pytest.raises(InvalidState, match="已经说明"):
            services.spot_explain(actor=actor, answer_id=first.pk, text="另有原因")
        listed = spots_listed(world.actor("director"), only_wrong=True)
        rows = spot_cells(listed.get())
    assert [row[6] for row in rows] == ["未应答"] * 3
    assert "在接电话" in rows[0]


def test_a_planned_call_is_made_when_its_time_has_come_and_not_before(world: World) -> None:
    published(world)
    officer = world.actor("duty_officer")
    start = MONDAY + timedelta(hours=2)
    check = services.spot_check_make(
        actor=officer, draft=draft(world, planned_from=start, planned_until=start + timedelta(hours=1))
    )
    assert start <= check.planned_at <= start + timedelta(hours=1)
    with clock.at(start - SECOND):
        assert services.spots_call() == 0
    with clock.at(start + timedelta(hours=1)):
        assert (services.spots_call(), services.spots_call()) == (1, 0)
    check.refresh_from_db()
    assert check.answers.count() == 3
    with pytest.raises(InvalidState, match="已经点名"):
        services.spot_check_withdraw(actor=officer, check_id=check.pk)


def test_a_planned_call_is_withdrawn_and_never_made(world: World) -> None:
    published(world)
    officer = world.actor("duty_officer")
    start = MONDAY + timedelta(hours=2)
    check = services.spot_check_make(actor=officer, draft=draft(world, planned_from=start))
    services.spot_check_withdraw(actor=officer, check_id=check.pk)
    with clock.at(start + timedelta(hours=1)):
        assert services.spots_call() == 0
    assert SpotAnswer.objects.count() == 0


def test_what_cannot_be_called_is_said(world: World) -> None:
    published(world)
    officer = world.actor("duty_officer")
    for wrong, words in (
        ({"organ_id": world.organs["data"].pk}, "已发布值班表的单位"),
        ({"seconds": 10}, "30 至 600 秒"),
        ({"planned_from": MONDAY - SECOND}, "现在之后"),
        ({"planned_from": MONDAY + SECOND, "planned_until": MONDAY}, "24 小时以内"),
    ):
        with pytest.raises(ValidationFailed, match=words):
            services.spot_check_make(actor=officer, draft=draft(world, **wrong))
    with pytest.raises(Forbidden):
        services.spot_check_make(actor=world.actor("drafter"), draft=draft(world))
    with clock.at(MONDAY + timedelta(days=60)), pytest.raises(InvalidState, match="无人可点"):
        services.spot_check_make(actor=officer, draft=draft(world))
    assert SpotCheck.objects.count() == 0


def test_a_double_click_calls_once_and_nobody_answers_for_another(world: World) -> None:
    published(world)
    officer = world.actor("duty_officer")
    made = [services.spot_check_make(actor=officer, draft=draft(world), key="k") for _ in range(2)]
    assert made[0] == made[1]
    assert SpotAnswer.objects.count() == 3
    with pytest.raises(NotFound):
        services.spot_answer(actor=world.actor("bureau_clerk"), answer_id=SpotAnswer.objects.all()[0].pk)


def test_the_pages_call_answer_and_export(world: World, client_as: As) -> None:
    published(world)
    officer = client_as("duty_officer")
    form = {"organ": world.organs["office"].pk, "seconds": "60", "when": "now", "key": "k1"}
    roles = ("drafter", "bureau_clerk", "sysadmin")
    call = reverse("duty:spot_call")
    assert [client_as(key).post(call, form).status_code for key in roles] == [403, 403, 403]
    assert officer.post(call, form | {"when": "random", "key": "k2"}).status_code == 422
    assert officer.post(call, form).status_code == 303
    answer = SpotAnswer.objects.order_by("pk")[0]
    address = reverse("duty:spot_answer", args=[answer.pk])
    assert client_as("bureau_clerk").get(address).status_code == 404
    own = client_as(person_key(world, answer))
    assert "我在岗" in own.get(address).content.decode()
    assert own.post(address).status_code == 303
    assert "我在岗" not in own.get(address).content.decode()
    page = officer.get(reverse("duty:spots")).content.decode()
    assert "在岗</span>" in page
    assert "待应答" in page
    assert officer.get(reverse("duty:spots_export")).status_code == 200
    start = (MONDAY + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    assert officer.post(call, form | {"when": "later", "from": start, "key": "k3"}).status_code == 303
    planned = SpotCheck.objects.get(called_at=None)
    withdraw = reverse("duty:spot_withdraw", args=[planned.pk])
    assert [client_as(key).post(withdraw).status_code for key in roles] == [403, 403, 403]
    assert officer.post(withdraw).status_code == 303
    assert "已取消" in officer.get(reverse("duty:spots")).content.decode()
