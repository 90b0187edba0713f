"""Bring the open fonts onto the machine: `python -m apps.typesetting.fonts --to DIR`.

Noto Serif SC and Noto Sans SC (SIL OFL) come as npm packages, Fandol (GPL with font exception) and LXGW WenKai (SIL
OFL) as Debian packages, each through its ordinary client and from wherever that client is configured to look. Only
the weights in use are kept. What is there, or in another font folder of this machine, is not fetched again; a
download cut short is resumed by the client's own cache. Without apt 仿宋 and 楷体 fall back as `faces` says.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from apps.typesetting.errors import TypesettingError
from apps.typesetting.faces import font_folders

Report = Callable[[str], None]
_PARTIAL = ".partial"


@dataclass(frozen=True)
class FontPackage:
    """A package, what of it is kept (name in the archive → SHA-256 or empty), and whether we can do without it."""

    name: str
    client: str
    title: str
    megabytes: int
    files: dict[str, str]
    is_needed: bool = False


PACKAGES = (
    FontPackage(
        "@expo-google-fonts/noto-serif-sc@0.4.3",
        "npm",
        "宋体、小标宋（Noto Serif SC）",
        69,
        {
            "NotoSerifSC_300Light.ttf": "a86e5cabd0c0b9bd656ff9c3e437bec6519fc7b149e845192edd8075b07789eb",
            "NotoSerifSC_400Regular.ttf": "c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742",
            "NotoSerifSC_700Bold.ttf": "9c6a2ba736e4b499c84f65ce366bd3625c0401885fd3e585ace50fb738b96ff6",
        },
        is_needed=True,
    ),
    FontPackage(
        "@expo-google-fonts/noto-sans-sc@0.4.3",
        "npm",
        "黑体（Noto Sans SC）",
        57,
        {"NotoSansSC_500Medium.ttf": "b30853d205f3ecdde938b1488c735ee15a2e870d31331b992fdc53971e23ec4a"},
        is_needed=True,
    ),
    FontPackage(
        "texlive-lang-chinese",
        "apt",
        "仿宋、楷体（Fandol）",
        50,
        {"FandolFang-Regular.otf": "", "FandolKai-Regular.otf": ""},
    ),
    FontPackage("fonts-lxgw-wenkai", "apt", "生僻字（霞鹜文楷）", 45, {"LXGWWenKai-Regular.ttf": ""}),
)


def fonts_install(target: Path, report: Report) -> tuple[str, ...]:
    """Fill `target`, telling each step; the titles of what could not be had. Needed fonts missing raise an error."""
    target.mkdir(parents=True, exist_ok=True)
    with (target / ".lock").open("w") as lock:  # two processes install one after the other
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _installed(target, report)


def fonts_awaited(target: Path) -> None:
    """Wait for whoever installs fonts into `target` just now, come what may of it; at once when nobody does."""
    if (target / ".lock").is_file():
        with (target / ".lock").open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)


def fonts_ready(target: Path, report: Report) -> None:
    """Install only when no font folder holds the needed fonts; without a network go on with what the system has."""
    needed = [name for package in PACKAGES if package.is_needed for name in package.files]
    if any(all((folder / name).is_file() for name in needed) for folder in (target, *font_folders())):
        return
    try:
        fonts_install(target, report)
    except TypesettingError as problem:
        report(str(problem))


def _installed(target: Path, report: Report) -> tuple[str, ...]:
    missing: list[str] = []
    for package in PACKAGES:
        wanted = [name for name in package.files if not (target / name).is_file()]
        if not wanted or _taken_over(package, target):
            continue
        report(f"正在下载{package.title}，约 {package.megabytes} MB…")
        try:
            _fetch(package, target)
        except (TypesettingError, OSError, tarfile.TarError) as problem:
            if package.is_needed:
                raise TypesettingError(f"{package.title}安装失败：{problem}请检查网络后重试。") from problem
            missing.append(package.title)
            report(f"{package.title}未能安装：{problem}将以其他字体代替，可稍后重试。")
            continue
        report(f"{package.title}已装好。")
    if not missing:
        shutil.rmtree(target / _PARTIAL, ignore_errors=True)
    return tuple(missing)


def _taken_over(package: FontPackage, target: Path) -> bool:
    """Copy the package's files from another font folder of this machine; False when none holds them whole."""
    for folder in font_folders():
        sources = [folder / name for name in package.files]
        if folder != target and all(
            path.is_file() and package.files[path.name] in ("", _digest(path)) for path in sources
        ):
            for path in sources:
                partial = target / f".{path.name}"
                with path.open("rb") as opened:
                    _copied(opened, partial)
                partial.replace(target / path.name)
            return True
    return False


