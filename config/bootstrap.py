"""From a bare checkout to a running command, with the standard library only.

Virtual environment → pinned uv → hash-pinned dependencies → Node, npm packages, front-end build → the command inside
the environment. Each step shows its progress and is skipped when its content stamp says it is right. No step names a
registry: pip's, uv's and npm's own configuration decide where packages come from.
"""

import fcntl
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.stack import interpreters
from config.stack.console import StepFailed, run_step, say
from config.stack.frontend import Frontend
from config.stack.privilege import Identity, identity
from config.stack.stamps import Stamp, digest

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CACHE = ROOT / ".cache"
LOCK = ROOT / "config" / "requirements.lock"
NEEDS_FRONTEND = {"up", "test", "bench", "collectstatic"}
PREPARED = "TONGZHOU_PREPARED"


def main(arguments: list[str]) -> int:
    """Prepare what the command needs, then run it inside the environment. Returns the exit code."""
    os.umask(0o022)  # children may run as another user and must be able to read what we install
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # a step's tool is ended with us
    try:
        if os.environ.pop(PREPARED, "") != str(os.getpid()):
            prepare(arguments)
    except StepFailed as error:
        say(str(error), "red")
        return 1
    except PermissionError as error:
        say(f"没有写入权限：{error.filename}。请换用检出目录的属主运行，或把目录改为当前用户所有。", "red")
        return 1
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if not inside():
        python = VENV / "bin" / "python"
        os.environ[PREPARED] = str(os.getpid())  # survives the exec, means nothing to children
        # set in many containers; a platform is many processes, and each would compile every module anew
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.execv(python, [str(python), str(ROOT / "manage.py"), *arguments])
    from config.stack.dispatch import run  # noqa: PLC0415  # needs the installed packages

    return run(arguments)


def inside() -> bool:
    """True when this process runs in the checkout's environment."""
    return VENV.exists() and Path(sys.prefix).resolve() == VENV.resolve()


def prepare(arguments: list[str]) -> None:
    """Do the steps that are not right yet. Raises `StepFailed`."""
    with _alone():
        if VENV.is_symlink():
            if not usable(VENV):
                raise StepFailed(
                    f".venv 是指向 {VENV.resolve()} 的链接，但那里没有可用的 Python。请修复或删除它。"
                )
        else:
            _environment()
            _dependencies()
        if arguments and arguments[0] in NEEDS_FRONTEND:
            Frontend(VENV).prepare()


def usable(venv: Path) -> bool:
    """True when the environment's interpreter starts and is new enough."""
    python = venv / "bin" / "python"
    if not python.exists():
        return False
    if Path(sys.prefix).resolve() == venv.resolve():
        return True
    code = f"import sys, pip; sys.exit(sys.version_info < {interpreters.OLDEST})"
    try:
        done = subprocess.run([python, "-I", "-c", code], check=False, capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@contextmanager
def _alone() -> Iterator[None]:
    """Two terminals do not set up the same checkout at once."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "setup.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("· 另一个窗口正在准备同一份检出，等它完成 …", "yellow")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _environment() -> None:
    made, broken_off = Stamp(VENV / ".stamps" / "environment"), VENV / ".stamps" / "installing"
    if made.says(str(VENV)) and not broken_off.exists() and (inside() or usable(VENV)):
        return
    base = interpreters.choose(identity() if os.geteuid() == 0 else Identity())
    run_step(
        "建立 Python 环境",
        [base, "-m", "venv", "--clear", VENV],
        failure="Python 环境没有建成：请检查磁盘空间和目录权限后重试。",
        log=CACHE / "setup.log",
    )
    made.write(str(VENV))


def _dependencies() -> None:
    wanted = digest(LOCK.read_bytes())
    installed = Stamp(VENV / ".stamps" / "dependencies")
    if installed.says(wanted):
        return
    broken_off = VENV / ".stamps" / "installing"
    broken_off.touch()  # packages half written by a killed installer look installed: start afresh then
    python, log = VENV / "bin" / "python", CACHE / "setup.log"
    failure = "Python 依赖没有装上：请检查网络（或 pip 的镜像设置）后重试。"
    count = LOCK.read_text().count("==")
    title = f"安装 Python 依赖（{count} 个软件包）"
    try:
        _uv(python, log)
        uv: list[str | Path] = [
            VENV / "bin" / "uv",
            "pip",
            "sync",
            "--quiet",
            "--require-hashes",
            "--compile-bytecode",
        ]
        command = [*uv, "--python", python, LOCK]
        run_step(title, command, failure="uv 没有装成。", log=log, environment=_uv_environment(python))
    except StepFailed as error:
        say(f"{error}\n· 改用 pip 安装 …", "yellow")
        pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", LOCK]
        run_step(title, pip, failure=failure, log=log)
    installed.write(wanted)
    broken_off.unlink()


def _uv(python: Path, log: Path) -> None:
    """The uv pinned in the lock, by pip, hashes checked."""
    pinned = lock_entry(LOCK.read_text(), "uv")
    wanted = Stamp(VENV / ".stamps" / "uv")
    if wanted.says(pinned) and (VENV / "bin" / "uv").exists():
        return
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(pinned)
        file.flush()
        command: list[str | Path] = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "-r",
            file.name,
        ]
        run_step("安装 uv", command, failure="uv 没有装上。", log=log)
    wanted.write(pinned)


def lock_entry(lock: str, name: str) -> str:
    """The lines of one package in a hash-pinned lock. Raises `StepFailed` when it is not there."""
    lines, taking = [], False
    for line in lock.splitlines():
        if not line.startswith((" ", "\t")):
            taking = line.startswith(f"{name}==")
        if taking:
            lines.append(line)
    if not lines:
        raise StepFailed(f"config/requirements.lock 中没有 {name}：检出不完整，请重新取得全部文件。")
    return "\n".join(lines) + "\n"


def _uv_environment(python: Path) -> dict[str, str]:
    """Let uv use the index and the certificates pip is configured with, unless uv has its own settings."""
    told = {"VIRTUAL_ENV": str(VENV)}
    for option, variable in (("index-url", "UV_DEFAULT_INDEX"), ("cert", "SSL_CERT_FILE")):
        done = subprocess.run(
            [python, "-m", "pip", "config", "get", f"global.{option}"],
            check=False,
            capture_output=True,
            text=True,
        )
        value = os.environ.get(f"PIP_{option.replace('-', '_').upper()}") or done.stdout.strip()
        if value and variable not in os.environ:
            told[variable] = value
    return told
