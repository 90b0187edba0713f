"""App config of supervision."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.supervision"
    verbose_name = "督查督办"

    def ready(self) -> None:
        """Name the audited act, the subject kind and the dates to remind of; stand in the rail."""
        from apps.accounts.administration import Administrator, grant  # noqa: PLC0415
        from apps.audit.registry import action  # noqa: PLC0415
        from apps.core.diary import entries_from  # noqa: PLC0415
        from apps.core.launcher import app_add  # noqa: PLC0415
        from apps.core.shell import NavItem, counter_add, nav_add  # noqa: PLC0415
        from apps.core.subjects import register  # noqa: PLC0415
        from apps.supervision import listeners  # noqa: F401, PLC0415  # registers
        from apps.supervision.panels import KINDS, LINKS  # noqa: PLC0415
        from apps.supervision.selectors.diary import date_entries  # noqa: PLC0415
        from apps.supervision.selectors.items import waiting_count  # noqa: PLC0415

        grant(Administrator.SYSTEM, *POWERS)
        for code, name in AUDITED:
            action(code, name)
        for kind in KINDS:
            register(kind)
        _sources_register()
        entries_from("supervision", date_entries)
        app_add(*LINKS)
        counter_add("supervision", waiting_count)
        nav_add(
            NavItem(
                name="督查",
                icon="target-arrow",
                url_name="supervision:board",
                prefix="/supervision/",
                order=40,
                counter="supervision",
            )
        )


def _sources_register() -> None:
    """Dates to remind of, and what goes along when somebody changes post."""
    from apps.core import handing_over  # noqa: PLC0415
    from apps.core.reminding import register as remind_from  # noqa: PLC0415
    from apps.supervision.reminders import ITEMS, REPORTS  # noqa: PLC0415
    from apps.supervision.selectors.handing_over import items_listed  # noqa: PLC0415
    from apps.supervision.services.handing_over import items_hand_over  # noqa: PLC0415

    remind_from(ITEMS)
    remind_from(REPORTS)
    handing_over.register(
        handing_over.HandoverSource(
            kind="supervision.item", label="督办事项", order=30, listed=items_listed, hand=items_hand_over
        )
    )


POWERS = (
    "supervision.view_itemclass",
    "supervision.add_itemclass",
    "supervision.change_itemclass",
    "supervision.view_supervisionitem",
)

AUDITED = (
    ("supervision.act", "办理督办事项"),
    ("supervision.dates", "按工作日历重算督办时限"),
    ("supervision.plan", "按计划批量登记督办事项"),
    ("supervision.succeed", "向承接单位移交督办事项"),
    ("supervision.export", "导出督办事项"),
    ("supervision.summary_export", "导出督查通报"),
    ("supervision.tallies", "重算督办数字"),
    ("supervision.class", "维护督办事项类别"),
)
