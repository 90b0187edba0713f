"""The text of an outgoing document as pages, its verification, its 办理单 for printing."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.core.http import HouseRequest, signed_in
from apps.documents.selectors.outgoing import document_for
from apps.documents.selectors.outgoing_page import pages_of_file, pages_of_preview, slip_facts
from apps.documents.selectors.previews import document_preview_page, formal_file_of
from apps.documents.selectors.seals import document_verified
from apps.documents.services.exporting import document_word
from apps.documents.services.previews import preview_ready
from apps.files.kinds import KINDS
from apps.files.responses import made_file


@require_GET
@signed_in
def outgoing_pages(request: HouseRequest, document_id: int) -> HttpResponse:
    """Fragment: the pages of the formal file, or of the text as it stands; says 排版中 when they take longer."""
    document = document_for(request.actor, document_id)
    file = formal_file_of(document)
    shown = pages_of_file(file) if file else pages_of_preview(document, preview_ready(document=document))
    template = (
        "documents/_outgoing_preview.html" if request.GET.get("edit") else "documents/_outgoing_pages.html"
    )
    return render(request, template, {"document": document, "shown": shown})


@require_GET
@signed_in
def outgoing_preview(request: HouseRequest, document_id: int, digest: str, number: int) -> HttpResponse:
    """PNG of one page of the text as it stands now; the digest of another text opens nothing."""
    document = document_for(request.actor, document_id)
    return HttpResponse(document_preview_page(document, digest, number), content_type="image/png")


@require_GET
@signed_in
def outgoing_slip(request: HouseRequest, document_id: int) -> HttpResponse:
    """发文办理单 for A4, with opinions and strokes."""
    document = document_for(request.actor, document_id)
    context = {"document": document, **slip_facts(document)}
    return render(request, "documents/outgoing_slip.html", context)


@require_GET
@signed_in
def outgoing_word(request: HouseRequest, document_id: int) -> HttpResponse:
    """The text as a Word file in the standard's styles."""
    name, data = document_word(actor=request.actor, document_id=document_id)
    return made_file(data, name=name, content_type=KINDS["docx"].content_type)


@require_GET
@signed_in
def outgoing_verify(request: HouseRequest, document_id: int) -> HttpResponse:
    """Check the seal of the kept file now."""
    document = document_for(request.actor, document_id)
    context = {"document": document, "found": document_verified(document)}
    return render(request, "documents/verify.html", context)
