"""Handwriting: what is accepted, and that ink is drawn where it was written."""

from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import ValidationFailed
from apps.workflow.forms import strokes_of
from apps.workflow.ink import ink_of, strokes_validated

POINT = st.tuples(st.integers(0, 300), st.integers(0, 120), st.floats(0, 1))


@given(st.lists(st.lists(POINT, min_size=1, max_size=8), min_size=1, max_size=5))
def test_every_stroke_becomes_a_path(strokes: list[list[tuple[int, int, float]]]) -> None:
    """Nothing written is lost, and validating twice changes nothing."""
    kept = strokes_validated({"w": 300, "h": 120, "strokes": strokes})
    assert strokes_validated(kept) == kept
    assert len(ink_of(kept).paths) == len(strokes)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        {},
        {"w": 10, "h": 10, "strokes": []},
        {"w": 0, "h": 10, "strokes": [[[1, 1]]]},
        {"w": 10, "h": 10, "strokes": [["x"]]},
        {"w": 10, "h": 10, "strokes": [[[1, 1]]] * 401},
        {"w": 99999, "h": 10, "strokes": [[[1, 1]]]},
        {"w": float("inf"), "h": 10, "strokes": [[[1, 1]]]},
        {"w": 10, "h": 10, "strokes": [[[float("inf"), 1]]]},
        {"w": 10, "h": 10, "strokes": [[[1, 1, float("nan")]]]},
        {"w": 10, "h": 10, "strokes": [[[1, 1]] * 20_001]},
    ],
)
def test_nonsense_strokes_are_refused_in_words(raw: Any) -> None:
    """Bad ink gets a sentence, not a crash."""
    with pytest.raises(ValidationFailed, match="笔迹"):
        strokes_validated(raw)


def test_a_form_too_deep_to_read_is_refused_in_words() -> None:
    form = QueryDict(mutable=True)
    form["strokes"] = "[" * 100_000
    with pytest.raises(ValidationFailed, match="笔迹"):
        strokes_of(form)
