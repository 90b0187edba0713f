"""Which way a command goes: the stack's own verbs, commands without servers, commands with them."""

import os
import sys
import time
from importlib import import_module
from pathlib import Path

import django
import psycopg

from config.stack.console import say
from config.stack.postgres import PostgresFailed
from config.stack.privilege import own_tree
from config.stack.services import ROOT, Services
from config.stack.state import State, StateRefused
from config.stack.valkey import ValkeyFailed

# Verbs of the stack itself, each loading only what it needs; the second kind is told the state folder that was named.
OWN = {"up": "config.stack.up", "test": "config.stack.proof", "bench": "config.stack.bench"}
OWN_ON_A_STATE = {
    "restore": "config.safekeeping.restoring",
    "make_cert": "config.stack.make_cert",
    "deployment": "config.stack.deployment",
}
# These look at code or files only.
WITHOUT_SERVERS = frozenset(
    {
        "help", "--help", "-h", "version", "--version", "check", "makemigrations", "typeset", "spectacular",
        "findstatic", "collectstatic", "diffsettings", "fonts",
    }
)  # fmt: skip
WAIT_SECONDS = 60
OWN_VERBS = """
同舟的命令：
  up      启动整个平台（数据库、缓存、网站、后台任务）：python3 manage.py up --help
  test    检查与测试：python3 manage.py test [pytest 参数] [--long]
  bench   测量：python3 manage.py bench 名称 [--json]
  restore 从备份恢复到新的状态目录：python3 manage.py restore 备份文件 --state 新目录
  make_cert 签发网站证书：python3 manage.py make_cert 名称或地址…
  deployment 打印 systemd 单元、nginx 配置：python3 manage.py deployment systemd|nginx
其余为管理命令，无论平台是否在运行都可使用（--state 目录 指定状态目录）：
"""


def run(arguments: list[str]) -> int:
    """Run the command; returns the exit code."""
    command = arguments[0] if arguments else "help"
    if command in OWN:
        return int(import_module(OWN[command]).main(arguments[1:]))
    settings = "production" if "--deploy" in arguments else "dev"  # a deploy check is about an installation
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"config.settings.{settings}")
    state, rest = take_state(arguments)
    if state is not None:
        os.environ["TONGZHOU_STATE"] = str(state.resolve())
    if command in OWN_ON_A_STATE:
        return int(import_module(OWN_ON_A_STATE[command]).main(rest[1:], state))
    if command in WITHOUT_SERVERS or {"--help", "-h"} & set(rest) or os.environ.get("DATABASE_URL"):
        if command in {"help", "--help", "-h"} and len(rest) < 2:
            sys.stdout.write(OWN_VERBS)
            sys.stdout.flush()
        return execute(rest)
    return with_servers(rest) if _is_known(rest) else execute(rest)


def _is_known(arguments: list[str]) -> bool:
    """Whether an app of ours or of a library brings such a command; a mistyped one needs no database.

    Django itself is not asked: before its settings are read it would answer, and keep, that only its own commands exist.
    """
    name = arguments[0] if arguments else ""
    library = Path(django.__file__).parent
    places = [
        (ROOT, "apps/*/management"),
        (ROOT, "config/*/management"),
        (library, "core/management"),
        (library, "contrib/*/management"),
        (library.parent, "*/management"),
    ]
    return name.isidentifier() and any(
        next(root.glob(f"{folder}/commands/{name}.py"), None) for root, folder in places
    )


def take_state(arguments: list[str]) -> tuple[Path | None, list[str]]:
    """The value of `--state` and the arguments without it."""
    rest, state = [], None
    waiting = False
    for argument in arguments:
        if waiting:
            state, waiting = Path(argument), False
        elif argument == "--state":
            waiting = True
        elif argument.startswith("--state="):
            state = Path(argument.removeprefix("--state="))
        else:
            rest.append(argument)
    return state, rest


def execute(arguments: list[str]) -> int:
    """Django's command in this process. Wrong settings are a sentence, not a trace."""
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415  # settings must be named first
    from django.core.management import execute_from_command_line  # noqa: PLC0415  # likewise

    try:
        execute_from_command_line(["manage.py", *arguments])
    except ImproperlyConfigured as error:
        say(str(error), "red")
        return 2
    return 0


def with_servers(arguments: list[str]) -> int:
    """Run with the running stack's servers, else with servers of the command's own for its duration."""
    try:
        state = State.at(Path(os.environ.get("TONGZHOU_STATE", ROOT / ".state")))
        if not state.lock_patiently(arguments[0], seconds=WAIT_SECONDS):
            return _beside_running(state, arguments)
    except (StateRefused, RuntimeError) as error:
        say(str(error), "red")
        return 2
    services = Services(state)
    try:
        mode = state.enter()
        services.start()
        os.environ.update(services.environment, TONGZHOU_MODE=mode)
        if arguments[0] != "migrate":
            _tables(services.environment["DATABASE_URL"])
        return execute(arguments)
    except (PostgresFailed, ValkeyFailed, StateRefused) as error:
        say(str(error), "red")
        return 2
    finally:
        services.stop()
        own_tree(state.folder, state.who)
        state.unlock()


def _beside_running(state: State, arguments: list[str]) -> int:
    """Use the servers of the stack that holds the folder, once it has them."""
    deadline = time.monotonic() + WAIT_SECONDS
    while state.holder().get("purpose") == "up" and time.monotonic() < deadline:
        if environment := state.facts().get("environment"):
            environment.pop("DJANGO_SETTINGS_MODULE", None)
            os.environ.update(environment)
            try:
                return execute(arguments)
            finally:
                own_tree(state.folder, state.who)
        time.sleep(0.2)
    say(f"状态目录 {state.folder} 正被另一条命令占用，请等它结束后重试。", "red")
    return 2


def _tables(url: str) -> None:
    """Make the tables of a fresh database before a command needs them."""
    with psycopg.connect(url) as connection:
        made = connection.execute("SELECT to_regclass('django_migrations') IS NOT NULL").fetchone()
    if made != (True,):
        say("· 数据库是新的，先建表 …")
        execute(["migrate", "--no-input", "--verbosity", "0"])
