"""Whether a paper document is addressed to the organ that received it (条例 art. 24, D31)."""

import re

from apps.documents.models import IncomingDocument
from apps.documents.rules import Finding, IncomingPaper, incoming_findings_of

BETWEEN = re.compile(r"[，,、；;：:。\s]+|(?:主送|抄送|分送)[：:]")


def addressee_findings(document: IncomingDocument) -> tuple[Finding, ...]:
    """D31 for what the clerk read off the paper. What the platform delivered was addressed to us, what nobody read off is not judged.

    An office receives for its government, so the government's names are its own too.
    """
    names = tuple(name for name in BETWEEN.split(document.addressees_text) if name)
    if document.dispatch_id is not None or not names:
        return ()
    organ = document.organ
    ours = [organ, organ.superior] if organ.kind == organ.Kind.OFFICE and organ.superior else [organ]
    our_names = tuple(name for one in ours for name in (one.full_name, one.short_name) if name)
    return incoming_findings_of(IncomingPaper(recipients=names, our_names=our_names))
