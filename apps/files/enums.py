"""Vocabulary of the files app."""

from django.db import models

PICTURE = "picture"  # of a text; drawn anew by us


class UploadPurpose(models.TextChoices):
    """What people themselves may upload; other purposes are written by services only."""

    ATTACHMENT = "attachment", "附件"
    MAIN_TEXT = "main_text", "正文扫描件"
    MESSAGE = "message", "消息附件"
    VOICE = "voice", "语音"
