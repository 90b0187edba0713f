import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("accounts", "__first__"),
        ("files", "0001_initial"),
        ("workflow", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DocumentNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("serial", models.PositiveIntegerField(verbose_name="序号")),
                (
                    "status",
                    models.CharField(
                        choices=[("reserved", "占号"), ("used", "已用"), ("void", "作废")],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("changed_at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "发文字号",
                "verbose_name_plural": "发文字号",
                "ordering": ["series", "serial"],
            },
        ),
        migrations.CreateModel(
            name="OutgoingDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "document_type",
                    models.CharField(
                        choices=[
                            ("resolution", "决议"),
                            ("decision", "决定"),
                            ("order", "命令"),
                            ("communique", "公报"),
                            ("proclamation", "公告"),
                            ("public_notice", "通告"),
                            ("opinion", "意见"),
                            ("notice", "通知"),
                            ("circular", "通报"),
                            ("report", "报告"),
                            ("request", "请示"),
                            ("reply", "批复"),
                            ("motion", "议案"),
                            ("letter", "函"),
                            ("minutes", "纪要"),
                        ],
                        max_length=20,
                        verbose_name="文种",
                    ),
                ),
                (
                    "routing_direction",
                    models.CharField(
                        choices=[("downward", "下行文"), ("upward", "上行文"), ("level", "平行文")],
                        max_length=10,
                        verbose_name="行文方向",
                    ),
                ),
                (
                    "urgency",
                    models.CharField(
                        blank=True,
                        choices=[("", "一般"), ("urgent", "加急"), ("extra_urgent", "特急")],
                        default="",
                        max_length=20,
                        verbose_name="紧急程度",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=300, verbose_name="标题")),
                ("body", models.JSONField(default=dict, verbose_name="正文")),
                (
                    "main_recipients_text",
                    models.CharField(
                        blank=True,
                        help_text="如“各县（市、区）人民政府”；空则按所选机关列出",
                        max_length=500,
                        verbose_name="主送（印文）",
                    ),
                ),
                (
                    "cc_recipients_text",
                    models.CharField(blank=True, max_length=500, verbose_name="抄送（印文）"),
                ),
                ("note", models.CharField(blank=True, max_length=100, verbose_name="附注")),
                (
                    "disclosure",
                    models.CharField(
                        choices=[("open", "主动公开"), ("on_request", "依申请公开"), ("closed", "不予公开")],
                        default="open",
                        max_length=12,
                        verbose_name="公开属性",
                    ),
                ),
                ("is_important", models.BooleanField(default=False, verbose_name="重要公文")),
                ("is_sealed", models.BooleanField(default=True, verbose_name="加盖印章")),
                ("issuer_mark", models.CharField(max_length=60, verbose_name="发文机关标志")),
                ("issuer_signature", models.CharField(max_length=100, verbose_name="发文机关署名")),
                ("signatories", models.JSONField(default=list, verbose_name="签发人")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "拟稿"),
                            ("dept_review", "部门核稿"),
                            ("cosign", "会签"),
                            ("office_review", "办公室审核"),
                            ("signing", "签发"),
                            ("recheck", "复核"),
                            ("numbering", "编号"),
                            ("typeset", "排版"),
                            ("seal_use", "用印"),
                            ("distribute", "分发"),
                            ("filing", "办结归档"),
                            ("filed", "已归档"),
                            ("cancelled", "已作废"),
                        ],
                        default="draft",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("signed_at", models.DateTimeField(null=True, verbose_name="签发时间")),
                ("signed_hash", models.CharField(blank=True, max_length=64, verbose_name="签发摘要")),
                ("document_date", models.DateField(null=True, verbose_name="成文日期")),
                ("document_number", models.CharField(blank=True, max_length=40, verbose_name="发文字号")),
                ("printing_date", models.DateField(null=True, verbose_name="印发日期")),
                ("copies", models.PositiveIntegerField(default=1, verbose_name="份数")),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="首次提交时间")),
                ("typeset_facts", models.JSONField(default=dict, verbose_name="排版结果")),
                ("filed_year", models.PositiveIntegerField(null=True, verbose_name="归档年度")),
                (
                    "retention_period",
                    models.CharField(
                        blank=True,
                        choices=[("permanent", "永久"), ("d30", "定期30年"), ("d10", "定期10年")],
                        max_length=12,
                        verbose_name="保管期限",
                    ),
                ),
                ("item_number", models.CharField(blank=True, max_length=20, verbose_name="件号")),
                ("filed_at", models.DateTimeField(null=True, verbose_name="归档时间")),
                ("created_at", models.DateTimeField(verbose_name="拟稿时间")),
                ("updated_at", models.DateTimeField(verbose_name="修改时间")),
                (
                    "copied_from",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="documents.outgoingdocument",
                    ),
                ),
                (
                    "cosign_appointments",
                    models.ManyToManyField(blank=True, related_name="+", to="accounts.appointment"),
                ),
                (
                    "drafter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafted_documents",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "drafter_appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.appointment",
                    ),
                ),
                (
                    "drafting_unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.internalunit",
                    ),
                ),
                (
                    "issuing_organ",
                    models.ForeignKey(
                        help_text="办公室受权可以本级政府名义发文，故可与拟稿机关不同",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issued_documents",
                        to="accounts.organ",
                        verbose_name="发文机关",
                    ),
                ),
                (
                    "matter",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outgoing_document",
                        to="workflow.matter",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outgoing_documents",
                        to="accounts.organ",
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.appointment",
                    ),
                ),
            ],
            options={
                "verbose_name": "发文",
                "verbose_name_plural": "发文",
                "indexes": [
                    models.Index(fields=["organ", "-created_at", "-id"], name="outgoing_organ"),
                    models.Index(fields=["drafter", "-created_at", "-id"], name="outgoing_drafter"),
                    models.Index(fields=["organ", "status", "-created_at", "-id"], name="outgoing_status"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("document_number", ""), _negated=True),
                        fields=("document_number",),
                        name="document_number_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("item_number", ""), _negated=True),
                        fields=("organ", "filed_year", "retention_period", "item_number"),
                        name="archive_item_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("main", "主送"), ("cc", "抄送")], max_length=4, verbose_name="方式"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "未签收"),
                            ("signed", "已签收"),
                            ("returned", "已退文"),
                            ("recalled", "已撤回"),
                        ],
                        default="sent",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("sent_at", models.DateTimeField(verbose_name="分发时间")),
                ("signed_at", models.DateTimeField(null=True, verbose_name="签收时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="退文或撤回时间")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                ("urged_at", models.DateTimeField(null=True, verbose_name="最近催收")),
                ("urge_count", models.PositiveSmallIntegerField(default=0, verbose_name="催收次数")),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received_dispatches",
                        to="accounts.organ",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispatches",
                        to="documents.outgoingdocument",
                    ),
                ),
            ],
            options={
                "verbose_name": "分发",
                "verbose_name_plural": "分发",
                "ordering": ["kind", "organ__rank_order", "id"],
                "constraints": [models.UniqueConstraint(fields=("document", "organ"), name="dispatch_once")],
            },
        ),
        migrations.CreateModel(
            name="ESeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="印文")),
                ("diameter_mm", models.PositiveSmallIntegerField(verbose_name="直径（毫米）")),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "在用"), ("suspended", "停用"), ("revoked", "注销")],
                        default="active",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("image_svg", models.TextField(editable=False, verbose_name="印模")),
                ("certificate_pem", models.TextField(editable=False, verbose_name="证书")),
                ("key_name", models.CharField(editable=False, max_length=80)),
                ("made_at", models.DateTimeField(verbose_name="制作时间")),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seals",
                        to="accounts.organ",
                        verbose_name="机关",
                    ),
                ),
            ],
            options={
                "verbose_name": "电子印章",
                "verbose_name_plural": "电子印章",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "active")),
                        fields=("organ",),
                        name="one_active_seal_per_organ",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IncomingDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source_name", models.CharField(max_length=100, verbose_name="来文单位")),
                ("title", models.CharField(max_length=300, verbose_name="标题")),
                ("source_number", models.CharField(blank=True, max_length=40, verbose_name="来文字号")),
                (
                    "document_type",
                    models.CharField(
                        choices=[
                            ("resolution", "决议"),
                            ("decision", "决定"),
                            ("order", "命令"),
                            ("communique", "公报"),
                            ("proclamation", "公告"),
                            ("public_notice", "通告"),
                            ("opinion", "意见"),
                            ("notice", "通知"),
                            ("circular", "通报"),
                            ("report", "报告"),
                            ("request", "请示"),
                            ("reply", "批复"),
                            ("motion", "议案"),
                            ("letter", "函"),
                            ("minutes", "纪要"),
                        ],
                        max_length=20,
                        verbose_name="文种",
                    ),
                ),
                (
                    "urgency",
                    models.CharField(
                        blank=True,
                        choices=[("", "一般"), ("urgent", "加急"), ("extra_urgent", "特急")],
                        default="",
                        max_length=20,
                        verbose_name="紧急程度",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "待签收"),
                            ("signed_for", "已签收"),
                            ("proposal", "拟办"),
                            ("instruction", "批示"),
                            ("handle", "承办"),
                            ("completing", "办结审核"),
                            ("completed", "已办结"),
                            ("returned_to_sender", "已退文"),
                            ("recalled", "已被撤回"),
                        ],
                        default="received",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("is_for_action", models.BooleanField(null=True, verbose_name="批办件")),
                ("register_number", models.CharField(blank=True, max_length=40, verbose_name="收文编号")),
                ("received_at", models.DateTimeField(verbose_name="收到时间")),
                ("signed_for_at", models.DateTimeField(null=True, verbose_name="签收时间")),
                ("registered_at", models.DateTimeField(null=True, verbose_name="登记时间")),
                ("deadline_at", models.DateTimeField(null=True, verbose_name="办理时限")),
                ("completed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                ("result", models.CharField(blank=True, max_length=1000, verbose_name="办理结果")),
                (
                    "dispatch",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming_document",
                        to="documents.dispatch",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming_documents",
                        to="accounts.organ",
                    ),
                ),
                (
                    "signed_for_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source_organ",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organ",
                    ),
                ),
            ],
            options={
                "verbose_name": "收文",
                "verbose_name_plural": "收文",
                "indexes": [
                    models.Index(fields=["organ", "status", "-received_at", "-id"], name="incoming_organ"),
                    models.Index(fields=["organ", "-received_at", "-id"], name="incoming_organ_all"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("register_number", ""), _negated=True),
                        fields=("organ", "register_number"),
                        name="register_number_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HandlingUnit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_lead", models.BooleanField(default=False, verbose_name="主办")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.internalunit",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="handling_units",
                        to="documents.incomingdocument",
                    ),
                ),
            ],
            options={
                "verbose_name": "承办单位",
                "verbose_name_plural": "承办单位",
                "ordering": ["-is_lead", "unit__rank_order"],
                "constraints": [
                    models.UniqueConstraint(fields=("document", "unit"), name="handling_unit_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_lead", True)), fields=("document",), name="one_lead_unit"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncomingRegister",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveIntegerField()),
                ("next_serial", models.PositiveIntegerField(default=1)),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organ"
                    ),
                ),
            ],
            options={
                "verbose_name": "收文登记簿",
                "verbose_name_plural": "收文登记簿",
                "constraints": [models.UniqueConstraint(fields=("organ", "year"), name="register_once")],
            },
        ),
        migrations.CreateModel(
            name="NumberLedgerEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("reserved", "占号"), ("used", "已用"), ("void", "作废")],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("document_title", models.CharField(blank=True, max_length=300, verbose_name="公文")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "number",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger",
                        to="documents.documentnumber",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "字号台账",
                "verbose_name_plural": "字号台账",
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("prefix", models.CharField(max_length=12, verbose_name="代字")),
                ("year", models.PositiveIntegerField(verbose_name="年份")),
                (
                    "first_serial",
                    models.PositiveIntegerField(
                        default=1,
                        help_text="启用本系统前已用纸质台账编号的，从其后一号开始",
                        verbose_name="起始序号",
                    ),
                ),
                ("next_serial", models.PositiveIntegerField(default=1, verbose_name="下一序号")),
                ("is_default", models.BooleanField(default=False, verbose_name="默认")),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="number_series",
                        to="accounts.organ",
                        verbose_name="机关",
                    ),
                ),
            ],
            options={
                "verbose_name": "发文字号序列",
                "verbose_name_plural": "发文字号序列",
                "ordering": ["organ", "-year", "prefix"],
                "constraints": [
                    models.UniqueConstraint(fields=("prefix", "year"), name="series_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("organ", "year"),
                        name="one_default_series",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("next_serial__gte", models.F("first_serial"))),
                        name="series_forwards",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="documentnumber",
            name="series",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="numbers",
                to="documents.numberseries",
            ),
        ),
        migrations.CreateModel(
            name="SealedFile",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="sealed_file",
                        serialize=False,
                        to="documents.outgoingdocument",
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="摘要")),
                ("content_hash", models.CharField(max_length=64, verbose_name="正文摘要")),
                ("sealed_at", models.DateTimeField(verbose_name="用印时间")),
            ],
            options={
                "verbose_name": "用印文件",
                "verbose_name_plural": "用印文件",
            },
        ),
        migrations.CreateModel(
            name="DocumentRevision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="第几稿")),
                ("content", models.JSONField(verbose_name="内容")),
                ("content_hash", models.CharField(max_length=64, verbose_name="摘要")),
                ("reason", models.CharField(max_length=60, verbose_name="原因")),
                ("created_at", models.DateTimeField(verbose_name="时间")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="documents.outgoingdocument",
                    ),
                ),
            ],
            options={
                "verbose_name": "公文稿本",
                "verbose_name_plural": "公文稿本",
                "ordering": ["-number"],
                "constraints": [models.UniqueConstraint(fields=("document", "number"), name="revision_once")],
            },
        ),
        migrations.CreateModel(
            name="DocumentRecipient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=[("main", "主送"), ("cc", "抄送")], max_length=4)),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                ("rank_order", models.PositiveIntegerField(default=0)),
                (
                    "organ",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organ",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recipients",
                        to="documents.outgoingdocument",
                    ),
                ),
            ],
            options={
                "verbose_name": "收文机关",
                "verbose_name_plural": "收文机关",
                "ordering": ["rank_order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("organ__isnull", False)),
                        fields=("document", "organ"),
                        name="recipient_once",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="documentnumber",
            name="document",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="numbers",
                to="documents.outgoingdocument",
            ),
        ),
        migrations.CreateModel(
            name="SealUseRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("copies", models.PositiveIntegerField(verbose_name="用印份数")),
                ("requested_at", models.DateTimeField(verbose_name="申请时间")),
                ("approved_by_name", models.CharField(max_length=120, verbose_name="批准依据")),
                ("used_at", models.DateTimeField(null=True, verbose_name="用印时间")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seal_uses",
                        to="documents.outgoingdocument",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "seal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="documents.eseal"
                    ),
                ),
                (
                    "used_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "用印记录",
                "verbose_name_plural": "用印记录",
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="numberledgerentry",
            trigger=pgtrigger.compiler.Trigger(
                name="number_ledger_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="1fbdd0a70ca62fe65c6215c736f345379e2be46b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_number_ledger_fixed_5ccf7",
                    table="documents_numberledgerentry",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="sealedfile",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="sealedfile",
            name="seal",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.eseal"
            ),
        ),
        migrations.AddField(
            model_name="sealedfile",
            name="sealed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="outgoingdocument",
            trigger=pgtrigger.compiler.Trigger(
                name="sealed_document_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF OLD.status NOT IN ('distribute', 'filing', 'filed') THEN\n                        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n                        RETURN NEW;\n                    END IF;\n                    IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'a sealed document cannot be deleted'; END IF;\n                    IF (OLD.title, OLD.body, OLD.document_number, OLD.document_date, OLD.signed_hash, OLD.note,\n                        OLD.document_type, OLD.issuer_mark, OLD.issuer_signature, OLD.urgency, OLD.signatories,\n                        OLD.main_recipients_text, OLD.cc_recipients_text)\n                       IS DISTINCT FROM\n                       (NEW.title, NEW.body, NEW.document_number, NEW.document_date, NEW.signed_hash, NEW.note,\n                        NEW.document_type, NEW.issuer_mark, NEW.issuer_signature, NEW.urgency, NEW.signatories,\n                        NEW.main_recipients_text, NEW.cc_recipients_text)\n                    THEN RAISE EXCEPTION 'a sealed document cannot be changed'; END IF;\n                    IF OLD.status = 'filed' AND NEW IS DISTINCT FROM OLD\n                    THEN RAISE EXCEPTION 'a filed document is read-only'; END IF;\n                    RETURN NEW;\n                ",
                    hash="6b7f66fb4f2d7de38026f3a2f9402b75b0f7ddd2",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_sealed_document_fixed_cf286",
                    table="documents_outgoingdocument",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="documentrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="revision_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="24cdd3d19c09c7f2342382e3d7192809794e5ea5",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_revision_fixed_7a444",
                    table="documents_documentrevision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="documentrecipient",
            trigger=pgtrigger.compiler.Trigger(
                name="sealed_recipients_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF EXISTS (\n                        SELECT 1 FROM documents_outgoingdocument\n                        WHERE id = (CASE WHEN TG_OP = 'DELETE' THEN OLD.document_id ELSE NEW.document_id END)\n                        AND status IN ('distribute', 'filing', 'filed')\n                    ) THEN RAISE EXCEPTION 'recipients of a sealed document cannot be changed'; END IF;\n                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n                    RETURN NEW;\n                ",
                    hash="189e743364aec090fbe991e81d5f6fd03ab0e180",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_sealed_recipients_fixed_01f8d",
                    table="documents_documentrecipient",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="documentnumber",
            constraint=models.UniqueConstraint(fields=("series", "serial"), name="serial_once"),
        ),
        migrations.AddConstraint(
            model_name="documentnumber",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["reserved", "used"])),
                fields=("document",),
                name="one_number_per_document",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sealedfile",
            trigger=pgtrigger.compiler.Trigger(
                name="sealed_file_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="211de1f6483b0fd7619475c214dac609d75b2cbd",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_sealed_file_fixed_1044d",
                    table="documents_sealedfile",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sealedfile",
            trigger=pgtrigger.compiler.Trigger(
                name="sealed_file_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: % is append-only', TG_TABLE_NAME;",
                    hash="b664a75a6585b73c5c420e15c860a3449dfc5190",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_sealed_file_no_truncate_e3528",
                    table="documents_sealedfile",
                    when="BEFORE",
                ),
            ),
        ),
    ]
