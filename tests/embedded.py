"""A throw-away PostgreSQL and Valkey for one test run, up before pytest-django reads the settings.

Loaded by `-p tests.embedded`. Workers of xdist inherit the addresses and have a state folder each. `TONGZHOU_TEST_DATABASE_URL` and
`TONGZHOU_TEST_REDIS_URL` use servers of your own instead.
"""

import atexit
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Any

import pytest

from config.stack.postgres import TEST_OPTIONS, Postgres
from config.stack.valkey import Valkey

PREFIX = "tongzhou-tests-"
_running: dict[str, Any] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start both servers unless the controlling process or the environment already named them."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        # its database gives files the same numbers as another's: in one folder they would take each other's files
        _running["state"] = os.environ["TONGZHOU_STATE"] = tempfile.mkdtemp(prefix="tongzhou-test-")
        return
    if os.environ.get("TONGZHOU_EMBEDDED_FOR_TESTS"):
        return
    _sweep_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o755)
    (folder / "pid").write_text(str(os.getpid()))
    _running["folder"] = folder
    if url := os.environ.get("TONGZHOU_TEST_DATABASE_URL"):
        os.environ["DATABASE_URL"] = url
    else:
        _running["postgres"] = Postgres(folder / "pg", options=TEST_OPTIONS)
        _running["postgres"].start()
        os.environ["DATABASE_URL"] = _running["postgres"].url
    if url := os.environ.get("TONGZHOU_TEST_REDIS_URL"):
        os.environ["REDIS_URL"] = url
    else:
        _running["valkey"] = Valkey(folder / "valkey")
        _running["valkey"].start()
        os.environ["REDIS_URL"] = _running["valkey"].url
    os.environ["TONGZHOU_EMBEDDED_FOR_TESTS"] = "1"


def pytest_unconfigure(config: pytest.Config) -> None:
    """The end of a run."""
    _stop()


@atexit.register
def _stop() -> None:
    """Stop what this process started, also where a run is broken off before it has begun; who is told again ends this first."""
    if _running:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if state := _running.pop("state", None):
        shutil.rmtree(state, ignore_errors=True)
    if valkey := _running.pop("valkey", None):
        valkey.stop()
    if postgres := _running.pop("postgres", None):
        postgres.stop()
    if folder := _running.pop("folder", None):
        shutil.rmtree(folder, ignore_errors=True)
        os.environ.pop("TONGZHOU_EMBEDDED_FOR_TESTS", None)


def _sweep_leftovers() -> None:
    """Servers and folders of earlier runs whose process is gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            os.kill(int((folder / "pid").read_text()), 0)
        except ProcessLookupError:
            if (folder / "pg" / "data" / "postmaster.pid").exists():
                Postgres(folder / "pg").stop()
            shutil.rmtree(folder, ignore_errors=True)
        except (OSError, ValueError):
            continue