def _fetch(package: FontPackage, target: Path) -> None:
    keep = target / _PARTIAL
    keep.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=keep) as folder:
        if package.client == "npm":
            archive = _npm_pack(package.name, Path(folder), keep / "npm")
            with tarfile.open(archive, "r:gz") as opened:
                _keep_members(opened, package, Path(folder), target)
        else:
            archive = _apt_download(package.name, Path(folder), keep / "apt")
            _keep_from_deb(archive, package, Path(folder), target)


def _keep_members(opened: tarfile.TarFile, package: FontPackage, folder: Path, target: Path) -> None:
    """Copy the wanted files under temporary names, check them, then put them in place in one step each."""
    found = 0
    for member in opened:
        name = PurePosixPath(member.name).name
        source = opened.extractfile(member) if name in package.files and member.isfile() else None
        if source is None:
            continue
        if _copied(source, folder / name) != (package.files[name] or _digest(folder / name)):
            raise TypesettingError(f"{name} 与登记的摘要不符，已弃用。")
        (folder / name).replace(target / name)
        found += 1
    if found < len(package.files):
        raise TypesettingError("软件包中没有所需的字体文件。")


def _copied(source: IO[bytes], path: Path) -> str:
    with path.open("wb") as out:
        shutil.copyfileobj(source, out)
    path.chmod(0o644)
    return _digest(path)


def _digest(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _npm_pack(name: str, folder: Path, cache: Path) -> Path:
    own = Path(sys.executable).parent
    path = os.pathsep.join([str(own), os.environ.get("PATH", "")])
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise TypesettingError("找不到 npm，请先完成环境安装。")
    _run(
        [npm, "pack", name, "--silent", "--ignore-scripts", "--prefer-offline", f"--cache={cache}"],
        folder,
        {**os.environ, "PATH": path},
    )
    return next(iter(folder.glob("*.tgz")))


def _apt_download(name: str, folder: Path, keep: Path) -> Path:
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise TypesettingError("本机没有 apt。")
    sandbox = ["-o", "APT::Sandbox::User=root"] if os.geteuid() == 0 else []
    try:
        _run(["apt-get", "-q", *sandbox, "download", name], folder, dict(os.environ))
    except TypesettingError:
        # The machine's package lists may be empty; ours need no rights.
        lists = _own_lists(keep, sandbox)
        _run(["apt-get", "-q", *lists, "download", name], folder, dict(os.environ))
    return next(iter(folder.glob("*.deb")))


def _own_lists(keep: Path, sandbox: list[str]) -> list[str]:
    (keep / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (keep / "cache" / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    options = [*sandbox, "-o", f"Dir::State::Lists={keep / 'lists'}", "-o", f"Dir::Cache={keep / 'cache'}"]
    if not any((keep / "lists").glob("*_Packages*")):
        _run(["apt-get", "-q", *options, "update"], keep, dict(os.environ))
    return options


def _keep_from_deb(archive: Path, package: FontPackage, folder: Path, target: Path) -> None:
    process = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(archive)], stdout=subprocess.PIPE)
    with process, tarfile.open(fileobj=process.stdout, mode="r|") as opened:
        _keep_members(opened, package, folder, target)
        if process.stdout is not None:
            while process.stdout.read(1 << 20):
                pass


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    try:
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, timeout=900)
    except subprocess.TimeoutExpired as problem:
        raise TypesettingError("下载超过 15 分钟，已停止。") from problem
    except subprocess.CalledProcessError as problem:
        last = (problem.stderr or b"").decode(errors="replace").strip().splitlines()[-1:]
        raise TypesettingError(
            f"{Path(command[0]).name} 退出码 {problem.returncode}。{''.join(last)[:160]} "
        ) from problem


def main(arguments: list[str] | None = None) -> int:
    """Install from the command line; 0 also when only replaceable fonts are missing."""
    parser = argparse.ArgumentParser(prog="fonts", description="安装公文排版所需的开放字体。")
    parser.add_argument("--to", type=Path, required=True, help="字体文件夹")
    options = parser.parse_args(arguments)
    try:
        missing = fonts_install(options.to, _say)
    except TypesettingError as problem:
        _say(str(problem))
        return 1
    _say("公文字体已齐备。" if not missing else "公文字体可用，以下以其他字体代替：" + "；".join(missing))
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
