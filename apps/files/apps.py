"""App config of files."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.files"
    verbose_name = "文件"
