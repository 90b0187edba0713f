"""How bytes leave: as attachments, or inline when they are page images of our own or voice notes; never sniffed, run or cached."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator

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
    return _streamed(
        request, blocks, disposition(file.name, file.pk), size=file.size, content_type=file.content_type
    )


def made_stream(
    request: HttpRequest, blocks: Iterator[bytes], *, name: str, size: int, content_type: str
) -> HttpResponseBase:
    """A large file made for this request, streamed likewise; `blocks` are closed when the reader goes away."""
    return _streamed(request, blocks, disposition(name, 0), size=size, content_type=content_type)


def _streamed(
    request: HttpRequest, blocks: Iterator[bytes], disposed: str, *, size: int, content_type: str
) -> HttpResponseBase:
    content = _in_threads(blocks) if isinstance(request, ASGIRequest) else blocks
    headers = {**FENCES, "Content-Disposition": disposed, "Content-Length": str(size)}
    return StreamingHttpResponse(content, content_type=content_type, headers=headers)


def made_file(data: bytes, *, name: str, content_type: str) -> HttpResponse:
    """A small file made for this request, such as a paper laid out when asked for."""
    headers = {**FENCES, "Content-Disposition": disposition(name, 0), "Content-Length": str(len(data))}
    return HttpResponse(data, content_type=content_type, headers=headers)


def page_image(data: bytes) -> HttpResponse:
    """A page image we made, shown inline."""
    return HttpResponse(data, content_type="image/png", headers={**FENCES, "Content-Disposition": "inline"})


def sound(request: HttpRequest, file: StoredFile, data: bytes) -> HttpResponse:
    """A voice note to be played in the page, whole or the part asked for; a part outside it is answered 416."""
    headers = {**FENCES, "Content-Disposition": "inline", "Accept-Ranges": "bytes"}
    asked = request.headers.get("Range", "")
    span = part_asked(asked, len(data)) if asked else None
    if span is None:
        return HttpResponse(data, content_type=file.content_type, headers=headers)
    start, end = span
    if start >= end:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{len(data)}"})
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(data)}"
    return HttpResponse(data[start:end], content_type=file.content_type, headers=headers, status=206)


def film(
    request: HttpRequest, file: StoredFile, part: Callable[[int, int], Iterator[bytes]]
) -> HttpResponseBase:
    """A film to be watched in the page, whole or from where the player jumps to; streamed, never held in memory."""
    asked = request.headers.get("Range", "")
    span = part_asked(asked, file.size) if asked else None
    headers = {**FENCES, "Content-Disposition": "inline", "Accept-Ranges": "bytes"}
    start, end = span or (0, file.size)
    if start >= end:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{file.size}"})
    if span is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    blocks = part(start, end)
    content = _in_threads(blocks) if isinstance(request, ASGIRequest) else blocks
    headers["Content-Length"] = str(end - start)
    status = 200 if span is None else 206
    return StreamingHttpResponse(content, content_type=file.content_type, headers=headers, status=status)


def part_asked(header: str, size: int) -> tuple[int, int] | None:
    """`bytes=0-499`, `bytes=500-` or `bytes=-500` as start and end (outside); None for anything else: then all is sent.

    An empty stretch means that nothing of the file was asked for (RFC 9110 14.2).
    """
    found = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return (max(size - int(found[2]), 0), size) if int(found[2]) else (0, 0)
    start = int(found[1])
    end = min(int(found[2]) + 1, size) if found[2] else size
    if found[2] and int(found[2]) < start:
        return None
    return (start, end) if start < size else (0, 0)


async def _in_threads(blocks: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (block := await asyncio.to_thread(next, blocks, None)) is not None:
        yield block
