"""App config of files."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.files"
    verbose_name = "文件"

    def ready(self) -> None:
        """Name the audited acts, listen."""
        from apps.audit.registry import action  # noqa: PLC0415  # after the app registry
        from apps.files import listeners  # noqa: F401, PLC0415  # registers

        action("files.upload", "上传文件")
        action("files.refuse", "拒收文件")
        action("files.remove", "删除附件")
        action("files.download", "下载文件")
        action("files.print", "输出带水印的页面")
