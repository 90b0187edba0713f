"""Django's admin with the house's site."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class HouseAdminConfig(AdminConfig):
    """Django's admin with the house's site."""

    verbose_name = "管理后台"
    default_site = "config.back_office.HouseAdminSite"

    def ready(self) -> None:
        """Also make the house's Celery the current app of every process: `core.outbox` asks it by task name."""
        super().ready()
        import_module("config.celery")
