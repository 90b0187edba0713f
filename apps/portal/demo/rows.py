"""The rows of the measured city, table by table: what of each document is told, the rest as the models would have it."""

from collections.abc import Callable
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from apps.documents.models import (
    DocumentNumber,
    DocumentRecipient,
    IncomingDocument,
    IncomingRegister,
    NumberLedgerEntry,
    NumberSeries,
    OutgoingDocument,
)
from apps.portal.demo.statements import (
    BEGAN,
    CLOSED,
    ENDED,
    FIRST,
    LAST,
    OWN_NUMBER,
    PARTS,
    SOURCE_NUMBER,
    WALKED,
)
from apps.workflow.models import Matter, Opinion, Participation, Reading, Run, StepLog, Task

Facts = dict[str, Any]
Work = Callable[[CursorWrapper, Facts], None]
TABLES: tuple[type[models.Model], ...] = (
    Matter, Run, Task, Reading, Opinion, StepLog, Participation, OutgoingDocument, DocumentRecipient, IncomingDocument,
    NumberSeries, DocumentNumber, NumberLedgerEntry, IncomingRegister,
)  # fmt: skip
KIND = "CASE WHEN plan.is_incoming THEN 'documents.incoming' ELSE 'documents.outgoing' END"
SUBJECT = "plan.n + CASE WHEN plan.is_incoming THEN %(incoming)s ELSE %(outgoing)s END"
ORIGIN = "CASE WHEN plan.is_incoming THEN plan.source ELSE who.unit_name END"
NUMBER = f"CASE WHEN plan.is_incoming THEN {SOURCE_NUMBER} ELSE {OWN_NUMBER} END"
STATE = "CASE WHEN plan.is_open THEN plan.held_name WHEN plan.is_incoming THEN '已办结' ELSE '已归档' END"
STATUS = "CASE WHEN plan.is_open THEN plan.held_status ELSE plan.done_status END"
REGISTER = "'收〔' || extract(year FROM plan.born) || '〕' || plan.n || '号'"
DONE_ONLY = f" WHERE NOT ({LAST})"


def table_of(model: type[models.Model]) -> str:
    """The name of its table."""
    return model._meta.db_table  # noqa: SLF001  # Django's public model API


def insert(
    cursor: CursorWrapper, model: type[models.Model], rows: str, told: Facts, /, **columns: str
) -> None:
    """INSERT … SELECT; what `columns` does not name has the field's default, as the model would give it."""
    given, values = dict(columns), dict(told)
    for field in model._meta.concrete_fields:  # noqa: SLF001  # Django's public model API
        name = str(field.column)
        if name not in given and not field.primary_key:
            given[name] = f"%(of_{name})s"
            values[f"of_{name}"] = field.get_db_prep_save(field.get_default(), connection)
    names, selected = ", ".join(f'"{name}"' for name in given), ", ".join(given.values())
    cursor.execute(
        f"INSERT INTO {table_of(model)} ({names}) SELECT {selected} {rows}", values
    )  # our own names


def _matters(cursor: CursorWrapper, facts: Facts) -> None:
    insert(
        cursor,
        Matter,
        FIRST,
        facts,
        id="%(matters)s + plan.n",
        subject_kind=KIND,
        subject_id=SUBJECT,
        category="CASE WHEN plan.is_incoming THEN 'incoming' ELSE 'outgoing' END",
        title="plan.title",
        urgency="plan.urgency",
        form="plan.type",
        origin_name=ORIGIN,
        reference_number=NUMBER,
        state_text=STATE,
        organ_id="plan.organ",
        initiator_id="who.person_id",
        search_text=f"text_folded(concat_ws(' ', plan.title, {NUMBER}, {ORIGIN}))",
        dated_at="plan.born",
        created_at="plan.born",
        closed_at=CLOSED,
    )


def _runs(cursor: CursorWrapper, facts: Facts) -> None:
    insert(
        cursor,
        Run,
        FIRST,
        facts,
        id="%(runs)s + plan.n",
        matter_id="%(matters)s + plan.n",
        version_id="plan.version",
        status="CASE WHEN plan.is_open THEN 'running' ELSE 'completed' END",
        state="CASE WHEN plan.is_open THEN plan.held ELSE plan.done END",
        facts="plan.facts",
        initiator_appointment_id="who.id",
        lock_version="plan.steps",
        started_at="plan.born",
        finished_at=CLOSED,
    )


