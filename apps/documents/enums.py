"""Vocabularies of 办文 (domain.md §1.1, §1.8, §13)."""

from django.db import models


class DocumentType(models.TextChoices):
    """The 15 文种 of 条例 art. 8, in its order."""

    RESOLUTION = "resolution", "决议"
    DECISION = "decision", "决定"
    ORDER = "order", "命令"
    COMMUNIQUE = "communique", "公报"
    PROCLAMATION = "proclamation", "公告"
    PUBLIC_NOTICE = "public_notice", "通告"
    OPINION = "opinion", "意见"
    NOTICE = "notice", "通知"
    CIRCULAR = "circular", "通报"
    REPORT = "report", "报告"
    REQUEST = "request", "请示"
    REPLY = "reply", "批复"
    MOTION = "motion", "议案"
    LETTER = "letter", "函"
    MINUTES = "minutes", "纪要"


# What each type is for, in a few words (条例 art. 8).
TYPE_USES: dict[DocumentType, str] = {
    DocumentType.RESOLUTION: "会议讨论通过的重大决策事项",
    DocumentType.DECISION: "作出决策和部署、奖惩、变更撤销",
    DocumentType.ORDER: "公布法规规章、施行强制措施",
    DocumentType.COMMUNIQUE: "公布重要决定或重大事项",
    DocumentType.PROCLAMATION: "向国内外宣布重要或法定事项",
    DocumentType.PUBLIC_NOTICE: "公布应当遵守或周知的事项",
    DocumentType.OPINION: "对重要问题提出见解和办法",
    DocumentType.NOTICE: "发布传达应执行或周知的事项",
    DocumentType.CIRCULAR: "表彰批评、传达精神、告知情况",
    DocumentType.REPORT: "向上级汇报工作、反映情况",
    DocumentType.REQUEST: "向上级请求指示、批准",
    DocumentType.REPLY: "答复下级机关请示事项",
    DocumentType.MOTION: "政府向同级人大提请审议",
    DocumentType.LETTER: "不相隶属机关商洽、询答、请批",
    DocumentType.MINUTES: "记载会议主要情况和议定事项",
}


class DocumentFormat(models.TextChoices):
    """How a document is laid out (GB/T 9704-2012 §7, 10.1–10.3)."""

    GENERAL = "general", "通用格式"
    LETTER = "letter", "信函格式"
    ORDER = "order", "命令格式"
    MINUTES = "minutes", "纪要格式"


# What a 文种 is laid out as unless its drafter says otherwise.
TYPE_FORMATS: dict[DocumentType, DocumentFormat] = {
    DocumentType.ORDER: DocumentFormat.ORDER,
    DocumentType.LETTER: DocumentFormat.LETTER,
    DocumentType.MINUTES: DocumentFormat.MINUTES,
}
# Minutes carry nothing in place of a seal (10.3); what is set on orders is their signers' stamps (10.2).
UNSEALED_FORMATS = frozenset({DocumentFormat.MINUTES})


class RoutingDirection(models.TextChoices):
    """行文方向."""

    DOWNWARD = "downward", "下行文"
    UPWARD = "upward", "上行文"
    LEVEL = "level", "平行文"


class OutgoingStatus(models.TextChoices):
    """Where an outgoing document stands; the values are the step codes of the issuing procedure."""

    DRAFT = "draft", "拟稿"
    DEPT_REVIEW = "dept_review", "部门核稿"
    COSIGN = "cosign", "会签"
    OFFICE_REVIEW = "office_review", "办公室审核"
    SIGNING = "signing", "签发"
    RECHECK = "recheck", "复核"
    NUMBERING = "numbering", "编号"
    TYPESET = "typeset", "排版"
    JOINT_SEAL = "joint_seal", "联署用印"
    SEAL_USE = "seal_use", "用印"
    DISTRIBUTE = "distribute", "分发"
    FILING = "filing", "办结归档"
    FILED = "filed", "已归档"
    CANCELLED = "cancelled", "已作废"


