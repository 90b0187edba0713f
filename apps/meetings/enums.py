"""Vocabulary of meetings (domain.md §8, §13)."""

from django.db import models


class MeetingKind(models.TextChoices):
    """What kind of meeting (domain.md §8.5)."""

    EXECUTIVE = "executive", "常务会"
    PARTY_GROUP = "party_group", "党组会"
    OFFICE = "office", "办公会"
    SPECIAL = "special", "专题会"
    ORDINARY = "ordinary", "普通会议"


class MeetingState(models.TextChoices):
    """Where a meeting stands (domain.md §8.1)."""

    DRAFT = "draft", "草拟"
    REQUESTED = "requested", "待审批"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已批准"
    NOTIFIED = "notified", "已通知"
    IN_PROGRESS = "in_progress", "进行中"
    ENDED = "ended", "已结束"
    CANCELLED = "cancelled", "已取消"


class MeetingAct(models.TextChoices):
    """What is done to a meeting; the words stand on buttons and in its course."""

    AMEND = "amend", "修改"
    REQUEST = "request", "提交申请"
    WITHDRAW = "withdraw", "撤回申请"
    APPROVE = "approve", "批准"
    RETURN = "return", "退回"
    ISSUE = "issue", "发出通知"
    CHANGE = "change", "变更"
    CANCEL = "cancel", "取消会议"
    BEGIN = "begin", "开始会议"
    END = "end", "结束会议"
    RECORD = "record", "会议记录"


class AttendeeState(models.TextChoices):
    """States of §8.3."""

    INVITED = "invited", "未回复"
    READ = "read", "已阅"
    CONFIRMED = "confirmed", "参会"
    LEAVE_REQUESTED = "leave_requested", "待批"
    LEAVE_APPROVED = "leave_approved", "准假"
    LEAVE_REFUSED = "leave_refused", "未准假"
    SUBSTITUTED = "substituted", "替会"
    CHECKED_IN = "checked_in", "已签到"
    LATE = "late", "迟到"
    LEFT_EARLY = "left_early", "早退"
    ABSENT = "absent", "未到"


class AttendeeAct(models.TextChoices):
    """What moves an attendee."""

    READ = "read", "阅知"
    CONFIRM = "confirm", "参会"
    ASK = "ask", "申请"
    GRANT_LEAVE = "grant_leave", "准假"
    GRANT_SUBSTITUTE = "grant_substitute", "同意替会"
    REFUSE = "refuse", "不同意"
    ARRIVE = "arrive", "签到"
    ARRIVE_LATE = "arrive_late", "迟到签到"
    LEAVE_EARLY = "leave_early", "早退"
    MISS = "miss", "记未到"


class Capacity(models.TextChoices):
    """How one attends."""

    ATTENDING = "attending", "出席"
    OBSERVING = "observing", "列席"


class BookingState(models.TextChoices):
    """Where a booking stands."""

    ASKED = "asked", "待审批"
    BOOKED = "booked", "待确认"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "未批准"
    RELEASED = "released", "超时释放"
    CANCELLED = "cancelled", "已取消"


LIVE_BOOKINGS = (BookingState.ASKED, BookingState.BOOKED, BookingState.CONFIRMED)


class CheckInWay(models.TextChoices):
    """How somebody signed in."""

    CODE = "code", "扫码"
    DOOR = "door", "门口验码"
    STAFF = "staff", "会务代签"
    VIDEO = "video", "视频入会"


class VideoState(models.TextChoices):
    """Whether somebody is let into the video."""

    WAITING = "waiting", "等候中"
    ADMITTED = "admitted", "已入会"
    REFUSED = "refused", "未同意"
    REMOVED = "removed", "已移出"


class VideoAct(models.TextChoices):
    """What hosts do in the video."""

    ADMIT = "admit", "准入"
    REFUSE = "refuse", "拒绝"
    REMOVE = "remove", "移出"
    QUIET = "quiet", "静音"
    QUIET_ALL = "quiet_all", "全员静音"
    SHUT = "shut", "禁止开启"
    OPEN = "open", "允许开启"
    COHOST = "cohost", "设为联席主持人"
    UNCOHOST = "uncohost", "取消联席主持人"
    DEPUTY = "deputy", "指定代理主持人"
    UNDEPUTY = "undeputy", "取消代理主持人"
    LOWER = "lower", "放下举手"
    LOCK = "lock", "锁定会议"
    UNLOCK = "unlock", "解除锁定"
    WAITING_ON = "waiting_on", "开启等候室"
    WAITING_OFF = "waiting_off", "关闭等候室"
    END = "end", "结束视频会议"


class RecordingAnswer(models.TextChoices):
    """What somebody in a recorded video said to being recorded; empty: not yet anything."""

    AGREED = "agreed", "同意录制"
    LISTENS = "listens", "只听会"


class RecordingState(models.TextChoices):
    """Where a recording stands."""

    RECORDING = "recording", "正在录制"
    WAITING = "waiting", "等待合成"
    COMPOSING = "composing", "正在合成"
    READY = "ready", "可观看"
    EMPTY = "empty", "没有内容"
    FAILED = "failed", "合成失败"
    REMOVED = "removed", "已删除"


class RecordingEnd(models.TextChoices):
    """Why a recording stopped."""

    HOST = "host", "主持人停止"
    ENDED = "ended", "视频会议结束"
    EMPTY = "empty", "会场已无人"
    LONG = "long", "已达录制上限"
    FULL = "full", "磁盘空间不足"
    SLOW = "slow", "磁盘写入太慢"
    SERVER = "server", "媒体服务中断"


class RecordingAudience(models.TextChoices):
    """Who may watch, beside those who run the meeting and its host."""

    ATTENDING = "attending", "出席人员"
    STAFF = "staff", "仅承办人员"


class SeatZone(models.TextChoices):
    """Where a seat stands."""

    ROSTRUM = "rostrum", "主席台"
    TABLE = "table", "会议桌"
    HALL = "hall", "会场"


class CallState(models.TextChoices):
    """Where a call for items stands."""

    OPEN = "open", "征集中"
    CLOSED = "closed", "已结束"


class ProposalState(models.TextChoices):
    """Where a proposed item stands (domain.md §8.2)."""

    DRAFT = "draft", "草拟"
    SIGNING = "signing", "待单位审签"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "退回修改"
    ACCEPTED = "accepted", "已采纳"
    DEFERRED = "deferred", "转下次"
    DROPPED = "dropped", "已撤销"


class ProposalAct(models.TextChoices):
    """What is done to a proposed item; the words stand on buttons and in its course."""

    EDIT = "edit", "修改"
    SUBMIT = "submit", "报送"
    SIGN = "sign", "审签同意"
    WITHDRAW = "withdraw", "撤回"
    RETURN = "return", "退回修改"
    ACCEPT = "accept", "采纳"
    DEFER = "defer", "转下次"
    RECONSIDER = "reconsider", "重新审核"
    DROP = "drop", "撤销"
