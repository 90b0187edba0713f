"""常用语 of an organ: kept by its office, offered to its people below their own, in the order chosen, and recorded."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.policies import keeps_for_organ
from apps.audit.models import AuditEntry
from apps.core.errors import Forbidden, NotFound, ValidationFailed
from apps.workflow.models import Phrase
from apps.workflow.selectors import phrase_shelves, phrases_of
from apps.workflow.services import phrase_add, phrase_change, phrase_move, phrase_remove, phrases_offer
from apps.workflow.services.phrases import COUNT_LIMIT
from tests.factories.world import World
from tests.workflow.conftest import Desk

SignIn = Callable[[str], Client]


def common(world: World, text: str, by: str = "clerk") -> Phrase:
    """A phrase kept for the organ."""
    return phrase_add(actor=world.actor(by), text=text, is_common=True)


def texts(world: World, key: str) -> list[str]:
    """What the person is offered, in order."""
    return [phrase.text for phrase in phrases_of(world.actor(key))]


def recorded() -> list[str]:
    """Acts on phrases in the audit."""
    rows = AuditEntry.objects.filter(action__startswith="workflow.phrase_").order_by("id")
    return list(rows.values_list("action", flat=True))


def test_the_office_keeps_the_organs_phrases_and_nobody_else(world: World) -> None:
    """Clerks and the director of the office, each of their own organ."""
    keepers = {key for key in world.posts if keeps_for_organ(world.actor(key))}
    assert {"clerk", "clerk_chief", "director", "bureau_clerk"} <= keepers
    assert not keepers & {"drafter", "section_chief", "head", "stranger"}
    assert not keeps_for_organ(world.actor("sysadmin"))
    for key in ("drafter", "head", "sysadmin"):
        with pytest.raises(Forbidden, match="文书或办公室主任"):
            common(world, "请按程序报批。", by=key)
    assert not Phrase.objects.exists()


def test_everybody_of_the_organ_is_offered_them_below_their_own(world: World) -> None:
    """Another organ's are not seen."""
    phrases_offer(texts=("同意。",))
    common(world, "请按程序报批。")
    common(world, "局里的话。", by="bureau_clerk")
    phrase_add(actor=world.actor("drafter"), text="请阅示。")
    assert texts(world, "drafter") == ["请阅示。", "请按程序报批。", "同意。"]
    assert texts(world, "bureau_clerk") == ["局里的话。", "同意。"]
    assert texts(world, "sysadmin") == ["同意。"]
    assert phrase_shelves(world.actor("drafter")).may_keep is False


def test_the_same_words_are_kept_once_and_no_more_than_fifty(world: World) -> None:
    """The limit counts for each keeper by itself."""
    first = common(world, " 请按程序   报批。")
    assert common(world, "请按程序 报批。", by="director").pk == first.pk
    for number in range(COUNT_LIMIT - 1):
        common(world, f"第{number}条。")
    with pytest.raises(ValidationFailed, match="最多保存50条"):
        common(world, "又一条。")
    assert common(world, "请按程序 报批。").pk == first.pk
    assert phrase_add(actor=world.actor("clerk"), text="自己的。").organ_id is None


def test_words_are_changed_but_not_into_others_that_are_kept(world: World) -> None:
    """Nothing empty, nothing too long, nothing twice."""
    one, _ = common(world, "请阅处。"), common(world, "请报批。")
    phrase_change(actor=world.actor("director"), phrase_id=one.pk, text="请 速阅处。")
    assert texts(world, "drafter") == ["请 速阅处。", "请报批。"]
    for wrong in ("", "字" * 101, "请报批。"):
        with pytest.raises(ValidationFailed):
            phrase_change(actor=world.actor("clerk"), phrase_id=one.pk, text=wrong)
    assert texts(world, "drafter") == ["请 速阅处。", "请报批。"]


@pytest.mark.parametrize(
    ("place", "order"),
    [(1, "丙甲乙"), (2, "甲丙乙"), (3, "甲乙丙"), (99, "甲乙丙"), (0, "丙甲乙")],
)
def test_a_phrase_goes_to_its_place_and_new_ones_to_the_end(world: World, place: int, order: str) -> None:
    """Asked twice it stands where it was asked for."""
    rows = [common(world, text) for text in "甲乙丙"]
    for _ in range(2):
        phrase_move(actor=world.actor("clerk"), phrase_id=rows[2].pk, place=place)
    common(world, "丁")
    assert "".join(texts(world, "drafter")) == f"{order}丁"


