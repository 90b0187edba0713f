"""Files as people send them, honest and hostile, made on the spot."""

import io
import zipfile

import docx
from PIL import Image

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{main}.main+xml"/></Types>'
)


def docx_of(*paragraphs: str) -> bytes:
    """A Word file."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def package_of(entries: dict[str, bytes], *, main: str = "wordprocessingml.document") -> bytes:
    """A zip with `[Content_Types].xml` that claims `main`, and the entries."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", CONTENT_TYPES.format(part="word/document.xml", main=main))
        for name, data in entries.items():
            package.writestr(name, data)
    return sink.getvalue()


def pdf_of(*pages: str) -> bytes:
    """A PDF with one line of Latin text on each page."""
    bodies = [f"BT /F1 24 Tf 72 700 Td ({text}) Tj ET".encode() for text in pages]
    objects = [b"<</Type/Catalog/Pages 2 0 R>>"]
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects.append(f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode())
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    for number, body in enumerate(bodies):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents {5 + 2 * number} 0 R>>".encode()
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(body), body))
    return _pdf_file(objects)


def _pdf_file(objects: list[bytes]) -> bytes:
    sink = io.BytesIO(b"%PDF-1.4\n")
    sink.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(sink.tell())
        sink.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = sink.tell()
    sink.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        sink.write(b"%010d 00000 n \n" % place)
    sink.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return sink.getvalue()


def picture_of(kind: str = "PNG", *, size: tuple[int, int] = (60, 40)) -> bytes:
    """A small picture."""
    sink = io.BytesIO()
    Image.new("RGB", size, (200, 30, 40)).save(sink, kind)
    return sink.getvalue()


def program() -> bytes:
    """The head of a Windows program."""
    return b"MZ\x90\x00" + b"\x00" * 60 + b"This program cannot be run in DOS mode.\r\r\n$" + b"\x00" * 400


def compound_of(*streams: str, tail: bytes = b"") -> bytes:
    """A minimal OLE compound file ([MS-CFB]) whose directory names `streams`; `tail` follows."""
    header = bytearray(512)
    header[:8] = bytes.fromhex("D0CF11E0A1B11AE1")
    header[24:34] = (
        (0x3E).to_bytes(2, "little")
        + (3).to_bytes(2, "little")
        + b"\xfe\xff"
        + (9).to_bytes(2, "little")
        + (6).to_bytes(2, "little")
    )
    header[44:48] = (1).to_bytes(4, "little")
    header[48:52] = (1).to_bytes(4, "little")
    header[68:72] = (0xFFFFFFFE).to_bytes(4, "little")
    header[76:80] = (0).to_bytes(4, "little")
    header[80:512] = b"\xff" * 432
    fat = (0xFFFFFFFD).to_bytes(4, "little") + (0xFFFFFFFE).to_bytes(4, "little") + b"\xff" * 504
    entries = b""
    for name in ("Root Entry", *streams):
        raw = (name + "\0").encode("utf-16-le")
        entries += (
            raw.ljust(64, b"\0")
            + len(raw).to_bytes(2, "little")
            + bytes([5 if not entries else 2])
            + b"\0" * 61
        )
    return bytes(header) + fat + entries.ljust(512, b"\0") + tail


def element_of(key: str, body: bytes) -> bytes:
    """An element of EBML with a length of four bytes."""
    return bytes.fromhex(key) + (0x10000000 | len(body)).to_bytes(4) + body


def webm_of(*tracks: int) -> bytes:
    """WebM as a recorder writes it, the length of its segment unknown; a track by its type (1 picture, 2 sound)."""
    head = element_of("1A45DFA3", element_of("4282", b"webm"))
    entries = b"".join(element_of("AE", element_of("83", bytes([one]))) for one in tracks)
    segment = bytes.fromhex("18538067") + bytes.fromhex("01FFFFFFFFFFFFFF")
    return head + segment + element_of("1654AE6B", entries) + element_of("1F43B675", b"\xe7\x81\x00" * 4)


def ogg_of(codec: bytes) -> bytes:
    """One stream of Ogg: its first page and one more."""
    first = b"OggS\x00\x02" + bytes(20) + bytes([1, len(codec)]) + codec
    return first + b"OggS\x00\x00" + bytes(20) + bytes([1, 3]) + b"abc"


def box_of(name: bytes, body: bytes) -> bytes:
    """A box of MP4."""
    return (len(body) + 8).to_bytes(4) + name + body


def mp4_of(*handlers: bytes) -> bytes:
    """MP4 with one track for each handler (`soun`, `vide`)."""
    tracks = b"".join(
        box_of(b"trak", box_of(b"mdia", box_of(b"hdlr", bytes(8) + one + bytes(12)))) for one in handlers
    )
    return box_of(b"ftyp", b"isom" + bytes(4)) + box_of(b"moov", tracks) + box_of(b"mdat", b"sound")
