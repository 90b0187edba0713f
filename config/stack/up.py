"""`manage.py up`: the whole platform under one command."""

import argparse
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from config.bootstrap import digest_of
from config.stack.postgres import PostgresFailed, free_port
from config.stack.privilege import code_options
from config.stack.services import ROOT, Services
from config.stack.state import State, StateRefused
from config.stack.supervisor import Supervisor, say, wait_until
from config.stack.valkey import ValkeyFailed

READY_SECONDS = 60
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def options(arguments: list[str]) -> argparse.Namespace:
    """Parsed command line."""
    parser = argparse.ArgumentParser(
        prog="manage.py up", description="启动同舟：数据库、缓存、网站、后台任务。"
    )
    parser.add_argument("--host", default="127.0.0.1", help="监听地址，演示环境默认只监听本机")
    parser.add_argument("--port", type=int, default=8000, help="端口，被占用时自动换一个")
    parser.add_argument(
        "--state", default=os.environ.get("TONGZHOU_STATE", str(ROOT / ".state")), help="状态目录"
    )
    parser.add_argument("--web", type=int, default=1, help="网站进程数")
    parser.add_argument(
        "--demo-on-network", action="store_true", help="允许其他机器访问演示环境（启动时显示访问口令）"
    )
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Start, watch, stop. Exit status: 0 asked to stop, 1 a child died or did not start, 2 refused."""
    chosen = options(arguments)
    if chosen.host not in LOOPBACK and not chosen.demo_on_network:
        say("up", "演示环境只监听本机。确需让其他机器访问，请加 --demo-on-network。")
        return 2
    try:
        state = State.at(Path(chosen.state))
    except (RuntimeError, OSError) as error:
        say("up", f"状态目录不可用：{error}")
        return 2
    if not state.lock():
        say("up", f"另一个同舟正在使用 {state.folder}，请先停止它，或用 --state 指定其他目录。")
        return 2
    try:
        state.enter("demo")
        return Stack(state, chosen).run()
    except StateRefused as error:
        say("up", str(error))
        return 2
    finally:
        state.unlock()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on `port`, or on a free one when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        other = free_port()
        say("up", f"端口 {port} 已被占用，改用 {other}。")
        listener.bind((host, other))
    listener.listen(2048)
    return listener


class Stack:
    """One run of the platform on a state folder."""

    def __init__(self, state: State, chosen: argparse.Namespace) -> None:
        self.state = state
        self.chosen = chosen
        self.services = Services(state)
        self.supervisor = Supervisor()
        self.started = time.monotonic()
        self.environment: dict[str, str] = {}
        self.code = code_options(state.who, ROOT)

    def run(self) -> int:
        """Start everything, watch, stop in reverse order."""
        self.supervisor.on_signals()
        try:
            self.services.start()
        except (PostgresFailed, ValkeyFailed, OSError) as error:
            say("up", str(error))
            self.services.stop()
            return 1
        try:
            return self._serve()
        finally:
            say("up", "正在停止……")
            self.supervisor.stop()
            self.services.stop()
            self.state.note(environment={}, pid=0)
            say("up", "已停止。")

    def _serve(self) -> int:
        if self.services.postgres and self.services.postgres.adopted:
            say("postgres", "接管了上次意外退出后仍在运行的数据库。")
        listener = listen(self.chosen.host, self.chosen.port)
        self._environment(listener)
        if not self._migrate():
            return 1
        self._children(listener)
        if not wait_until(self._answers, seconds=READY_SECONDS, supervisor=self.supervisor):
            return self._report_death()
        self._background_processes()
        self._welcome()
        self._background()
        return self._report_death() if self.supervisor.watch() else 0

    def _environment(self, listener: socket.socket) -> None:
        host, port = listener.getsockname()[:2]
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  # shown, not bound
        self.address = f"http://{shown}:{port}"
        self.environment = {
            **os.environ,
            **self.services.environment,
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "TONGZHOU_MODE": "demo",
            "TONGZHOU_BASE_URL": os.environ.get("TONGZHOU_BASE_URL", self.address),
            "TONGZHOU_ALLOWED_HOSTS": os.environ.get("TONGZHOU_ALLOWED_HOSTS", self._hosts(shown)),
            "TONGZHOU_WEB_PROCESSES": str(self.chosen.web),
            "PYTHONUNBUFFERED": "1",
            "HOME": str(self.state.folder),
        }
        if self.chosen.demo_on_network:
            self.environment["TONGZHOU_DEMO_GATE"] = self._gate()
        kept = ("DJANGO_SETTINGS_MODULE", "TONGZHOU_MODE", "TONGZHOU_BASE_URL", "TONGZHOU_ALLOWED_HOSTS")
        shared = {**self.services.environment, **{name: self.environment[name] for name in kept}}
        self.state.note(environment=shared, pid=os.getpid(), address=self.address)

    def _hosts(self, shown: str) -> str:
        names = {"127.0.0.1", "localhost", "[::1]", shown}
        if self.chosen.demo_on_network:
            names |= {
                socket.gethostname(),
                *(str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None)),
            }
        return ",".join(sorted(names))

    def _gate(self) -> str:
        """The password that strangers on the network must give before the demo's login page."""
        word = secrets.token_urlsafe(6)
        say("up", f"演示环境对网络开放，访问口令：{word}")
        return word

    def _migrate(self) -> bool:
        """Bring the tables up to date, unless these very migrations were already applied here."""
        digest = digest_of(
            [*list((ROOT / "apps").rglob("migrations/*.py")), ROOT / "config" / "requirements.lock"]
        )
        if self.services.postgres is not None and self.state.facts().get("migrations") == digest:
            return True
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "migrate", "--no-input", "--verbosity", "0"],
            env={**self.environment, "TONGZHOU_PROCESS": "command"},
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
            **self.code,
        )
        if done.returncode != 0:
            say("up", "数据库升级失败：\n" + (done.stderr or done.stdout)[-3000:])
            return False
        self.state.note(migrations=digest)
        return True

    def _children(self, listener: socket.socket) -> None:
        if self.services.valkey_process is not None:
            self.supervisor.adopt("valkey", self.services.valkey_process)
        descriptor = listener.fileno()
        listener.set_inheritable(True)
        for number in range(1, self.chosen.web + 1):
            tag = "web" if self.chosen.web == 1 else f"web-{number}"
            self._start(
                tag, ["-m", "config.stack.web", "--fd", str(descriptor)], "web", pass_fds=(descriptor,)
            )

    def _background_processes(self) -> None:
        """Worker and beat come when the page is served: until then nothing has been asked of them."""
        level = ["--loglevel", "WARNING"]
        worker = ["-m", "celery", "-q", "-A", "config.celery", "worker", "--concurrency", "2", *level]
        self._start("worker", [*worker, "--without-gossip", "--without-mingle"], "worker")
        self._start(
            "beat", ["-m", "celery", "-q", "-A", "config.celery", "beat", *level, "--pidfile="], "beat"
        )

    def _start(
        self,
        tag: str,
        arguments: list[str],
        process: str,
        *,
        vital: bool = True,
        pass_fds: tuple[int, ...] = (),
    ) -> None:
        self.supervisor.start(
            tag,
            [sys.executable, *arguments],
            env={**self.environment, "TONGZHOU_PROCESS": process},
            cwd=ROOT,
            vital=vital,
            pass_fds=pass_fds,
            **self.code,
        )

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=2) as answer:  # noqa: S310  # our own address
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _welcome(self) -> None:
        say("up", f"同舟已启动，用时 {time.monotonic() - self.started:.1f} 秒。")
        say("up", f"请在浏览器打开 {self.address}/ ，登录页列有演示人物，点一下即可登录。")
        say("up", "按 Ctrl-C 停止。")

    def _background(self) -> None:
        """What may come after the page is served: fonts, then the demo city."""
        self._start(
            "fonts",
            ["-m", "apps.typesetting.fonts", "--to", str(self.state.folder / "fonts")],
            "command",
            vital=False,
        )
        self._start("demo", [str(ROOT / "manage.py"), "demo_city"], "command", vital=False)

    def _report_death(self) -> int:
        child = self.supervisor.dead()
        if child is not None:
            say("up", f"{child.tag} 意外结束（退出码 {child.process.returncode}），全部停止。最后输出：")
            for line in child.tail:
                say(child.tag, line)
        return 1
