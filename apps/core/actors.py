"""Who acts: ids and words only, so that every floor may take it without knowing accounts."""

from dataclasses import dataclass, field

from apps.core.errors import Forbidden


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
    def signature(self) -> str:
        """Unit, post and name as kept with what somebody did."""
        return f"{self.post_text} {self.name}".strip()[:160]

    def post_required(self, doing: str) -> int:
        """The post the actor acts in. Raises `Forbidden` without one; `doing` says what it is needed for."""
        if self.appointment_id is None:
            raise Forbidden(f"您现在没有任职，不能{doing}。", rule="post")
        return self.appointment_id

    @property
    def surname(self) -> str:
        """First character of the name, for the person mark."""
        return self.name[:1]
