"""Words of duty."""

from django.db.models import TextChoices


class RosterState(TextChoices):
    """A published roster is binding; changes are told to those concerned."""

    DRAFT = "draft", "编排中"
    PUBLISHED = "published", "已发布"


class VersionAct(TextChoices):
    """How a roster came from one version to the next."""

    OPENED = "opened", "建立"
    HAND = "hand", "手工编排"
    FILLED = "filled", "补空轮排"
    SOLVED = "solved", "智能编排"
    PUBLISHED = "published", "发布"
    CHANGED = "changed", "发布后调整"


class DayKind(TextChoices):
    """What a day is to whoever serves on it."""

    WORKDAY = "workday", "平日"
    WEEKEND = "weekend", "周末"
    STATUTORY = "statutory", "法定节假日"
    SPRING = "spring", "春节"


class SolvingState(TextChoices):
    """How far the arrangement by rule is."""

    RUNNING = "running", "编排中"
    DONE = "done", "已编排"
    FAILED = "failed", "没有结果"


class WatchState(TextChoices):
    """A log is written only while its watch is on."""

    PLANNED = "planned", "未接班"
    ON = "on", "值班中"
    CLOSED = "closed", "已交班"


class SwapState(TextChoices):
    """换班: open while asked or agreed to."""

    ASKED = "asked", "待对方同意"
    AGREED = "agreed", "待审批"
    DONE = "done", "已换班"
    REFUSED = "refused", "对方未同意"
    DENIED = "denied", "审批未同意"
    WITHDRAWN = "withdrawn", "已撤回"
    EXPIRED = "expired", "逾期未成"
    VOID = "void", "班次已变动"


class Answer(TextChoices):
    """What one asked person says."""

    WAITING = "waiting", "待答复"
    AGREED = "agreed", "同意"
    REFUSED = "refused", "不同意"


class ChangeCause(TextChoices):
    """How a published place changed hands."""

    OFFICE = "office", "值班室调整"
    SWAP = "swap", "换班"
    SUBSTITUTE = "substitute", "临时替班"
    HANDING_OVER = "handing_over", "工作交接"


class WishKind(TextChoices):
    """What is asked of the roster for some days."""

    RATHER_NOT = "rather_not", "尽量不排"
    CANNOT = "cannot", "不能值班"
    FIXED = "fixed", "指定值班"


class PairKind(TextChoices):
    """How two people stand to each other on the roster."""

    APART = "apart", "不排同班"
    TOGETHER = "together", "须排同班"


class EntryKind(TextChoices):
    """What a line of the log is."""

    INFORMATION = "information", "来情"
    PHONE = "phone", "电话"
    INSTRUCTION = "instruction", "领导指示"
    HANDLING = "handling", "处置"
    PENDING = "pending", "待办移交"
    PATROL = "patrol", "巡查"
    CORRECTION = "correction", "更正"
    REPORT = "report", "信息报送"


WRITABLE = (
    EntryKind.INFORMATION,
    EntryKind.PHONE,
    EntryKind.INSTRUCTION,
    EntryKind.HANDLING,
    EntryKind.PENDING,
    EntryKind.PATROL,
)


class EventClass(TextChoices):
    """突发事件的四类 (domain.md §6.2)."""

    NATURAL = "natural", "自然灾害"
    ACCIDENT = "accident", "事故灾难"
    HEALTH = "health", "公共卫生"
    SECURITY = "security", "社会安全"


class Level(TextChoices):
    """四级, gravest first (domain.md §6.2); a warning of its own stands above none."""

    GRAVEST = "1", "特别重大"
    MAJOR = "2", "重大"
    LARGER = "3", "较大"
    ORDINARY = "4", "一般"


class SpotResult(TextChoices):
    """How a call to somebody on duty came out."""

    PENDING = "pending", "待应答"
    ON_POST = "on_post", "在岗"
    LATE = "late", "迟应答"
    ABSENT = "absent", "未应答"


class ReportKind(TextChoices):
    """初报, any number of 续报, one 终报."""

    INITIAL = "initial", "初报"
    FOLLOWUP = "followup", "续报"
    FINAL = "final", "终报"
