"""What a program can see in a document before a person does (domain.md §1.9). Pure: facts in, findings out.

BLOCK refuses the step; WARN wants a typed reason, which is kept; INFO is a hint. A rule whose law says 一般/原则上 never blocks.
`CHECKS` and `INCOMING_CHECKS` are the table of all rules, one function each; the help page shows it.
"""

from apps.documents.rules import citing, elements, receiving, routing
from apps.documents.rules.elements import FIXED_DIRECTION
from apps.documents.rules.facts import (
    Addressee,
    Check,
    Finding,
    IncomingPaper,
    Issuer,
    Paper,
    PaperLine,
    Place,
    Severity,
    date_text,
    paper_lines,
)

__all__ = [
    "CHECKS",
    "FIXED_DIRECTION",
    "INCOMING_CHECKS",
    "Addressee",
    "Check",
    "Finding",
    "IncomingPaper",
    "Issuer",
    "Paper",
    "PaperLine",
    "Place",
    "Severity",
    "blocking",
    "date_text",
    "findings_of",
    "incoming_findings_of",
    "paper_lines",
    "warnings",
]
BLOCK, WARN, INFO = Severity.BLOCK, Severity.WARN, Severity.INFO
# rule, name, severity, field, clause, look; in the order of the form
ROWS = (
    ("F01", "有标题", BLOCK, "title", "条例第九条（七）", elements.title_missing),
    ("F02", "标题不过长", BLOCK, "title", "", elements.title_long),
    ("F03", "有正文", BLOCK, "body", "条例第九条（九）", elements.text_missing),
    ("F04", "有主送机关", BLOCK, "main_recipients", "条例第九条（八）", elements.recipient_missing),
    ("F05", "收文机关未撤销", BLOCK, "main_recipients", "", elements.recipient_abolished),
    ("F07", "附件已上传完成", BLOCK, "attachments", "", elements.attachment_unready),
    ("F08", "联署机关可以用印", INFO, "joint", "条例第九条（十三）", routing.joint_seals_at_hand),
    ("F09", "引用公文先标题后字号", INFO, "body", "", citing.cited_by_title_first),
    ("D01", "文种为十五种公文之一", BLOCK, "document_type", "条例第八条", elements.type_known),
    ("F06", "文种与行文方向相符", BLOCK, "routing_direction", "条例第八条", elements.direction_fixed),
    ("D02", "请示只主送一个机关", WARN, "main_recipients", "条例第十五条（一）", routing.one_recipient_of_request),
    ("D03", "请示一文一事", WARN, "body", "条例第十五条（四）", routing.one_matter_of_request),
    ("D04", "报告不夹带请示事项", WARN, "body", "条例第十五条（四）", routing.no_request_in_report),
    ("D05", "上行文不抄送下级", BLOCK, "cc_recipients", "条例第十五条（一）", routing.no_copy_downwards),
    ("D06", "上行文不报送领导个人", BLOCK, "main_recipients", "条例第十五条（五）", routing.not_to_a_person),
    ("D07", "一般不越级行文", WARN, "main_recipients", "条例第十四条", routing.no_level_skipped),
    ("D08", "上行文标注签发人", BLOCK, "signatories", "条例第九条（六）", routing.signatory_named),
    ("D09", "由主要负责人签发", BLOCK, "signer", "条例第二十二条", routing.signed_by_principal),
    ("D10", "内设机构不对外行文", BLOCK, "issuer_signature", "条例第十七条", routing.not_by_internal_unit),
    ("D11", "部门不向下级政府发指令", BLOCK, "main_recipients", "条例第十六条（二）", routing.no_orders_to_governments),
    ("D12", "会签完成", BLOCK, "cosign", "条例第十六条（四）", routing.cosigned_in_full),
    ("D13", "联合行文的次序、字号和会签", BLOCK, "issuing_organ", "条例第九条（五）、第二十二条", routing.joint_issue_in_order),
    ("D14", "联合行文的成文日期", BLOCK, "document_date", "条例第九条（十二）", routing.joint_date_last),
    ("D15", "成文日期为签发日期", WARN, "document_date", "条例第九条（十二）", routing.dated_when_signed),
    ("D16", "发文字号的形式", BLOCK, "document_number", "GB/T 9704-2012 7.2.5", elements.number_form),
    ("D17", "日期的写法", BLOCK, "document_date", "GB/T 9704-2012 7.3.5.4", elements.date_form),
    ("D18", "标题的组成", WARN, "title", "条例第九条（七）", elements.title_form),
    ("D19", "批复引述来文", WARN, "body", "条例第八条（十二）", elements.reply_cites),
    ("D20", "附件与附件说明一致", BLOCK, "attachments", "GB/T 9704-2012 7.3.4、7.3.7", elements.attachments_named),
    ("D21", "主送、抄送末尾的标点", INFO, "main_recipients", "GB/T 9704-2012 7.3.2、7.4.2", elements.recipients_marks),
    ("D22", "标题序号不越级", WARN, "body", "GB/T 9704-2012 7.3.3", elements.headings_in_turn),
    ("D23", "印章与署名一致", BLOCK, "issuer_signature", "条例第九条（十三）", routing.seal_of_signature),
    ("D24", "首页显示正文", BLOCK, "body", "GB/T 9704-2012 7.3.3", elements.text_on_first_page),
    ("D25", "没有密级标志", BLOCK, "body", "条例第二十六条", elements.secrecy_marks),
    ("D26", "篇幅", INFO, "body", "减负规定", elements.text_long),
    ("D27", "与签发的文本一致", BLOCK, "body", "条例第二十五条（一）", routing.as_signed),
    ("D28", "函用于不相隶属机关", WARN, "document_type", "条例第八条（十四）", routing.letter_between_equals),
    ("D29", "紧急程度", BLOCK, "urgency", "条例第九条（三）", elements.urgency_in_its_field),
    ("D30", "印发日期不早于成文日期", BLOCK, "printing_date", "", elements.printed_after_written),
)  # fmt: skip
INCOMING_ROWS = (
    ("D31", "来文确系送本机关（初审）", WARN, "recipients", "条例第二十四条（三）", receiving.meant_for_us),
    ("D32", "多科室承办的有一个主办", BLOCK, "lead", "条例第二十四条（四）", receiving.one_unit_leads),
    (
        "D33",
        "紧急公文有办理时限",
        BLOCK,
        "deadline_at",
        "条例第二十四条（四）",
        receiving.urgent_has_deadline,
    ),
)
CHECKS: tuple[Check[Paper], ...] = tuple(
    Check(rule=rule, name=name, severity=severity, field=field, clause=clause, look=look)
    for rule, name, severity, field, clause, look in ROWS
)
INCOMING_CHECKS: tuple[Check[IncomingPaper], ...] = tuple(
    Check(rule=rule, name=name, severity=severity, field=field, clause=clause, look=look)
    for rule, name, severity, field, clause, look in INCOMING_ROWS
)


def findings_of(paper: Paper) -> tuple[Finding, ...]:
    """Everything found, the gravest first, else in the order of the form."""
    found = [finding for check in CHECKS for finding in check.findings(paper)]
    gravity = list(Severity)
    return tuple(sorted(found, key=lambda finding: gravity.index(finding.severity)))


def incoming_findings_of(paper: IncomingPaper) -> tuple[Finding, ...]:
    """Everything found in an incoming document."""
    return tuple(finding for check in INCOMING_CHECKS for finding in check.findings(paper))


def blocking(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Those that refuse the step."""
    return tuple(finding for finding in findings if finding.severity is BLOCK)


def warnings(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Those that want a reason."""
    return tuple(finding for finding in findings if finding.severity is WARN)