# work in hand: not yet filed and not cancelled
IN_HAND = tuple(
    status.value
    for status in OutgoingStatus
    if status not in {OutgoingStatus.FILED, OutgoingStatus.CANCELLED}
)


class Disclosure(models.TextChoices):
    """公开属性."""

    OPEN = "open", "主动公开"
    ON_REQUEST = "on_request", "依申请公开"
    CLOSED = "closed", "不予公开"


class RetentionPeriod(models.TextChoices):
    """保管期限 (国家档案局令第8号)."""

    PERMANENT = "permanent", "永久"
    D30 = "d30", "定期30年"
    D10 = "d10", "定期10年"


class IncomingStatus(models.TextChoices):
    """Where an incoming document stands; from registration on the values are the step codes of the receiving procedure."""

    RECEIVED = "received", "待签收"
    SIGNED_FOR = "signed_for", "待登记"
    PROPOSAL = "proposal", "拟办"
    INSTRUCTION = "instruction", "批示"
    ASSIGN = "assign", "交办"
    HANDLE = "handle", "承办"
    COMPLETING = "completing", "办结审核"
    CIRCULATION = "circulation", "传阅"
    COMPLETED = "completed", "已办结"
    RETURNED = "returned_to_sender", "已退文"
    RECALLED = "recalled", "已被撤回"


# from registration to completion
IN_FLOW = tuple(
    status.value
    for status in (
        IncomingStatus.PROPOSAL, IncomingStatus.INSTRUCTION, IncomingStatus.ASSIGN, IncomingStatus.HANDLE,
        IncomingStatus.COMPLETING, IncomingStatus.CIRCULATION,
    )
)  # fmt: skip


class DispatchKind(models.TextChoices):
    """Why an organ gets a copy; 增发 and 转发 widen the scope after distribution."""

    MAIN = "main", "主送"
    CC = "cc", "抄送"
    ADDED = "added", "增发"
    FORWARDED = "forwarded", "转发"


class DispatchState(models.TextChoices):
    """One unit's copy of a distributed document."""

    SENT = "sent", "未签收"
    SIGNED = "signed", "已签收"
    RETURNED = "returned", "已退文"
    RECALLED = "recalled", "已撤回"


class DeskSide(models.TextChoices):
    """The two lists of the documents desk."""

    INCOMING = "incoming", "收文"
    OUTGOING = "outgoing", "发文"


class ReviewPoint(models.TextChoices):
    """What 初审 looks at (条例 art. 24), in words of what is wrong."""

    NOT_OURS = "not_ours", "不属于本机关办理"
    ROUTING = "routing", "不符合行文规则"
    FORM = "form", "文种、格式不符合要求"
    CONSULTATION = "consultation", "涉及其他地区或部门职权，未经协商会签"
    OTHER = "other", "不符合公文起草的其他要求"


class ReplyDirection(models.TextChoices):
    """Which of the two documents answers."""

    WE_ANSWER = "we_answer", "我方复文"
    THEY_ANSWER = "they_answer", "对方复文"


class Validity(models.TextChoices):
    """效力: whether an issued document still holds (条例 art. 29)."""

    IN_FORCE = "in_force", "现行有效"
    ABOLISHED = "abolished", "废止"
    LAPSED = "lapsed", "失效"


class ForwardingState(models.TextChoices):
    """Whether the issuer let a document be passed on."""

    ASKED = "asked", "待发文机关同意"
    GRANTED = "granted", "已同意转发"
    REFUSED = "refused", "未获同意"
    WITHDRAWN = "withdrawn", "已收回申请"


class NumberStatus(models.TextChoices):
    """What became of a serial number; every serial of a series has one, so no gap is unexplained."""

    RESERVED = "reserved", "占号"
    USED = "used", "已用"
    VOID = "void", "作废"


class SealStatus(models.TextChoices):
    """Life of an electronic seal (国办发〔2025〕33号)."""

    ACTIVE = "active", "在用"
    SUSPENDED = "suspended", "停用"
    REVOKED = "revoked", "注销"
