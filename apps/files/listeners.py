"""What the files app does about its own events: hand heavy work to tasks once the delivery is committed.

When the broker is away at that moment, `files_tidy` finds the rows.
"""

from django.db import transaction

from apps.core.events import listens_to
from apps.files.events import FileReady, FileReceived
from apps.files.tasks import file_check, file_pages_make


@listens_to(FileReceived)
def have_it_checked(event: FileReceived) -> None:
    """Large uploads are inspected by a worker; small ones were inspected at once and this does nothing."""
    transaction.on_commit(lambda: file_check.apply_async((event.file_id,), retry=False), robust=True)


@listens_to(FileReady)
def have_pages_made(event: FileReady) -> None:
    """Readers find page images a moment later."""
    transaction.on_commit(lambda: file_pages_make.apply_async((event.file_id,), retry=False), robust=True)
