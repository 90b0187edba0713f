"""`manage.py up`: the whole platform under one command."""

import argparse
import hashlib
import os
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path

from config.stack import ports
from config.stack.journal import say
from config.stack.media import Media
from config.stack.platform import Platform
from config.stack.postgres import PostgresFailed
from config.stack.privilege import Unreachable
from config.stack.processes import end_leftovers
from config.stack.services import ROOT, Services
from config.stack.state import State, StateRefused
from config.stack.supervisor import Death, Supervisor, wait_until
from config.stack.tls import Tls
from config.stack.valkey import ValkeyFailed

READY_SECONDS = 90
COMMAND_SECONDS = 60


def options(arguments: list[str]) -> argparse.Namespace:
    """Parsed command line."""
    parser = argparse.ArgumentParser(
        prog="manage.py up", description="启动同舟：数据库、缓存、网站、后台任务。"
    )
    parser.add_argument("--host", default="127.0.0.1", help="监听地址，演示环境默认只监听本机")
    parser.add_argument("--port", type=_port, default=8000, help="端口，被占用时自动换一个")
    parser.add_argument("--media-port", type=_port, help="视频会议端口（UDP 和 TCP），默认为网站端口加一")
    parser.add_argument(
        "--media-host", help="视频会议监听地址，默认同 --host；正式环境前面有代理终止 TLS 时为全部网卡"
    )
    parser.add_argument(
        "--state", type=Path, default=Path(os.environ.get("TONGZHOU_STATE", ROOT / ".state")), help="状态目录"
    )
    parser.add_argument("--web", type=_count, default=min(2, os.cpu_count() or 1), help="网站进程数")
    parser.add_argument(
        "--demo-on-network", action="store_true", help="允许其他机器访问演示环境（启动时显示访问口令）"
    )
    parser.add_argument("--cert", type=Path, help="网站证书（PEM，含中间证书），与 --key 一起使用")
    parser.add_argument("--key", type=Path, help="证书私钥（PEM，不加密）")
    parser.add_argument(
        "--organ", action="store_true", help="正式使用：新的空安装，用显示的设置链接完成首次设置"
    )
    parser.add_argument("--bare", action="store_true", help="不在后台准备字体与演示城市")
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("端口应在 1 到 65535 之间")
    return int(text)


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 32:
        raise argparse.ArgumentTypeError("网站进程数应在 1 到 32 之间")
    return int(text)


def main(arguments: list[str]) -> int:
    """Start, watch, stop. Exit code: 0 asked to stop, 1 a part died or did not start, 2 refused."""
    chosen = options(arguments)
    try:
        state = State.at(chosen.state)
        if not state.lock_patiently("up", seconds=COMMAND_SECONDS):
            say("up", f"另一个同舟正在使用 {state.folder}，请先停止它，或用 --state 指定其他目录。", "red")
            return 2
        try:
            mode = state.enter("real" if chosen.organ else "")
            _may_listen(chosen, mode)
            chosen.tls = Tls.taken(state, chosen.cert, chosen.key)
            return Stack(state, chosen, mode).run()
        finally:
            state.unlock()
    except (StateRefused, RuntimeError) as error:
        say("up", str(error), "red")
        return 2


def _may_listen(chosen: argparse.Namespace, mode: str) -> None:
    """Refuse to show a demo to the network unless asked in so many words."""
    if mode == "demo" and not ports.is_loopback(chosen.host) and not chosen.demo_on_network:
        raise StateRefused(
            f"演示环境只监听本机，不能监听 {chosen.host}。确需让其他机器访问，请加 --demo-on-network，并把显示的口令告诉使用者。"
        )


