"""App config of portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.portal"
    verbose_name = "工作台"

    def ready(self) -> None:
        """Put the desk into the frame with its live numbers."""
        from apps.core.launcher import AppLink, app_add  # noqa: PLC0415  # models are loaded only now
        from apps.core.shell import NavItem, counter_add, nav_add  # noqa: PLC0415  # models are loaded only now
        from apps.portal import panels  # noqa: F401, PLC0415  # models are loaded only now
        from apps.workflow.selectors import inbox  # noqa: PLC0415  # models are loaded only now

        nav_add(
            NavItem(
                name="工作台",
                icon="layout-dashboard",
                url_name="portal:desk",
                prefix="/",
                order=10,
                counter="todo",
                on_phone=True,
                phone_name="待办",
                phone_icon="clipboard-list",
                phone_order=25,
            )
        )
        nav_add(
            NavItem(
                name="工作台",
                icon="layout-grid",
                url_name="portal:apps",
                prefix="/apps/",
                order=12,
                on_pc=False,
                on_phone=True,
                phone_order=30,
            )
        )
        app_add(AppLink(name="公文查询", icon="search", url_name="portal:search", group="办文", order=15))
        counter_add("todo", inbox.task_count)
        counter_add("reading", inbox.reading_count)
