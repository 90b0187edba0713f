"""投诉建议: who hears, who answers, what an anonymous author is promised."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from apps.affairs import services
from apps.affairs.enums import SuggestionState as State
from apps.affairs.models import Suggestion, SuggestionWord
from apps.affairs.selectors.suggestions import Wanted, suggestion_cells, suggestions_found
from apps.affairs.services.suggestions import SuggestionDraft
from apps.audit.models import AuditEntry
from apps.core.errors import Conflict, Forbidden, NotFound, ValidationFailed
from apps.notifications.models import Notice
from tests.factories.world import World

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def told(world: World, who: str = "drafter", *, is_anonymous: bool = False, key: str = "one") -> Suggestion:
    """Something about forms that are asked for twice."""
    actor = world.actor(who)
    draft = SuggestionDraft(
        kind="complaint",
        topic="burden",
        title="同一张表报了两次",
        text="月初、月末各报一次，数据相同。",
        organ_id=actor.organ_id,
        is_anonymous=is_anonymous,
    )
    return services.suggestion_write(actor=actor, draft=draft, key=key)


def answered(world: World, suggestion: Suggestion, text: str = "月末不再报送。") -> Suggestion:
    """By the office director."""
    return services.suggestion_answer(
        actor=world.actor("director"), suggestion_id=suggestion.pk, expected_version=None, text=text
    )


def test_what_is_said_reaches_the_director_and_the_answer_the_author(
    world: World, drain: Callable[[], int]
) -> None:
    suggestion = told(world)
    drain()
    director, drafter = world.actor("director"), world.actor("drafter")
    assert Notice.objects.filter(person_id=director.person_id, title__contains="同一张表").count() == 1
    assert answered(world, suggestion).state == State.ANSWERED
    drain()
    assert Notice.objects.filter(person_id=drafter.person_id, title__contains="已有答复").count() == 1
    services.suggestion_add(
        actor=drafter, suggestion_id=suggestion.pk, expected_version=None, text="自哪个月起？"
    )
    assert answered(world, suggestion, "自本月起。").state == State.ANSWERED
    closed = services.suggestion_close(
        actor=drafter, suggestion_id=suggestion.pk, expected_version=None, is_satisfied=True
    )
    assert (closed.state, closed.is_satisfied, closed.words.count()) == (State.CLOSED, True, 4)


def test_it_is_reopened_once(world: World) -> None:
    suggestion, drafter = told(world), world.actor("drafter")
    for _ in range(2):
        answered(world, suggestion)
        services.suggestion_close(
            actor=drafter, suggestion_id=suggestion.pk, expected_version=None, is_satisfied=False
        )
        if not Suggestion.objects.get().was_reopened:
            services.suggestion_reopen(
                actor=drafter, suggestion_id=suggestion.pk, expected_version=None, text="仍在报送。"
            )
    with pytest.raises(Forbidden, match="限一次"):
        services.suggestion_reopen(
            actor=drafter, suggestion_id=suggestion.pk, expected_version=None, text="仍在报送。"
        )


def test_an_anonymous_author_is_named_nowhere(world: World, client_as: SignIn) -> None:
    suggestion = told(world, is_anonymous=True)
    name = world.actor("drafter").name
    director = client_as("director")
    for address in (
        reverse("affairs:suggestion", args=[suggestion.pk]),
        reverse("affairs:suggestions"),
        reverse("affairs:suggestions") + f"?scope=ours&q={name}",
    ):
        page = director.get(address).content.decode()
        assert name not in page.replace(f'value="{name}"', "")
    assert not suggestions_found(world.actor("director"), Wanted(scope="ours", words=name)).exists()
    assert name not in [str(cell) for cell in suggestion_cells(suggestion)]
    entry = AuditEntry.objects.get(action="affairs.suggest")
    assert (entry.person_id, entry.person_name) == (None, "系统")
    assert SuggestionWord.objects.get().speaker_words == ""


@pytest.mark.parametrize("act", ["answer", "add", "close", "reopen", "nonsense"])
def test_strangers_find_nothing_and_nobody_answers_the_own_one(
    world: World, client_as: SignIn, act: str
) -> None:
    suggestion = told(world)
    address = reverse("affairs:suggestion_act", args=[suggestion.pk, act])
    assert client_as("stranger").post(address, {"text": "x"}).status_code == 404
    assert client_as("sysadmin").get(reverse("affairs:suggestion", args=[suggestion.pk])).status_code == 404
    own = told(world, "director", key="two")
    with pytest.raises(Forbidden, match="办公室主任或主要负责人"):
        services.suggestion_answer(
            actor=world.actor("director"), suggestion_id=own.pk, expected_version=None, text="好。"
        )


def test_bad_input_is_refused_in_words_and_nothing_is_kept(world: World) -> None:
    drafter = world.actor("drafter")
    good = {"kind": "help", "topic": "work", "title": "标题", "text": "内容", "organ_id": drafter.organ_id}
    for wrong, words in (
        ({"kind": "praise"}, "请选择投诉"),
        ({"topic": ""}, "请选择事项"),
        ({"title": " "}, "请填写标题"),
        ({"title": "长" * 101}, "不能超过 100 字"),
        ({"text": "字" * 2001}, "不能超过 2000 字"),
        ({"organ_id": world.actor("finance_head").organ_id}, "请选择受理机关"),
    ):
        with pytest.raises(ValidationFailed, match=words):
            services.suggestion_write(actor=drafter, draft=SuggestionDraft(**{**good, **wrong}), key="bad")  # type: ignore[arg-type]  # mixed values
    assert not Suggestion.objects.exists()
    first, second = told(world), told(world, key="two")
    assert told(world).pk == first.pk != second.pk, "the same key writes once, and finds its own"
    with pytest.raises(Conflict, match="没有提交"):
        services.suggestion_answer(
            actor=world.actor("director"),
            suggestion_id=first.pk,
            expected_version=99,
            text="好。",
        )
    with pytest.raises(NotFound):
        services.suggestion_add(
            actor=world.actor("stranger"), suggestion_id=1, expected_version=None, text="x"
        )


def test_what_was_said_cannot_be_changed(world: World) -> None:
    told(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        SuggestionWord.objects.update(text="别的")


def test_it_goes_its_way_by_its_pages(world: World, client_as: SignIn) -> None:
    drafter, director = client_as("drafter"), client_as("director")
    form = {
        "kind": "suggestion", "topic": "platform", "title": "夜间模式", "text": "希望增加。", "key": "page",
        "organ": str(world.actor("drafter").organ_id),
    }  # fmt: skip
    assert drafter.get(reverse("affairs:suggestion_new")).status_code == 200
    answer = drafter.post(reverse("affairs:suggestion_new"), form)
    suggestion = Suggestion.objects.get()
    page = reverse("affairs:suggestion", args=[suggestion.pk])
    assert (answer.status_code, answer["Location"]) == (303, page)
    assert "平台功能与使用 <span" in director.get(reverse("affairs:suggestions")).content.decode()
    for client, act, more in (
        (director, "answer", {"text": "已有，在“我的”里设置。"}),
        (drafter, "close", {"is_satisfied": "1"}),
        (drafter, "reopen", {"text": "手机上没有。"}),
    ):
        client.get(page)
        done = client.post(reverse("affairs:suggestion_act", args=[suggestion.pk, act]), more)
        assert done.status_code == 303
    assert "手机上没有" in director.get(page).content.decode()
    sheet = director.get(reverse("affairs:suggestions_export"))
    assert sheet["Content-Type"].startswith("application/vnd.openxml")
