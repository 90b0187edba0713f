"""办文: outgoing documents from draft to sealed file, exchange, incoming documents from receipt to completion.

Nouns: `OutgoingDocument`, `DocumentRevision`, `NumberSeries`, `DocumentNumber`, `ESeal`, `SealedFile`, `Dispatch`, `IncomingDocument`.
Slots offered: `documents.detail.side`.
Invariants: after 签发 text and attachments are frozen by hash; a number is unique and every gap explained; after 用印 nothing changes.
"""
