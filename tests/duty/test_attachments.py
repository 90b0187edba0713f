"""Files of the lines of the log: sent before the line, part of it for good, read by whoever reads the log."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import clock
from apps.core.actors import Actor
from apps.core.errors import Forbidden, NotFound, ValidationFailed
from apps.duty import services
from apps.duty.models import DutyLogEntry, DutyWatch
from apps.duty.selectors.attachments import log_subject, with_files
from apps.files.enums import UploadPurpose
from apps.files.models import StoredFile
from apps.files.services import (
    file_remove,
    upload_append,
    upload_finish,
    upload_start,
)
from tests.factories.world import World
from tests.files.samples import webm_of
from tests.helpers.duty import MONDAY, taken, watch_at

pytestmark = [pytest.mark.django_db, pytest.mark.long]
As = Callable[[str], Client]
VOICE = webm_of(2)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


@pytest.fixture
def watch(world: World) -> DutyWatch:
    """The watch of the 2nd is on."""
    return taken(world)


def sent(actor: Actor, name: str = "现场.txt", data: bytes = b"photo") -> StoredFile:
    """A file chosen for the next line; one that ends in .webm is a voice note."""
    purpose = UploadPurpose.VOICE if name.endswith(".webm") else UploadPurpose.ATTACHMENT
    subject = log_subject(actor.organ_id or 0)
    file = upload_start(actor=actor, subject=subject, purpose=purpose, name=name, size=len(data))
    upload_append(actor=actor, file_id=file.pk, offset=0, chunk=data)
    return upload_finish(actor=actor, file_id=file.pk)


def written(actor: Actor, *files: StoredFile, key: str = "") -> DutyLogEntry:
    """A line with files."""
    draft = services.EntryDraft(kind="phone", text="渔船失联。", file_ids=[one.pk for one in files])
    return services.log_write(actor=actor, draft=draft, key=key)


def test_files_become_part_of_the_line_and_stay(world: World, watch: DutyWatch) -> None:
    officer = world.actor("duty_officer")
    voice, photo = sent(officer, "语音.webm", VOICE), sent(officer)
    entry = written(officer, photo, voice, key="k")
    assert written(officer, photo, voice, key="k") == entry
    (shown,) = with_files([entry])
    assert [(one.pk, one.purpose) for one in shown.attached] == [
        (voice.pk, UploadPurpose.VOICE),
        (photo.pk, UploadPurpose.ATTACHMENT),
    ]
    with pytest.raises(Forbidden):
        file_remove(actor=officer, file_id=photo.pk)


def test_a_line_takes_only_the_writers_own_files_and_not_too_many(world: World, watch: DutyWatch) -> None:
    officer = world.actor("duty_officer")
    shift = watch.shifts.select_related("appointment").get(post__name="主班")
    colleague = world.actor(next(key for key, post in world.posts.items() if post == shift.appointment))
    other = colleague if colleague.person_id != officer.person_id else world.actor("head")
    with pytest.raises(ValidationFailed, match="不是您上传的"):
        written(officer, sent(other))
    with pytest.raises(ValidationFailed, match="最多 9 个"):
        services.log_write(
            actor=officer, draft=services.EntryDraft(kind="phone", text="多", file_ids=list(range(1, 11)))
        )
    photo = sent(officer)
    written(officer, photo)
    with pytest.raises(ValidationFailed, match="不是您上传的"):
        written(officer, photo)
    assert DutyLogEntry.objects.count() == 1


def test_readers_of_the_log_open_the_files_and_others_find_none(
    world: World, watch: DutyWatch, client_as: As
) -> None:
    officer = world.actor("duty_officer")
    photo, voice = sent(officer), sent(officer, "语音.webm", VOICE)
    written(officer, photo, voice)
    keys = ("head", "secretary", "bureau_clerk", "sysadmin")
    assert [client_as(key).get(f"/files/{photo.pk}/").status_code for key in keys] == [200, 404, 404, 404]
    assert [client_as(key).get(f"/files/{voice.pk}/sound/").status_code for key in keys] == [
        200,
        404,
        404,
        404,
    ]
    assert client_as("head").get(f"/files/{photo.pk}/view/").status_code == 200
    for address in (reverse("duty:room"), reverse("duty:log"), "/duty/days/2026-11-02/"):
        text = client_as("head").get(address).content.decode()
        assert f"/files/{voice.pk}/sound/" in text
        assert "现场.txt" in text


def test_who_does_not_keep_the_log_sends_no_files_to_it(world: World, watch: DutyWatch) -> None:
    outside = next(
        key for key in ("drafter", "clerk") if not watch.shifts.filter(appointment=world.post(key)).exists()
    )
    with pytest.raises((Forbidden, NotFound)):
        sent(world.actor(outside))


def test_files_of_no_line_are_let_go_after_two_days_and_one_kept_on_a_device_comes_in_time(
    world: World, watch: DutyWatch
) -> None:
    officer = world.actor("duty_officer")
    left, late = sent(officer), sent(officer)
    for day in (3, 4, 5):
        with clock.at(MONDAY + timedelta(days=day - 2)):
            on = DutyWatch.objects.get(state="on")
            services.watch_hand_over(actor=officer, watch_id=on.pk, summary="平稳。", pending="")
            services.watch_take(actor=officer, watch_id=watch_at(watch.roster, day).pk)
            if day == 4:
                assert with_files([written(officer, late)])[0].attached == [late]
    left.refresh_from_db()
    assert left.removed_at is not None


def test_the_log_costs_the_same_with_and_without_files(world: World, watch: DutyWatch, client_as: As) -> None:
    officer = world.actor("duty_officer")
    reader, counts = client_as("head"), []
    written(officer)
    reader.get(reverse("duty:log"))
    for lines in (0, 4):
        for _ in range(lines):
            written(officer, sent(officer), sent(officer, "语音.webm", VOICE))
        with CaptureQueriesContext(connection) as asked:
            reader.get(reverse("duty:log"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
