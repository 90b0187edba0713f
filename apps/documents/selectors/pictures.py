"""The pictures of a body: which files they are, what is drawn of them."""

from apps.core.subjects import Subject
from apps.documents.body import Node, figures_of
from apps.files.enums import PICTURE
from apps.files.models import StoredFile
from apps.files.selectors import file_bytes, files_of


def pictures_of(subject: Subject, body: Node) -> tuple[StoredFile, ...]:
    """The stored pictures the body names, each once, in the order of their ids. Asks nothing of a body without any."""
    wanted = {figure.file for figure in figures_of(body)}
    if not wanted:
        return ()
    return tuple(files_of(subject, PICTURE).filter(pk__in=wanted).order_by("pk"))


def pictures_drawn(pictures: tuple[StoredFile, ...]) -> dict[str, bytes]:
    """Their bytes by digest, as the typesetter takes them."""
    return {file.sha256: file_bytes(file) for file in pictures}
