"""What a reply slip of a meeting asks, and what an answer means. Pure: the form is `notifications.reply_form`'s."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from apps.notifications.reply_form import Field, Kind


class Answer(StrEnum):
    """参会情况."""

    COMES = "参会"
    LEAVE = "请假"
    SUBSTITUTE = "替会"


ANSWER, PEOPLE, REASON, SUBSTITUTE, CAR = "f1", "f2", "f3", "f4", "f5"


def form_of(*, substitute_allowed: bool) -> list[Field]:
    """The questions; a meeting that allows no substitutes does not offer any."""
    options = [answer.value for answer in Answer if substitute_allowed or answer is not Answer.SUBSTITUTE]
    return [
        Field(key=ANSWER, label="参会情况", kind=Kind.CHOICE, required=True, options=tuple(options)),
        Field(key=PEOPLE, label="参会人员（每行一人：姓名 职务）", kind=Kind.PEOPLE),
        Field(key=REASON, label="请假或替会事由", kind=Kind.TEXT),
        Field(key=SUBSTITUTE, label="替会人（姓名 职务 职级）", kind=Kind.TEXT),
        Field(key=CAR, label="车牌号、用餐等", kind=Kind.TEXT),
    ]


@dataclass(frozen=True, kw_only=True)
class Slip:
    """An answer: who (name, post), why not, who instead (name, post, rank)."""

    answer: Answer
    people: tuple[tuple[str, str], ...]
    reason: str = ""
    substitute: tuple[str, str, str] = ("", "", "")


def slip_of(answers: Mapping[str, str]) -> Slip:
    """What the answers say; what cannot be read counts as coming."""
    said = answers.get(ANSWER, "")
    words = answers.get(SUBSTITUTE, "").split()
    name, post, rank = [*words, "", "", ""][:3]
    return Slip(
        answer=Answer(said) if said in set(Answer) else Answer.COMES,
        people=tuple(_named(line) for line in answers.get(PEOPLE, "").splitlines() if line.strip()),
        reason=answers.get(REASON, "")[:200],
        substitute=(name[:40], post[:60], rank[:40]),
    )


def _named(line: str) -> tuple[str, str]:
    name, _, post = line.strip().replace("，", " ").replace("\u3000", " ").partition(" ")
    return name[:40], post.strip()[:60]


def mistakes_of(slip: Slip, *, quota: int, is_organ: bool, substitute_allowed: bool) -> list[str]:
    """What is wrong with an answer, in words."""
    found = []
    if is_organ and slip.answer is Answer.COMES and not slip.people:
        found.append("请填写参会人员，每行一人。")
    if len(slip.people) > quota:
        found.append(f"名额 {quota} 人，填报了 {len(slip.people)} 人，请核减。")
    if len({name for name, _ in slip.people}) < len(slip.people):
        found.append("参会人员中有重名，请在姓名后加注以示区别。")
    if slip.answer is not Answer.COMES and not slip.reason.strip():
        found.append(f"{slip.answer.value}须写明事由。")
    if slip.answer is Answer.SUBSTITUTE:
        if not substitute_allowed:
            found.append("本次会议不得替会，请按要求参会或请假。")
        elif not all(slip.substitute):
            found.append("请填写替会人的姓名、职务和职级。")
    return found
