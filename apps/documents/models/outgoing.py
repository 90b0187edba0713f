"""The outgoing document, its recipients and its kept revisions."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.triggers import search_text_kept, update_of
from apps.core.words import words_index
from apps.documents.enums import (
    IN_HAND,
    Disclosure,
    DocumentFormat,
    DocumentType,
    OutgoingStatus,
    RetentionPeriod,
    RoutingDirection,
)
from apps.documents.models.addressees import Addressee
from apps.documents.models.cards import card_kept
from apps.workflow.models import Urgency

PERSON = settings.AUTH_USER_MODEL


class OutgoingDocument(models.Model):
    """An official document this organ writes. After 签发 text and attachments are frozen by `signed_hash`."""

    organ = models.ForeignKey("accounts.Organ", on_delete=models.PROTECT, related_name="outgoing_documents")
    issuing_organ = models.ForeignKey(
        "accounts.Organ",
        on_delete=models.PROTECT,
        related_name="issued_documents",
        verbose_name="发文机关",
        help_text="办公室受权可以本级政府名义发文，故可与拟稿机关不同",
    )
    drafter = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="drafted_documents")
    drafter_appointment = models.ForeignKey(
        "accounts.Appointment", on_delete=models.PROTECT, related_name="+"
    )
    drafting_unit = models.ForeignKey(
        "accounts.InternalUnit", on_delete=models.PROTECT, null=True, related_name="+"
    )
    document_type = models.CharField("文种", max_length=20, choices=DocumentType)
    routing_direction = models.CharField("行文方向", max_length=10, choices=RoutingDirection)
    layout = models.CharField("格式", max_length=10, choices=DocumentFormat, default=DocumentFormat.GENERAL)
    attendees = models.TextField("出席", blank=True, default="", help_text="纪要格式")
    absentees = models.TextField("请假", blank=True, default="")
    observers = models.TextField("列席", blank=True, default="")
    urgency = models.CharField("紧急程度", max_length=20, choices=Urgency, blank=True, default="")
    title = models.CharField("标题", max_length=300, blank=True)
    body = models.JSONField("正文", default=dict)
    main_recipients_text = models.CharField(
        "主送（印文）", max_length=500, blank=True, help_text="如“各县（市、区）人民政府”；空则按所选机关列出"
    )
    cc_recipients_text = models.CharField("抄送（印文）", max_length=500, blank=True)
    note = models.CharField("附注", max_length=100, blank=True)
    disclosure = models.CharField("公开属性", max_length=12, choices=Disclosure, default=Disclosure.OPEN)
    is_important = models.BooleanField("重要公文", default=False)
    is_sealed = models.BooleanField("加盖印章", default=True)
    is_leader_assigned = models.BooleanField(
        "上级领导直接交办", default=False, help_text="上行文可以报送领导个人的唯一情形（条例第十五条）"
    )
    is_government_approved = models.BooleanField(
        "经本级政府同意", default=False, help_text="部门向下级政府行文的前提（条例第十六条）"
    )
    issuer_mark = models.CharField("发文机关标志", max_length=60)
    issuer_signature = models.CharField("发文机关署名", max_length=100)
    signatories = models.JSONField("签发人", default=list)
    status = models.CharField("状态", max_length=16, choices=OutgoingStatus, default=OutgoingStatus.DRAFT)
    version = models.PositiveIntegerField("版本", default=1)
    cosign_appointments = models.ManyToManyField("accounts.Appointment", blank=True, related_name="+")
    signer = models.ForeignKey("accounts.Appointment", on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField("签发时间", null=True)
    signed_hash = models.CharField("签发摘要", max_length=64, blank=True)
    document_date = models.DateField("成文日期", null=True)
    document_number = models.CharField("发文字号", max_length=40, blank=True)
    printing_date = models.DateField("印发日期", null=True)
    copies = models.PositiveIntegerField("份数", default=1)
    matter = models.OneToOneField(
        "workflow.Matter", on_delete=models.PROTECT, null=True, related_name="outgoing_document"
    )
    submitted_at = models.DateTimeField("首次提交时间", null=True)
    typeset_facts = models.JSONField("排版结果", default=dict)
    copied_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    filed_year = models.PositiveIntegerField("归档年度", null=True)
    retention_period = models.CharField("保管期限", max_length=12, choices=RetentionPeriod, blank=True)
    item_number = models.CharField("件号", max_length=20, blank=True)
    filed_at = models.DateTimeField("归档时间", null=True)
    search_text = models.TextField(blank=True, editable=False, default="")
    created_at = models.DateTimeField("拟稿时间")
    updated_at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = verbose_name_plural = "发文"
        constraints = [
            models.UniqueConstraint(
                fields=["document_number"],
                condition=~Q(document_number="")
                & ~Q(layout=DocumentFormat.ORDER),  # 令号 begins anew with a leader
                name="document_number_once",
            ),
            models.UniqueConstraint(
                fields=["organ", "filed_year", "retention_period", "item_number"],
                condition=~Q(item_number=""),
                name="archive_item_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organ", "-created_at", "-id"], name="outgoing_organ"),
            models.Index(fields=["drafter", "-created_at", "-id"], name="outgoing_drafter"),
            models.Index(fields=["organ", "status", "-created_at", "-id"], name="outgoing_status"),
            models.Index(
                fields=["organ", "-created_at", "-id"],
                name="outgoing_in_hand",
                condition=Q(status__in=IN_HAND),
            ),
            models.Index(fields=["organ", "document_type", "-created_at", "-id"], name="outgoing_type"),
            models.Index(
                fields=["organ", "urgency", "-created_at", "-id"],
                name="outgoing_urgency",
                condition=~Q(urgency=""),
            ),
            models.Index(fields=["drafting_unit", "-created_at", "-id"], name="outgoing_unit"),
            models.Index(
                fields=["drafter", "-updated_at", "-id"],
                name="outgoing_own_drafts",
                condition=Q(status=OutgoingStatus.DRAFT, submitted_at__isnull=True),
            ),
            words_index("outgoing_words"),
        ]
        triggers = [
            search_text_kept(
                "outgoing_text",
                "title",
                "document_number",
                "issuer_signature",
                "drafter_id",
                parts="NEW.title, NEW.document_number, NEW.issuer_signature, "
                "(SELECT name FROM accounts_person WHERE id = NEW.drafter_id)",
            ),
            card_kept("outgoing_card"),
            pgtrigger.Trigger(
                name="outgoing_number_text",
                when=pgtrigger.After,
                operation=update_of("title"),
                condition=pgtrigger.Condition("(OLD.title <> NEW.title)"),
                func="""
                    UPDATE documents_documentnumber SET document_id = document_id WHERE document_id = NEW.id;
                    RETURN NULL;
                """,
            ),
            # all but `search_text`: by whose name a document is found may change for ever
            pgtrigger.Trigger(
                name="sealed_document_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF OLD.status NOT IN ('distribute', 'filing', 'filed') THEN
                        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                        RETURN NEW;
                    END IF;
                    IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'a sealed document cannot be deleted'; END IF;
                    IF (OLD.title, OLD.body, OLD.document_number, OLD.document_date, OLD.signed_hash, OLD.note,
                        OLD.document_type, OLD.issuer_mark, OLD.issuer_signature, OLD.urgency, OLD.signatories,
                        OLD.main_recipients_text, OLD.cc_recipients_text, OLD.layout, OLD.attendees, OLD.absentees,
                        OLD.observers)
                       IS DISTINCT FROM
                       (NEW.title, NEW.body, NEW.document_number, NEW.document_date, NEW.signed_hash, NEW.note,
                        NEW.document_type, NEW.issuer_mark, NEW.issuer_signature, NEW.urgency, NEW.signatories,
                        NEW.main_recipients_text, NEW.cc_recipients_text, NEW.layout, NEW.attendees, NEW.absentees,
                        NEW.observers)
                    THEN RAISE EXCEPTION 'a sealed document cannot be changed'; END IF;
                    IF OLD.status = 'filed'
                        AND to_jsonb(NEW) - 'search_text' IS DISTINCT FROM to_jsonb(OLD) - 'search_text'
                    THEN RAISE EXCEPTION 'a filed document is read-only'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title or "（无标题）"


class DocumentRecipient(Addressee):
    """Whom a document goes to."""

    document = models.ForeignKey(OutgoingDocument, on_delete=models.CASCADE, related_name="recipients")

    class Meta(Addressee.Meta):
        verbose_name = verbose_name_plural = "收文机关"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "organ"], condition=Q(organ__isnull=False), name="recipient_once"
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="sealed_recipients_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM documents_outgoingdocument
                        WHERE id = (CASE WHEN TG_OP = 'DELETE' THEN OLD.document_id ELSE NEW.document_id END)
                        AND status IN ('distribute', 'filing', 'filed')
                    ) THEN RAISE EXCEPTION 'recipients of a sealed document cannot be changed'; END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.name


class JointIssuer(models.Model):
    """An organ that issues a document together with the lead organ, which is the document's `issuing_organ`."""

    document = models.ForeignKey(OutgoingDocument, on_delete=models.CASCADE, related_name="joint_issuers")
    organ = models.ForeignKey("accounts.Organ", on_delete=models.PROTECT, related_name="+")
    rank_order = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "联署机关"
        ordering = ["rank_order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["document", "organ"], name="joint_issuer_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="sealed_issuers_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM documents_outgoingdocument
                        WHERE id = (CASE WHEN TG_OP = 'DELETE' THEN OLD.document_id ELSE NEW.document_id END)
                        AND status IN ('distribute', 'filing', 'filed')
                    ) THEN RAISE EXCEPTION 'issuers of a sealed document cannot be changed'; END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return str(self.organ)


class DocumentRevision(models.Model):
    """A kept state of the text at each submission and at signing; never changed."""

    document = models.ForeignKey(OutgoingDocument, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField("第几稿")
    content = models.JSONField("内容")
    content_hash = models.CharField("摘要", max_length=64)
    author = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("原因", max_length=60)
    created_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "公文稿本"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="revision_once")]
        triggers = [pgtrigger.Protect(name="revision_fixed", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.document_id} 第{self.number}稿"


class CheckReason(models.Model):
    """Why a document went on in spite of a finding that warns: who said so, when, at which step; never changed."""

    document = models.ForeignKey(OutgoingDocument, on_delete=models.PROTECT, related_name="check_reasons")
    rule = models.CharField("检查项", max_length=4)
    key = models.CharField("发现", max_length=12)
    message = models.CharField("检查结果", max_length=300)
    reason = models.CharField("理由", max_length=500)
    step = models.CharField("环节", max_length=16, choices=OutgoingStatus)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "检查提示的理由"
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["document", "key"], name="check_reason_once")]
        triggers = [
            pgtrigger.Protect(name="check_reason_fixed", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.reason}"
