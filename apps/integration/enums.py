"""Words of the partners' side."""

from django.db import models


class Scope(models.TextChoices):
    """What a system may do here."""

    TODO = "todo", "推送统一待办"
    EVENTS = "events", "接收事件"
    SIGN_ON = "sign_on", "单点登录"


class HookEvent(models.TextChoices):
    """What a system may be told of: the value is its name on the wire."""

    PING = "ping", "测试"
    DOCUMENT_SIGNED_FOR = "document.signed_for", "公文签收"
    TODO_CREATED = "todo.created", "待办产生"
    TODO_FINISHED = "todo.finished", "待办结束"
    ITEM_CLOSED = "supervision.closed", "督办事项办结"


class TodoState(models.TextChoices):
    """Where a pushed to-do stands."""

    OPEN = "open", "待办"
    DONE = "done", "已办结"
    WITHDRAWN = "withdrawn", "已撤回"


class Ended(models.TextChoices):
    """Who said that it is over."""

    BY_SYSTEM = "system", "来源系统"
    BY_PERSON = "person", "本人"
