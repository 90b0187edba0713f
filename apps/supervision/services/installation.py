"""What a new installation needs before the first item: the usual classes."""

from django.db import transaction

from apps.supervision.models import ItemClass

# code, name, mark, source, working days (domain.md §5.2, §5.4, §5.6)
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


@transaction.atomic
def classes_install() -> None:
    """Make the usual classes known; what the administrator changed stays, doing it again changes nothing."""
    ItemClass.objects.bulk_create(
        [
            ItemClass(
                code=code, name=name, mark=mark, source=source, workdays=workdays, rank_order=place * 10
            )
            for place, (code, name, mark, source, workdays) in enumerate(CLASSES, start=1)
        ],
        ignore_conflicts=True,
    )
