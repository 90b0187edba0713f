"""How often a process looks for garbage."""

import os
import subprocess
import sys

from apps.core.garbage import RARELY
from config.stack.services import ROOT

SET_UP = """
import gc, sys, django
looks = []
gc.callbacks.append(lambda phase, facts: looks.append(phase) if "apps.core.apps" in sys.modules else None)
django.setup()
print(gc.isenabled(), *gc.get_threshold(), gc.get_freeze_count() > 100_000, looks.count("start"))
"""


def test_a_process_looks_for_garbage_not_while_it_imports_and_seldom_afterwards() -> None:
    """Once when all models stand, and what was imported is never looked through again."""
    ran = subprocess.run(
        [sys.executable, "-c", SET_UP],
        cwd=ROOT,
        env={**os.environ},
        capture_output=True,
        text=True,
        check=True,
    )
    *said, looks = ran.stdout.split()
    assert said == ["True", *map(str, RARELY), "True"]
    assert int(looks) < 10  # Python's own thresholds: hundreds
