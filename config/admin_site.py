"""Django admin's app config: the house's back office, and the house's Celery in every process."""

from importlib import import_module

from django.contrib import admin
from django.contrib.admin import sites
from django.contrib.admin.apps import AdminConfig


class HouseAdminConfig(AdminConfig):
    """The default admin; unfold replaces its templates."""

    verbose_name = "管理后台"

    def ready(self) -> None:
        """Set the site before the apps register with it; make the house's Celery what `core.outbox` asks by task name."""
        admin.site = sites.site = import_module("config.back_office").HouseAdminSite()
        super().ready()
        import_module("config.celery")
