#!/usr/bin/env python3
"""The one command of the platform: `python3 manage.py up`, `python3 manage.py test`, and every Django command."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Run the command inside the virtual environment of this checkout."""
    root = Path(__file__).resolve().parent
    environment = root / ".venv"
    inside = environment / "bin" / "python"
    if inside.exists() and Path(sys.prefix).resolve() != environment.resolve():
        os.execv(inside, [str(inside), str(root / "manage.py"), *sys.argv[1:]])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
