"""`manage.py bench NAME [--json]`: one measuring module on its own throw-away database and Valkey.

A module `tests/benchmarks/<name>.py` has `def run() -> BenchResult`. It repeats its measurements itself, interleaving
subject and baseline; the values given here are the repetitions. What takes longer to make than a measurement may take, a module
makes in `def prepare(told) -> None`: `--prepare` runs it on servers that are kept, and from then on it is measured on these.
"""

import argparse
import contextlib
import importlib
import json
import os
import platform
import shutil
import signal
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.stack.console import say
from config.stack.services import ROOT, Services
from config.stack.stamps import files_digest
from config.stack.state import State

LIMIT_SECONDS = 600
FOLDER = ROOT / "tests" / "benchmarks"
PREPARED = ROOT / ".cache" / "bench"
CAUSES = (
    "apps/*/migrations/*.py",
    *(
        f"apps/portal/demo/{part}.py"
        for part in ("crowd", "filling", "rows", "shapes", "statements", "texts")
    ),
    "config/requirements.lock",
    "config/stack/postgres.py",
)
STANDS_ALONE = "\nNEEDS_SERVERS = False\n"  # a module says so in its text: importing it may need the servers


@dataclass(frozen=True)
class BenchResult:
    """Repetitions by ID (None: could not be measured) and a note by ID (what was measured, or why not)."""

    values: Mapping[str, Sequence[float] | None]
    notes: Mapping[str, str] = field(default_factory=dict)


class InUse(RuntimeError):
    """Another measurement runs on what was prepared."""


class TookTooLong(RuntimeError):
    """The measurement went over its ten minutes."""


def main(arguments: list[str]) -> int:
    """Measure and print. Exit code 0 done, 1 failed, 2 unknown name."""
    names = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))
    parser = argparse.ArgumentParser(prog="manage.py bench", description="测量：" + "、".join(names))
    parser.add_argument("name", choices=names, metavar="名称")
    parser.add_argument("--json", action="store_true", help="最后一行输出 JSON")
    parser.add_argument("--prepare", action="store_true", help="只备好测量所用的数据并留用，不计入测量时间")
    chosen = parser.parse_args(arguments)
    if chosen.prepare:
        return _prepare(chosen.name)
    try:
        with contextlib.redirect_stdout(sys.stderr), _limit():
            result = _run(chosen.name)
    except TookTooLong:
        say(f"测量 {chosen.name} 超过 {LIMIT_SECONDS // 60} 分钟，已中止。", "red")
        return 1
    except InUse:
        say("另一次测量正在使用备好的数据，请等它结束。", "red")
        return 1
    report = summary(chosen.name, result)
    sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n" if chosen.json else shown(report))
    return 0


def summary(name: str, result: BenchResult) -> dict[str, Any]:
    """What is printed: median, least and greatest of the repetitions."""
    return {
        "name": name,
        "machine": machine(),
        "values": {key: _spread(repeated) for key, repeated in result.values.items()},
        "notes": {key: result.notes.get(key, "") for key in result.values},
    }


def shown(report: Mapping[str, Any]) -> str:
    """The report as a table."""
    lines = [f"{report['name']}（{report['machine']}）", f"{'':32}{'中位':>12}{'最小':>12}{'最大':>12}"]
    for key, spread in report["values"].items():
        numbers = [f"{spread[part]:.4g}" for part in ("median", "min", "max")] if spread else ["—", "—", "—"]
        lines.append(f"{key:<32}" + "".join(f"{number:>14}" for number in numbers))
        if report["notes"][key]:
            lines.append(f"    {report['notes'][key]}")
    return "\n".join(lines) + "\n"


def machine() -> str:
    """Processor, cores, system and Python, in a line."""
    model = platform.processor() or platform.machine()
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return f"{model} × {os.cpu_count()}, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def _spread(repeated: Sequence[float] | None) -> dict[str, float] | None:
    if not repeated:
        return None
    numbers = {"median": statistics.median(repeated), "min": min(repeated), "max": max(repeated)}
    return {key: round(float(number), 4) for key, number in numbers.items()}


@contextlib.contextmanager
def _limit() -> Iterator[None]:
    def over(*_: object) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(LIMIT_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _run(name: str) -> BenchResult:
    """On servers of the measurement's own, or on those prepared for it, run the module."""
    if STANDS_ALONE in (FOLDER / f"{name}.py").read_text(encoding="utf-8"):
        return _module(name)
    if (prepared := _prepared(name)).is_dir():
        with _servers(prepared):
            return _module(name)
    folder = Path(tempfile.mkdtemp(prefix="tongzhou-bench-"))
    folder.chmod(0o711)
    try:
        with _servers(folder):
            return _module(name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _servers(folder: Path) -> Iterator[None]:
    """Servers on this folder, Django set up on them and all migrations run. Raises `InUse`."""
    state = State.at(folder / "state")
    if not state.lock("bench"):
        raise InUse
    services = Services(state)
    for variable in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(variable, None)
    try:
        services.start()
        os.environ.update(services.environment, DJANGO_SETTINGS_MODULE="config.settings.production")
        import django  # noqa: PLC0415  # the servers' addresses must be set first
        from django.core.management import call_command  # noqa: PLC0415  # likewise

        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
        yield
    finally:
        services.stop()
        state.unlock()


def _prepared(name: str) -> Path:
    """Where is kept what was prepared for the module, by all that decides what it would be."""
    causes = (FOLDER / f"{name}.py", *(file for pattern in CAUSES for file in ROOT.glob(pattern)))
    return PREPARED / f"{name}-{files_digest(causes, root=ROOT)[:16]}"


def _prepare(name: str) -> int:
    """Make it anew beside its place; what was prepared earlier goes. Exit code 0 done, 1 there is nothing to prepare."""
    prepared = _prepared(name)
    half = prepared.with_suffix(".half")
    if "\ndef prepare(" not in (FOLDER / f"{name}.py").read_text(encoding="utf-8"):
        say(f"测量 {name} 不需要预先准备。", "red")
        return 1
    for old in PREPARED.glob(f"{name}-*"):
        shutil.rmtree(old)
    half.mkdir(parents=True)
    with _servers(half):
        importlib.import_module(f"tests.benchmarks.{name}").prepare(say)
    half.rename(prepared)
    say(
        f"已备好，今后 bench {name} 直接使用；占用的空间在 {prepared.relative_to(ROOT)}，删除该目录即可收回。"
    )
    return 0


def _module(name: str) -> BenchResult:
    result = importlib.import_module(f"tests.benchmarks.{name}").run()
    if not isinstance(result, BenchResult):
        raise TypeError(f"tests.benchmarks.{name}.run() must return a BenchResult")
    return result
