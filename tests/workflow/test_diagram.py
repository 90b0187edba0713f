"""The drawing of a procedure: every step once, nothing on top of anything, the same said in words."""

from hypothesis import given

from apps.workflow.definition import END, Definition, load
from apps.workflow.diagram import Box, draw
from tests.workflow.procedures import issuing, step
from tests.workflow.test_engine_laws import definitions


def cover(first: Box, second: Box) -> bool:
    """Whether two boxes share a point."""
    apart_x = first.x + first.width <= second.x or second.x + second.width <= first.x
    apart_y = first.y + first.height <= second.y or second.y + second.height <= first.y
    return not (apart_x or apart_y)


@given(definition=definitions())
def test_every_step_is_drawn_once_and_no_two_cover_each_other(definition: Definition) -> None:
    """All inside the picture, with a way for every branch."""
    drawing = draw(definition)
    assert {box.code for box in drawing.boxes} == {*definition.steps, END}
    boxes = list(drawing.boxes)
    assert not any(cover(first, second) for at, first in enumerate(boxes) for second in boxes[at + 1 :])
    assert all(box.x >= 0 and box.x + box.width <= drawing.width for box in boxes)
    assert all(box.y >= 0 and box.y + box.height <= drawing.height for box in boxes)
    assert len(drawing.ways) == sum(max(len(step.branches), 1) for step in definition.steps.values())


@given(definition=definitions())
def test_ways_lead_down(definition: Definition) -> None:
    """A step stands below every step it can come from."""
    place = {box.code: box.y for box in draw(definition).boxes}
    for code, wanted in definition.steps.items():
        assert all(place[code] < place[branch.to] for branch in wanted.branches)


def test_conditions_are_written_in_the_organs_words() -> None:
    """And the words for those who do not see say the same."""
    drawing = draw(load(issuing()))
    assert "需要会签" in {way.label for way in drawing.ways}
    assert "部门核稿：需要会签时到会签，到办公室审核" in drawing.words
    assert "编号：到办结" in drawing.words


def test_the_opposite_of_a_condition_is_said() -> None:
    """`!fact` is 非…."""
    ways = ({"to": "check", "when": "!urgent"}, "end")
    raw = {
        "start": "draft",
        "facts": {"urgent": "紧急"},
        "steps": [step("draft", "拟稿", *ways), step("check", "审核")],
    }
    assert "非紧急时到审核" in draw(load(raw)).words


def test_only_the_ways_a_run_took_are_marked() -> None:
    """A short cut between two done steps that nobody took stays grey."""
    definition = load(issuing())
    states = {"draft": "done", "dept_review": "done", "cosign": "done", "office_review": "now"}
    drawing = draw(definition, states=states, route=["draft", "dept_review", "cosign", "office_review"])
    assert [way.is_taken for way in drawing.ways].count(True) == 3
    assert next(box for box in drawing.boxes if box.code == END).state == ""
    over = draw(
        definition, states=dict.fromkeys(definition.steps, "done"), route=["signing", "numbering", END]
    )
    assert next(box for box in over.boxes if box.code == END).state == "done"
    assert [way.is_taken for way in over.ways].count(True) == 2


def test_long_names_are_cut_and_kept_in_full_for_the_tooltip() -> None:
    """A box holds twelve characters."""
    name = "市人民政府办公室综合协调与合法性审核环节"
    drawing = draw(load({"start": "a", "steps": [step("a", name)]}), notes={"a": "某某某、某某某"})
    box = drawing.boxes[0]
    assert len(box.name) == 12
    assert box.full.startswith(name)
