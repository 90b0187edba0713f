"""Which way a command goes: the stack's own verbs, commands without servers, commands with them."""

import os
import sys
from pathlib import Path

from config.stack.services import ROOT, Services
from config.stack.state import State

# These look at code only, or say nothing of the database.
WITHOUT_SERVERS = frozenset(
    {
        "help",
        "--help",
        "-h",
        "version",
        "--version",
        "check",
        "makemigrations",
        "typeset",
        "spectacular",
        "findstatic",
    }
)
DATABASE_WAIT_TEXT = "数据目录正被另一条命令占用，请等它结束后重试。"


def run(argv: list[str]) -> int:
    """Run the command; returns the exit status."""
    command = argv[1] if len(argv) > 1 else "help"
    if command == "up":
        from config.stack.up import main as up  # noqa: PLC0415  # each verb loads only what it needs

        return up(argv[2:])
    if command == "test":
        from config.stack.checks import main as test  # noqa: PLC0415  # each verb loads only what it needs

        return test(argv[2:])
    if command == "bench":
        from config.stack.bench import main as bench  # noqa: PLC0415  # each verb loads only what it needs

        return bench(argv[2:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    if command in WITHOUT_SERVERS or os.environ.get("DATABASE_URL"):
        return execute(argv)
    return with_servers(argv)


def execute(argv: list[str]) -> int:
    """Django's command in this process."""
    from django.core.management import execute_from_command_line  # noqa: PLC0415  # settings must be named first

    execute_from_command_line(argv)
    return 0


def with_servers(argv: list[str]) -> int:
    """Run with the running stack's servers, else with servers of the command's own for its duration."""
    state = State.at(Path(os.environ.get("TONGZHOU_STATE", ROOT / ".state")))
    if not state.lock():
        facts = state.facts()
        if "environment" not in facts:
            sys.stderr.write(DATABASE_WAIT_TEXT + "\n")
            return 2
        os.environ.update(facts["environment"])
        return execute(argv)
    services = Services(state)
    try:
        services.start()
        os.environ.update(services.environment)
        return execute(argv)
    finally:
        services.stop()
        state.unlock()
