"""How the last backups and rehearsals went, for the administrators."""

from django.db import models


class UpkeepRun(models.Model):
    """One backup or one rehearsal, written when it is over."""

    class Kind(models.TextChoices):
        """What was done."""

        BACKUP = "backup", "备份"
        REHEARSAL = "rehearsal", "恢复演练"

    kind = models.CharField("事项", max_length=10, choices=Kind)
    is_good = models.BooleanField("成功")
    text = models.TextField("结果")
    file_name = models.CharField("备份文件", max_length=200, blank=True)
    started_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束")

    class Meta:
        verbose_name = verbose_name_plural = "备份与恢复演练"
        ordering = ["-started_at", "-id"]
        indexes = [models.Index(fields=["kind", "-started_at"], name="upkeep_latest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.started_at:%F %H:%M}"
