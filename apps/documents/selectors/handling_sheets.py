"""收文办理单 as the typesetter takes it."""

from apps.core.actors import Actor
from apps.core.clock import local, now
from apps.documents.enums import ReviewPoint
from apps.documents.models import IncomingDocument
from apps.documents.selectors.dealings import PartLine, parts_of
from apps.typesetting import HandlingSheet, SheetOpinion
from apps.workflow.ink import ink_of, strokes_validated
from apps.workflow.models import Opinion
from apps.workflow.selectors import moment_words, opinion_columns, reading_tree

NONE = "—"


def sheet_of(actor: Actor, document: IncomingDocument) -> HandlingSheet:
    """One sheet: facts, parts of the work, circulation, opinions. A fixed number of queries."""
    return HandlingSheet(
        heading=f"{document.organ.full_name}收文办理单",
        pairs=_pairs(document),
        rows=tuple((name, value) for name, value in _rows(document) if value),
        opinions=_opinions(document),
        foot=f"打印 {actor.name} {moment_words(now())}",
    )


def _pairs(document: IncomingDocument) -> tuple[tuple[str, str], ...]:
    signed = document.signed_for_at
    signer = document.signed_for_by.name if document.signed_for_by else ""
    return (
        ("来文单位", document.source_name),
        ("来文字号", document.source_number or NONE),
        ("收文编号", document.register_number or NONE),
        ("紧急程度", document.get_urgency_display()),
        ("收到时间", moment_words(document.received_at)),
        ("办理时限", moment_words(document.deadline_at) if document.deadline_at else NONE),
        ("签收", f"{signer} {moment_words(signed)}" if signed else "未签收"),
        ("状态", document.get_status_display()),
    )


def _rows(document: IncomingDocument) -> list[tuple[str, str]]:
    review = "；".join(ReviewPoint(point).label for point in document.review_failings)
    readers = ""
    if document.matter is not None and (tree := reading_tree(document.matter)).total:
        readers = f"{tree.read_count} / {tree.total} 已阅：" + "、".join(
            f"{row.person.name}{f'（{local(row.read_at):%m-%d}）' if row.read_at else '（未阅）'}"
            for unit in tree.units
            for row in unit.readings
        )
    return [
        ("标题", document.title),
        ("初审", review),
        ("承办", "\n".join(_part(part) for part in parts_of(document))),
        ("传阅", readers),
        ("办理结果", document.result),
        ("答复", "\n".join(f"{moment_words(row.at)} {row.text}" for row in document.responses.all())),
    ]


def _part(part: PartLine) -> str:
    kind = "主办" if part.row.is_lead else "协办"
    words = f"{kind} {part.row.unit.name} {part.holder_name}"
    if part.row.assignment:
        words += f"：{part.row.assignment}"
    if part.deadline_at:
        words += f"（{moment_words(part.deadline_at)}前）"
    return words


def _opinions(document: IncomingDocument) -> tuple[SheetOpinion, ...]:
    if document.matter is None:
        return ()
    return tuple(
        SheetOpinion(
            column=column.name,
            words=opinion.text or ("" if opinion.strokes else opinion.get_action_display()),
            by=_signature(opinion),
            ink=_svg(opinion),
            is_leader=column.is_leader,
            is_void=opinion.is_taken_back,
        )
        for column in opinion_columns(document.matter)
        for opinion in column.opinions
    )


def _signature(opinion: Opinion) -> str:
    name = opinion.person_name
    if opinion.on_behalf_of:
        name += f"（代{opinion.on_behalf_of}）"
    if opinion.recorded_by_name:
        name += f"（{opinion.recorded_by_name}代录）"
    return f"{name} {opinion.post_text} {moment_words(opinion.at)}"


def _svg(opinion: Opinion) -> str:
    """The handwriting as a picture; its parts are numbers only."""
    if not opinion.strokes:
        return ""
    drawn = ink_of(strokes_validated(opinion.strokes))
    paths = "".join(f'<path d="{path}" stroke-width="{width}"/>' for path, width in drawn.paths)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{drawn.box}" fill="none" stroke="black"'
        f' stroke-linecap="round" stroke-linejoin="round">{paths}</svg>'
    )
