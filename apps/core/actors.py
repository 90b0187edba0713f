"""Who acts: ids and words only, so that every floor may take it without knowing accounts."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person in one post. Built by `accounts.selectors.actor_for`; services take it as `actor`.

    `roles` are role codes of this appointment; `delegator_ids` the persons for whom this one may act now.
    """

    person_id: int
    name: str
    login_name: str
    appointment_id: int | None = None
    organ_id: int | None = None
    organ_name: str = ""
    unit_id: int | None = None
    unit_name: str = ""
    post_title: str = ""
    phone: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    other_post_count: int = 0

    @property
    def post_text(self) -> str:
        """Unit and post as shown beside the name, such as 市政府办公室 主任."""
        return " ".join(part for part in (self.unit_name or self.organ_name, self.post_title) if part)

    @property
    def surname(self) -> str:
        """First character of the name, for the person mark."""
        return self.name[:1]
