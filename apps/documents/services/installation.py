"""What a new installation needs before the first document: the procedures of 办文 and everybody's phrases."""

from django.db import transaction

from apps.documents.procedures import (
    INCOMING,
    INCOMING_CATEGORY,
    INCOMING_CODE,
    INCOMING_NAME,
    OUTGOING,
    OUTGOING_CATEGORY,
    OUTGOING_CODE,
    OUTGOING_NAME,
)
from apps.workflow.services import phrases_offer, procedure_install

PHRASES = ("同意。", "拟同意。", "请按要求抓好落实。", "已阅。")


@transaction.atomic
def procedures_install() -> None:
    """Make the procedures of documents and common phrases known; doing it again changes nothing."""
    procedure_install(code=OUTGOING_CODE, name=OUTGOING_NAME, category=OUTGOING_CATEGORY, definition=OUTGOING)
    procedure_install(code=INCOMING_CODE, name=INCOMING_NAME, category=INCOMING_CATEGORY, definition=INCOMING)
    phrases_offer(texts=PHRASES)
