"""How long set-up and start take, and what the idle platform weighs.

`cold_setup_s`: a copy of the checkout without environment, packages, build and tool caches, until the page is served.
`warm_start_s`: the same copy started again. `idle_rss_mb`: resident memory of all its processes, demo city built.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config.stack.bench import BenchResult
from config.stack.ports import free_port
from config.stack.services import ROOT
from config.stack.state import State

NEEDS_SERVERS = False
WARM_STARTS = 5
SERVED_WITHIN = 420.0
DEMO_WITHIN = 150.0
SETTLE_SECONDS = 15.0
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".cache", ".state", "node_modules", "dist", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"
)  # fmt: skip
GIVEN = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "TONGZHOU_STATE", "VIRTUAL_ENV"}


def run() -> BenchResult:
    """One cold set-up (caches of pip, uv and npm empty), then warm starts."""
    folder = Path(tempfile.mkdtemp(prefix="tongzhou-start-"))
    folder.chmod(0o755)
    checkout = folder / "checkout"
    try:
        shutil.copytree(ROOT, checkout, ignore=LEFT_OUT, symlinks=True)
        environment = _environment(folder / "caches")
        with _served(checkout, environment, "--bare") as (seconds, _):
            cold = seconds
        warm = []
        for _ in range(WARM_STARTS):
            with _served(checkout, environment, "--bare") as (seconds, _):
                warm.append(seconds)
        with _served(checkout, environment) as (_, process):
            weight, built = _idle_weight(checkout, process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    notes = {
        "cold_setup_s": "一次，各安装工具的缓存为空，到登录页可用为止",
        "warm_start_s": f"{WARM_STARTS} 次，从命令开始到登录页可用",
        "idle_rss_mb": f"全部进程常驻内存之和，含数据库共享页的重复计数；演示城市{'已' if built else '未'}建成",
    }
    return BenchResult({"cold_setup_s": [cold], "warm_start_s": warm, "idle_rss_mb": [weight]}, notes)


def _environment(caches: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in GIVEN}
    return {
        **kept,
        "UV_CACHE_DIR": str(caches / "uv"),
        "PIP_CACHE_DIR": str(caches / "pip"),
        "npm_config_cache": str(caches / "npm"),
    }


@contextmanager
def _served(
    checkout: Path, environment: Mapping[str, str], *options: str
) -> Iterator[tuple[float, "subprocess.Popen[bytes]"]]:
    """A platform started by the command; gives the seconds until its login page answered."""
    port = free_port()
    base = getattr(sys, "_base_executable", sys.executable)
    started = time.monotonic()
    with (checkout / "up.log").open("wb") as log:
        process = subprocess.Popen(
            [base, "manage.py", "up", "--port", str(port), *options],
            cwd=checkout,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        while not _answers(f"http://127.0.0.1:{port}/"):
            if process.poll() is not None or time.monotonic() - started > SERVED_WITHIN:
                raise RuntimeError((checkout / "up.log").read_text(errors="replace")[-3000:])
            time.sleep(0.05)
        yield time.monotonic() - started, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  # our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _idle_weight(checkout: Path, process: "subprocess.Popen[bytes]") -> tuple[float, bool]:
    """Resident megabytes of the whole process tree and the database, once the demo is built and things are quiet."""
    state = State.at(checkout / ".state")
    deadline = time.monotonic() + DEMO_WITHIN
    while not (built := state.facts().get("jobs", {}).get("demo") == "done") and time.monotonic() < deadline:
        time.sleep(1)
    time.sleep(SETTLE_SECONDS)
    parents = {pid: int(fields["PPid"]) for pid, fields in _processes()}
    database = int((state.folder / "pg" / "data" / "postmaster.pid").read_text().splitlines()[0])
    total = 0
    for pid, fields in _processes():
        if {process.pid, database} & set(_ancestors(pid, parents)):
            total += int(fields.get("VmRSS", "0 kB").split()[0])
    return total / 1024, built


def _processes() -> list[tuple[int, dict[str, str]]]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            lines = (folder / "status").read_text().splitlines()
        except OSError:
            continue
        found.append((int(folder.name), dict(line.replace("\t", "").split(":", 1) for line in lines)))
    return found


def _ancestors(pid: int, parents: Mapping[int, int]) -> Iterator[int]:
    while pid:
        yield pid
        pid = parents.get(pid, 0)
