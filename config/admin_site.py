"""Django admin's app config under unfold, with the house's title."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class HouseAdminConfig(AdminConfig):
    """The default admin; unfold replaces its templates."""

    verbose_name = "管理后台"

    def ready(self) -> None:
        """Also make the house's Celery the current app of every process: `core.outbox` asks it by task name."""
        super().ready()
        import_module("config.celery")
