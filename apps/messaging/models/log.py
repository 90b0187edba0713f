"""Conversations as logs, their members with a cursor each, and what is due to a message."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q

from apps.messaging.enums import ConversationKind, EntryKind, MemberRole

BLOCK = 512
# what the index of words knows of a message: its grams, and as a negative number its block of ids (`selectors/search.py`)
FOUND_BY = Func(
    F("grams"),
    F("id"),
    function="array_append",
    template=f"%(function)s(%(expressions)s / -{BLOCK})",
    output_field=ArrayField(models.BigIntegerField()),
)


class Conversation(models.Model):
    """A log of entries among members. `last_seq` is the last entry's, `message_count` how many of them are messages."""

    kind = models.CharField("类别", max_length=10, choices=ConversationKind)
    name = models.CharField("名称", max_length=80, blank=True)
    direct_key = models.CharField(max_length=40, null=True, unique=True, help_text="单聊双方编号，小者在前")
    unit = models.ForeignKey("accounts.InternalUnit", on_delete=models.PROTECT, null=True, related_name="+")
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    announcement = models.CharField("群公告", max_length=500, blank=True)
    is_announcement_only = models.BooleanField("仅群主和管理员发言", default=False)
    last_seq = models.BigIntegerField(default=0)
    message_count = models.BigIntegerField(default=0)
    last_text = models.CharField(max_length=120, blank=True)
    last_at = models.DateTimeField("最后消息时间")
    members_epoch = models.BigIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField("建立时间")
    dissolved_at = models.DateTimeField("解散时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "会话"
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], name="conversation_of_unit", condition=Q(dissolved_at__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"],
                name="conversation_of_subject",
                condition=Q(dissolved_at__isnull=True, kind=ConversationKind.SUBJECT),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.kind


class Membership(models.Model):
    """A person's place in a conversation: what may be seen (`joined_seq`, exclusive) and what was read (`last_read_seq`)."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField("角色", max_length=10, choices=MemberRole, default=MemberRole.MEMBER)
    joined_at = models.DateTimeField("加入时间")
    joined_seq = models.BigIntegerField(default=0)
    left_at = models.DateTimeField("离开时间", null=True)
    last_read_seq = models.BigIntegerField(default=0)
    read_count = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    pinned_at = models.DateTimeField("置顶时间", null=True)
    is_muted = models.BooleanField("免打扰", default=False)
    archived_at = models.DateTimeField("收起时间", null=True)
    draft = models.CharField("草稿", max_length=5000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会话成员"
        constraints = [
            models.UniqueConstraint(fields=["conversation", "person"], name="member_once"),
            models.CheckConstraint(
                condition=Q(last_read_seq__gte=F("joined_seq")), name="member_read_what_is_shown"
            ),
        ]
        indexes = [models.Index(fields=["person"], name="member_here", condition=Q(left_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.conversation_id}:{self.person_id}"


class Message(models.Model):
    """One entry of a conversation's log. `number` is how many messages there are up to it; `grams` find it (`grams.py`)."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="entries")
    seq = models.BigIntegerField()
    number = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=EntryKind, default=EntryKind.MESSAGE)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    bot = models.ForeignKey("messaging.Bot", on_delete=models.PROTECT, null=True, related_name="+")
    sender_name = models.CharField("发送人", max_length=40, blank=True)
    sender_post = models.CharField("任职", max_length=120, blank=True)
    text = models.TextField("内容", blank=True)
    mention_ids = ArrayField(models.BigIntegerField(), default=list)
    mention_all = models.BooleanField(default=False)
    quote_seq = models.BigIntegerField(null=True)
    card_kind = models.CharField(max_length=40, blank=True)
    card_id = models.BigIntegerField(null=True)
    has_files = models.BooleanField(default=False)
    file_names = models.TextField(blank=True)
    is_must = models.BooleanField("必达", default=False)
    target_seq = models.BigIntegerField(null=True)
    recalled_at = models.DateTimeField("撤回时间", null=True)
    client_id = models.CharField(max_length=40, blank=True)
    grams = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="entry_seq_once"),
            models.UniqueConstraint(
                fields=["conversation", "sender", "client_id"],
                name="message_sent_once",
                condition=~Q(client_id=""),
            ),
            models.UniqueConstraint(
                fields=["conversation", "bot", "client_id"],
                name="message_of_bot_once",
                condition=Q(bot__isnull=False),
            ),
        ]
        # no list of pending entries: each search would read it through, a sender gains a third of a millisecond by it
        indexes = [GinIndex(FOUND_BY, name="message_grams", fastupdate=False)]

    def __str__(self) -> str:
        return f"{self.conversation_id}:{self.seq}"


class Mention(models.Model):
    """Somebody (or, without a person, everybody) was named in a message."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    seq = models.BigIntegerField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "提及"
        indexes = [models.Index(fields=["conversation", "seq"], name="mention_place")]

    def __str__(self) -> str:
        return f"{self.conversation_id}:{self.seq}"


class Receipt(models.Model):
    """收到: the only reaction there is (国办函〔2026〕12号 allows no likes)."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="receipts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "收到"
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="receipt_once")]

    def __str__(self) -> str:
        return f"{self.message_id}:{self.person_id}"


class Confirmation(models.Model):
    """What a 必达 message is owed by one person, and what is tried next to get it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="confirmations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    confirmed_at = models.DateTimeField("确认时间", null=True)
    sms_due_at = models.DateTimeField("短信时间", null=True)
    next_reminder_at = models.DateTimeField("下次提醒", null=True)
    reminder_count = models.PositiveSmallIntegerField("已提醒次数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "必达确认"
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="confirmation_once")]
        indexes = [
            models.Index(
                fields=["next_reminder_at"],
                name="confirmation_due",
                condition=Q(next_reminder_at__isnull=False),
            ),
            models.Index(
                fields=["sms_due_at"], name="confirmation_sms", condition=Q(sms_due_at__isnull=False)
            ),
            models.Index(fields=["person"], name="confirmation_owed", condition=Q(confirmed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}:{self.person_id}"


class HiddenMessage(models.Model):
    """A message its reader no longer wants to see; others do."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "仅自己删除的消息"
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="hidden_once")]

    def __str__(self) -> str:
        return f"{self.message_id}:{self.person_id}"
