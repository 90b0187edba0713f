"""Core's app config."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Ground floor; registers its system checks."""

    name = "apps.core"
    verbose_name = "基础"
