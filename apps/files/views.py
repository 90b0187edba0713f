"""Files leave here and nowhere else."""

from functools import partial

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.core.http import HouseRequest, signed_in
from apps.core.subjects import url_of
from apps.files import responses, services
from apps.files.policies import leaving_of, subject_of
from apps.files.selectors import (
    file_blocks,
    file_bytes,
    file_for,
    file_link,
    file_part,
    film_for,
    page_bytes,
    pages_of,
    sound_for,
    words_of,
)
from apps.files.watermarks import watermark_svg


@require_GET
@signed_in
def download(request: HouseRequest, file_id: int) -> HttpResponseBase:
    """The file itself, as an attachment, written down in the audit log."""
    file = services.download_record(actor=request.actor, file_id=file_id)
    if link := file_link(file):
        return HttpResponseRedirect(
            link, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        )
    return responses.attachment(request, file, file_blocks(file))


@require_GET
@signed_in
def viewer(request: HouseRequest, file_id: int) -> HttpResponse:
    """The pages of a file under the reader's watermark."""
    file = file_for(request.actor, file_id)
    context = {
        "file": file,
        "pages": pages_of(file),
        "words": words_of(file),
        "subject_url": url_of(subject_of(file)),
        "leaving": leaving_of(request.actor, file),
    }
    template = "files/_pages.html" if request.htmx else "files/viewer.html"
    return render(request, template, context)


@require_GET
@signed_in
def sound(request: HouseRequest, file_id: int) -> HttpResponse:
    """A voice note, to be played where it stands."""
    file = sound_for(request.actor, file_id)
    return responses.sound(request, file, file_bytes(file))


@require_GET
@signed_in
def film(request: HouseRequest, file_id: int) -> HttpResponseBase:
    """A film of ours, to be watched where it stands."""
    file = film_for(request.actor, file_id)
    return responses.film(request, file, partial(file_part, file))


@require_GET
@signed_in
def print_sheet(request: HouseRequest, file_id: int) -> HttpResponse:
    """The pages for paper, with the reader's mark burnt in, written down in the audit log."""
    file = services.print_record(actor=request.actor, file_id=file_id)
    return render(request, "files/print.html", {"file": file, "pages": pages_of(file)})


@require_GET
@signed_in
def page(request: HouseRequest, file_id: int, number: int) -> HttpResponse:
    """One page as PNG."""
    return responses.page_image(page_bytes(request.actor, file_id, number))


@require_GET
@signed_in
def page_marked(request: HouseRequest, file_id: int, number: int) -> HttpResponse:
    """One page as PNG with the reader's mark burnt in."""
    return responses.page_image(services.page_mark(actor=request.actor, file_id=file_id, number=number))


@require_GET
@signed_in
def watermark(request: HouseRequest) -> HttpResponse:
    """The reader's mark as a background tile, good for a minute and for this session only."""
    response = HttpResponse(watermark_svg(request.actor), content_type="image/svg+xml")
    response["Cache-Control"], response["Vary"] = "private, max-age=60", "Cookie"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
