"""The inbox: by day, unread bold, filters, keyset pages, each notice opens its subject."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core import clock, subjects
from apps.core.subjects import Subject, SubjectKind
from apps.notifications import services
from apps.notifications.models import Notice, Preference
from tests.factories.world import World

As = Callable[[str], Client]


def tell(world: World, number: int, *, who: str = "drafter", **more: Any) -> Notice:
    """One notice."""
    (notice,) = services.notice_send(
        person_ids=[world.person(who).pk],
        key=f"n{number}",
        kind="task",
        title=f"第{number}号事项",
        **more,
    )
    return notice


def test_notices_stand_under_their_day(world: World, client_as: As) -> None:
    """Today, yesterday, the date."""
    moment = clock.now().replace(year=2026, month=3, day=5, hour=4, minute=0)
    for days in (0, 1, 9):
        with clock.at(moment - timedelta(days=days)):
            tell(world, days)
    with clock.at(moment):
        page = client_as("drafter").get("/notices/").content.decode()
    assert page.index("今天") < page.index("第0号事项") < page.index("昨天") < page.index("第1号事项")
    assert page.index("2月24日 星期二") < page.index("第9号事项")


def test_an_empty_inbox_says_what_will_come(client_as: As) -> None:
    """Each filter with its own words."""
    client = client_as("drafter")
    assert "还没有消息" in client.get("/notices/").content.decode()
    assert "没有未读消息" in client.get("/notices/?only=unread").content.decode()
    assert "没有紧急消息" in client.get("/notices/?only=urgent").content.decode()


def test_filters_show_unread_and_urgent_ones(world: World, client_as: As) -> None:
    """Nonsense counts as all."""
    client = client_as("drafter")
    services.notice_read(actor=world.actor("drafter"), notice_id=tell(world, 1).pk)
    tell(world, 2, is_urgent=True)
    tell(world, 3)
    shown = {
        only: [
            n for n in (1, 2, 3) if f"第{n}号事项" in client.get(f"/notices/?only={only}").content.decode()
        ]
        for only in ("all", "unread", "urgent", "nonsense")
    }
    assert shown == {"all": [1, 2, 3], "unread": [2, 3], "urgent": [2], "nonsense": [1, 2, 3]}


def test_paging_shows_every_notice_once_though_new_ones_arrive(world: World, client_as: As) -> None:
    """Keyset: pages do not shift."""
    client = client_as("drafter")
    for number in range(45):
        tell(world, number)
    first: Any = client.get("/notices/").context["page"]
    tell(world, 99)
    second: Any = client.get("/notices/", {"cursor": first.next_cursor}).context["page"]
    seen = [notice.pk for notice in (*first.rows, *second.rows)]
    assert len(seen) == len(set(seen)) == 45
    assert second.next_cursor is None


@pytest.mark.parametrize("only", ["all", "unread"])
def test_the_inbox_costs_the_same_queries_with_3_and_with_30_rows(
    world: World, client_as: As, only: str
) -> None:
    """Query budget of a list page."""
    client = client_as("drafter")

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(f"/notices/?only={only}")
        return len(queries)

    for number in range(3):
        tell(world, number)
    cost()
    few = cost()
    for number in range(3, 30):
        tell(world, number)
    assert cost() == few


def test_opening_a_notice_marks_it_read_and_goes_to_its_subject(
    world: World, client_as: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One without a subject leads back to the inbox."""
    monkeypatch.setitem(
        subjects._kinds,
        "tests.paper",
        SubjectKind(
            kind="tests.paper",
            name="文件",
            icon="file",
            title=lambda _id: "文件",
            url=lambda pk: f"/papers/{pk}/",
            can_view=lambda _actor, _id: True,
        ),
    )
    notice = tell(world, 1, subject=Subject("tests.paper", 5))
    client = client_as("drafter")
    answer: Any = client.get(f"/notices/{notice.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/papers/5/")
    notice.refresh_from_db()
    assert notice.read_at is not None
    bare: Any = client.get(f"/notices/{tell(world, 2).pk}/")
    assert bare["Location"] == "/notices/"


def test_others_notices_do_not_exist(world: World, client_as: As) -> None:
    """Neither opened nor marked."""
    notice = tell(world, 1)
    other = client_as("clerk")
    assert other.get(f"/notices/{notice.pk}/").status_code == 404
    assert other.post(f"/notices/{notice.pk}/read/").status_code == 404
    assert "第1号事项" not in other.get("/notices/").content.decode()
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_are_marked_read_at_once_and_the_badge_goes(world: World, client_as: As) -> None:
    """Only one's own; the filter stays."""
    tell(world, 1)
    tell(world, 2, who="clerk")
    client = client_as("drafter")
    assert client.get("/live/counts/").json()["notice"] == "1"
    answer: Any = client.post("/notices/read-all/?only=unread")
    assert (answer.status_code, answer["Location"]) == (303, "/notices/?only=unread")
    assert client.get("/live/counts/").json()["notice"] == ""
    assert Notice.objects.get(person=world.person("clerk")).read_at is None
    assert client.get("/notices/read-all/").status_code == 405


def test_a_live_screen_gets_only_the_list(world: World, client_as: As) -> None:
    """The fragment, not the frame."""
    tell(world, 1)
    fragment = client_as("drafter").get("/notices/", headers={"HX-Request": "true"}).content.decode()
    assert "第1号事项" in fragment
    assert "<html" not in fragment


def test_a_hostile_title_is_shown_as_text(world: World, client_as: As) -> None:
    """Escaped like everything people write."""
    services.notice_send(
        person_ids=[world.person("drafter").pk],
        key="x",
        kind="no-such-kind",
        title="<img src=x onerror=alert(1)>",
    )
    page = client_as("drafter").get("/notices/").content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_wishes_are_kept_and_refusals_said_on_the_page(world: World, client_as: As, settings: Any) -> None:
    """422 with the sentence; nothing is kept."""
    client = client_as("drafter")
    assert client.post("/notices/settings/", {"by_browser": "on", "by_mail": "on"}).status_code == 303
    assert (Preference.objects.get().by_mail, Preference.objects.get().by_browser) == (True, True)
    assert "已保存" in client.get("/notices/settings/?saved=1").content.decode()
    client.post("/notices/settings/", {})
    assert 'data-browser="0"' in client.get("/notices/").content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    refused = client.post("/notices/settings/", {"by_mail": "on"})
    assert refused.status_code == 422
    assert "未配置邮件服务" in refused.content.decode()
    assert Preference.objects.get().by_mail is False


def test_visitors_are_sent_to_the_login_page(world: World) -> None:
    """Every address of the app."""
    for path in ("/notices/", "/notices/settings/", "/notices/1/", "/live/counts/"):
        assert Client().get(path).status_code == 302
