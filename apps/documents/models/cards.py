"""What a document's card (`workflow.Matter`) says of it by the database's own hand."""

import pgtrigger

from apps.core.triggers import update_of


def card_kept(name: str) -> pgtrigger.Trigger:
    """The card has the document's urgency and 文种 from the moment it is there: lists narrowed by them begin at the card's readers."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | update_of("matter_id", "urgency", "document_type"),
        condition=pgtrigger.Condition("(NEW.matter_id IS NOT NULL)"),
        func="""
            UPDATE workflow_matter SET urgency = NEW.urgency, form = NEW.document_type
            WHERE id = NEW.matter_id AND (urgency, form) IS DISTINCT FROM (NEW.urgency, NEW.document_type);
            RETURN NULL;
        """,
    )
