"""Words of the partners' side."""

from django.db import models


class Scope(models.TextChoices):
    """What a system may do here."""

    TODO = "todo", "推送统一待办"


class TodoState(models.TextChoices):
    """Where a pushed to-do stands."""

    OPEN = "open", "待办"
    DONE = "done", "已办结"
    WITHDRAWN = "withdrawn", "已撤回"


class Ended(models.TextChoices):
    """Who said that it is over."""

    BY_SYSTEM = "system", "来源系统"
    BY_PERSON = "person", "本人"
