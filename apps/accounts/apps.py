"""App config of accounts."""

from django.apps import AppConfig

from apps.accounts.administration import Administrator, grant
from apps.audit.registry import action, openly
from apps.core.diary import busy_from
from apps.core.launcher import AppLink, app_add
from apps.core.shell import NavItem, nav_add
from apps.core.subjects import register

ACTIONS = {
    "accounts.person_create": "新增人员",
    "accounts.person_update": "修改人员",
    "accounts.person_activate": "启用人员",
    "accounts.person_deactivate": "停用人员",
    "accounts.person_leave": "办理人员离开",
    "accounts.appointment_open": "任职",
    "accounts.appointment_update": "修改任职",
    "accounts.appointment_close": "免职",
    "accounts.roles_set": "授予角色",
    "accounts.secretary_assign": "指定秘书",
    "accounts.secretary_release": "解除秘书服务关系",
    "accounts.secretary_list": "列明秘书办理范围",
    "accounts.delegation_create": "授权代理",
    "accounts.delegation_revoke": "撤销授权",
    "accounts.absence_record": "登记离岗",
    "accounts.absence_cancel": "取消离岗",
    "accounts.protection_record": "登记不排夜班",
    "accounts.protection_move": "调整不排夜班期间",
    "accounts.protection_end": "结束不排夜班",
    "accounts.organ_create": "新增机关",
    "accounts.organ_update": "修改机关",
    "accounts.organ_abolish": "撤销机关",
    "accounts.unit_create": "新增内设机构",
    "accounts.unit_update": "修改内设机构",
    "accounts.unit_abolish": "撤销内设机构",
    "accounts.group_create": "新增发送范围组",
    "accounts.group_update": "修改发送范围组",
    "accounts.group_remove": "删除发送范围组",
    "accounts.password_change": "修改口令",
    "accounts.password_reset": "重置口令",
    "accounts.recovery_ask": "申请找回口令",
    "accounts.password_recover": "通过邮件重置口令",
    "accounts.recovery_mail_prove": "验证找回口令邮箱",
    "accounts.recovery_mail_remove": "移除找回口令邮箱",
    "accounts.second_factor_change": "变更双因素",
    "accounts.second_factors_reset": "重置双因素",
    "accounts.unlock": "解除锁屏",
    "accounts.notice_accept": "阅知非涉密须知",
    "accounts.post_switch": "切换身份",
    "accounts.sign_in": "登录",
    "accounts.sign_out": "退出登录",
    "accounts.sign_in_refused": "登录失败",
    "accounts.session_end": "注销会话",
    "accounts.administrator_appoint": "任命管理员",
    "accounts.administrator_dismiss": "免去管理员",
    "accounts.break_glass_ask": "申请应急授权",
    "accounts.break_glass_open": "批准应急授权",
    "accounts.break_glass_end": "结束应急授权",
    "accounts.handover_start": "发起工作交接",
    "accounts.handover_confirm": "确认工作交接",
    "accounts.handover_done": "完成工作交接",
    "accounts.handover_cancel": "取消工作交接",
    "accounts.lockout_release": "解除登录锁定",
    "accounts.event_redeliver": "重新投递事件",
    "accounts.staffing_import": "批量导入机构人员",
    "accounts.directory_save": "设置目录来源",
    "accounts.directory_import": "从目录导入",
    "accounts.directory_keep": "保留目录中已没有的人员",
    "accounts.calendar_import": "导入工作日历",
    "accounts.calendar_day_set": "修改工作日历",
}
SEEN = (
    "person", "organ", "internalunit", "appointment", "appointmentrole",
    "secretaryduty", "delegation", "absence", "recipientgroup",
)  # fmt: skip
OF_ALL_THREE = ("accounts.view_breakglass", "accounts.add_breakglass", "accounts.change_breakglass")
KEPT_BY_SYSTEM = ("person", "organ", "internalunit", "appointment", "recipientgroup")
POWERS: dict[Administrator, tuple[str, ...]] = {
    Administrator.SYSTEM: (
        *(f"accounts.view_{name}" for name in SEEN),
        *(f"accounts.{verb}_{name}" for verb in ("add", "change") for name in KEPT_BY_SYSTEM),
        "accounts.add_secretaryduty",
        "accounts.delete_secretaryduty",
        "accounts.delete_recipientgroup",
        "accounts.change_absence",
        "accounts.view_directorysource",
        "accounts.add_directorysource",
        "accounts.change_directorysource",
        "accounts.view_directorylink",
        "core.view_calendarday",
        "core.add_calendarday",
        "core.change_calendarday",
        "core.delete_calendarday",
        "core.view_outboxevent",
        "core.change_outboxevent",
    ),
    Administrator.SECURITY: (
        *(f"accounts.view_{name}" for name in SEEN),
        "accounts.activate_person",
        "accounts.reset_password",
        "accounts.appoint_administrator",
        "accounts.change_appointmentrole",
        "accounts.view_directorysource",
        "accounts.view_directorylink",
        "accounts.change_directorylink",
        "axes.view_accessattempt",
        "audit.view_auditentry",
    ),
    Administrator.AUDIT: ("audit.view_auditentry", "audit.view_auditblock"),
}

LINKS = (
    AppLink(name="通讯录", icon="address-book", url_name="accounts:directory", group="个人", order=60),
    AppLink(name="离岗登记", icon="calendar-off", url_name="accounts:absences", group="个人", order=61),
    AppLink(name="授权代理", icon="user-share", url_name="accounts:delegations", group="个人", order=62),
    AppLink(
        name="双因素登录", icon="shield-lock", url_name="mfa_index", group="个人", order=63, is_common=False
    ),
    AppLink(name="工作交接", icon="arrows-exchange", url_name="accounts:handovers", group="个人", order=63),
    AppLink(
        name="登录设备", icon="devices", url_name="accounts:sessions", group="个人", order=64, is_common=False
    ),
)


class AccountsConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.accounts"
    verbose_name = "组织与人员"

    def ready(self) -> None:
        """Name the audited acts and the administrators' powers; show the posts in the shell."""
        import apps.accounts.listeners  # noqa: F401, PLC0415  # registers
        from apps.accounts.middleware import open_until  # noqa: PLC0415  # models must be ready
        from apps.accounts.panels import EMERGENCY_KIND, HANDOVER_KIND  # noqa: PLC0415  # models must be ready
        from apps.accounts.selectors import absences_busy  # noqa: PLC0415
        from apps.core.screens import gate_add  # noqa: PLC0415

        for code, sentence in ACTIONS.items():
            action(code, sentence)
        openly("accounts")
        for administrator, permissions in POWERS.items():
            grant(administrator, *permissions, *OF_ALL_THREE)
        busy_from("accounts", absences_busy)
        gate_add(open_until)
        register(EMERGENCY_KIND)
        register(HANDOVER_KIND)
        app_add(*LINKS)
        nav_add(
            NavItem(
                name="通讯录",
                icon="address-book",
                url_name="accounts:directory",
                prefix="/directory/",
                order=80,
                on_phone=True,
                phone_order=40,
            )
        )
        nav_add(
            NavItem(
                name="我",
                icon="user",
                url_name="accounts:me",
                prefix="/me/",
                order=90,
                on_pc=False,
                on_phone=True,
                phone_order=50,
            )
        )
