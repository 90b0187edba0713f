"""Composition root: settings, ASGI, Celery and the embedded stack."""
