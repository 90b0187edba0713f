"""What the house sweeps up: uploads nobody finished, checks a crash left, bytes nobody refers to."""

import shutil
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from apps.core.clock import now
from apps.core.locks import single_flight
from apps.files import storage
from apps.files.models import PageImage, PlainText, StoredFile
from apps.files.services.paging import file_pages_make
from apps.files.services.storing import bytes_hold
from apps.files.services.uploading import CLAIM_LOST_AFTER, file_check

UNFINISHED_KEPT = timedelta(days=1)
REMOVED_KEPT = timedelta(days=30)
CONVERSION_LOST_SECONDS = 3600
BATCH = 50


def uploads_tidy() -> int:
    """Take over lost checks, give up uploads older than a day, erase parts nobody wants. Returns how many rows changed."""
    moment = now()
    lost = StoredFile.objects.filter(
        Q(check_claimed_at__isnull=True) | Q(check_claimed_at__lt=moment - CLAIM_LOST_AFTER),
        state=StoredFile.State.CHECKING,
        created_at__lt=moment - timedelta(seconds=30),
        removed_at__isnull=True,
    )
    checked = [file_check(file_id=pk) for pk in list(lost.values_list("pk", flat=True)[:BATCH])]
    old = StoredFile.objects.filter(
        state=StoredFile.State.UPLOADING, created_at__lt=moment - UNFINISHED_KEPT, removed_at__isnull=True
    )
    given_up = old.update(removed_at=moment)
    for file_id, _path in list(storage.parts()):
        if not _is_wanted(file_id):
            storage.part_forget(file_id)
    return len(checked) + given_up


def pages_tidy() -> int:
    """Make page images that a crash or an absent broker left unmade. Returns how many files were tried."""
    waiting = StoredFile.objects.filter(
        state=StoredFile.State.READY,
        page_count__isnull=True,
        removed_at__isnull=True,
        created_at__lt=now() - timedelta(minutes=2),
    )
    ids = list(waiting.order_by("created_at").values_list("pk", flat=True)[:5])
    for file_id in ids:
        file_pages_make(file_id=file_id)
    return len(ids)


def conversions_tidy() -> int:
    """Erase working folders that a killed worker left behind. Returns how many."""
    limit = time.time() - CONVERSION_LOST_SECONDS
    left = [path for path in Path(settings.CONVERSIONS_ROOT).glob("pages-*") if path.stat().st_mtime < limit]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)


def _is_wanted(file_id: int) -> bool:
    return StoredFile.objects.filter(
        pk=file_id,
        removed_at__isnull=True,
        state__in=[StoredFile.State.UPLOADING, StoredFile.State.CHECKING],
    ).exists()


def bytes_tidy() -> int:
    """Erase bytes whose last reference was removed a month ago. Returns how many keys were erased; 0 while a backup runs."""
    with single_flight("files.bytes_tidy") as alone:
        return _bytes_tidy() if alone else 0


def erasable() -> QuerySet[StoredFile]:
    """Files removed a month ago whose bytes are not erased yet, by an index of just those."""
    gone = StoredFile.objects.filter(removed_at__lt=now() - REMOVED_KEPT).exclude(storage_key="")
    return gone.order_by("removed_at")


def _bytes_tidy() -> int:
    erased = 0
    for file in erasable()[:BATCH]:
        keys = {file.storage_key, *file.pages.values_list("storage_key", flat=True)}
        with transaction.atomic():
            file.pages.all().delete()
            PlainText.objects.filter(file=file).delete()
            StoredFile.objects.filter(pk=file.pk).update(storage_key="", state=StoredFile.State.ERASED)
            erased += sum(_erase_unused(key) for key in sorted(keys))
    return erased


def _erase_unused(key: str) -> int:
    bytes_hold(key=key)
    used = (
        StoredFile.objects.filter(storage_key=key).exists()
        or PageImage.objects.filter(storage_key=key).exists()
    )
    if used or not key:
        return 0
    storage.key_forget(key)
    return 1
