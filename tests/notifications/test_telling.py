"""People are told once, at the right time, and not of what is done."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from apps.accounts.models import Delegation
from apps.core import clock
from apps.core.models import Handled, OutboxEvent
from apps.core.subjects import Subject
from apps.notifications import listeners, services
from apps.notifications.models import Notice
from apps.notifications.selectors import unread_count
from apps.workflow.events import ReadingSent, TaskUrged
from apps.workflow.models import Follow, Reading, Task
from apps.workflow.services import (
    reading_done,
    reading_send,
    readings_urge,
    run_terminate,
    run_urge,
    task_return,
)
from tests.factories.world import World
from tests.workflow.conftest import Desk

Drain = Callable[[], int]


def titles(world: World, key: str, *, unread: bool = False) -> list[str]:
    """Titles of a person's notices, oldest first."""
    notices = Notice.objects.filter(person=world.person(key)).order_by("id")
    return [notice.title for notice in notices if not unread or notice.read_at is None]


def send(world: World, *keys: str, key: str = "k", title: str = "标题") -> list[Notice]:
    """Tell some of the cast something."""
    return services.notice_send(
        person_ids=[world.person(name).pk for name in keys], key=key, kind="system", title=title
    )


def test_a_notice_reaches_each_person_once_per_key(world: World) -> None:
    """Redelivery adds nobody twice and reaches who was missed."""
    assert len(send(world, "drafter", "clerk")) == 2
    assert [notice.person.name for notice in send(world, "drafter", "clerk", "head")] == ["沈亦舟"]
    assert send(world, "drafter") == []
    assert Notice.objects.count() == 3


def test_who_has_left_is_told_nothing(world: World) -> None:
    """Frozen accounts have no inbox."""
    assert send(world, "leaver") == []


def test_a_title_of_500_characters_is_shortened(world: World) -> None:
    """With an ellipsis, not an error."""
    (notice,) = send(world, "drafter", title="长" * 500)
    assert len(notice.title) == 200
    assert notice.title.endswith("…")


def test_a_todo_tells_its_holder_and_doing_it_settles_the_notice(desk: Desk, drain: Drain) -> None:
    """The badge counts what still needs attention."""
    drain()
    assert titles(desk.world, "drafter") == ["拟稿：关于召开安全生产工作会议的通知"]
    desk.act("drafter", "submit")
    drain()
    assert titles(desk.world, "drafter", unread=True) == []
    assert titles(desk.world, "section_chief") == ["部门核稿：关于召开安全生产工作会议的通知"]
    notice = Notice.objects.get(person=desk.world.person("section_chief"))
    assert "许若溪送来" in notice.text
    assert "时限" in notice.text
    assert (notice.subject_kind, notice.subject_id) == ("tests.paper", 1)


def test_a_return_says_so(desk: Desk, drain: Drain) -> None:
    """The drafter sees what came back."""
    desk.act("drafter", "submit")
    task_return(
        actor=desk.actor("section_chief"),
        task_id=desk.task("section_chief").pk,
        to="drafter",
        text="请补充依据",
    )
    drain()
    notice = Notice.objects.filter(person=desk.world.person("drafter")).latest("id")
    assert (notice.kind, notice.title) == ("return", "退回：关于召开安全生产工作会议的通知")
    assert "请补充依据" not in notice.text


def test_who_may_act_for_the_holder_is_told_under_the_holders_name(desk: Desk, drain: Drain) -> None:
    """Delegate in force and secretary; a delegation that has ended tells nobody."""
    world, moment = desk.world, clock.now()
    Delegation.objects.create(
        delegator=world.post("head"),
        delegate=world.post("director"),
        kind=Delegation.Kind.ACTING,
        starts_at=moment - timedelta(days=1),
        ends_at=moment + timedelta(days=1),
        reason="出差",
        created_at=moment,
    )
    Delegation.objects.create(
        delegator=world.post("head"),
        delegate=world.post("duty_officer"),
        kind=Delegation.Kind.ACTING,
        starts_at=moment - timedelta(days=9),
        ends_at=moment - timedelta(days=8),
        reason="出差",
        created_at=moment,
    )
    desk.to("signing")
    drain()
    assert titles(world, "head", unread=True) == ["签发：关于召开安全生产工作会议的通知"]
    assert titles(world, "director") == ["（代沈亦舟）签发：关于召开安全生产工作会议的通知"]
    assert titles(world, "secretary") == ["（代沈亦舟）签发：关于召开安全生产工作会议的通知"]
    assert titles(world, "duty_officer") == []


