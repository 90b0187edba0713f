"""App config of documents."""

from django.apps import AppConfig

from apps.core.shell import NavItem


class DocumentsConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.documents"
    verbose_name = "办文"

    def ready(self) -> None:
        """Name the acts that are audited, the scopes that can be delegated and the kinds others may bind to."""
        from apps.accounts.administration import Administrator, grant  # noqa: PLC0415
        from apps.accounts.scopes import scope_add  # noqa: PLC0415  # apps are loaded only now
        from apps.audit.registry import action, openly  # noqa: PLC0415
        from apps.core import handing_over  # noqa: PLC0415
        from apps.core.launcher import app_add  # noqa: PLC0415
        from apps.core.shell import counter_add, nav_add  # noqa: PLC0415
        from apps.core.subjects import register  # noqa: PLC0415
        from apps.documents import listeners  # noqa: F401, PLC0415
        from apps.documents.panels import (  # noqa: PLC0415
            INCOMING_KIND,
            LINKS,
            OUTGOING_KIND,
            TEMPLATE_KIND,
            TRAY_KIND,
        )
        from apps.documents.procedures import INCOMING_CATEGORY, OUTGOING_CATEGORY  # noqa: PLC0415
        from apps.documents.selectors.handing_over import drafts_listed  # noqa: PLC0415
        from apps.documents.selectors.incoming import desk_count  # noqa: PLC0415
        from apps.documents.selectors.outgoing import drafts_count  # noqa: PLC0415
        from apps.documents.services.handing_over import drafts_hand_over  # noqa: PLC0415

        grant(Administrator.SYSTEM, *POWERS)
        for code, sentence in (OUTGOING_ACTS | INCOMING_ACTS).items():
            action(code, sentence)
        openly(*OPEN_ACTS)
        scope_add(OUTGOING_CATEGORY, "发文")
        scope_add(INCOMING_CATEGORY, "收文")
        for kind in (OUTGOING_KIND, INCOMING_KIND, TEMPLATE_KIND, TRAY_KIND):
            register(kind)
        app_add(*LINKS)
        handing_over.register(
            handing_over.HandoverSource(
                kind="documents.draft", label="草稿", order=20, listed=drafts_listed, hand=drafts_hand_over
            )
        )
        counter_add("draft", drafts_count)
        counter_add("incoming", desk_count)
        nav_add(NAV)
        self._bind_below()

    def _bind_below(self) -> None:
        """Say which steps the procedures may have and what keeps an organ from being ended."""
        from apps.accounts.objections import objection_add  # noqa: PLC0415
        from apps.documents.enums import OutgoingStatus  # noqa: PLC0415
        from apps.documents.policies.incoming import STEP_ABILITIES as INCOMING_STEPS  # noqa: PLC0415
        from apps.documents.policies.outgoing import STEP_ABILITIES as OUTGOING_STEPS  # noqa: PLC0415
        from apps.documents.procedures import INCOMING_CODE, OUTGOING_CODE  # noqa: PLC0415
        from apps.documents.selectors.winding_up import copies_left, drafts_left  # noqa: PLC0415
        from apps.documents.services.receiving import REGISTER_STEP  # noqa: PLC0415
        from apps.workflow.vocabulary import steps_add  # noqa: PLC0415

        steps_add(OUTGOING_CODE, [OutgoingStatus.DRAFT, *OUTGOING_STEPS])
        steps_add(INCOMING_CODE, [REGISTER_STEP, *INCOMING_STEPS])
        objection_add("份未提交的草稿", drafts_left)
        objection_add("份未签收或未登记的来文", copies_left)


NAV = NavItem(
    name="办文",
    icon="file-text",
    url_name="documents:incoming_list",
    prefix="/documents/",
    order=30,
    counter="incoming",
)
POWERS = (
    "documents.view_eseal",
    "documents.add_eseal",
    "documents.change_eseal",
    "documents.view_signaturestamp",
    "documents.add_signaturestamp",
    "documents.change_signaturestamp",
    "documents.view_numberseries",
    "documents.add_numberseries",
    "documents.change_numberseries",
)
OPEN_ACTS = (
    "documents.series_open",
    "documents.series_default",
    "documents.seal_make",
    "documents.seal_status",
    "documents.stamp_make",
)
OUTGOING_ACTS = {
    "documents.create": "拟稿",
    "documents.delete_draft": "删除草稿",
    "documents.draft_hand_over": "交接草稿",
    "documents.sign": "签发公文",
    "documents.cancel": "作废公文",
    "documents.series_open": "新增字号序列",
    "documents.series_default": "设置默认字号序列",
    "documents.number": "编号",
    "documents.number_reserve": "占号",
    "documents.number_void": "作废字号",
    "documents.typeset": "生成正式文件",
    "documents.word_export": "导出 Word",
    "documents.seal_make": "制作电子印章",
    "documents.seal_status": "变更印章、签名章状态",
    "documents.stamp_make": "制作签名章",
    "documents.seal": "用印",
    "documents.file": "归档",
    "documents.save_as_template": "存为模板",
    "documents.template_add": "新建公文模板",
    "documents.template_change": "修改公文模板",
    "documents.template_withdraw": "停用公文模板",
    "documents.template_restore": "启用公文模板",
    "documents.template_move": "调整公文模板顺序",
}
INCOMING_ACTS = {
    "documents.distribute": "分发公文",
    "documents.sign_receipt": "签收公文",
    "documents.send_back": "退文",
    "documents.recall": "撤回分发",
    "documents.urge_receipt": "催收",
    "documents.incoming_record": "录入来文",
    "documents.incoming_register": "登记收文",
    "documents.widen_scope": "扩大发送范围",
    "documents.receiver_terms": "设定接收单位打印和下载权限",
    "documents.validity_set": "登记公文效力",
    "documents.forward_ask": "申请转发",
    "documents.forward_grant": "同意转发",
    "documents.forward_refuse": "不同意转发",
    "documents.forward_withdraw": "收回转发申请",
    "documents.respond": "答复来文单位",
    "documents.print_sheets": "打印收文办理单",
    "documents.reply_bind": "建立来复文关系",
    "documents.reply_unbind": "解除来复文关系",
    "documents.complete_incoming": "办结收文",
}
