"""Stored files: upload, type check, page images, rights by subject, watermark, download.

Nouns: `StoredFile`, `PageImage`, `PlainText`. Verbs (`services`): `upload_start`, `upload_append`, `upload_finish`,
`upload_cancel`, `file_check`, `file_store_bytes`, `file_copy`, `file_remove`, `file_pages_make`, `pages_renew`, `download_record`.
Events: `FileReceived` (all bytes are here, unchecked), `FileReady` (may leave the house).

An upload is a row and a partial file beside the store. Chunks are written at exactly `received`; any other offset is a
`Conflict` that carries the right one, so a broken line resumes and a doubled chunk harms nothing. When the last byte is
here the file is inspected in a killable child (`inspection`): extension against content, macros, bombs, secrecy marks
(domain.md §10.3). What passes moves into the store under its digest `ab/cd/<sha256>`; what does not is erased, and the row
keeps the reason. Office files become page images where LibreOffice is found (`office`: fresh profile, no macros, no links, no
network); what cannot be drawn is shown as its words, marked so, with the reason.

Voice notes (`sounds`: WebM, Ogg, MP4 with sound and nothing else) come only where one is asked for and are played in
place. Films of meetings (MP4 of our own making) are watched in place, from wherever the player jumps to.

Invariants: bytes never change; only ready files leave; who may read the subject may read its files, and
print and download them unless the subject's owner refuses (`SubjectKind.leaving`); nothing is served
inline but page images and films we made, and voice notes; the set of ready files of a subject changes only under `subject_hold`, so a
verb that pins `files_hash(subject, hold=True)` (签发) cannot be overtaken by an attachment.
"""
