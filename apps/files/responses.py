"""How bytes leave: as attachments, or inline when they are page images of our own; never sniffed, run or cached."""

import asyncio
from collections.abc import AsyncIterator, Iterator

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from apps.files.models import StoredFile
from apps.files.names import disposition

FENCES = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def attachment(request: HttpRequest, file: StoredFile, blocks: Iterator[bytes]) -> HttpResponseBase:
    """Stream `file` in blocks, without ever holding it in memory, under ASGI and WSGI alike."""
    content = _in_threads(blocks) if isinstance(request, ASGIRequest) else blocks
    headers = {
        **FENCES,
        "Content-Disposition": disposition(file.name, file.pk),
        "Content-Length": str(file.size),
    }
    return StreamingHttpResponse(content, content_type=file.content_type, headers=headers)


def made_file(data: bytes, *, name: str, content_type: str) -> HttpResponse:
    """A small file made for this request, such as a paper laid out when asked for."""
    headers = {**FENCES, "Content-Disposition": disposition(name, 0), "Content-Length": str(len(data))}
    return HttpResponse(data, content_type=content_type, headers=headers)


def page_image(data: bytes) -> HttpResponse:
    """A page image we made, shown inline."""
    return HttpResponse(data, content_type="image/png", headers={**FENCES, "Content-Disposition": "inline"})


async def _in_threads(blocks: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (block := await asyncio.to_thread(next, blocks, None)) is not None:
        yield block
