"""Rows of 办文, split by concept."""

from apps.documents.models.addressees import Addressee
from apps.documents.models.correspondence import Forwarding, IncomingResponse, ReplyLink
from apps.documents.models.desk import DocumentTemplate, SavedFilter, TemplateRecipient
from apps.documents.models.exchange import Dispatch, ReceiverTerms
from apps.documents.models.incoming import HandlingUnit, IncomingDocument, IncomingRegister
from apps.documents.models.numbering import DocumentNumber, NumberLedgerEntry, NumberSeries
from apps.documents.models.outgoing import (
    CheckReason,
    DocumentRecipient,
    DocumentRevision,
    JointIssuer,
    OutgoingDocument,
)
from apps.documents.models.sealing import ESeal, SealedFile, SealUseRequest, SignatureStamp
from apps.documents.models.validity import ValidityChange

__all__ = [
    "Addressee",
    "CheckReason",
    "Dispatch",
    "DocumentNumber",
    "DocumentRecipient",
    "DocumentRevision",
    "DocumentTemplate",
    "ESeal",
    "Forwarding",
    "HandlingUnit",
    "IncomingDocument",
    "IncomingRegister",
    "IncomingResponse",
    "JointIssuer",
    "NumberLedgerEntry",
    "NumberSeries",
    "OutgoingDocument",
    "ReceiverTerms",
    "ReplyLink",
    "SavedFilter",
    "SealUseRequest",
    "SealedFile",
    "SignatureStamp",
    "TemplateRecipient",
    "ValidityChange",
]
