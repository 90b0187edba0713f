"""Pictures that no text names any more are let go a month after the text was changed last, and not a day before."""

from datetime import timedelta

import pytest

from apps.core import clock
from apps.documents.body import body_from_text
from apps.documents.models import DocumentTemplate, OutgoingDocument
from apps.documents.services.flow import outgoing_submit
from apps.documents.services.pictures import template_picture_add
from apps.documents.services.sweeping import UNNAMED_KEPT, pictures_tidy
from apps.documents.services.templates import template_change
from apps.files.models import StoredFile
from tests.factories.world import World
from tests.helpers.outgoing import TEXT, drafted
from tests.helpers.pictures import added, illustrated, photograph, picture, saved
from tests.helpers.templates import template, words

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def is_there(file: StoredFile) -> bool:
    """Whether it was not let go."""
    return StoredFile.objects.filter(pk=file.pk, removed_at__isnull=True).exists()


def swept(after: timedelta = UNNAMED_KEPT + DAY) -> int:
    """How many go on a night that much later."""
    with clock.at(clock.now() + after):
        return pictures_tidy()


def unnamed(world: World) -> tuple[OutgoingDocument, StoredFile]:
    """A draft whose picture was taken out of the text again."""
    document, file = illustrated(world)
    return saved(world, document), file


def test_what_was_taken_out_of_the_text_goes_after_a_month(world: World) -> None:
    _, file = unnamed(world)
    assert swept(UNNAMED_KEPT - DAY) == 0
    assert swept() == 1
    assert not is_there(file)
    assert swept() == 0


def test_what_is_in_the_text_stays(world: World) -> None:
    document, file = illustrated(world)
    other = added(world, document)
    assert swept() == 1
    assert is_there(file)
    assert not is_there(other)


def test_what_a_version_shows_stays(world: World) -> None:
    document, file = illustrated(world)
    outgoing_submit(actor=world.actor("drafter"), document_id=document.pk, expected_version=document.version)
    OutgoingDocument.objects.filter(pk=document.pk).update(body=body_from_text(TEXT))
    assert swept() == 0
    assert is_there(file)


def test_whoever_goes_on_writing_has_a_month_from_then(world: World) -> None:
    """What was deleted yesterday can be pasted back, however long ago it was sent."""
    document, file = unnamed(world)
    with clock.at(clock.now() + UNNAMED_KEPT - DAY):
        saved(world, document)
    assert swept() == 0
    with clock.at(clock.now() + UNNAMED_KEPT):
        saved(world, OutgoingDocument.objects.get(pk=document.pk), picture(file))
    assert swept(2 * UNNAMED_KEPT) == 0
    assert swept(3 * UNNAMED_KEPT) == 0
    assert is_there(file)


def test_attachments_and_other_documents_are_not_touched(world: World) -> None:
    _, file = unnamed(world)
    StoredFile.objects.filter(pk=file.pk).update(purpose="attachment")
    untouched = added(world, drafted(world))
    with clock.at(clock.now() + UNNAMED_KEPT - DAY):
        OutgoingDocument.objects.filter(pk=untouched.subject_id).update(updated_at=clock.now())
    assert swept() == 0
    assert is_there(file)
    assert is_there(untouched)


def test_of_templates_go_those_no_longer_shown_and_those_never_saved(world: World) -> None:
    clerk = world.actor("clerk")
    first, second, forgotten = (
        template_picture_add(actor=clerk, name="现场.jpg", content=photograph()) for _ in range(3)
    )
    text = body_from_text(TEXT)["content"]
    both = {"type": "doc", "content": [*text, picture(first), picture(second)]}
    kept: DocumentTemplate = template(world, body=both)
    fewer = words(body={"type": "doc", "content": [*text, picture(second)]})
    template_change(actor=clerk, template_id=kept.pk, expected_version=1, words=fewer)
    assert swept(UNNAMED_KEPT - DAY) == 0
    assert swept() == 2
    assert [is_there(file) for file in (first, second, forgotten)] == [False, True, False]
