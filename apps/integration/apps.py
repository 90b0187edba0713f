"""App config of integration."""

from django.apps import AppConfig


class IntegrationConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.integration"
    verbose_name = "接入"
