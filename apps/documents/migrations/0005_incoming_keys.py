"""What incoming documents are compared by, for those that are here already."""

import unicodedata
from typing import Any

from django.db import migrations

BRACKETS = str.maketrans("[]【】()「」《》", "〔〕〔〕〔〕〔〕〔〕")
BATCH = 1000


def fill(apps: Any, _editor: Any) -> None:
    """As `selectors.duplicates` makes them on this day."""
    model = apps.get_model("documents", "IncomingDocument")
    changed = []
    for row in model.objects.filter(title_key="").only("source_number", "title").iterator(chunk_size=BATCH):
        number = unicodedata.normalize("NFKC", row.source_number).translate(BRACKETS)
        title = unicodedata.normalize("NFKC", row.title)
        row.number_key = "".join(number.split())[:40]
        row.title_key = "".join(char for char in title if char.isalnum())[:300]
        changed.append(row)
        if len(changed) == BATCH:
            model.objects.bulk_update(changed, ["number_key", "title_key"])
            changed = []
    model.objects.bulk_update(changed, ["number_key", "title_key"])


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_handling_in_full")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
