"""First migrations make their tables whole: the same tables as operation by operation, in a fraction of the time."""

import importlib
import os
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import migrations
from psycopg import sql

from apps.core.whole_tables import WholeTables, added_elsewhere
from config.stack.services import ROOT

FIRST = sorted(path.parts[-3] for path in ROOT.glob("apps/*/migrations/0001_initial.py"))
WHOLE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""
STEP_BY_STEP = WHOLE.replace(
    "call_command(", "from apps.core.whole_tables import WholeTables\ndel WholeTables.apply\ncall_command("
)
CATALOGUE = """
SELECT table_name, column_name, concat_ws(' ', udt_name, is_nullable, column_default, character_maximum_length)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


@pytest.mark.parametrize("app", FIRST)
def test_a_first_migration_adds_only_to_what_it_makes(app: str) -> None:
    """Else what it adds would be passed over in silence."""
    made = importlib.import_module(f"apps.{app}.migrations.0001_initial").Migration
    assert issubclass(made, WholeTables)
    assert added_elsewhere(made("0001_initial", app)) == []


def test_what_adds_to_a_strangers_table_is_named() -> None:
    """The check above can fail."""

    class Strange(WholeTables):
        operations = (migrations.RemoveField("organ", "short_name"),)

    assert added_elsewhere(Strange("0001_initial", "core")) == ["organ"]


@pytest.mark.long
@pytest.mark.django_db
def test_whole_tables_are_those_made_step_by_step() -> None:
    """Columns, indexes, constraints, triggers and functions, to the letter."""
    whole, stepwise = _catalogue_after(WHOLE), _catalogue_after(STEP_BY_STEP)
    assert len(whole) > len(FIRST)
    assert whole == stepwise


def _catalogue_after(script: str) -> set[tuple[Any, ...]]:
    """What stands in a fresh database when `script` has run; a restored one would tell casts in other words."""
    address = os.environ["DATABASE_URL"]
    name = f"step_by_step_{os.getpid()}"
    fresh = urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
    env = {**os.environ, "DATABASE_URL": fresh, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT, env=env)
            with psycopg.connect(fresh) as migrated:
                return set(migrated.execute(CATALOGUE).fetchall())
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
