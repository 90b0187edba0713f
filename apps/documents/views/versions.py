"""The versions of an outgoing document: who changed what when, and the difference of any two."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.core.http import HouseRequest, signed_in
from apps.documents.selectors.outgoing import document_for
from apps.documents.selectors.versions import versions_compared, versions_of


@require_GET
@signed_in
def outgoing_versions(request: HouseRequest, document_id: int) -> HttpResponse:
    """The versions with one comparison: of those asked for, else of the newest two."""
    document = document_for(request.actor, document_id)
    versions = versions_of(document)
    old, new = (_number(request.GET.get(name, "")) for name in ("old", "new"))
    context = {
        "document": document,
        "versions": versions,
        "found": versions_compared(versions, old, new),
        "asked_same": old is not None and old == new,
    }
    return render(request, "documents/versions.html", context)


def _number(asked: str) -> int | None:
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else None
