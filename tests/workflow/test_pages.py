"""Small acts over HTTP: who may, what comes back, and that the second click does nothing twice."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import subjects
from apps.core.subjects import SubjectKind
from apps.workflow.models import Follow, Matter, Phrase, Reading, Task
from apps.workflow.selectors import participates
from apps.workflow.services import reading_send
from tests.workflow.conftest import Desk

SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _paper_kind() -> Iterator[None]:
    """The tests' own kind of subject: seen by those who take part."""
    kind = SubjectKind(
        kind="tests.paper",
        name="试件",
        icon="file-text",
        title=lambda number: f"试件{number}",
        url=lambda number: f"/papers/{number}/",
        can_view=lambda actor, number: Matter.objects.filter(
            participates(actor, "tests.paper", "subject_id"), subject_id=number
        ).exists(),
    )
    subjects.register(kind)
    yield
    subjects._kinds.pop("tests.paper")


def address(name: str, desk: Desk) -> str:
    """A page about the desk's matter."""
    return reverse(f"workflow:{name}", args=[desk.matter.pk])


def test_following_says_what_it_wants_so_that_two_clicks_do_it_once(desk: Desk, client_as: SignIn) -> None:
    """The second 关注 leaves it followed; `on=0` ends it."""
    client = client_as("drafter")
    for _ in range(2):
        answer = client.post(address("follow", desk), {"on": "1"})
        assert (answer.status_code, answer["Location"]) == (303, "/papers/1/")
    assert Follow.objects.count() == 1
    client.post(address("follow", desk), {"on": "0"})
    assert Follow.objects.count() == 0


def test_following_answers_htmx_with_the_button(desk: Desk, client_as: SignIn) -> None:
    """The fragment says the new state."""
    answer = client_as("drafter").post(address("follow", desk), {"on": "1"}, headers={"HX-Request": "true"})
    assert 'aria-pressed="true"' in answer.content.decode()
    assert 'name="on" value="0"' in answer.content.decode()


@pytest.mark.parametrize("name", ["follow", "urge", "readings_urge", "readings_cancel"])
def test_strangers_find_nothing(desk: Desk, client_as: SignIn, name: str) -> None:
    """Absent and invisible look the same, and the answer holds no title."""
    answer = client_as("stranger").post(address(name, desk))
    assert answer.status_code == 404
    assert desk.matter.title not in answer.content.decode()


def test_strangers_do_not_see_the_diagram(desk: Desk, client_as: SignIn) -> None:
    """Nor does somebody who is not signed in."""
    assert client_as("stranger").get(address("diagram", desk)).status_code == 404
    assert Client().get(address("diagram", desk)).status_code == 302


def test_the_diagram_shows_where_the_run_is(desk: Desk, client_as: SignIn) -> None:
    """Done, present and coming steps, with names and words."""
    desk.act("drafter", "submit")
    page = client_as("drafter").get(address("diagram", desk)).content.decode()
    assert page.count('data-state="done"') == 2  # the step and the key below
    assert 'data-state="now"' in page
    assert "林知夏" in page
    assert "<desc" in page
    assert "style=" not in page


def test_urging_twice_with_one_key_urges_once(desk: Desk, client_as: SignIn) -> None:
    """A double click is not told off."""
    desk.act("drafter", "submit")
    client = client_as("drafter")
    for _ in range(2):
        answer = client.post(address("urge", desk), {"key": "k1", "text": "请尽快。"}, follow=False)
        assert answer.status_code == 303
    assert Task.objects.filter(urged_at__isnull=False).count() == 1
    assert client.post(address("urge", desk), {"key": "k2"}).status_code == 409


def test_readers_mark_a_batch_as_read(desk: Desk, client_as: SignIn) -> None:
    """Nonsense among the numbers is left out."""
    (reading,) = reading_send(
        actor=desk.actor("drafter"), matter=desk.matter, appointments=[desk.world.post("county_clerk")]
    )
    client = client_as("county_clerk")
    data = {"reading": [str(reading.pk), "x", "9" * 30, "-1"]}
    assert client.post(reverse("workflow:readings_done"), data).status_code == 303
    assert Reading.objects.get().read_at is not None


def test_unread_ones_are_reminded_and_reads_are_cancelled(desk: Desk, client_as: SignIn) -> None:
    """By the one who sent them."""
    (reading,) = reading_send(
        actor=desk.actor("drafter"), matter=desk.matter, appointments=[desk.world.post("county_clerk")]
    )
    assert client_as("county_clerk").post(address("readings_urge", desk)).status_code == 403
    client = client_as("drafter")
    assert client.post(address("readings_urge", desk), {"key": "k"}).status_code == 303
    assert client.post(address("readings_cancel", desk), {"reading": [reading.pk]}).status_code == 303
    assert Reading.objects.get().cancelled_at is not None


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_a_form_cannot_send_people_to_another_site(desk: Desk, client_as: SignIn, back: str) -> None:
    """Only addresses of this site are gone back to."""
    answer = client_as("drafter").post(address("follow", desk), {"back": back})
    assert answer["Location"] == "/papers/1/"


def test_phrases_are_kept_shown_and_forgotten(desk: Desk, client_as: SignIn) -> None:
    """One's own can be removed, the common ones not; nobody touches another's."""
    Phrase.objects.create(text="同意。")
    client = client_as("drafter")
    client.post(reverse("workflow:phrase_add"), {"text": "  请综合科   阅处。 "})
    client.post(reverse("workflow:phrase_add"), {"text": "请综合科 阅处。"})
    mine = Phrase.objects.get(person=desk.world.person("drafter"))
    assert mine.text == "请综合科 阅处。"
    page = client.get(reverse("workflow:phrases")).content.decode()
    assert page.index("请综合科 阅处。") < page.index("同意。")
    client_as("clerk").post(reverse("workflow:phrase_remove", args=[mine.pk]))
    assert Phrase.objects.filter(pk=mine.pk).exists()
    client.post(reverse("workflow:phrase_remove", args=[mine.pk]))
    assert not Phrase.objects.filter(pk=mine.pk).exists()


@pytest.mark.parametrize("text", ["", "   ", "字" * 101])
def test_a_phrase_that_cannot_be_kept_comes_back_with_the_reason(
    desk: Desk, client_as: SignIn, text: str
) -> None:
    """422 and the form again."""
    answer = client_as("drafter").post(reverse("workflow:phrase_add"), {"text": text})
    assert answer.status_code == 422
    assert "phrase-error" in answer.content.decode()
