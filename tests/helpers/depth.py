"""What the quick run leaves to the long one (`manage.py test --long`): further cases of a law whose first ones it has tried."""

import os
from collections.abc import Iterable
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet


def first_quick(cases: Iterable[Any], quick: int = 1) -> list[ParameterSet]:
    """Cases for `parametrize`: the first `quick` in every run, the others in the long one."""
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else (case,)), marks=() if place < quick else pytest.mark.long
        )
        for place, case in enumerate(cases)
    ]


def examples(*, quick: int, long: int) -> int:
    """How many examples of a dear law Hypothesis tries in each kind of run."""
    return long if os.environ.get("HYPOTHESIS_PROFILE") == "long" else quick
