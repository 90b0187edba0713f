"""App config of duty."""

from django.apps import AppConfig


class DutyConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.duty"
    verbose_name = "值班值守"

    def ready(self) -> None:
        """Name the audited acts and the subject kind; stand in the rail."""
        from apps.accounts.administration import Administrator, grant  # noqa: PLC0415
        from apps.audit.registry import action, openly  # noqa: PLC0415
        from apps.core.diary import busy_from, entries_from  # noqa: PLC0415
        from apps.core.launcher import app_add  # noqa: PLC0415
        from apps.core.reminding import register as remind_from  # noqa: PLC0415
        from apps.core.shell import NavItem, nav_add  # noqa: PLC0415
        from apps.core.subjects import register  # noqa: PLC0415
        from apps.duty import listeners  # noqa: F401, PLC0415  # registers
        from apps.duty.panels import KINDS, LINKS  # noqa: PLC0415
        from apps.duty.reminders import SOURCES  # noqa: PLC0415
        from apps.duty.selectors.diary import duty_busy, duty_entries  # noqa: PLC0415

        grant(Administrator.SYSTEM, "duty.view_dutypost", "duty.view_dutyroster")
        action("duty.roster", "编排值班表")
        action("duty.swap", "办理换班")
        action("duty.handover", "值班交接")
        action("duty.event", "办理突发事件")
        action("duty.spot", "抽查点名")
        action("duty.daily", "报送值班日报")
        action("duty.export", "导出值班资料")
        openly("duty.roster", "duty.swap", "duty.handover", "duty.export")
        for kind in KINDS:
            register(kind)
        for source in SOURCES:
            remind_from(source)
        _hand_over()
        entries_from("duty", duty_entries)
        busy_from("duty", duty_busy)
        app_add(*LINKS)
        nav_add(NavItem(name="值班", icon="phone-call", url_name="duty:room", prefix="/duty/", order=45))


def _hand_over() -> None:
    """Duties of somebody who leaves go to whoever follows."""
    from apps.core import handing_over  # noqa: PLC0415
    from apps.duty.selectors.handing_over import shifts_listed  # noqa: PLC0415
    from apps.duty.services.handing_over import shifts_hand_over  # noqa: PLC0415

    handing_over.register(
        handing_over.HandoverSource(
            kind="duty.shift", label="值班", order=50, listed=shifts_listed, hand=shifts_hand_over
        )
    )
