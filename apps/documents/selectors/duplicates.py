"""Whether a document is here already: the same number, or the same title from the same sender, however it was typed.

A sender typed short (省大数据局) is the one typed in full (澜东省大数据局); one that the title begins with is known from it.
"""

import unicodedata

from django.db.models import Q

from apps.documents.models import IncomingDocument
from apps.documents.policies.incoming import CLOSED_TO_ORGAN

BRACKETS = str.maketrans("[]【】()「」《》", "〔〕〔〕〔〕〔〕〔〕")
NUMBER_LIMIT = 40
TITLE_LIMIT = 300
SHOWN, LOOKED_AT = 5, 100


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
    number_wanted, title_wanted = number_key(number), title_key(title)
    same = Q(title_key=title_wanted) & ~Q(title_key="")
    if number_wanted:
        same |= Q(number_key=number_wanted)
    rows = IncomingDocument.objects.filter(same, organ_id=organ_id).exclude(pk=besides)
    rows = rows.exclude(status__in=CLOSED_TO_ORGAN).select_related("signed_for_by")
    return [
        row
        for row in rows.order_by("-received_at", "-id")[:LOOKED_AT]
        if (number_wanted and row.number_key == number_wanted)
        or _is_same_sender(row.source_name, source_name, title_wanted)
    ][:SHOWN]


def _is_same_sender(one: str, other: str, title: str) -> bool:
    """Whether two names may mean one sender: one within the other, or each in the words the title begins with."""
    first, second = title_key(one), title_key(other)
    if not first or not second:
        return False
    issuer = title.partition("关于")[0]
    return first in second or second in first or (first in issuer and second in issuer)


def duplicate_words(found: list[IncomingDocument]) -> str:
    """One sentence that names them."""
    names = "；".join(
        f"{row.register_number or row.get_status_display()}《{row.title}》{row.source_number}"
        for row in found[:2]
    )
    more = f"等{len(found)}件" if len(found) > 2 else ""
    return f"疑似重复登记：{names}{more}。确需登记的，请写明理由后再提交。"
