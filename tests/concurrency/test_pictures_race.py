"""The nightly sweep and a writer who puts a picture back at that moment: the text never names what is gone."""

from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.errors import ValidationFailed
from apps.documents.body import figures_of
from apps.documents.models import OutgoingDocument
from apps.documents.services.sweeping import UNNAMED_KEPT, pictures_tidy
from apps.files.models import StoredFile
from tests.concurrency.racing import race
from tests.factories.world import World
from tests.helpers.pictures import illustrated, picture, saved

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_picture_is_put_back_or_gone_but_never_both(transactional_db: None) -> None:
    world = World.build()
    for _ in range(4):
        document, file = illustrated(world)
        document = saved(world, document)
        later = clock.now() + UNNAMED_KEPT + timedelta(days=1)

        def sweeps(later: object = later) -> int:
            with clock.at(later):  # type: ignore[arg-type]  # bound early for the thread
                return pictures_tidy()

        def puts_back(document: OutgoingDocument = document, file: StoredFile = file) -> OutgoingDocument:
            return saved(world, document, picture(file))

        gone, _, put = race(sweeps, sweeps, puts_back)
        is_there = StoredFile.objects.filter(pk=file.pk, removed_at__isnull=True).exists()
        named = figures_of(OutgoingDocument.objects.get(pk=document.pk).body)
        assert not isinstance(gone, Exception)
        if isinstance(put, Exception):
            assert isinstance(put, ValidationFailed)
            assert (is_there, named) == (False, ())
        else:
            assert is_there
            assert [figure.file for figure in named] == [file.pk]
