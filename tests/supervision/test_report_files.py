"""Attachments of a report: put beside the form, carried away by it, opened by whoever sees the item."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.errors import Forbidden, NotFound, ValidationFailed
from apps.core.subjects import Subject
from apps.files import services as files
from apps.files.models import StoredFile
from apps.files.selectors import files_of
from apps.supervision import services
from apps.supervision.enums import State
from apps.supervision.models import ProgressReport, SupervisionItem
from apps.supervision.selectors.report_files import FORM_KIND, REPORT_KIND
from tests.factories.world import World
from tests.helpers.supervision import brought

pytestmark = [pytest.mark.django_db, pytest.mark.long]
WORDS = "已整治 17 个小区。".encode()


def uploaded(world: World, key: str, item: SupervisionItem, *, finished: bool = True) -> StoredFile:
    """A note put beside the form."""
    actor = world.actor(key)
    file = files.upload_start(
        actor=actor,
        subject=Subject(FORM_KIND, item.pk),
        purpose="attachment",
        name="整治清单.txt",
        size=len(WORDS),
    )
    if not finished:
        return file
    files.upload_append(actor=actor, file_id=file.pk, offset=0, chunk=WORDS)
    file = files.upload_finish(actor=actor, file_id=file.pk)
    assert file.state == StoredFile.State.READY, file.refusal
    return file


def reported(world: World, key: str, item: SupervisionItem, *, keeps_files: bool = False) -> ProgressReport:
    """A report with what lies beside its form."""
    return services.report_write(
        actor=world.actor(key), item_id=item.pk, text="已整治过半。", progress=55, keeps_files=keeps_files
    )


def names(report: ProgressReport) -> list[str]:
    return [file.name for file in files_of(Subject(REPORT_KIND, report.pk))]


def test_a_report_takes_its_writers_uploads_along_and_nobody_elses(world: World) -> None:
    item = brought(world, State.IN_PROGRESS)
    mine, other = uploaded(world, "bureau_clerk", item), uploaded(world, "bureau_head", item)
    report = reported(world, "bureau_clerk", item)
    assert list(files_of(Subject(REPORT_KIND, report.pk))) == [mine]
    assert list(files_of(Subject(FORM_KIND, item.pk))) == [other]


def test_an_upload_under_way_holds_the_report_back_and_nothing_is_written(world: World) -> None:
    item = brought(world, State.IN_PROGRESS)
    uploaded(world, "bureau_clerk", item, finished=False)
    with pytest.raises(ValidationFailed, match="整治清单"):
        reported(world, "bureau_clerk", item)
    assert not item.reports.exists()


def test_only_who_may_report_puts_files_beside_the_form(world: World) -> None:
    item = brought(world, State.IN_PROGRESS)
    for key in ("supervisor", "finance_clerk", "stranger", "sysadmin"):
        with pytest.raises(NotFound):
            uploaded(world, key, item)


def test_files_of_a_report_open_for_those_who_see_the_item_and_stay_as_they_are(
    world: World, client_as: Callable[[str], Client]
) -> None:
    item = brought(world, State.IN_PROGRESS)
    file = uploaded(world, "bureau_clerk", item)
    reported(world, "bureau_clerk", item)
    url = reverse("files:download", args=[file.pk])
    got = {
        key: client_as(key).get(url).status_code
        for key in ("bureau_clerk", "bureau_head", "supervisor", "finance_clerk", "drafter", "stranger", "sysadmin")
    }  # fmt: skip
    assert got == {
        "bureau_clerk": 200, "bureau_head": 200, "supervisor": 200, "finance_clerk": 200,
        "drafter": 404, "stranger": 404, "sysadmin": 404,
    }  # fmt: skip
    assert (
        file.name in client_as("supervisor").get(reverse("supervision:item", args=[item.pk])).content.decode()
    )
    with pytest.raises(Forbidden):
        files.file_remove(actor=world.actor("bureau_clerk"), file_id=file.pk)


def test_a_report_sent_back_is_taken_up_with_its_words_and_files(
    world: World, client_as: Callable[[str], Client]
) -> None:
    item = brought(world, State.IN_PROGRESS)
    uploaded(world, "bureau_clerk", item)
    first = reported(world, "bureau_clerk", item)
    services.report_drop(actor=world.actor("bureau_head"), report_id=first.pk, words="请补充数据。")
    page = client_as("bureau_clerk").get(reverse("supervision:item", args=[item.pk])).content.decode()
    assert "已整治过半。</textarea>" in page
    assert 'name="keeps_files"' in page
    assert names(reported(world, "bureau_clerk", item, keeps_files=True)) == ["整治清单.txt"]
    assert names(first) == ["整治清单.txt"]


def test_figures_of_the_last_report_ask_for_their_new_values(
    world: World, client_as: Callable[[str], Client]
) -> None:
    item = brought(world, State.IN_PROGRESS)
    services.report_write(
        actor=world.actor("bureau_head"),
        item_id=item.pk,
        text="开工。",
        progress=10,
        figures=[("已开工小区", "3 个"), ("投入资金", "20 万元")],
    )
    client = client_as("bureau_head")
    assert "上期 3 个" in client.get(reverse("supervision:item", args=[item.pk])).content.decode()
    form = {
        "text": "续报。", "progress": "20", "known_name": ["已开工小区", "投入资金"], "known_value": ["7 个", ""],
    }  # fmt: skip
    assert client.post(reverse("supervision:act", args=[item.pk, "report"]), form).status_code == 303
    last = item.reports.order_by("-pk")[0]
    assert last.figures == [{"name": "已开工小区", "value": "7 个"}]