def _tasks(cursor: CursorWrapper, facts: Facts) -> None:
    insert(
        cursor,
        Task,
        WALKED,
        facts,
        id="%(tasks)s + plan.n * 16 + step.place",
        run_id="%(runs)s + plan.n",
        matter_id="%(matters)s + plan.n",
        key="step.key",
        duty="step.duty",
        step_code="step.code",
        step_name="step.name",
        person_id="who.person_id",
        appointment_id="who.id",
        state=f"CASE WHEN {LAST} THEN 'open' ELSE 'done' END",
        outcome=f"CASE WHEN {LAST} THEN '' ELSE step.outcome END",
        arrived_at=BEGAN,
        opened_at=f"CASE WHEN NOT ({LAST}) THEN {BEGAN} END",
        done_at=f"CASE WHEN NOT ({LAST}) THEN {ENDED} END",
        acted_by_id=f"CASE WHEN NOT ({LAST}) THEN who.person_id END",
        due_at=f"CASE WHEN {LAST} THEN {BEGAN} + interval '20 days' END",
    )


def _readings(cursor: CursorWrapper, facts: Facts) -> None:
    reader = """
FROM fill_plan AS plan JOIN fill_pool AS pool ON pool.organ_id = plan.organ AND pool.role = 'drafter'
JOIN fill_pool AS clerks ON clerks.organ_id = plan.organ AND clerks.role = 'clerk'
JOIN fill_post AS who ON who.id = CASE WHEN plan.is_principals THEN %(principal)s
  ELSE pool.posts[1 + plan.pick %% cardinality(pool.posts)] END
JOIN fill_post AS sender ON sender.id = CASE WHEN plan.is_clerks THEN %(clerk)s
  ELSE clerks.posts[1 + plan.pick %% cardinality(clerks.posts)] END
WHERE plan.shape = 1
"""
    insert(
        cursor,
        Reading,
        reader,
        facts,
        matter_id="%(matters)s + plan.n",
        person_id="who.person_id",
        appointment_id="who.id",
        source="'circulation'",
        sent_by_id="sender.person_id",
        sent_at="plan.born + interval '20 hours'",
        read_at="CASE WHEN NOT plan.is_open THEN plan.born + interval '30 hours' END",
    )


def _opinions(cursor: CursorWrapper, facts: Facts) -> None:
    insert(
        cursor,
        Opinion,
        f"{WALKED}{DONE_ONLY} AND step.outcome <> 'submit'",
        facts,
        matter_id="%(matters)s + plan.n",
        run_id="%(runs)s + plan.n",
        task_id="%(tasks)s + plan.n * 16 + step.place",
        step_code="step.code",
        column="step.opinion_column",
        action="step.outcome",
        text="'同意。'",
        person_id="who.person_id",
        person_name="who.name",
        post_text="who.text",
        unit_rank_order="who.unit_rank",
        at=ENDED,
    )


def _log(cursor: CursorWrapper, facts: Facts) -> None:
    insert(
        cursor,
        StepLog,
        f"{WALKED}{DONE_ONLY}",
        facts,
        matter_id="%(matters)s + plan.n",
        run_id="%(runs)s + plan.n",
        verb="step.verb",
        step_name="step.name",
        person_name="who.name",
        post_text="who.text",
        to_text="step.next_name",
        at=ENDED,
    )


def _outgoing(cursor: CursorWrapper, facts: Facts) -> None:
    source = f"""{FIRST.rstrip()}
JOIN fill_body AS body ON body.place = plan.n %% %(texts)s
JOIN fill_pool AS heads ON heads.organ_id = plan.organ AND heads.role = 'principal_head' WHERE NOT plan.is_incoming"""
    filed = "CASE WHEN NOT plan.is_open THEN {} END"
    insert(
        cursor,
        OutgoingDocument,
        source,
        facts,
        id="%(outgoing)s + plan.n",
        organ_id="plan.organ",
        issuing_organ_id="plan.organ",
        drafter_id="who.person_id",
        drafter_appointment_id="who.id",
        drafting_unit_id="who.unit_id",
        document_type="plan.type",
        routing_direction="'downward'",
        urgency="plan.urgency",
        title="plan.title",
        body="body.body",
        main_recipients_text="'各县（市、区）人民政府，市政府各部门、各直属机构'",
        issuer_mark="plan.full_name || '文件'",
        issuer_signature="plan.full_name",
        status=STATUS,
        version="plan.steps",
        signer_id="heads.posts[1]",
        signed_at=filed.format("plan.born + interval '75 hours'"),
        document_date=filed.format("(plan.born + interval '75 hours')::date"),
        document_number=OWN_NUMBER,
        printing_date=filed.format("(plan.born + interval '130 hours')::date"),
        matter_id="%(matters)s + plan.n",
        submitted_at="plan.born + interval '1 hour'",
        filed_year=filed.format("extract(year FROM plan.born)"),
        retention_period="CASE WHEN plan.is_open THEN '' ELSE 'd30' END",
        item_number="CASE WHEN plan.is_open THEN '' ELSE lpad(plan.n::text, 7, '0') END",
        filed_at=CLOSED,
        search_text=f"text_folded(concat_ws(' ', plan.title, {OWN_NUMBER}, plan.full_name, who.name))",
        created_at="plan.born",
        updated_at="plan.born + interval '1 hour'",
    )