def test_work_done_before_the_event_is_delivered_tells_nobody(desk: Desk, drain: Drain) -> None:
    """A worker that was away for an hour does not send old news."""
    desk.act("drafter", "submit")
    desk.act("section_chief")
    drain()
    assert titles(desk.world, "section_chief") == []


def test_urging_reaches_only_who_has_not_acted_and_once(desk: Desk, drain: Drain) -> None:
    """Delivered twice, even past the `Handled` row: one notice; a later urging is another."""
    desk.act("drafter", "submit")
    drain()
    run_urge(actor=desk.actor("drafter"), run_id=desk.run.pk)
    drain()
    listeners.tell_urged_holder(TaskUrged(task_id=desk.task("section_chief").pk))
    assert titles(desk.world, "section_chief")[1:] == ["催办：关于召开安全生产工作会议的通知"]
    with clock.at(clock.now() + timedelta(hours=1)):
        run_urge(actor=desk.actor("drafter"), run_id=desk.run.pk)
        drain()
    assert len(titles(desk.world, "section_chief")) == 3
    desk.act("section_chief")
    listeners.tell_urged_holder(
        TaskUrged(task_id=Task.objects.get(person=desk.world.person("section_chief")).pk)
    )
    drain()
    assert titles(desk.world, "section_chief", unread=True) == []


def test_readers_are_told_and_urged_until_they_have_read(desk: Desk, drain: Drain) -> None:
    """Who has read hears nothing more."""
    world = desk.world
    posts = [world.post("clerk"), world.post("archivist")]
    reading_send(actor=desk.actor("drafter"), matter=desk.matter, appointments=posts, source="circulation")
    drain()
    assert titles(world, "clerk") == ["传阅：关于召开安全生产工作会议的通知"]
    read = Reading.objects.get(person=world.person("clerk"))
    reading_done(actor=world.actor("clerk"), reading_ids=[read.pk])
    readings_urge(actor=desk.actor("drafter"), matter=desk.matter)
    drain()
    assert len(titles(world, "clerk")) == 1
    assert titles(world, "archivist")[1:] == ["催阅：关于召开安全生产工作会议的通知"]
    listeners.tell_readers(ReadingSent(matter_id=desk.matter.pk, reading_ids=[read.pk]))
    assert len(titles(world, "clerk")) == 1


def test_followers_hear_each_step_and_the_end_if_they_may_see_it(desk: Desk, drain: Drain) -> None:
    """A stranger's bookmark tells nothing."""
    world = desk.world
    for key in ("archivist", "stranger"):
        Follow.objects.create(person=world.person(key), matter=desk.matter, created_at=clock.now())
    desk.act("drafter", "submit")
    drain()
    run_terminate(actor=desk.actor("drafter"), run_id=desk.run.pk, reason="不再需要")
    drain()
    assert titles(world, "archivist") == [
        "进展：关于召开安全生产工作会议的通知",
        "终止：关于召开安全生产工作会议的通知",
    ]
    assert titles(world, "drafter")[-1] == "终止：关于召开安全生产工作会议的通知"
    assert titles(world, "stranger") == []


def test_an_event_delivered_again_tells_nobody_again(desk: Desk, drain: Drain) -> None:
    """The worker died after telling and before noting it: the key holds."""
    desk.act("drafter", "submit")
    drain()
    before = Notice.objects.count()
    Handled.objects.all().delete()
    OutboxEvent.objects.update(status=OutboxEvent.Status.QUEUED)
    drain()
    assert Notice.objects.count() == before


def test_looking_at_a_subject_settles_its_notices(world: World) -> None:
    """Only the reader's, only of that subject."""
    for number in (1, 2):
        services.notice_send(
            person_ids=[world.person("drafter").pk, world.person("clerk").pk],
            key=f"k{number}",
            kind="document",
            title="标题",
            subject=Subject("tests.paper", number),
        )
    assert services.notices_read_about(actor=world.actor("drafter"), subject=Subject("tests.paper", 1)) == 1
    assert unread_count(world.actor("drafter")) == 1
    assert unread_count(world.actor("clerk")) == 2


def test_live_screens_hear_only_after_commit(
    world: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    """A frame `notices`, no content."""
    told: list[tuple[list[str], str]] = []
    monkeypatch.setattr("apps.core.realtime._publish", lambda topics, frame: told.append((topics, frame)))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's fixture
        send(world, "drafter", title="机要")
        assert told == []
    ((topics, frame),) = told
    assert topics == [f"person.{world.person('drafter').pk}"]
    assert '"notices"' in frame
    assert "机要" not in frame
