"""The pages of information reporting: what they show to whom, and that their forms work."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.briefings import services
from apps.briefings.enums import IssueState
from apps.briefings.models import Adoption, Bulletin, BulletinIssue, InfoItem, LeaderInstruction
from apps.briefings.services.publishing import InstructionDraft
from tests.factories.world import World
from tests.helpers.briefings import desk_opened, editor_of, published, submitted, written
from tests.helpers.depth import first_quick

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def url(name: str, *args: object) -> str:
    """Address of a page here."""
    return reverse(f"briefings:{name}", args=args)


def test_an_item_goes_by_its_pages_from_the_draft_into_a_bulletin(world: World, client_as: SignIn) -> None:
    desk_opened(world)
    clerk, editor = client_as("bureau_clerk"), client_as("drafter")
    form = {
        "category": "dynamic", "title": "数据共享新进展", "text": "一段。\n二段。", "receiver": world.organs["office"].pk,
        "key": "f",
    }  # fmt: skip
    assert clerk.get(url("new")).status_code == 200
    assert clerk.post(url("new"), form).status_code == 303
    item = InfoItem.objects.get()
    page = clerk.get(url("item", item.pk)).content.decode()
    assert "提交审核" in page
    assert "添加文件" in page
    assert clerk.get(url("edit", item.pk)).status_code == 200
    clerk.post(url("act", item.pk, "submit"), {"key": "s"})
    for head in ("bureau_chief", "bureau_head"):
        client = client_as(head)
        assert "同意后转" in client.get(url("item", item.pk)).content.decode()
        client.post(url("act", item.pk, "approve"), {"key": head, "text": "同意。"})
    assert "数据共享新进展" in editor.get(url("desk") + "?state=waiting").content.decode()
    assert "待采编信息" in editor.get("/").content.decode()
    editor.post(url("act", item.pk, "take"))
    answer = editor.post(url("combine"), {"selected": item.pk, "key": "c"})
    adoption = Adoption.objects.get()
    assert answer["Location"] == url("adoption", adoption.pk)
    editor.post(url("adoption", adoption.pk), {"title": "数据共享", "text": "一段。", "expected_version": 1})
    assert "与原文对照" in editor.get(url("adoption", adoption.pk)).content.decode()
    assert "数据共享" in editor.get(url("adoptions")).content.decode()
    _printed(world, client_as, adoption)


def _printed(world: World, client_as: SignIn, adoption: Adoption) -> None:
    editor, deputy, head = client_as("drafter"), client_as("deputy"), client_as("head")
    editor.post(url("bulletin_keep"), {"name": "政务信息", "publisher": "办公室编"})
    editor.post(url("issue_begin"), {"bulletin": Bulletin.objects.get().pk, "key": "b"})
    issue = BulletinIssue.objects.get()
    editor.post(url("issue_act", issue.pk, "add"), {"adoption": adoption.pk})
    entry = issue.entries.get().pk
    assert "编入" in editor.get(url("issue", issue.pk)).content.decode()
    editor.post(url("issue_act", issue.pk, "arrange"), {"entry": entry, "place": "1", "note": "供参阅。"})
    editor.post(url("issue_act", issue.pk, "submit"), {"signer": world.post("deputy").pk, "key": "s"})
    assert "签发" in deputy.get(url("issue", issue.pk)).content.decode()
    deputy.post(url("issue_act", issue.pk, "sign"), {"text": "同意。", "key": "g"})
    assert "编号并编发" in editor.get(url("issue", issue.pk)).content.decode()
    editor.post(url("issue_act", issue.pk, "publish"), {"recipients": world.post("head").pk, "key": "p"})
    issue.refresh_from_db()
    assert (issue.state, issue.number) == (IssueState.ISSUED, 1)
    assert head.get(url("paper", issue.pk))["Content-Type"] == "application/pdf"
    assert "供参阅。" in head.get(url("issue", issue.pk)).content.decode()
    assert "1 / 1 已读" in editor.get(url("issue", issue.pk)).content.decode()
    head.post(url("issue_act", issue.pk, "instruct"), {"words": "请推广。", "key": "i"})
    page = client_as("director").get(url("issue", issue.pk)).content.decode()
    assert "请推广。" in page
    assert "立项督办" in page
    said = LeaderInstruction.objects.get()
    assert editor.post(url("instruction_cancel", said.pk), {"reason": "误录"}).status_code == 303


ITEM_ACTS = ("submit", "approve", "return", "withdraw", "take", "settle", "reopen", "adopt", "discard", "no")
ISSUE_ACTS = (
    "add", "remove", "arrange", "submit", "sign", "return", "withdraw", "publish", "send", "instruct", "drop",
)  # fmt: skip


def test_a_strangers_acts_on_an_item_find_nothing(world: World, client_as: SignIn) -> None:
    item = submitted(world)
    before = InfoItem.objects.values().get(pk=item.pk)
    for who in ("stranger", "finance_head", "sysadmin"):
        client = client_as(who)
        for act in ITEM_ACTS:
            answer = client.post(url("act", item.pk, act), {"text": "x", "verdict": "pool"})
            assert (who, act, answer.status_code) == (who, act, 404)
    assert InfoItem.objects.values().get(pk=item.pk) == before


def test_a_strangers_acts_on_an_issue_find_nothing(world: World, client_as: SignIn) -> None:
    issue = published(world)
    before = BulletinIssue.objects.values().get(pk=issue.pk)
    for who in ("stranger", "bureau_head", "secadmin"):
        client = client_as(who)
        for act in ISSUE_ACTS:
            answer = client.post(url("issue_act", issue.pk, act), {"text": "x"})
            assert (who, act, answer.status_code) == (who, act, 404)
        assert client.get(url("issue", issue.pk)).status_code == 404
        assert client.get(url("paper", issue.pk)).status_code == 404
    assert BulletinIssue.objects.values().get(pk=issue.pk) == before


def test_pages_of_others_are_not_found_and_the_desk_is_the_offices(world: World, client_as: SignIn) -> None:
    item = submitted(world)
    stranger = client_as("stranger")
    for name in ("item", "edit"):
        assert stranger.get(url(name, item.pk)).status_code == 404
    adoption = services.items_adopt(actor=editor_of(world), item_ids=[item.pk])
    assert stranger.get(url("adoption", adoption.pk)).status_code == 404
    assert client_as("bureau_chief").get(url("desk")).status_code == 403
    assert client_as("bureau_clerk").get(url("edit", item.pk)).status_code == 403
    issue = published(world, adoption)
    said = services.issue_instruct(
        actor=world.actor("head"), issue_id=issue.pk, draft=InstructionDraft(words="好")
    )
    assert stranger.post(url("instruction_cancel", said.pk), {"reason": "x"}).status_code == 404


def test_lists_are_exported_as_they_are_filtered(world: World, client_as: SignIn) -> None:
    submitted(world)
    answer = client_as("drafter").get(url("export") + "?scope=desk&state=waiting")
    assert answer["Content-Type"].startswith("application/vnd.openxml")


def test_search_finds_items_and_issues_one_may_see(world: World, client_as: SignIn) -> None:
    published(world)
    found = client_as("head").get("/search/?q=提质增效").content.decode()
    assert "《政务信息》" in found
    assert "市大数据局推动数据共享提质增效" in found
    assert "《政务信息》" not in client_as("stranger").get("/search/?q=提质增效").content.decode()


@pytest.mark.parametrize("address", first_quick(["items", "desk", "adoptions", "issues"]))
def test_a_list_costs_the_same_with_one_and_with_four(world: World, client_as: SignIn, address: str) -> None:
    editor = client_as("drafter")
    place = url(address) + {"desk": "?state=", "adoptions": "?scope=all"}.get(address, "?scope=ours")

    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert editor.get(place).status_code == 200
        return len(caught)

    def more(title: str) -> None:
        written(world, "drafter", title=title)
        published(world)

    more("一")
    editor.get(place)
    few = cost()
    for title in "二三四":
        more(title)
    assert cost() == few
