"""`manage.py test`: format, lint, types, contracts, migrations, deploy check, TypeScript, tests, browser tests."""

import argparse
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from config.stack.console import coloured, last_lines, say
from config.stack.frontend import STATIC, node_environment
from config.stack.services import ROOT
from config.stack.tally import Outcome, closing, from_junit, table

REPORTS = ROOT / ".cache" / "test"
BIN = ROOT / ".venv" / "bin"
PARALLEL = 2
WORKERS = 3  # of which one waits for the database, as a rule; browsers leave no core idle
TAIL = 60
FOUND = re.compile(r"Found \d+ known vulnerabilit|\d+ (?:\w+ severity )?vulnerabilit")
UNKNOWN, UNKNOWN_ALLOWED = "could not be audited", 5  # a registry without advisories says so of every package
TYPED = ("apps", "config", "tests")
INTERRUPTED = 130  # as shells say it
WORDS, PATIENCE = (
    3,
    20,
)  # how often a child is told to end, seconds it may take each time to put its things away
_running: set["subprocess.Popen[bytes]"] = set()


@dataclass(frozen=True)
class Check:
    """One static check: a command that must end with 0."""

    name: str
    command: tuple[str | Path, ...]
    folder: Path = ROOT
    environment: Mapping[str, str] = field(default_factory=dict)


def main(arguments: list[str]) -> int:
    """Run everything, or pytest alone when arguments are given. Exit code 0 only when nothing failed.

    A signal to stop ends what was started in order: databases, browsers and the demo city too.
    """
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        return _proved(arguments)
    except KeyboardInterrupt:
        say("测试已中断，未跑完。", "red")
        return INTERRUPTED


def _interrupted(_signal: int, _frame: object) -> None:
    """As Ctrl-C at a terminal, which reaches the children by itself. Told again it changes nothing: the end is under way."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for process in [*_running]:
        process.send_signal(signal.SIGINT)
    raise KeyboardInterrupt


def _proved(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="manage.py test", add_help=False)
    parser.add_argument("--long", action="store_true")
    chosen, rest = parser.parse_known_args(arguments)
    REPORTS.mkdir(parents=True, exist_ok=True)
    if rest:
        outcomes = [_pytest("pytest", rest, long=chosen.long)]
    else:
        outcomes = _everything(long=chosen.long)
    sys.stderr.flush()
    lines = ["", *table(outcomes), "", *closing(outcomes)]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if any(outcome.failed for outcome in outcomes) else 0


def _everything(*, long: bool) -> list[Outcome]:
    shared = ["--dist", "worksteal", "-n"]
    with _city(long=long):
        with ThreadPoolExecutor(PARALLEL) as pool:
            outcomes = list(pool.map(_check, static_checks()))
        if long:
            outcomes += [_advisories(check) for check in advisory_checks()]
        services = ["--ignore=tests/e2e", "-m", _marked("not browser", long=long)]
        outcomes.append(_pytest("pytest", [*services, *shared, str(WORKERS)], long=long))
        browser = ["tests/e2e", "-m", _marked("browser", long=long)]
        outcomes.append(_pytest("浏览器", [*browser, *shared, str(PARALLEL)], long=long))
    return outcomes


@contextmanager
def _city(*, long: bool) -> Iterator[None]:
    """The demo city for the browser tests is built beside the other tests; what browsers do in short needs no year behind it."""
    with tempfile.TemporaryDirectory(prefix="tongzhou-city-") as folder:
        file, log = Path(folder) / "address", (REPORTS / "city.log").open("wb")
        command = [sys.executable, "-m", "tests.e2e.city", str(file)]
        environment = {**os.environ, "TONGZHOU_DEMO_PAST": "1" if long else "0"}
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        os.environ["TONGZHOU_E2E_CITY"] = str(file)
        try:
            yield
        finally:
            del os.environ["TONGZHOU_E2E_CITY"]
            process.terminate()
            process.wait()
            log.close()


def _marked(expression: str, *, long: bool) -> str:
    return expression if long else f"{expression} and not long"


def static_checks() -> list[Check]:
    """The slowest first; what the tests need is made ready beside it: fonts to typeset with, a database that is migrated."""
    manage = (sys.executable, ROOT / "manage.py")
    fonts = (sys.executable, "-m", "apps.typesetting.fonts", "--to", ROOT / ".cache" / "fonts")
    return [
        Check("类型检查 mypy", (BIN / "mypy", *TYPED)),
        Check("备齐字体", fonts, environment=node_environment()),
        Check("备齐测试库", (sys.executable, "-m", "tests.migrated")),
        *_front_end(),
        Check("格式 ruff format", (BIN / "ruff", "format", "--check", ".")),
        Check("规则 ruff check", (BIN / "ruff", "check", ".")),
        Check("分层 lint-imports", (BIN / "lint-imports",)),
        Check(
            "迁移完整 makemigrations --check",
            (*manage, "makemigrations", "--check", "--dry-run"),
            environment={"PYTHONWARNINGS": "ignore::RuntimeWarning"},
        ),
        Check(
            "部署检查 check --deploy",
            (*manage, "check", "--deploy", "--fail-level", "WARNING"),
            environment=_production(),
        ),
    ]


def _front_end() -> list[Check]:
    environment = node_environment()
    return [
        Check(f"TypeScript {script}", ("npm", "run", "--silent", script), STATIC, environment)
        for script in ("typecheck", "lint", "test")
    ]


def advisory_checks() -> list[Check]:
    """Known holes in what we depend on. Both ask a service on the network; the lock is all they are told."""
    lock = ROOT / "config" / "requirements.lock"
    pip = (BIN / "pip-audit", "--disable-pip", "--no-deps", "--progress-spinner", "off", "-r", lock)
    npm = ("npm", "audit", "--audit-level", "high")
    return [Check("已知漏洞 pip-audit", pip), Check("已知漏洞 npm-audit", npm, STATIC, node_environment())]


def _advisories(check: Check) -> Outcome:
    """One such check; where its service cannot be asked it is skipped and says so, a hole that was found fails."""
    outcome = _tried(check)
    said = _log_of(check).read_text(errors="replace")
    if said.count(UNKNOWN) > UNKNOWN_ALLOWED or (outcome.failed and not FOUND.search(said)):
        reason = f"{check.name}：查询不到漏洞库（离线，或软件源不提供），没有检查"
        outcome = Outcome(check.name, outcome.seconds, skipped=1, reasons=Counter({reason: 1}))
    return _told(check, outcome)


def _production() -> dict[str, str]:
    """The environment of an installation behind TLS; nothing is contacted."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "DATABASE_URL": "postgres://tongzhou:unused@127.0.0.1:5432/tongzhou",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "TONGZHOU_SECRET_KEY": secrets.token_urlsafe(64),
        "TONGZHOU_ALLOWED_HOSTS": "oa.example.invalid",
        "TONGZHOU_BASE_URL": "https://oa.example.invalid",
        "TONGZHOU_BEHIND_TLS": "1",
    }


