"""The outgoing document as the typesetter takes it: drafts with blanks where number and date will stand."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from itertools import groupby
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from apps.accounts.models import Organ
from apps.audit.digests import canonical
from apps.core.clock import today
from apps.documents.body import Figure, Grid, Line, Node, body_parts
from apps.documents.enums import DocumentFormat
from apps.documents.models import DocumentRecipient, OutgoingDocument
from apps.documents.rules import date_text
from apps.documents.selectors.outgoing import Content
from apps.documents.selectors.seals import signer_for
from apps.typesetting import Block, Cell, Heading, OfficialSheet, Paragraph, Picture, Table

# 国发〔1999〕25号
SEAL_DIAMETERS = {
    Organ.Level.PROVINCE: 50,
    Organ.Level.CITY: 45,
    Organ.Level.COUNTY: 45,
    Organ.Level.TOWNSHIP: 42,
}
BODY_DIAMETER = 42
BLANK = "\u3000"


def seal_diameter(organ: Organ) -> int:
    """The legal diameter of an organ's seal in millimetres: by level for governments, smaller for offices and departments."""
    if organ.kind == Organ.Kind.GOVERNMENT:
        return SEAL_DIAMETERS[Organ.Level(organ.level)]
    return 45 if organ.level == Organ.Level.PROVINCE else BODY_DIAMETER


def standard_mark(organ: Organ, layout: str) -> str:
    """发文机关标志 as the format wants it (7.2.4, 10.1–10.3)."""
    suffixes = {DocumentFormat.LETTER: "", DocumentFormat.ORDER: "令", DocumentFormat.MINUTES: "会议纪要"}
    return f"{organ.full_name}{suffixes.get(DocumentFormat(layout), '文件')}"


def own_mark(document: OutgoingDocument) -> str:
    """The mark where it is not the standard one, else empty."""
    standard = standard_mark(document.issuing_organ, document.layout)
    return "" if document.issuer_mark == standard else document.issuer_mark


def sheet_of(
    document: OutgoingDocument, content: Content, *, printing_date: date | None = None
) -> OfficialSheet:
    """What is laid out. Without number and date (a draft) blanks keep their places, so that the pages do not move later."""
    day = document.document_date
    year = (day or today()).year
    issuers = [document.issuing_organ, *content.joint]
    return OfficialSheet(
        issuer_mark=_mark(document, issuers),
        title=document.title or "（标题）",
        blocks=tuple(body_blocks(document.body, {file.pk: file.sha256 for file in content.pictures})),
        main_recipients=document.main_recipients_text or recipients_text(content.main),
        document_number=_number(document, year),
        issuer_signature=(document.issuer_signature, *(organ.full_name for organ in issuers[1:])),
        document_date=date_text(day) or f"{year}年{BLANK}月{BLANK}日",
        signatories=tuple(document.signatories),
        urgency=document.get_urgency_display() if document.urgency else "",
        attachments=tuple(PurePath(file.name).stem for file in content.attachments),
        seal=document.is_sealed,
        note=document.note.strip("（）()"),
        cc_recipients=document.cc_recipients_text or recipients_text(content.cc),
        printing_organ=document.organ.full_name,
        printing_date=date_text(printing_date or document.printing_date) or f"{year}年{BLANK}月{BLANK}日",
        seal_diameter_mm=float(max(seal_diameter(organ) for organ in issuers)),
        format=DocumentFormat(document.layout).value,
        attendance=_attendance(document),
        **_signers(document, content.joint),
    )


def _number(document: OutgoingDocument, year: int) -> str:
    """The number as printed: of an order the serial alone, as its mark stands above (10.2); a draft's leaves a blank."""
    if document.layout == DocumentFormat.ORDER:
        _, ends, serial = document.document_number.rpartition("令第")
        return f"第{serial}" if ends else document.document_number or f"第{BLANK * 2}号"
    return document.document_number or f"{document.issuing_organ.organ_code}〔{year}〕{BLANK * 2}号"


def _mark(document: OutgoingDocument, issuers: Sequence[Organ]) -> str | tuple[str, ...]:
    """The mark of one organ; of a joint issue all names, or the lead organ's alone in a letter or where it has its own (7.2.4)."""
    if len(issuers) == 1 or document.layout == DocumentFormat.LETTER or own_mark(document):
        return document.issuer_mark
    names = [organ.full_name for organ in issuers]
    suffix = document.issuer_mark.removeprefix(document.issuing_organ.full_name)
    return (*names[:-1], f"{names[-1]}{suffix}")


def _attendance(document: OutgoingDocument) -> tuple[tuple[str, str], ...]:
    """Who attended, was excused, sat in (10.3); empty for everything but minutes."""
    if document.layout != DocumentFormat.MINUTES:
        return ()
    named = (("出席", document.attendees), ("请假", document.absentees), ("列席", document.observers))
    return tuple((label, names) for label, names in named if names)


def _signers(document: OutgoingDocument, joint: Sequence[Organ]) -> dict[str, Any]:
    """Posts and names of an order's signers, or the places kept for their stamps; what they wrote at signing is an opinion.

    On a joint order each post stands with the name of its organ.
    """
    if document.layout != DocumentFormat.ORDER:
        return {}
    (post, name, _), *others = (
        _signer(document, organ, organ.full_name if joint else "")
        for organ in (document.issuing_organ, *joint)
    )
    return {"signer_post": post, "signer_name": name, "joint_signers": tuple(others)}


def _signer(document: OutgoingDocument, organ: Organ, prefix: str) -> tuple[str, str, str]:
    """Post, name where no stamp will be set, and no stamp: the keeper sets it."""
    post = signer_for(document, organ.pk)
    if post is None:
        return f"{prefix}{BLANK * 2}", "（签名章）", ""
    return f"{prefix}{post.post_title}", "" if document.is_sealed else post.person.name, ""


def body_blocks(body: Node, pictures: Mapping[int, str] = MappingProxyType({})) -> Iterator[Block]:
    """The body with its computed numbers; `pictures`: the digests of its pictures by file."""
    for part in body_parts(body):
        match part:
            case Grid(rows=rows, header_rows=heads, landscape=landscape):
                cells = (tuple(Cell(cell.text, cell.colspan, cell.rowspan) for cell in row) for row in rows)
                yield Table(tuple(cells), heads, landscape)
            case Figure(file=file, width=width, caption=caption):
                yield Picture(pictures[file], width, caption)
            case Line(level=level, text=text):
                yield Heading(level, text) if level else Paragraph(text)


def recipients_text(entries: Sequence[DocumentRecipient]) -> str:
    """Organs of one kind joined by 、, kinds by ，, in printed order."""
    kinds = groupby(entries, key=lambda entry: entry.organ.kind if entry.organ else "")
    return "，".join("、".join(entry.name for entry in group) for _, group in kinds)


def sheet_digest(sheet: OfficialSheet, fonts: str) -> str:
    """Name of the laid-out pages of a sheet under the fonts installed."""
    return hashlib.sha256(canonical([asdict(sheet), fonts])).hexdigest()
