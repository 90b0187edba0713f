"""`manage.py deployment systemd|nginx`: the unit and the reverse proxy's configuration, filled in for this installation."""

import argparse
import contextlib
import pwd
import re
import sys
from pathlib import Path
from string import Template

from config.stack.console import say
from config.stack.services import ROOT

FILES = {"systemd": "tongzhou.service", "nginx": "nginx.conf"}
NAME = re.compile(r"[A-Za-z0-9.:_\[\]-]+")


def main(arguments: list[str], state: Path | None) -> int:
    """Print the chosen file. Exit code 0 done, 2 refused."""
    parser = argparse.ArgumentParser(
        prog="manage.py deployment", description="打印 systemd 单元或 nginx 配置，按本机路径填好。"
    )
    parser.add_argument("kind", choices=FILES, help="systemd 或 nginx")
    parser.add_argument("--name", default="oa.example.gov.cn", help="浏览器中使用的主机名")
    parser.add_argument("--port", type=int, default=8000, help="平台监听的本机端口")
    parser.add_argument("--user", default=_user(), help="以哪个用户运行")
    parser.add_argument("--state", type=Path, help="状态目录")
    chosen = parser.parse_args(arguments)
    place = (state or ROOT / ".state").resolve()
    words = [chosen.name, chosen.user, str(place), str(ROOT)]
    if not NAME.fullmatch(chosen.name) or any(set(word) & set("\"'\\%$;{}\n ") for word in words):
        say("主机名、用户名和路径不能含空格、引号等特殊字符。请换用简单的路径后重试。", "red")
        return 2
    facts = {
        "name": chosen.name, "port": chosen.port, "media_port": chosen.port + 1, "user": chosen.user, "state": place, "root": ROOT,
        "python": Path(sys.prefix).joinpath("bin", "python") if sys.prefix != sys.base_prefix else sys.executable,
    }  # fmt: skip
    sys.stdout.write(text_of(chosen.kind, facts))
    return 0


def text_of(kind: str, facts: dict[str, object]) -> str:
    """The file with its places filled in; every `@{place}` must be given."""
    text = Path(__file__).with_name(FILES[kind]).read_text(encoding="utf-8")
    return _Places(text).substitute({name: str(value) for name, value in facts.items()})


class _Places(Template):
    delimiter = "@"  # both files are full of dollar signs of their own


def _user() -> str:
    """The checkout's owner; for one that belongs to root a user of its own, to be made first."""
    owner = ROOT.stat().st_uid
    with contextlib.suppress(KeyError):
        return "tongzhou" if owner == 0 else pwd.getpwuid(owner).pw_name
    return "tongzhou"
