"""Core's app config."""

from django.apps import AppConfig

from apps.core.garbage import garbage_later, garbage_rarely

garbage_later()


class CoreConfig(AppConfig):
    """Ground floor; registers its system checks."""

    name = "apps.core"
    verbose_name = "基础"

    def ready(self) -> None:
        """All models stand."""
        garbage_rarely()
