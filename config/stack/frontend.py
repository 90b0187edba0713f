"""Node, the npm packages of `static/` and the Vite build; each only when its inputs changed. Standard library only."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from config.stack.console import StepFailed, run_step, say
from config.stack.stamps import Stamp, digest, files_digest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
CACHE = ROOT / ".cache"
NODE_LOCK = ROOT / "config" / "node.lock"
PACKAGE_FILES = ("package.json", "package-lock.json", ".npmrc")
ATTEMPTS = 2
NO_NOISE = {"npm_config_audit": "false", "npm_config_fund": "false", "npm_config_update_notifier": "false"}


def node_is_enough(version: str) -> bool:
    """True for the versions Vite runs on: 20.19 and later 20.x, 22.12 and everything after it."""
    match = re.match(r"v?(\d+)\.(\d+)", version.strip())
    if not match:
        return False
    major, minor = int(match[1]), int(match[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def node_version(path: str | None) -> str:
    """What `node --version` on that search path says; empty without a working Node and npm."""
    node = shutil.which("node", path=path)
    if not node or not shutil.which("npm", path=path):
        return ""
    try:
        done = subprocess.run([node, "--version"], check=False, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def build_sources() -> list[Path]:
    """What Vite reads, and what the worker keeps of `public`; the pictures of the README are nobody's shell."""
    names = ("src", "scripts", "package.json", "package-lock.json", "vite.config.ts", "tsconfig.json")
    public = sorted(place for place in (STATIC / "public").glob("*") if place.name != "readme")
    return [*(STATIC / name for name in names), *public]


def icon_sources() -> list[Path]:
    """Where icons are named that go into the sprite."""
    return [STATIC / "scripts", STATIC / "src", ROOT / "templates", *sorted(ROOT.glob("apps/**/*.py"))]


def node_environment() -> dict[str, str]:
    """Variables under which `node` and `npm` are found, and npm's registry as the present user has it configured."""
    path = os.environ.get("PATH", "")
    if not node_is_enough(node_version(path)):
        path = os.pathsep.join([str(ROOT / ".venv" / "bin"), path])
    told = {"PATH": path, **NO_NOISE}
    if npm := shutil.which("npm", path=path):
        done = subprocess.run(
            [npm, "config", "get", "registry"], check=False, capture_output=True, text=True, timeout=60
        )
        if done.returncode == 0 and done.stdout.strip():
            told["npm_config_registry"] = done.stdout.strip()
    return told


class Frontend:
    """The three steps, given the virtual environment that may have to carry Node."""

    def __init__(self, venv: Path) -> None:
        self.venv = venv
        self.log = CACHE / "setup.log"
        self.search_path = os.environ.get("PATH", "")
        self.inside_path = os.pathsep.join([str(venv / "bin"), self.search_path])

    def prepare(self) -> None:
        """Bring packages and build up to date. Raises `StepFailed`."""
        packages = files_digest([STATIC / name for name in PACKAGE_FILES], root=ROOT)
        build = digest(packages, files_digest(build_sources(), root=ROOT))
        icons = files_digest(icon_sources(), root=ROOT)
        installed = self._packages_are_right(packages)
        built = _stamp("build").says(build) and (STATIC / "dist" / "manifest.json").exists()
        drawn = _stamp("icons").says(icons) and (STATIC / "dist" / "icons.svg").exists()
        if installed and built and drawn:
            return
        environment = {"PATH": self._node_path(), **NO_NOISE}
        if not installed:
            self._install(environment)
            _stamp("packages").write(packages)
        if not built:
            self._build("构建前端", ["npm", "run", "--silent", "build"], environment)
        elif not drawn:
            self._build("更新图标", ["node", "scripts/icons.mjs"], environment)
            self._build(
                "更新离线外壳", ["node", "scripts/worker.mjs"], environment
            )  # its version counts the icons
        _stamp("build").write(build)
        _stamp("icons").write(icons)

    def _build(self, title: str, command: list[str], environment: dict[str, str]) -> None:
        failure = "前端构建失败：请按下面的输出修改 static 中的文件后重试。"
        run_step(title, command, failure=failure, log=self.log, folder=STATIC, environment=environment)

    def _packages_are_right(self, value: str) -> bool:
        modules = STATIC / "node_modules"
        if modules.is_symlink():  # somebody else's folder: used as it is
            return modules.exists()
        return modules.is_dir() and _stamp("packages").says(value)

    def _node_path(self) -> str:
        """A search path with a Node that is new enough; installs the wheel into the environment when there is none."""
        if node_is_enough(node_version(self.search_path)):
            return self.search_path
        if not node_is_enough(node_version(str(self.venv / "bin"))):
            python = self.venv / "bin" / "python"
            run_step(
                "安装 Node.js",
                [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", NODE_LOCK],
                failure="Node.js 没有装上：请检查网络后重试，或自行安装 Node.js 20.19 以上版本。",
                log=self.log,
            )
        return self.inside_path

    def _install(self, environment: dict[str, str]) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                run_step(
                    "安装前端依赖",
                    ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                    failure="前端依赖没有装上：请检查网络（或 npm 的镜像设置）后重试。",
                    log=self.log,
                    folder=STATIC,
                    environment=environment,
                )
            except StepFailed:
                if attempt == ATTEMPTS:
                    raise
                say("· 前端依赖没有装上，再试一次 …", "yellow")
            else:
                return


def _stamp(step: str) -> Stamp:
    return Stamp(CACHE / "stamps" / step)
