"""Reads of the set-up: its row, how far it is, what is left."""

from apps.installation.models import Installation


def installation_now(*, lock: bool = False) -> Installation | None:
    """The one row, if a set-up was ever begun."""
    rows = Installation.objects.select_related("organ")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return rows.filter(pk=Installation.THE_ONE).first()
