"""What a workbook without mistakes asks for, and what the installation has already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from apps.accounts.staffing.workbook import Mistake


@dataclass(frozen=True, kw_only=True)
class KnownOrgans:
    """Present organs (every name → full name), their units, the login names ever used, and which heads are in office.

    `people`: organ and name → login names of those in office there.
    """

    main: str
    names: Mapping[str, str]
    units: frozenset[tuple[str, str]] = frozenset()
    login_names: frozenset[str] = frozenset()
    codes: Mapping[str, str] = field(default_factory=dict)
    heads: Mapping[tuple[str, str], str] = field(default_factory=dict)
    people: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PlannedOrgan:
    """An organ to be made; `superior` is a full name."""

    full_name: str
    short_name: str
    organ_code: str
    level: str
    kind: str
    superior: str
    rank: int


@dataclass(frozen=True, kw_only=True)
class PlannedUnit:
    """A unit to be made, after its parent; `organ` is a full name."""

    organ: str
    name: str
    parent: str
    is_general_office: bool
    rank: int


@dataclass(frozen=True, kw_only=True)
class PlannedPerson:
    """An account to be made."""

    login_name: str
    name: str
    mobile: str
    phone: str
    email: str
    demo_note: str = ""


@dataclass(frozen=True, kw_only=True)
class PlannedPost:
    """A post to be opened for a planned person."""

    login_name: str
    organ: str
    unit: str
    post_title: str
    kind: str
    rank: int
    roles: tuple[str, ...]
    charge_units: tuple[str, ...]
    charge_organs: tuple[str, ...]
    started_on: date


@dataclass(frozen=True, kw_only=True)
class StaffingPlan:
    """Everything a workbook asks for, in the order in which it is made."""

    organs: tuple[PlannedOrgan, ...] = ()
    units: tuple[PlannedUnit, ...] = ()
    people: tuple[PlannedPerson, ...] = ()
    posts: tuple[PlannedPost, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The verdict on a workbook: its plan, what is wrong (then the plan is not to be used), and what is worth a look."""

    plan: StaffingPlan
    mistakes: tuple[Mistake, ...] = ()
    remarks: tuple[Mistake, ...] = ()
