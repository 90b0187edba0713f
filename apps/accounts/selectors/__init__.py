"""Reads of people and organs. Order is rank order everywhere."""

from apps.accounts.selectors.administrators import attempt_of, groups_of, is_administrator
from apps.accounts.selectors.gates import appointment_locked, organ_locked, person_locked, unit_locked
from apps.accounts.selectors.organs import is_below, organs_below
from apps.accounts.selectors.posts import (
    actor_for,
    actor_of_appointment,
    appointments_of,
    appointments_open_on,
    holders,
    is_running,
    leaders_in_charge,
    open_posts_of,
    regular_post_between,
    running_posts_in,
    serves,
    serves_person,
    valid_on,
)
from apps.accounts.selectors.standing_in import absence_of, delegates_of, delegations_between, delegators_of

__all__ = [
    "absence_of",
    "actor_for",
    "actor_of_appointment",
    "appointment_locked",
    "appointments_of",
    "appointments_open_on",
    "attempt_of",
    "delegates_of",
    "delegations_between",
    "delegators_of",
    "groups_of",
    "holders",
    "is_administrator",
    "is_below",
    "is_running",
    "leaders_in_charge",
    "open_posts_of",
    "organ_locked",
    "organs_below",
    "person_locked",
    "regular_post_between",
    "running_posts_in",
    "serves",
    "serves_person",
    "unit_locked",
    "valid_on",
]
