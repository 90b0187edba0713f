"""The measuring modules, made tiny: every ID of the issue has its numbers."""

import pytest

from apps.core import realtime
from apps.typesetting import compose, title_lines
from config.stack.bench import BenchResult, summary
from tests.benchmarks import board, fanout, history, inbox, login, messages, numbers, sign, sweep, typeset
from tests.helpers.fonts import CACHE, open_fonts

STATEMENTS = 25
FOOT = 262.0  # millimetres: the bottom of the type area


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
@pytest.mark.django_db(transaction=True)
def test_looking_back_is_measured_in_a_short_and_a_long_history_and_finds_all() -> None:
    values = measured(history.run(repeats=1, people=60, small=600, large=1200, pages=2))
    assert values.keys() == {"p95_ratio_worst", "recall"}
    assert values["p95_ratio_worst"] > 0
    assert values["recall"] == 1


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_the_board_is_measured_with_few_and_many_items_and_its_figures_are_the_truth() -> None:
    values = measured(board.run(repeats=1, small=600, large=1800, people=2))
    assert values.keys() == {"p95_ratio_worst", "figures_equal_truth"}
    assert values["p95_ratio_worst"] > 0
    assert values["figures_equal_truth"] == 1


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_lists_are_measured_with_few_and_many_documents_and_cost_the_same_queries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inbox, "WORDS", inbox.WORDS[:1])
    monkeypatch.setattr(inbox, "DEEP_TABS", inbox.DEEP_TABS[:1])
    values = measured(inbox.run(repeats=1, small=600, large=1200, people=600, readers=("director",)))
    assert values.keys() == {"p95_ratio_worst", "queries_equal", "p95_ms_worst"}
    assert values["p95_ratio_worst"] > 0
    assert values["queries_equal"] == 1
    assert values["p95_ms_worst"] > 0


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_messages_are_posted_to_real_processes_and_heard_by_every_member() -> None:
    values = measured(messages.run(repeats=1, people=60, burst=20, seconds=2))
    assert values.keys() == {"stored_and_delivered_per_s", "p99_ms_room50", "db_share", "lost"}
    assert values["stored_and_delivered_per_s"] > 0
    assert values["p99_ms_room50"] > 0
    assert 0 < values["db_share"] < 1
    assert values["lost"] == 0


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_fan_out_is_measured_beside_both_baselines_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(realtime, "PREFIX", "tz.topic.")  # servers of their own know no topics of this worker
    monkeypatch.setattr(fanout, "SIZES", (40,))
    monkeypatch.setattr(fanout, "FRAMES", {40: 30})
    monkeypatch.setattr(fanout, "PACED", {40: (5, 0.05)})
    values = measured(fanout.run(repeats=1, sizes=(40,)))
    ratios = {"over_websockets_broadcast_40", "over_group_send_40"}
    assert values.keys() == {*ratios, "p99_ms_40", "per_second_40", "lost"}
    assert all(values[name] > 0 for name in ratios)
    assert values["lost"] == 0


@pytest.mark.long
def test_layouts_are_measured_beside_the_bare_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGZHOU_FONTS", str(CACHE))
    result = typeset.run(repeats=1, easy=2, each_hard=1, by_office=1)
    assert result.values.keys() == {"easy_over_bare", "hard_over_bare", "libreoffice_over_ours"}
    assert {"easy_over_bare", "hard_over_bare"} <= measured(result).keys()
    assert result.notes["libreoffice_over_ours"]


@pytest.mark.long
def test_the_hard_layouts_are_as_hard_as_they_are_called() -> None:
    library = open_fonts()
    single, colliding, foot, _, two, forty = (
        [compose(make(serial), library=library) for serial in (2, 3)] for make in typeset.HARD
    )
    assert [sheet.page_count for sheet in single + two] == [2] * 4
    assert [sheet.page_count for sheet in colliding + forty] == [4] * 4
    boxes = [sheet.seal_box for sheet in foot if sheet.seal_box]
    assert [box.page for box in boxes] == [2, 3]
    assert FOOT - 2 < boxes[0].y_mm + boxes[0].diameter_mm <= FOOT
    assert [len(title_lines(typeset.HARD[3](serial).title)) for serial in (2, 3)] == [4, 4]


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_sweep_tells_nobody_twice() -> None:
    values = measured(sweep.run(open_count=3000, due_count=1100, repeats=2))
    assert values.keys() == {"over_sql", "queries_per_batch", "peak_mb", "duplicates"}
    assert values["over_sql"] > 0
    assert values["duplicates"] == 0


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_thousand_wrong_words_lock_one_account_and_nobody_else() -> None:
    values = measured(login.run(tries=24, alone=3, processes=1))
    assert values.keys() == {"locked_out", "p95_ms_honest_user", "honest_slowdown", "sign_ins_per_s"}
    assert values["locked_out"] == 1
    assert min(values.values()) > 0
