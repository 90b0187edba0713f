"""App config of workflow."""

from django.apps import AppConfig

from apps.accounts.administration import Administrator, grant
from apps.audit.registry import action, openly
from apps.core.diary import entries_from
from apps.core.launcher import AppLink, app_add

AUDITED = {
    "workflow.start": "发起流程",
    "workflow.complete": "办理环节",
    "workflow.return": "退回",
    "workflow.withdraw": "撤回",
    "workflow.reassign": "转交待办",
    "workflow.terminate": "终止流程",
    "workflow.urge": "催办",
    "workflow.opinion": "发表意见",
    "workflow.reading_send": "送阅",
    "workflow.reading_done": "阅知",
    "workflow.reading_cancel": "取消送阅",
    "workflow.reading_urge": "催阅",
    "workflow.follow": "关注事项",
    "workflow.unfollow": "取消关注",
    "workflow.version": "修订流程",
    "workflow.deadlines": "按工作日历重算时限",
    "workflow.switch": "启用或停用流程",
    "workflow.phrase_add": "添加本机关常用语",
    "workflow.phrase_change": "修改本机关常用语",
    "workflow.phrase_move": "调整本机关常用语顺序",
    "workflow.phrase_remove": "删除本机关常用语",
}


class WorkflowConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.workflow"
    verbose_name = "流程"

    def ready(self) -> None:
        """Name the audited acts; let the system administrator keep procedures and hand over to-dos; listen."""
        import apps.workflow.listeners  # noqa: PLC0415
        import apps.workflow.panels  # noqa: F401, PLC0415  # registers; models are loaded only now
        from apps.accounts.objections import objection_add  # noqa: PLC0415
        from apps.core import handing_over  # noqa: PLC0415
        from apps.workflow.selectors.administration import runs_open_in  # noqa: PLC0415
        from apps.workflow.selectors.diary import deadline_entries  # noqa: PLC0415
        from apps.workflow.selectors.handing_over import readings_listed, tasks_listed  # noqa: PLC0415
        from apps.workflow.services.handing_over import tasks_hand_over  # noqa: PLC0415
        from apps.workflow.services.readings import readings_hand_over  # noqa: PLC0415

        handing_over.register(
            handing_over.HandoverSource(
                kind="workflow.task", label="待办", order=10, listed=tasks_listed, hand=tasks_hand_over
            )
        )
        handing_over.register(
            handing_over.HandoverSource(
                kind="workflow.reading",
                label="待阅",
                order=15,
                listed=readings_listed,
                hand=readings_hand_over,
            )
        )
        entries_from("workflow", deadline_entries)
        objection_add("件在办事项", runs_open_in)

        app_add(
            AppLink(name="常用语", icon="blockquote", url_name="workflow:phrases", group="个人", order=63)
        )
        for code, sentence in AUDITED.items():
            action(code, sentence)
        openly("workflow")
        grant(
            Administrator.SYSTEM,
            "workflow.view_procedure",
            "workflow.change_procedure",
            "workflow.view_procedureversion",
            "workflow.view_task",
        )
