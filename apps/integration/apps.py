"""App config of integration."""

from django.apps import AppConfig

AUDITED = {
    "integration.system_register": "登记接入系统",
    "integration.system_change": "修改接入系统",
    "integration.system_enable": "启用接入系统",
    "integration.system_disable": "停用接入系统",
    "integration.key_issue": "签发接入系统密钥",
    "integration.client_secret": "签发单点登录密钥",
    "integration.sign_on": "单点登录进入",
    "integration.hook_keep": "登记或修改事件订阅",
    "integration.hook_secret": "签发事件签名密钥",
    "integration.hook_try": "测试事件投递",
    "integration.hook_requeue": "重新投递事件",
    "integration.todo_push": "推送统一待办",
    "integration.todo_update": "更新统一待办",
    "integration.todo_complete": "办结统一待办",
    "integration.todo_withdraw": "撤回统一待办",
    "integration.todo_dismiss": "移出统一待办",
}
OPEN = (
    "integration.system_register",
    "integration.system_change",
    "integration.system_enable",
    "integration.system_disable",
    "integration.key_issue",
    "integration.client_secret",
    "integration.sign_on",
    "integration.hook_keep",
    "integration.hook_secret",
    "integration.hook_try",
    "integration.hook_requeue",
)
SYSTEM_POWERS = (
    "integration.view_partnersystem",
    "integration.add_partnersystem",
    "integration.change_partnersystem",
    "integration.view_webhooksubscription",
    "integration.add_webhooksubscription",
    "integration.change_webhooksubscription",
    "integration.view_webhookdelivery",
)
SECURITY_POWERS = (
    "integration.view_partnersystem",
    "integration.issue_key",
    "integration.switch_system",
    "integration.view_webhooksubscription",
    "integration.view_webhookdelivery",
)


class IntegrationConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.integration"
    verbose_name = "接入"

    def ready(self) -> None:
        """Name the audited acts, the administrators' powers, the kind of subject and what can be delegated."""
        from apps.accounts.administration import Administrator, grant  # noqa: PLC0415  # apps are loaded only now
        from apps.accounts.scopes import scope_add  # noqa: PLC0415
        from apps.audit.registry import action, openly  # noqa: PLC0415
        from apps.core.launcher import AppLink, app_add  # noqa: PLC0415
        from apps.core.shell import NavItem, nav_add  # noqa: PLC0415
        from apps.core.subjects import register  # noqa: PLC0415
        from apps.integration import listeners  # noqa: F401, PLC0415  # registers
        from apps.integration.panels import TODO  # noqa: PLC0415
        from apps.integration.policies import TODO_KIND  # noqa: PLC0415
        from apps.integration.procedures import CATEGORY, NAME  # noqa: PLC0415
        from apps.workflow.vocabulary import inherited_add  # noqa: PLC0415

        for code, sentence in AUDITED.items():
            action(code, sentence)
        openly(*OPEN)
        grant(Administrator.SYSTEM, *SYSTEM_POWERS)
        grant(Administrator.SECURITY, *SECURITY_POWERS)
        register(TODO)
        inherited_add(TODO_KIND)  # only its system ends it, and gives it to the successor
        scope_add(CATEGORY, NAME)
        nav_add(
            NavItem(name="应用", icon="apps", url_name="integration:center", prefix="/app-center/", order=70)
        )
        app_add(
            AppLink(name="应用中心", icon="apps", url_name="integration:center", group="其他系统", order=70)
        )