def _check(check: Check) -> Outcome:
    """One static check."""
    return _told(check, _tried(check))


def _tried(check: Check) -> Outcome:
    """Run it; its output goes to a file."""
    log = _log_of(check)
    started = time.monotonic()
    with log.open("wb") as output:
        try:
            code = _ended(
                subprocess.Popen(
                    [str(part) for part in check.command],
                    cwd=check.folder,
                    env={**os.environ, **check.environment},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            )
        except OSError as error:
            output.write(str(error).encode())
            code = 127
    failed = int(code != 0)
    return Outcome(check.name, time.monotonic() - started, passed=1 - failed, failed=failed)


def _told(check: Check, outcome: Outcome) -> Outcome:
    """What came of it goes to the screen, with the end of its output when it failed."""
    words = f"{check.name}（{outcome.seconds:.1f} 秒）"
    if outcome.failed:
        log = _log_of(check)
        said = "\n".join(f"    {line}" for line in last_lines(log, TAIL))
        say(f"{coloured(f'✗ {words}', 'red')}\n{said}\n    全部输出：{log}")
    elif outcome.skipped:
        say(f"– {words}", "yellow")
    else:
        say(f"✓ {words}", "green")
    return outcome


def _ended(process: "subprocess.Popen[bytes]") -> int:
    """The exit code. Interrupted, the child is waited for: it has a database of its own to stop."""
    _running.add(process)
    try:
        return process.wait()
    except KeyboardInterrupt:
        _seen_out(process)
        raise
    finally:
        _running.discard(process)


def _seen_out(process: "subprocess.Popen[bytes]") -> None:
    """Wait for a child that was interrupted; told again where a word was lost, as may happen in the midst of an import."""
    for _ in range(WORDS):
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
        else:
            return
    process.kill()


def _log_of(check: Check) -> Path:
    return REPORTS / f"{check.name.split()[-1].strip('-').replace('/', '-')}.log"


def _pytest(name: str, arguments: list[str], *, long: bool) -> Outcome:
    """One pytest run, its output on the screen; `long` tests only when asked for."""
    say(f"· {name} …")
    report = REPORTS / f"{'browser' if name != 'pytest' else 'pytest'}.xml"
    report.unlink(missing_ok=True)
    if not long and "-m" not in arguments:
        arguments = ["-m", "not long", *arguments]
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "long" if long else "quick"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments]
    code = _ended(subprocess.Popen(command, cwd=ROOT, env=environment))
    outcome = from_junit(name, report, seconds=time.monotonic() - started, code=code)
    if code == 5:  # pytest: nothing was collected
        return Outcome(name, outcome.seconds, skipped=1, reasons=Counter({f"{name}：没有符合条件的测试": 1}))
    return outcome
