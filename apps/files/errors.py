"""Refusals of the files app."""

from apps.core.errors import HouseError


class FileRefused(HouseError):
    """The bytes are here and were looked at, but may not stay; `file` in data is the id of the refused row."""

    code = "file_refused"
    http_status = 422
