"""The classes of items every organ has (domain.md §5.2, §5.4, §5.6); the administrator changes them."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CLASSES = (
    ("instruction_urgent", "领导批示（紧急）", "批", "instruction", 5),
    ("instruction", "领导批示", "批", "instruction", 15),
    ("instruction_hard", "领导批示（疑难）", "批", "instruction", 30),
    ("meeting", "会议决定", "会", "meeting", 20),
    ("document", "重要文件", "督", "document", 30),
    ("plan", "政府工作报告和年度要点", "督", "plan", 60),
    ("proposal", "建议提案", "建", "proposal", 60),
    ("other", "其他交办", "督", "other", 22),
)


def classes_make(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Write them."""
    model = apps.get_model("supervision", "ItemClass")
    for place, (code, name, mark, source, workdays) in enumerate(CLASSES, start=1):
        defaults = {
            "name": name,
            "mark": mark,
            "source": source,
            "workdays": workdays,
            "rank_order": place * 10,
        }
        model.objects.update_or_create(code=code, defaults=defaults)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("supervision", "0001_initial")]
    operations = [migrations.RunPython(classes_make, migrations.RunPython.noop)]
