"""App config of meetings."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.meetings"
    verbose_name = "办会"

    def ready(self) -> None:
        """Name audited acts, kinds of subjects and dates to remind of; stand in the rail and in calendars."""
        from apps.accounts.administration import Administrator, grant  # noqa: PLC0415
        from apps.audit.registry import action, openly  # noqa: PLC0415
        from apps.core.diary import busy_from, entries_from  # noqa: PLC0415
        from apps.core.launcher import app_add  # noqa: PLC0415
        from apps.core.metrics import measure  # noqa: PLC0415
        from apps.core.reminding import register as remind_from  # noqa: PLC0415
        from apps.core.shell import NavItem, nav_add  # noqa: PLC0415
        from apps.core.subjects import register  # noqa: PLC0415
        from apps.meetings import listeners  # noqa: F401, PLC0415  # registers
        from apps.meetings.media import media_measures  # noqa: PLC0415
        from apps.meetings.panels import KINDS, LINKS  # noqa: PLC0415
        from apps.meetings.policies import PROPOSAL_KIND  # noqa: PLC0415
        from apps.meetings.reminders import SOURCES  # noqa: PLC0415
        from apps.meetings.selectors.calendar import meeting_busy, meeting_entries  # noqa: PLC0415
        from apps.workflow.vocabulary import inherited_add  # noqa: PLC0415

        grant(Administrator.SYSTEM, *POWERS)
        grant(Administrator.SECURITY, *SECURITY_POWERS)
        for name, label in AUDITED:
            action(name, label)
        openly("meetings.room", "meetings.booking", "meetings.recording_terms")
        for kind in KINDS:
            register(kind)
        for source in SOURCES:
            remind_from(source)
        entries_from("meetings", meeting_entries)
        busy_from("meetings", meeting_busy)
        measure("media", media_measures)
        inherited_add(PROPOSAL_KIND)  # `services.call_succession`
        _hand_over()
        app_add(*LINKS)
        nav_add(
            NavItem(
                name="办会", icon="users-group", url_name="meetings:meetings", prefix="/meetings/", order=35
            )
        )


def _hand_over() -> None:
    """Meetings somebody runs go to whoever follows."""
    from apps.core import handing_over  # noqa: PLC0415
    from apps.meetings.selectors.handing_over import invitations_listed, meetings_listed, notices_of_meetings  # noqa: PLC0415
    from apps.meetings.services.handing_over import invitations_hand_over, meetings_hand_over  # noqa: PLC0415
    from apps.notifications.selectors.handing_over import bound_add  # noqa: PLC0415

    handing_over.register(
        handing_over.HandoverSource(
            kind="meetings.meeting",
            label="承办的会议",
            order=40,
            listed=meetings_listed,
            hand=meetings_hand_over,
        )
    )
    handing_over.register(
        handing_over.HandoverSource(
            kind="meetings.invitation",
            label="未答复的参会邀请",
            order=41,
            listed=invitations_listed,
            hand=invitations_hand_over,
        )
    )
    bound_add(notices_of_meetings)


POWERS = ("meetings.view_meetingroom", "meetings.add_meetingroom", "meetings.change_meetingroom")
SECURITY_POWERS = (
    "meetings.view_recordingterms",
    "meetings.add_recordingterms",
    "meetings.change_recordingterms",
)
AUDITED = (
    ("meetings.act", "办理会议"),
    ("meetings.booking", "办理会议室预订"),
    ("meetings.room", "维护会议室"),
    ("meetings.display", "设置会议室门牌屏"),
    ("meetings.call", "征集议题"),
    ("meetings.proposal", "办理议题报送"),
    ("meetings.export", "导出议题清单"),
    ("meetings.pack", "导出会议档案"),
    ("meetings.feed", "设置日程订阅地址"),
    ("meetings.video_open", "开启视频会议"),
    ("meetings.video_act", "管理视频会议"),
    ("meetings.video_guest", "邀请视频会议外部嘉宾"),
    ("meetings.recording", "录制视频会议"),
    ("meetings.recording_terms", "设置会议录制保存期限"),
)
