"""办文: outgoing documents from draft to sealed file, exchange, incoming documents from receipt to completion.

Nouns: `OutgoingDocument` with its `JointIssuer`s, `DocumentRevision`, `NumberSeries`, `DocumentNumber`, `ESeal`, `SealedFile`,
`Dispatch`, `IncomingDocument`, `DocumentTemplate` (kept by an organ's office, begun from by its drafters).
Layout: a 文种 has its format (`TYPE_FORMATS`): general, letter, order, minutes; orders bear their signer's `SignatureStamp`
(签名章) in place of a seal and are numbered by tenure (令号), minutes bear neither. A body holds text, tables, which may lie across,
and the document's own pictures. Joint issue (联合行文): up to six organs of one level; the head of each countersigns, at 联署用印 the
keeper of each sets its seal or stamp on the same file, the lead organ's keeper last, and with that the file is final.
Dealings: an incoming document may be a second copy (kept with a reason), has parts of work (`HandlingUnit`), answers to its sender
(`IncomingResponse`), a pair (`ReplyLink`), and goes on to organs below by the issuer's leave (`Forwarding`).
Terms: receiving organs print and download what they may read unless the issuer refuses either (`ReceiverTerms`).
Validity (效力): the issuer's desk says from when a document no longer holds (`ValidityChange`); texts cite others by title and number
(`rules.citing`), which leads to the cited page and tells what has ended.
Writing: 一键排版 (`cleanup`) and import mend a messy text, nothing saved; `rules` checks at every save and step, a warning wants a
reason that is kept (`CheckReason`). Submission, return and signing keep a version; any two are compared (`comparing`). Pictures that
neither text nor version names go a month after the last change (`sweeping`).
Slots offered: `documents.detail.side`.
Invariants: after 签发 text and attachments are frozen by hash; a number is unique and every gap explained; after 用印 nothing changes.
"""
