"""Pages of Word, Excel and PowerPoint files by LibreOffice, where the machine has it (pure; runs in a child process).

Each file gets a LibreOffice of its own with a fresh home and profile: macros off, links not followed, no way out to the
network, the limits of the child, an end when the child ends. The way there is a PDF, drawn like any other.
"""

import ctypes
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import escape

from apps.files.compound import MAGIC

PROGRAMS = ("soffice", "libreoffice")
PLACES = "/usr/bin:/usr/local/bin:/usr/lib/libreoffice/program:/opt/libreoffice/program:/snap/bin"
RESTART = 81  # a first start with a fresh profile asks to be started again
STARTS = 2
START_SECONDS = 50
PR_SET_PDEATHSIG = 1
# the part of LibreOffice that opens each family: distributions pack them apart
PARTS = {"word": "libswlo.so", "sheet": "libsclo.so", "slides": "libsdlo.so"}
# old and new format behind the extensions that several programs share
WPS_FORMATS = {"wps": ("doc", "docx"), "et": ("xls", "xlsx"), "dps": ("ppt", "pptx")}
_COMMON = "/org.openoffice.Office.Common"
SETTINGS = (
    (f"{_COMMON}/Security/Scripting", "MacroSecurityLevel", "3"),
    (f"{_COMMON}/Security/Scripting", "DisableMacrosExecution", "true"),
    (f"{_COMMON}/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    (f"{_COMMON}/Security/Scripting", "DisableActiveContent", "true"),
    (f"{_COMMON}/Misc", "FirstRun", "false"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    # a second fence where the kernel does not let us leave the network: a proxy that nobody is
    ("/org.openoffice.Inet/Settings", "ooInetProxyType", "1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)
# faces that official documents ask for, and ours that stand in for them
FACES = {
    "FandolFang R": ("仿宋", "仿宋_GB2312", "FangSong", "FangSong_GB2312", "STFangsong", "华文仿宋", "方正仿宋_GBK", "方正仿宋简体"),
    "FandolKai": ("楷体", "楷体_GB2312", "KaiTi", "KaiTi_GB2312", "STKaiti", "华文楷体", "方正楷体_GBK", "方正楷体简体"),
    "Noto Serif SC": ("宋体", "SimSun", "NSimSun", "新宋体", "STSong", "华文中宋", "方正小标宋_GBK", "方正小标宋简体", "小标宋体"),
    "Noto Sans SC": ("黑体", "SimHei", "STHeiti", "微软雅黑", "Microsoft YaHei", "等线", "DengXian", "方正黑体_GBK", "方正黑体简体"),
}  # fmt: skip


class NotConverted(Exception):
    """LibreOffice made no PDF of the file."""


def office_program() -> str:
    """Where LibreOffice is; empty when it is not on this machine."""
    found = (shutil.which(name) or shutil.which(name, path=PLACES) for name in PROGRAMS)
    return next((str(Path(path).resolve()) for path in found if path), "")


def opens(program: str, family: str) -> bool:
    """Whether this LibreOffice has the part that opens files of the family; another program, or another system's, is believed."""
    folder = Path(program).parent
    return not any((folder / part).is_file() for part in PARTS.values()) or (folder / PARTS[family]).is_file()


def office_pdf(source: Path, folder: Path, *, extension: str, program: str, fonts: str) -> Path:
    """The PDF of the Office file at `source`, made inside `folder`. Raises `NotConverted`."""
    named = folder / f"document.{_format_of(source, extension)}"
    named.symlink_to(source)
    home = _home(folder, fonts)
    command = [
        _binary(program), "--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck", "--nofirststartwizard",
        f"-env:UserInstallation=file://{home / 'profile'}", "--convert-to", "pdf", "--outdir", str(folder), str(named),
    ]  # fmt: skip
    environment = {
        "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(home), "TMPDIR": str(home),
        "FONTCONFIG_FILE": str(home / "fonts.conf"), "SAL_USE_VCLPLUGIN": "svp",
    }  # fmt: skip
    for _ in range(STARTS):
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            timeout=START_SECONDS,
            preexec_fn=_die_with_parent,  # this child has a single thread
            check=False,
        )
        if done.returncode != RESTART:
            break
    made = folder / "document.pdf"
    if not made.is_file() or made.stat().st_size == 0:
        raise NotConverted(f"exit {done.returncode}")
    return made


def _format_of(source: Path, extension: str) -> str:
    if extension not in WPS_FORMATS:
        return extension
    with source.open("rb") as opened:
        return WPS_FORMATS[extension][not opened.read(len(MAGIC)).startswith(MAGIC)]


def _binary(program: str) -> str:
    """The program itself: the shell scripts before it would outlive us."""
    beside = Path(program).with_name("soffice.bin")
    return str(beside) if beside.is_file() else program


def _home(folder: Path, fonts: str) -> Path:
    home = folder / "home"
    user = home / "profile" / "user"
    user.mkdir(parents=True, mode=0o700)
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in SETTINGS
    )
    (user / "registrymodifications.xcu").write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'
    )
    aliases = "".join(
        f'<alias binding="same"><family>{asked}</family><prefer><family>{face}</family></prefer></alias>'
        for face, names in FACES.items()
        for asked in names
    )
    (home / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{escape(fonts)}</dir><dir>/usr/share/fonts</dir><cachedir>{escape(str(home / 'fonts'))}</cachedir>"
        f"{aliases}</fontconfig>"
    )
    return home


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
