"""Who keeps and who uses the 公文模板 of an organ, and which documents' texts may become one."""

import re

from apps.accounts.policies import keeps_for_organ
from apps.core.actors import Actor
from apps.core.errors import Forbidden
from apps.documents.enums import Disclosure
from apps.documents.models import OutgoingDocument

# 附注 that limit who is to know: 此件发至县团级、此件不公开、仅供内部使用、不得翻印
LIMITING_NOTE = re.compile(
    r"不(?:予|宜|得|要|许|准|属于)?(?:公开|转发|翻印|复印|复制|外传|扩散|摘抄)|发至|传达(?:到|至)|限.{0,8}(?:阅|发|传达)|内部(?:资料|文件|使用|掌握|参考|传阅|发行)|阅后"
)


def uses_templates(actor: Actor) -> bool:
    """Whether the actor may look at the templates of the own organ and draft from them: everybody with a post there."""
    return actor.organ_id is not None and actor.appointment_id is not None


def require_template_user(actor: Actor) -> None:
    """Raise `Forbidden` unless `uses_templates`."""
    if not uses_templates(actor):
        raise Forbidden("您当前没有任职，不能使用公文模板。", rule="template_user")


def require_template_keeper(actor: Actor) -> None:
    """Raise `Forbidden` unless the actor keeps what the own organ offers its people."""
    if not keeps_for_organ(actor):
        raise Forbidden("本机关公文模板由本机关文书或办公室主任维护。", rule="template_keeper")


def unfit_for_template(actor: Actor, document: OutgoingDocument) -> str:
    """Why the text of a document the actor may read is not shown to everybody of the organ; empty when it may be."""
    if document.organ_id != actor.organ_id:
        return "不是本机关起草的公文，不能存为本机关模板。"
    if document.disclosure == Disclosure.CLOSED:
        return "公文标注“不予公开”，不能存为全机关可见的模板。"
    if LIMITING_NOTE.search(document.note):
        return f"公文附注“{document.note}”限定了知悉范围，不能存为全机关可见的模板。"
    return ""


def require_fit_for_template(actor: Actor, document: OutgoingDocument) -> None:
    """Raise `Forbidden` when the document is `unfit_for_template`."""
    if reason := unfit_for_template(actor, document):
        raise Forbidden(reason, rule="restricted_circulation")
