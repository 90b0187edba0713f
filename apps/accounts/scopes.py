"""What a delegation may be limited to: categories of processes, named by the apps that own them.

Personnel, discipline, one's own leave and the use of seals are never delegated (domain.md §9.5): their apps register nothing.
"""

_scopes: dict[str, str] = {}


def scope_add(code: str, name: str) -> None:
    """Offer a category of processes, such as `outgoing` 发文, for delegation; called from `ready()`."""
    _scopes[code] = name


def scope_names() -> dict[str, str]:
    """Code → name of everything that can be delegated."""
    return dict(_scopes)
