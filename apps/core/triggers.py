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


def update_of(*fields: str) -> pgtrigger.UpdateOf:
    """An UPDATE that names one of the fields."""
    return pgtrigger.UpdateOf(*fields)  # type: ignore[no-untyped-call]  # pgtrigger's own


def search_text_kept(name: str, *fields: str, parts: str) -> pgtrigger.Trigger:
    """Keep `search_text` what `fields` make of it; `parts` is their SQL, separated by commas (see `core.words`)."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | update_of(*fields),
        func=f"NEW.search_text = text_folded(concat_ws(' ', {parts})); RETURN NEW;",
    )