def test_what_is_done_to_the_organs_phrases_is_recorded_and_to_ones_own_not(world: World) -> None:
    """An act that changes nothing leaves no entry."""
    actor = world.actor("clerk")
    own = phrase_add(actor=actor, text="自己的。")
    phrase_change(actor=actor, phrase_id=own.pk, text="自己的话。")
    phrase_remove(actor=actor, phrase_id=own.pk)
    assert recorded() == []
    first, second = common(world, "甲"), common(world, "乙")
    phrase_change(actor=actor, phrase_id=first.pk, text="甲。")
    phrase_change(actor=actor, phrase_id=first.pk, text="甲。")
    phrase_move(actor=actor, phrase_id=second.pk, place=1)
    phrase_remove(actor=actor, phrase_id=second.pk)
    phrase_remove(actor=actor, phrase_id=second.pk)
    verbs = ["add", "add", "change", "move", "remove"]
    assert recorded() == [f"workflow.phrase_{verb}" for verb in verbs]


def test_what_others_keep_is_not_found_and_what_the_office_keeps_is_refused(world: World) -> None:
    """A person's own, another organ's and everybody's; the organ's own by whoever does not keep it."""
    phrases_offer(texts=("同意。",))
    offered = Phrase.objects.get()
    own = phrase_add(actor=world.actor("drafter"), text="请阅示。")
    ours = common(world, "请按程序报批。")
    for key, phrase in (("clerk", own), ("bureau_clerk", ours), ("clerk", offered)):
        with pytest.raises(NotFound):
            phrase_change(actor=world.actor(key), phrase_id=phrase.pk, text="改了。")
        with pytest.raises(NotFound):
            phrase_move(actor=world.actor(key), phrase_id=phrase.pk, place=1)
        phrase_remove(actor=world.actor(key), phrase_id=phrase.pk)
    with pytest.raises(Forbidden):
        phrase_change(actor=world.actor("drafter"), phrase_id=ours.pk, text="改了。")
    with pytest.raises(Forbidden):
        phrase_remove(actor=world.actor("drafter"), phrase_id=ours.pk)
    assert set(Phrase.objects.values_list("text", flat=True)) == {"同意。", "请阅示。", "请按程序报批。"}


def test_the_table_holds_one_keeper_and_each_text_once(world: World) -> None:
    """Whatever a service forgets."""
    ours = common(world, "请按程序报批。")
    with pytest.raises(IntegrityError, match="phrase_once"), transaction.atomic():
        Phrase.objects.create(organ_id=ours.organ_id, text=ours.text)
    with pytest.raises(IntegrityError, match="phrase_one_keeper"), transaction.atomic():
        Phrase.objects.create(organ_id=ours.organ_id, person=world.person("clerk"), text="两家的。")


def test_the_page_lets_keepers_keep_and_others_only_see(desk: Desk, client_as: SignIn) -> None:
    """Add, change, order and delete by the clerk; the drafter sees the words and no form for them."""
    clerk, add = client_as("clerk"), reverse("workflow:phrase_add")
    for text in ("请按程序报批。", "请阅处。"):
        assert clerk.post(add, {"text": text, "shelf": "common"}).status_code == 303
    second = Phrase.objects.get(text="请阅处。")
    for name, data in (("phrase_move", {"place": "1"}), ("phrase_change", {"text": "请速阅处。"})):
        assert clerk.post(reverse(f"workflow:{name}", args=[second.pk]), data).status_code == 303
    page = client_as("drafter").get(reverse("workflow:phrases")).content.decode()
    assert page.index("请速阅处。") < page.index("请按程序报批。")
    assert reverse("workflow:phrase_move", args=[second.pk]) not in page
    assert 'value="common"' not in page
    assert "请速阅处。" not in client_as("bureau_clerk").get(reverse("workflow:phrases")).content.decode()
    assert clerk.post(reverse("workflow:phrase_remove", args=[second.pk])).status_code == 303
    assert not Phrase.objects.filter(pk=second.pk).exists()


def test_doors_refuse_who_may_not_and_what_is_no_place(desk: Desk, client_as: SignIn) -> None:
    """403 in the organ, 404 outside it, 422 for nonsense; a mistake stands beside the shelf it was meant for."""
    ours = common(desk.world, "请按程序报批。")
    move = reverse("workflow:phrase_move", args=[ours.pk])
    change = reverse("workflow:phrase_change", args=[ours.pk])
    assert client_as("drafter").post(move, {"place": "1"}).status_code == 403
    assert client_as("drafter").post(change, {"text": "改了。"}).status_code == 403
    assert client_as("bureau_clerk").post(change, {"text": "改了。"}).status_code == 404
    assert client_as("clerk").post(move, {"place": "x"}).status_code == 422
    assert client_as("clerk").post(change, {"text": ""}).status_code == 422
    assert Client().post(change, {"text": "改了。"}).status_code == 302
    answer = client_as("clerk").post(reverse("workflow:phrase_add"), {"text": "字" * 101, "shelf": "common"})
    assert answer.status_code == 422
    assert 'id="common_text" name="text" maxlength="100" required value="字' in answer.content.decode()
    assert 'id="own_text" name="text" maxlength="100" required value=""' in answer.content.decode()
    refused = client_as("drafter").post(reverse("workflow:phrase_add"), {"text": "我的。", "shelf": "common"})
    assert refused.status_code == 403
