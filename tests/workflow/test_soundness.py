"""What a procedure must prove before it may be saved."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import Role
from apps.core.errors import ValidationFailed
from apps.documents import procedures
from apps.workflow.definition import Duty, load
from apps.workflow.soundness import prove
from tests.workflow.procedures import issuing, step

ROLES = frozenset(str(role) for role in Role)


def mistakes(steps: list[dict[str, Any]], **more: Any) -> str:
    """The sentence with which a definition is refused."""
    with pytest.raises(ValidationFailed) as refused:
        prove({"start": "draft", "steps": steps, **more}, roles=ROLES)
    return "；".join(refused.value.data["problems"])


DRAFT = step("draft", "拟稿", "check", actions=["submit"])
CHECK = step("check", "审核")


def test_the_tests_own_procedure_is_sound() -> None:
    """Nothing to complain of, and the columns stand with the leader's first."""
    definition = prove(issuing(), roles=ROLES)
    assert definition.columns == ("签发意见", "核稿意见", "会签意见", "审核意见")
    assert definition.leader_columns == {"签发意见"}
    assert [wanted.code for wanted in definition.chosen_by("draft")] == ["cosign"]


@pytest.mark.parametrize(
    "definition",
    [value for name, value in vars(procedures).items() if name.isupper() and isinstance(value, dict)],
)
def test_the_procedures_of_the_house_are_sound(definition: dict[str, Any]) -> None:
    """What 办文 installs passes the same proof."""
    assert prove(definition, roles=ROLES).steps


def test_a_way_that_does_not_exist_is_named() -> None:
    """The step and the missing target."""
    assert "“审核”环节的去向“nowhere”不存在" in mistakes([DRAFT, step("check", "审核", "nowhere")])


def test_a_circle_is_refused_with_its_names() -> None:
    """Going forward must end; going back is what returning is for."""
    words = mistakes([DRAFT, step("check", "审核", {"to": "draft", "when": "again"}, "end")])
    assert "流程绕圈，可能永远办不完：拟稿 → 审核 → 拟稿" in words


def test_a_step_that_no_way_reaches_is_dead() -> None:
    """Also when the only way to it can never be taken."""
    assert "“备案”环节没有任何路线能到达" in mistakes([DRAFT, CHECK, step("file", "备案")])
    dead = step("check", "审核", {"to": "end", "when": "a"}, {"to": "file", "when": "a"}, "end")
    words = mistakes([DRAFT, dead, step("file", "备案")])
    assert "“审核”环节的第2个去向永远走不到" in words
    assert "“备案”环节没有任何路线能到达" in words


def test_a_way_after_a_fact_and_its_opposite_is_dead() -> None:
    """One of the two always holds."""
    ways = ({"to": "end", "when": "a"}, {"to": "end", "when": "!a"}, "end")
    assert "第3个去向永远走不到" in mistakes([DRAFT, step("check", "审核", *ways)])


def test_the_last_way_must_always_be_open() -> None:
    """Otherwise a run might have nowhere to go."""
    assert "最后一个去向不能带条件" in mistakes([DRAFT, step("check", "审核", {"to": "end", "when": "a"})])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"assignee": {}}, "没有指定办理人规则"),
        ({"assignee": {"rule": "anyone"}}, "没有指定办理人规则"),
        ({"assignee": {"rule": "role_in_organ", "role": "king"}}, "角色“king”不存在"),
        ({"assignee": {"rule": "appointment"}}, "须指定一个任职"),
        ({"actions": ["return"]}, "没有能办完的操作"),
        ({"actions": ["approve", "bless"]}, "操作“bless”不存在"),
        ({"mode": "some"}, "办理方式“some”不存在"),
        ({"due_workdays": -1}, "时限须是"),
        ({"due_workdays": True}, "时限须是"),
        ({"name": ""}, "须有40字以内的名称"),
        ({"code": "Check Me"}, "代码须由小写字母"),
        ({"code": "end"}, "不能是 end"),
        ({"return_to": ["nowhere"]}, "退回去向“nowhere”不存在"),
        ({"return_to": ["check"]}, "不能退回到它之后的“审核”"),
        ({"retrun_to": []}, "不认识的字段“retrun_to”"),
        ({"next": "end"}, "next 须是"),
        ({"next": [{"to": "end", "when": "no spaces"}]}, "条件“no spaces”"),
        ({"must_choose": "yes"}, "must_choose 须是 true 或 false"),
    ],
)
def test_each_mistake_in_a_step_is_said(change: dict[str, Any], words: str) -> None:
    """One sentence for each."""
    assert words in mistakes([DRAFT, CHECK | change])


def test_the_first_step_belongs_to_the_initiator_alone() -> None:
    """And cannot send back."""
    draft = DRAFT | {"assignee": {"rule": "initiator_unit_head"}, "actions": ["submit", "return"]}
    words = mistakes([draft, CHECK])
    assert "须由发起人一人办理" in words
    assert "不能退回" in words


def test_a_chosen_step_needs_somebody_who_must_choose_on_every_way() -> None:
    """A short cut past the chooser is found."""
    chosen = step("cosign", "会签", mode="all", assignee={"rule": "chosen"})
    check = step("check", "审核", "cosign", must_choose=True)
    prove({"start": "draft", "steps": [DRAFT, check, chosen]}, roles=ROLES)
    short_cut = DRAFT | {"next": [{"to": "cosign", "when": "quick"}, {"to": "check"}]}
    assert "有路线上没有环节要求选人" in mistakes([short_cut, check, chosen])


def test_a_chooser_with_nothing_to_choose_is_refused() -> None:
    """The form would ask for nothing."""
    assert "后面没有需要选人的环节" in mistakes([DRAFT, CHECK | {"must_choose": True}])


def test_a_code_used_twice_is_refused() -> None:
    """Codes name steps."""
    assert "环节代码“check”重复" in mistakes([DRAFT, CHECK, CHECK])


@pytest.mark.parametrize(
    "raw", [None, [], {}, {"steps": []}, {"steps": "draft"}, {"start": "x", "steps": [1]}]
)
def test_what_is_no_definition_at_all_is_refused_in_words(raw: object) -> None:
    """No traceback for the administrator."""
    with pytest.raises(ValidationFailed, match="流程定义有"):
        prove(raw, roles=ROLES)


def test_how_grave_a_step_is_follows_from_its_acts() -> None:
    """Signing, deciding, working, and what nobody may do for another."""
    steps = load(issuing()).steps
    assert steps["signing"].duty is Duty.SIGNING
    assert steps["cosign"].duty is Duty.DECISION
    assert steps["numbering"].duty is Duty.WORK
    personal = load({"start": "s", "steps": [step("s", "用印", actions=["submit"], is_personal=True)]})
    assert personal.step("s").duty is Duty.PERSONAL


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "start",
                    "steps",
                    "code",
                    "name",
                    "mode",
                    "assignee",
                    "rule",
                    "actions",
                    "next",
                    "to",
                    "when",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(raw=json_values)
def test_no_json_makes_the_proof_stumble(raw: object) -> None:
    """Whatever is pasted, the answer is a definition or a sentence."""
    with contextlib.suppress(ValidationFailed):
        assert prove(raw, roles=ROLES).steps
