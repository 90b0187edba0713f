"""A line of the duty log is longer than a title: its words are known to the end."""

import importlib

from django.db import migrations

WORDS: str = importlib.import_module("apps.core.migrations.0004_words").WORDS


def changed(characters: int) -> str:
    """The function, for texts of so many characters; of those already in an index all are shorter."""
    longer = WORDS.replace("left(folded, 2000)", f"left(folded, {characters})")
    return longer.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("core", "0004_words")]

    operations = [migrations.RunSQL(changed(20_000), changed(2000))]
