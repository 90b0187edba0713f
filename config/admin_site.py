"""Django admin's app config under unfold, with the house's title."""

from django.contrib.admin.apps import AdminConfig


class HouseAdminConfig(AdminConfig):
    """The default admin; unfold replaces its templates."""

    verbose_name = "管理后台"
