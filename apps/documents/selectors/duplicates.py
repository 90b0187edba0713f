"""Whether a document is here already: the same number, or the same title from the same sender, however it was typed."""

import unicodedata

from django.db.models import Q

from apps.documents.models import IncomingDocument
from apps.documents.policies.incoming import CLOSED_TO_ORGAN

BRACKETS = str.maketrans("[]【】()「」《》", "〔〕〔〕〔〕〔〕〔〕")
NUMBER_LIMIT = 40
TITLE_LIMIT = 300
SHOWN = 5


def number_key(number: str) -> str:
    """The number as it is compared: half width, one kind of brackets, no blanks."""
    plain = unicodedata.normalize("NFKC", number).translate(BRACKETS)
    return "".join(plain.split())[:NUMBER_LIMIT]


def title_key(title: str) -> str:
    """The title as it is compared: letters, digits and characters only."""
    plain = unicodedata.normalize("NFKC", title)
    return "".join(char for char in plain if char.isalnum())[:TITLE_LIMIT]


def keys_of(number: str, title: str) -> dict[str, str]:
    """What a new incoming document keeps to be found by."""
    return {"number_key": number_key(number), "title_key": title_key(title)}


def duplicates_of(
    *, organ_id: int, number: str, title: str, source_name: str, besides: int = 0
) -> list[IncomingDocument]:
    """Documents of the organ with this number, or with this title from this sender, newest first; returned ones do not count."""
    same = Q(title_key=title_key(title), source_name=" ".join(source_name.split())) & ~Q(title_key="")
    if key := number_key(number):
        same |= Q(number_key=key)
    rows = IncomingDocument.objects.filter(same, organ_id=organ_id).exclude(pk=besides)
    rows = rows.exclude(status__in=CLOSED_TO_ORGAN).select_related("signed_for_by")
    return list(rows.order_by("-received_at", "-id")[:SHOWN])


def duplicate_words(found: list[IncomingDocument]) -> str:
    """One sentence that names them."""
    names = "；".join(
        f"{row.register_number or row.get_status_display()}《{row.title}》{row.source_number}"
        for row in found[:2]
    )
    more = f"等{len(found)}件" if len(found) > 2 else ""
    return f"疑似重复登记：{names}{more}。确需登记的，请写明理由后再提交。"