class Stack:
    """One run of the platform on a state folder."""

    def __init__(self, state: State, chosen: argparse.Namespace, mode: str) -> None:
        self.state = state
        self.chosen = chosen
        self.mode = mode
        self.services = Services(state)
        self.supervisor = Supervisor(state.folder / "log")
        self.started = time.monotonic()

    def run(self) -> int:
        """Start everything, watch, stop in reverse order."""
        self.supervisor.on_signals()
        self._after_a_crash()
        try:
            self.services.start()
            return self._serve()
        except (PostgresFailed, ValkeyFailed, Unreachable) as error:
            say("up", str(error), "red")
            return 1
        except OSError as error:
            say("up", f"启动失败：{error}", "red")
            return 1
        finally:
            say("up", "正在停止 …")
            self.supervisor.stop()
            self.services.stop(lambda tag: say("up", f"{tag} 已停止。"))
            self.state.note(environment={}, processes={}, ports={}, address="")
            say("up", "已停止。")

    def _after_a_crash(self) -> None:
        """Whatever a killed run left is ended first; only its database is kept and adopted."""
        for tag in end_leftovers(self.state.facts().get("processes", {})):
            say("up", f"结束了上次遗留的进程 {tag}。", "yellow")
        self.state.note(environment={}, processes={}, ports={}, address="")

    def _serve(self) -> int:
        self.supervisor.watch_outsider(self.services.death)
        if self.services.postgres and self.services.postgres.adopted:
            say("postgres", "接管了上次意外退出后仍在运行的数据库。")
        listener = ports.listen(self.chosen.host, self.chosen.port)
        port = listener.getsockname()[1]
        if port != self.chosen.port:
            say("up", f"端口 {self.chosen.port} 已被占用，改用 {port}。", "yellow")
        media = self._media(port)
        environment = {**self._environment(port), **(media.environment if media else {})}
        platform = Platform(
            self.state, self.services, self.supervisor, listener, environment, tls=self.chosen.tls
        )
        self._note(platform, port)
        if not self.chosen.bare and "fonts" not in self.state.facts().get("jobs", {}):
            platform.start_fonts()  # for the first time: while the tables are made
        if not platform.migrate():
            return 0 if self.supervisor.stopping.is_set() else 1
        platform.start_web(self.chosen.web)
        if not wait_until(platform.answers, seconds=READY_SECONDS, supervisor=self.supervisor):
            return self._end(self.supervisor.death())
        platform.start_workers()
        if media is not None:
            platform.start_media(media)
        self.supervisor.on_revival = lambda: self._note(platform, port)
        self._note(platform, port)
        self._welcome(platform)
        if self.mode == "real":
            self._invite(platform)
        if not self.chosen.bare:
            platform.start_jobs(with_demo=self.mode == "demo")
        self._note(platform, port)
        return self._end(self.supervisor.watch())

    def _media(self, port: int) -> Media | None:
        """Sockets of the embedded media server; none when another one is named or no port is free."""
        if os.environ.get("TONGZHOU_MEDIA_CONTROL"):
            return None
        try:
            media = Media.opened(
                self._media_host(),
                self.chosen.media_port or port + 1,
                recordings=self.state.folder / "recordings",
            )
        except OSError as error:
            say("up", f"没有可用的音视频端口，视频会议暂不可用：{error}", "yellow")
            return None
        say("up", f"视频会议使用端口 {media.port}（UDP 和 TCP），地址 {media.address}。")
        return media

    def _media_host(self) -> str:
        """A proxy in front passes on pages only; sound and pictures go straight to this machine."""
        is_behind_proxy = self.mode == "real" and os.environ.get("TONGZHOU_BEHIND_TLS") == "1"
        return self.chosen.media_host or ("0.0.0.0" if is_behind_proxy else self.chosen.host)  # noqa: S104  # as said

    def _environment(self, port: int) -> dict[str, str]:
        host = "127.0.0.1" if self.chosen.host in ("0.0.0.0", "::", "localhost") else self.chosen.host  # noqa: S104
        shown = f"[{host}]" if ":" in host else host
        tls: Tls | None = self.chosen.tls
        names = {"127.0.0.1", "localhost", "[::1]", shown, *(tls.hosts if tls else ())}
        address = tls.address(port) if tls else f"http://{shown}:{port}"
        environment = {
            **self.services.environment,
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "TONGZHOU_MODE": self.mode,
            "TONGZHOU_WEB_PROCESSES": str(self.chosen.web),
            "TONGZHOU_BASE_URL": os.environ.get("TONGZHOU_BASE_URL", address),
            "TONGZHOU_CERT": str(tls.certificate) if tls else "",
        }
        if self.mode == "real" and not ports.is_loopback(self.chosen.host):
            names |= ports.own_names()
        if self.chosen.demo_on_network and self.mode == "demo":
            names |= ports.own_names()
            environment["TONGZHOU_DEMO_GATE"] = self._open_to_network(port)
        environment["TONGZHOU_ALLOWED_HOSTS"] = os.environ.get(
            "TONGZHOU_ALLOWED_HOSTS", ",".join(sorted(names))
        )
        return environment

    def _open_to_network(self, port: int) -> str:
        """Say where others find the demo, and the word they are asked for; returns the word."""
        password, scheme = secrets.token_urlsafe(6), "https" if self.chosen.tls else "http"
        addresses = " ".join(f"{scheme}://{name}:{port}/" for name in sorted(ports.own_names()))
        say("up", f"演示环境对网络开放：{addresses}", "yellow")
        say("up", f"打开页面时需要的访问口令：{password}", "yellow")
        return password

    def _note(self, platform: Platform, port: int) -> None:
        shared = {k: v for k, v in platform.environment.items() if k != "TONGZHOU_DEMO_GATE"}
        self.state.note(
            environment=shared,
            address=platform.address,
            ports={"web": port, **self.services.ports()},
            processes={"up": [os.getpid(), 0], **self.supervisor.numbers()},
        )

    def _welcome(self, platform: Platform) -> None:
        say("up", f"同舟已启动，用时 {time.monotonic() - self.started:.1f} 秒。", "green")
        say("up", f"请在浏览器打开 {platform.address}/", "bold")
        if self.mode == "demo":
            say("up", "这是演示环境：登录页列出了演示城市的人物，点选即可以其身份登录。")
        if platform.reads_everything:
            say(
                "up",
                "程序或状态目录位于其他用户进不去的位置，各进程因此保留了读取全部文件的权限；建议移到 /opt 或 /srv。",
                "yellow",
            )
        if self.chosen.tls and (warning := self.chosen.tls.facts.warning(datetime.now(UTC))):
            say("up", warning, "yellow")
        say("up", "按 Ctrl-C 停止。")

    def _invite(self, platform: Platform) -> None:
        """While the set-up is not finished: a fresh one-time link, shown here and kept nowhere in clear."""
        token = secrets.token_urlsafe(32)
        if platform.link_opened(hashlib.sha256(token.encode()).hexdigest()):
            say("up", "请在浏览器打开下面的链接完成首次设置（24 小时内有效，只能用一次）：", "bold")
            say("up", f"{platform.address}/setup/begin/{token}/", "bold")
        if not self.chosen.tls and not ports.is_loopback(self.chosen.host):
            say(
                "up",
                "网站没有使用证书，口令会以明文经过网络。请用 make_cert 签发证书，再加 --cert、--key 启动。",
                "yellow",
            )

    def _end(self, death: Death | None) -> int:
        """Exit code: 0 when told to stop, 1 when a part ended by itself (said, with its last lines)."""
        if death is not None:
            say("up", f"{death.tag} {death.how}，全部停止。它最后的输出：", "red")
            for line in death.last_lines or ("（没有输出）",):
                say(death.tag, line)
            return 1
        if self.supervisor.stopping.is_set():
            return 0
        say(
            "up",
            f"{READY_SECONDS} 秒内没有准备好，已放弃。请查看 {self.state.folder / 'log'} 中的日志。",
            "red",
        )
        return 1
