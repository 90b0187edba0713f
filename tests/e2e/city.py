"""The demo city that browsers visit. `python -m tests.e2e.city FILE` opens one while other tests run, until it is terminated.

FILE comes to hold the city's address once it is complete, or `!` and why there is none.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.stack.frontend import node_environment
from config.stack.services import ROOT
from tests.helpers.identity_provider import CLIENT, SECRET, identity_provider
from tests.helpers.platform import running_up

CITY_SECONDS = 420.0
BROKEN = "!"


@contextmanager
def city() -> Iterator[str]:
    """Address of a platform whose city is complete: a running one, one that is being opened, or one for this run."""
    if running := os.environ.get("TONGZHOU_E2E_SITE"):
        yield running
    elif opening := os.environ.get("TONGZHOU_E2E_CITY"):
        yield awaited(Path(opening))
    else:
        with fresh() as address:
            yield address


@contextmanager
def fresh() -> Iterator[str]:
    """A platform started for this run, with a province whose people may come in by its identity provider."""
    os.environ.setdefault("TONGZHOU_FONTS", str(ROOT / ".cache" / "fonts"))
    with identity_provider(asks=True) as province, running_up() as platform:
        os.environ |= {
            "TONGZHOU_OIDC_URL": province.address,
            "TONGZHOU_OIDC_CLIENT": CLIENT,
            "TONGZHOU_OIDC_SECRET": SECRET,
        }
        platform.start()
        platform.wait(lambda: platform.facts().get("jobs", {}).get("demo") == "done", CITY_SECONDS)
        try:
            yield platform.address
        finally:
            _keep_log(platform.state)


def _keep_log(state: Path) -> None:
    """The site's log outlives the run, so that an answer of 500 can be explained."""
    kept = ROOT / ".cache" / "test" / "city.log"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(
        b"".join(file.read_bytes() for file in sorted((state / "log").glob("*")) if file.is_file())
    )


def awaited(file: Path) -> str:
    """The address in the file, once it is there."""
    deadline = time.monotonic() + CITY_SECONDS
    while not file.exists():
        if time.monotonic() > deadline:
            pytest.fail("the city was not complete in time")
        time.sleep(0.2)
    told = file.read_text()
    if told.startswith(BROKEN):
        pytest.fail(told)
    return told


def main(file: Path) -> None:
    """Open a city, tell its address, and keep it until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _fonts()  # whoever else fetches them there just now is waited for
    try:
        with fresh() as address:
            _tell(file, address)
            signal.pause()
    except pytest.fail.Exception as error:
        _tell(file, f"{BROKEN}{error}")


def _fonts() -> None:
    """The platform takes over what is there; by itself it would fetch all fonts a second time. Without them it says so."""
    command = [sys.executable, "-m", "apps.typesetting.fonts", "--to", str(ROOT / ".cache" / "fonts")]
    subprocess.run(command, check=False, cwd=ROOT, env={**os.environ, **node_environment()})


def _tell(file: Path, text: str) -> None:
    draft = file.with_suffix(".draft")
    draft.write_text(text)
    draft.rename(file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
