"""Stored files: upload, type check, page images, rights by subject, watermark, download.

Nouns: `StoredFile`, `PageImage`. Invariants: bytes never change; only ready files leave; who may read the subject may read
its files; nothing is served inline but page images we made.
"""
