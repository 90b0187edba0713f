"""The measuring modules, made tiny: every ID of the issue has its numbers."""

import pytest

from config.stack.bench import BenchResult, summary
from tests.benchmarks import numbers, sign, typeset
from tests.helpers.fonts import CACHE

STATEMENTS = 25


def measured(result: BenchResult) -> dict[str, float]:
    """Medians by ID, without those that could not be measured here."""
    values = summary("tiny", result)["values"]
    return {key: spread["median"] for key, spread in values.items() if spread}


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_numbers_are_neither_given_twice_nor_left_out() -> None:
    values = measured(numbers.run(repeats=1, pairs=1, threads=6, takes=2))
    assert values.keys() == {"over_sql", "duplicates", "unexplained_gaps"}
    assert values["over_sql"] > 0
    assert (values["duplicates"], values["unexplained_gaps"]) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_signing_sends_no_more_statements_than_it_may() -> None:
    values = measured(sign.run(repeats=1, verbs=1, each=1))
    assert values.keys() == {"statements", "over_sql", "verbs_per_second_8_threads"}
    assert 0 < values["statements"] <= STATEMENTS
    assert values["over_sql"] > 0
    assert values["verbs_per_second_8_threads"] > 0


@pytest.mark.long
def test_layouts_are_measured_beside_the_bare_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGZHOU_FONTS", str(CACHE))
    result = typeset.run(repeats=1, easy=2, each_hard=1, by_office=1)
    assert result.values.keys() == {"easy_over_bare", "hard_over_bare", "libreoffice_over_ours"}
    assert {"easy_over_bare", "hard_over_bare"} <= measured(result).keys()
    assert result.notes["libreoffice_over_ours"]