def _recipients(cursor: CursorWrapper, facts: Facts) -> None:
    insert(
        cursor,
        DocumentRecipient,
        "FROM fill_plan AS plan WHERE NOT plan.is_incoming",
        facts,
        document_id="%(outgoing)s + plan.n",
        kind="'main'",
        name="'各县（市、区）人民政府，市政府各部门、各直属机构'",
    )


def _incoming(cursor: CursorWrapper, facts: Facts) -> None:
    insert(
        cursor,
        IncomingDocument,
        f"{FIRST} WHERE plan.is_incoming",
        facts,
        id="%(incoming)s + plan.n",
        organ_id="plan.organ",
        source_name="plan.source",
        title="plan.title",
        source_number=SOURCE_NUMBER,
        document_type="plan.type",
        urgency="plan.urgency",
        status=STATUS,
        version="plan.steps",
        is_for_action="plan.shape = 2",
        register_number=REGISTER,
        received_at="plan.born",
        signed_for_at="plan.born",
        signed_for_by_id="who.person_id",
        registered_at="plan.born + interval '10 minutes'",
        deadline_at="CASE WHEN plan.shape = 2 THEN plan.born + interval '20 days' END",
        completed_at=CLOSED,
        number_key=SOURCE_NUMBER,
        title_key="plan.title",
        matter_id="%(matters)s + plan.n",
        search_text=f"text_folded(concat_ws(' ', plan.title, plan.source, {SOURCE_NUMBER}, {REGISTER}))",
    )


def _parts(cursor: CursorWrapper, facts: Facts) -> None:
    cursor.execute(PARTS, facts)


YEAR = "extract(year FROM plan.born)"
NUMBERED = "WHERE NOT plan.is_incoming AND NOT plan.is_open"


def _series(cursor: CursorWrapper, facts: Facts) -> None:
    """A serial is the document's number in the whole city; each series begins where it comes to it."""
    insert(
        cursor,
        NumberSeries,
        f"FROM fill_plan AS plan {NUMBERED} GROUP BY plan.organ, plan.organ_code, {YEAR}",
        facts,
        organ_id="plan.organ",
        prefix="plan.organ_code",
        year=YEAR,
        first_serial="min(plan.n)",
        next_serial="max(plan.n) + 1",
        is_default="true",
    )
    insert(
        cursor,
        IncomingRegister,
        f"FROM fill_plan AS plan WHERE plan.is_incoming GROUP BY plan.organ, {YEAR}",
        facts,
        organ_id="plan.organ",
        year=YEAR,
        next_serial="max(plan.n) + 1",
    )


def _numbers(cursor: CursorWrapper, facts: Facts) -> None:
    """Each serial with its line in the ledger."""
    insert(
        cursor,
        DocumentNumber,
        "FROM fill_plan AS plan JOIN documents_numberseries AS series ON series.organ_id = plan.organ "
        f"AND series.year = {YEAR} AND series.prefix = plan.organ_code {NUMBERED}",
        facts,
        series_id="series.id",
        serial="plan.n",
        status="'used'",
        document_id="%(outgoing)s + plan.n",
        changed_at="plan.born + interval '110 hours'",
        search_text=f"text_folded(concat_ws(' ', {OWN_NUMBER}, plan.title))",
    )
    insert(
        cursor,
        NumberLedgerEntry,
        "FROM documents_documentnumber AS number JOIN documents_outgoingdocument AS document "
        "ON document.id = number.document_id WHERE number.document_id > %(outgoing)s",
        facts,
        number_id="number.id",
        status="number.status",
        document_title="document.title",
        person_id="document.drafter_id",
        at="number.changed_at",
    )


WORKS: tuple[tuple[str, Work], ...] = (
    ("事项", _matters),
    ("流程", _runs),
    ("待办和已办", _tasks),
    ("阅件", _readings),
    ("意见", _opinions),
    ("流转记录", _log),
    ("发文", _outgoing),
    ("主送机关", _recipients),
    ("收文", _incoming),
    ("参与", _parts),
    ("字号序列", _series),
    ("字号台账", _numbers),
)
