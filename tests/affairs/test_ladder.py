"""Who approves whose absence: by standing and length (domain.md §6.5)."""

import pytest

from apps.affairs.ladder import Standing, facts_of

ALL = {"has_unit_head": True, "has_leader": True, "has_head": True, "has_superior": True}


def steps(days: float, **standing: bool) -> set[str]:
    """The steps a notice takes."""
    return {
        name.removeprefix("needs_")
        for name, is_needed in facts_of(Standing(**standing), days).items()
        if is_needed
    }


@pytest.mark.parametrize(
    ("days", "standing", "expected"),
    [
        (1, {"is_principal": True}, {"superior"}),
        (10, {"is_deputy": True}, {"head"}),
        (0.5, {"is_unit_head": True}, {"leader"}),
        (1, {"is_unit_head": True}, {"leader", "head"}),
        (2.5, {}, {"unit_head"}),
        (3, {}, {"unit_head", "leader"}),
    ],
)
def test_the_ladder_follows_standing_and_days(
    days: float, standing: dict[str, bool], expected: set[str]
) -> None:
    assert steps(days, **ALL, **standing) == expected


@pytest.mark.parametrize(
    ("missing", "standing", "expected"),
    [
        ("has_unit_head", {}, {"leader"}),
        ("has_leader", {"is_unit_head": True}, {"head"}),
        ("has_superior", {"is_principal": True}, set()),
        ("has_head", {"is_deputy": True}, set()),
    ],
)
def test_where_an_approver_is_missing_the_next_higher_one_approves(
    missing: str, standing: dict[str, bool], expected: set[str]
) -> None:
    assert steps(0.5, **(ALL | {missing: False}), **standing) == expected


def test_somebody_without_unit_head_and_leader_goes_to_the_head() -> None:
    assert steps(1, has_head=True) == {"head"}
