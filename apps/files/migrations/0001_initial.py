import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject_kind", models.CharField(max_length=40, verbose_name="所属类别")),
                ("subject_id", models.BigIntegerField(verbose_name="所属编号")),
                ("purpose", models.CharField(default="attachment", max_length=20, verbose_name="用途")),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("content_type", models.CharField(blank=True, max_length=100, verbose_name="类型")),
                ("size", models.BigIntegerField(verbose_name="大小")),
                ("received", models.BigIntegerField(default=0, verbose_name="已收字节")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="摘要")),
                ("storage_key", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploading", "上传中"),
                            ("checking", "检查中"),
                            ("ready", "可用"),
                            ("refused", "已拒绝"),
                        ],
                        default="uploading",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("refusal", models.CharField(blank=True, max_length=200, verbose_name="拒绝原因")),
                ("rank_order", models.PositiveIntegerField(default=0, verbose_name="排序")),
                ("page_count", models.PositiveIntegerField(null=True, verbose_name="页数")),
                ("created_at", models.DateTimeField(verbose_name="上传时间")),
                ("removed_at", models.DateTimeField(null=True, verbose_name="移除时间")),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "文件",
                "verbose_name_plural": "文件",
                "indexes": [
                    models.Index(
                        condition=models.Q(("removed_at__isnull", True)),
                        fields=["subject_kind", "subject_id", "purpose", "rank_order"],
                        name="file_subject",
                    ),
                    models.Index(
                        condition=models.Q(("state", "uploading")),
                        fields=["created_at"],
                        name="file_unfinished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PageImage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="页码")),
                ("storage_key", models.CharField(max_length=200)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pages",
                        to="files.storedfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "页面图像",
                "verbose_name_plural": "页面图像",
                "ordering": ["number"],
                "constraints": [models.UniqueConstraint(fields=("file", "number"), name="page_once")],
            },
        ),
    ]
