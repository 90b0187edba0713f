"""App config of portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.portal"
    verbose_name = "工作台"
