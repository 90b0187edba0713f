"""The pages of personal affairs: what they show to whom, and that their forms work."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.affairs import services
from apps.affairs.enums import AwayState
from apps.affairs.models import AwayNotice
from apps.core import clock
from tests.factories.world import World
from tests.helpers.affairs import MONDAY, approved, saved, submitted

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
FORM = {
    "kind": "mission", "reason": "参加会议", "destination": "省城", "starts_on": "2026-12-01", "starts_half": "morning",
    "ends_on": "2026-12-01", "ends_half": "afternoon", "key": "form-1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _monday() -> object:
    with clock.at(MONDAY):
        yield


def test_a_notice_is_filed_submitted_approved_and_closed_by_its_pages(
    world: World, client_as: SignIn
) -> None:
    services.procedure_set_up()
    drafter, chief = client_as("drafter"), client_as("section_chief")
    assert drafter.get(reverse("affairs:new")).status_code == 200
    answer = drafter.post(reverse("affairs:new"), FORM)
    notice = AwayNotice.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, reverse("affairs:away", args=[notice.pk]))
    page = drafter.get(reverse("affairs:away", args=[notice.pk]))
    assert "提交" in page.content.decode()
    assert drafter.get(reverse("affairs:edit", args=[notice.pk])).status_code == 200
    drafter.post(
        reverse("affairs:edit", args=[notice.pk]),
        FORM | {"destination": "邻市", "expected_version": notice.version},
    )
    drafter.post(reverse("affairs:act", args=[notice.pk, "submit"]), {"key": "s"})
    assert "同意后转" in chief.get(reverse("affairs:away", args=[notice.pk])).content.decode()
    chief.post(reverse("affairs:act", args=[notice.pk, "approve"]), {"key": "a", "text": "同意。"})
    notice.refresh_from_db()
    assert (notice.state, notice.destination) == (AwayState.APPROVED, "邻市")
    with clock.at(notice.starts_at):
        drafter.post(reverse("affairs:act", args=[notice.pk, "close"]), {"returned_at": ""})
    notice.refresh_from_db()
    assert notice.state == AwayState.CLOSED


def test_a_strangers_acts_find_nothing(world: World, client_as: SignIn) -> None:
    notice = submitted(world, "drafter")
    before = AwayNotice.objects.values().get(pk=notice.pk)
    stranger = client_as("stranger")
    for act in ("withdraw", "cancel", "return", "change", "discard", "approve", "close", "nonsense"):
        answer = stranger.post(reverse("affairs:act", args=[notice.pk, act]), {"reason": "x", "text": "x"})
        assert (act, answer.status_code) == (act, 404)
    assert AwayNotice.objects.values().get(pk=notice.pk) == before


def test_a_strangers_look_finds_nothing(world: World, client_as: SignIn) -> None:
    notice = submitted(world, "drafter")
    for name in ("affairs:away", "affairs:edit"):
        assert client_as("stranger").get(reverse(name, args=[notice.pk])).status_code == 404


def test_the_page_says_what_speaks_against_it(world: World, client_as: SignIn) -> None:
    notice = saved(world, "deputy")
    assert (
        "须指定外出期间主持工作的人"
        in client_as("deputy").get(reverse("affairs:away", args=[notice.pk])).content.decode()
    )


def test_change_leads_to_the_new_draft_and_discard_back_to_the_list(world: World, client_as: SignIn) -> None:
    notice = approved(world, "drafter", by=("section_chief",))
    drafter = client_as("drafter")
    answer = drafter.post(reverse("affairs:act", args=[notice.pk, "change"]))
    begun = AwayNotice.objects.get(replaces=notice)
    assert answer["Location"] == reverse("affairs:edit", args=[begun.pk])
    assert drafter.post(reverse("affairs:act", args=[begun.pk, "discard"]))["Location"] == reverse(
        "affairs:list"
    )


def test_the_desk_says_who_is_away_to_those_who_must_know(world: World, client_as: SignIn) -> None:
    notice = approved(world, "drafter", by=("section_chief",))
    with clock.at(notice.starts_at):
        assert "今日在外" in client_as("director").get("/").content.decode()
        assert "今日在外" not in client_as("clerk").get("/").content.decode()


def test_the_list_is_exported_as_it_is_filtered(world: World, client_as: SignIn) -> None:
    submitted(world, "drafter")
    answer = client_as("director").get(reverse("affairs:export") + "?scope=coming")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/vnd.openxml")


def test_the_list_costs_the_same_with_one_and_with_five(world: World, client_as: SignIn) -> None:
    director = client_as("director")
    address = reverse("affairs:list") + "?scope=coming"

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert director.get(address).status_code == 200
        return len(caught)

    submitted(world, "drafter")
    director.get(address)
    few = cost()
    for key in ("clerk", "seal_keeper", "archivist", "supervisor"):
        submitted(world, key, **({"acting_id": world.post("secretary").pk} if key == "supervisor" else {}))
    assert cost() == few
