"""Verbs of the files app."""

from apps.files.services.depicting import ink_drawn, picture_take
from apps.files.services.paging import file_pages_make, page_mark, pages_renew
from apps.files.services.reading import manuscript_take
from apps.files.services.storing import (
    download_record,
    file_copy,
    file_remove,
    file_store_bytes,
    file_store_path,
    files_hand_over,
    files_let_go,
    print_record,
)
from apps.files.services.tidying import bytes_tidy, conversions_tidy, pages_tidy, uploads_tidy
from apps.files.services.uploading import (
    file_check,
    file_withdraw,
    upload_append,
    upload_cancel,
    upload_finish,
    upload_start,
)

__all__ = [
    "bytes_tidy",
    "conversions_tidy",
    "download_record",
    "file_check",
    "file_copy",
    "file_pages_make",
    "file_remove",
    "file_store_bytes",
    "file_store_path",
    "file_withdraw",
    "files_hand_over",
    "files_let_go",
    "ink_drawn",
    "manuscript_take",
    "page_mark",
    "pages_renew",
    "pages_tidy",
    "picture_take",
    "print_record",
    "upload_append",
    "upload_cancel",
    "upload_finish",
    "upload_start",
    "uploads_tidy",
]
