"""App config of documents."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.documents"
    verbose_name = "办文"
