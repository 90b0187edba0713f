"""How often a process looks for garbage."""

import gc
import os
import subprocess
import sys

from apps.core.garbage import RARELY
from config.stack.services import ROOT


def test_a_process_that_has_set_itself_up_looks_for_garbage_seldom() -> None:
    """Not at all while it imports, and never through what it has imported."""
    told = "import django, gc; django.setup(); print(gc.isenabled(), *gc.get_threshold(), gc.get_freeze_count() > 100_000)"
    ran = subprocess.run(
        [sys.executable, "-c", told], cwd=ROOT, env={**os.environ}, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["True", *map(str, RARELY), "True"]
    assert gc.isenabled()
