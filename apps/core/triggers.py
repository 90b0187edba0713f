"""Database triggers that several append-only tables share."""

import pgtrigger


def no_truncate(name: str) -> pgtrigger.Trigger:
    """Refuse TRUNCATE, which row triggers do not see."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'pgtrigger: % is append-only', TG_TABLE_NAME;",
    )
