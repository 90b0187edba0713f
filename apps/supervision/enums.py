"""Vocabulary of supervision (domain.md §5, §13)."""

from django.db import models


class State(models.TextChoices):
    """Where an item stands (domain.md §5.3)."""

    PROPOSED = "proposed", "待立项"
    DECLINED = "declined", "阅知不立项"
    ESTABLISHED = "established", "已立项"
    ASSIGNED = "assigned", "已交办"
    REFUSED = "refused", "已退回"
    ACCEPTED = "accepted", "已签收"
    IN_PROGRESS = "in_progress", "承办中"
    REPORTED = "reported", "已反馈"
    CLOSING_REVIEW = "closing_review", "办结审核"
    COMPLETED = "completed", "已办结"
    STRUCK_OFF = "struck_off", "已销号"
    EVALUATED = "evaluated", "已评价"
    LONG_TERM = "long_term", "持续推进"
    TERMINATED = "terminated", "已终止"


class Act(models.TextChoices):
    """What is done to an item; the words stand on buttons and in its course."""

    ESTABLISH = "establish", "立项"
    DECLINE = "decline", "阅知不立项"
    ASSIGN = "assign", "交办"
    ACCEPT = "accept", "签收"
    REFUSE = "refuse", "退回"
    BEGIN = "begin", "开始承办"
    REPORT = "report", "反馈进展"
    NOTE = "note", "阅处反馈"
    APPLY_CLOSE = "apply_close", "申请办结"
    SEND_BACK = "send_back", "退回补办"
    COMPLETE = "complete", "同意办结"
    STRIKE_OFF = "strike_off", "销号"
    EVALUATE = "evaluate", "评价"
    MAKE_LONG_TERM = "make_long_term", "转持续推进"
    RESUME = "resume", "恢复承办"
    TERMINATE = "terminate", "终止"
    AMEND = "amend", "修改"
    SPLIT = "split", "分解"
    URGE = "urge", "催办"
    ASK_EXTENSION = "ask_extension", "申请延期"
    DECIDE_EXTENSION = "decide_extension", "审批延期"
    LIST_PUBLICLY = "list_publicly", "挂牌督办"
    DELIST = "delist", "摘牌"
    INTERVIEW = "interview", "约谈"
    COMMENT = "comment", "留言"
    PLAN_MILESTONES = "plan_milestones", "设置节点"


class Party(models.TextChoices):
    """In which capacity somebody has to do with an item."""

    SUPERVISOR = "supervisor", "督查机构"
    APPROVER = "approver", "立项审批人"
    LEAD = "lead", "牵头单位经办"
    LEAD_HEAD = "lead_head", "牵头单位负责人"
    ASSIST = "assist", "配合单位"
    LEADER = "leader", "交办或分管领导"


class Source(models.TextChoices):
    """Where an item comes from (domain.md §5.2)."""

    INSTRUCTION = "instruction", "领导批示"
    DOCUMENT = "document", "重要文件"
    MEETING = "meeting", "会议决定"
    PLAN = "plan", "政府工作报告和年度要点"
    PROPOSAL = "proposal", "建议提案"
    OTHER = "other", "其他交办"


class Frequency(models.TextChoices):
    """How often progress is reported."""

    NONE = "", "办结时反馈"
    WEEKLY = "weekly", "每周反馈"
    MONTHLY = "monthly", "每月反馈"
    ON_DATES = "on_dates", "按指定日期反馈"


class LightKind(models.TextChoices):
    """亮灯 (domain.md §5.5). Computed by rule, never set."""

    RED = "red", "超期"
    YELLOW = "yellow", "临期"
    GREEN = "green", "正常"
    GREY = "grey", "已办结"
    NONE = "none", "未计时"
