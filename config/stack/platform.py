"""What runs on the two servers: migrations, web processes, worker, beat, and the jobs after the page is served."""

import compileall
import importlib.util
import os
import socket
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import psycopg

from config.stack.frontend import node_environment
from config.stack.journal import say
from config.stack.media import Media
from config.stack.privilege import dying
from config.stack.services import ROOT, Services
from config.stack.stamps import digest, files_digest
from config.stack.state import State
from config.stack.supervisor import Child, Supervisor
from config.stack.tls import Tls, own_door

WORKER_PROCESSES = 2
READY_TRIES = 120
SETUP_FINISHED = 4  # exit code of `setup_link` when there is nothing left to set up


class Platform:
    """Starts the Python processes of the stack, all as the unprivileged user."""

    def __init__(
        self,
        state: State,
        services: Services,
        supervisor: Supervisor,
        listener: socket.socket,
        environment: dict[str, str],
        *,
        tls: Tls | None = None,
    ) -> None:
        self.state = state
        self.services = services
        self.supervisor = supervisor
        self.listener = listener
        self.environment = environment
        self.address = environment["TONGZHOU_BASE_URL"]
        host, port = listener.getsockname()[:2]
        inner = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
        self.tls = tls
        self.inner_address = f"{'https' if tls else 'http'}://{inner}:{port}"
        code = (
            Path(sys.executable),
            Path(os.__file__),
            Path(psycopg.__file__),
            ROOT / "config",
            ROOT / "apps",
        )
        self._fonts_begun = False
        self.bytecode = self._bytecode() if state.who.uid is not None else {}
        who = state.who.options(state.folder.parent, *code)
        self.reads_everything = state.who.uid is not None and "user" not in who
        self.options = dying(who)

    def _bytecode(self) -> dict[str, str]:
        """Children that cannot write beside the sources get them compiled; uncompiled packages, a folder of their own."""
        for folder in (ROOT / "config", ROOT / "apps"):
            compileall.compile_dir(folder, quiet=2)
        package = importlib.util.find_spec("celery")
        if package and package.origin and Path(importlib.util.cache_from_source(package.origin)).exists():
            return {}
        return {"PYTHONPYCACHEPREFIX": str(self.state.folder / "pycache")}

    def migrate(self) -> bool:
        """Bring the tables up to date; skipped when this very code left this very list of migrations here."""
        code = files_digest(
            [*ROOT.glob("apps/**/*.py"), *ROOT.glob("config/**/*.py"), ROOT / "config" / "requirements.lock"],
            root=ROOT,
        )
        if self.state.facts().get("migrated") == digest(code, self._applied()):
            return True
        owner = {"DATABASE_URL": self.environment["DATABASE_URL"]}
        if self.services.postgres is not None:
            owner["TONGZHOU_WEB_ROLE_PASSWORD"] = self.services.postgres.web_password
        child = self._start(
            "migrate", ["-m", "config.stack.migrate"], process="command", vital=False, environment=owner
        )
        result = self.supervisor.run_to_end(child)
        self.supervisor.children.remove(child)
        if result is None:
            child.process.terminate()
            child.process.wait()
        elif result == 0:
            self.state.note(migrated=digest(code, self._applied()))
        else:
            say("up", "数据库没有准备好，未启动网站。原因见上面 migrate 的输出。", "red")
        return result == 0

    def start_web(self, count: int) -> None:
        """The web processes, sharing the listening socket."""
        for old in (self.state.folder / "metrics").glob("*.db"):
            old.unlink()
        descriptor = self.listener.fileno()
        self.listener.set_inheritable(True)
        for number in range(1, count + 1):
            self._start(
                f"web-{number}" if count > 1 else "web",
                [
                    "-m",
                    "config.stack.web",
                    "--fd",
                    str(descriptor),
                    *(self.tls.arguments if self.tls else []),
                ],
                process="web",
                pass_fds=(descriptor,),
            )

    def start_workers(self) -> None:
        """Workers and beat. They come when the page is served: until then nothing has been asked of them.

        What takes minutes has processes of its own, so that a slow conversion or a dead mail server delays no event.
        """
        celery = ["-m", "celery", "-q", "-A"]
        worker = ["worker", "--concurrency", str(WORKER_PROCESSES), "--without-gossip", "--without-mingle"]
        for tag, lane in (("worker", "celery"), ("slow", "slow")):
            named = [*worker, "--queues", lane, "--hostname", f"{tag}@%h", "--loglevel", "WARNING"]
            self._start(tag, [*celery, "config.celery", *named], process="worker")
        self._start(
            "beat", [*celery, "config.ticker", "beat", "--loglevel", "WARNING", "--pidfile="], process="beat"
        )
        threading.Thread(target=self._tell_when_ready, daemon=True).start()

    def start_media(self, media: Media) -> None:
        """The media server. It knows neither database nor cache; when it ends it is started again and browsers come back."""
        known = {"PATH": os.environ.get("PATH", ""), "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8"}
        env = {**known, **self.bytecode, "TONGZHOU_MEDIA_SECRET": media.secret}
        self.supervisor.start(
            "media",
            [sys.executable, *media.arguments],
            env=env,
            cwd=ROOT,
            revived=True,
            pass_fds=media.descriptors,
            **self.options,
        )

    def start_fonts(self) -> None:
        """Fetch the fonts that are not there, once a start. A failure stops nothing."""
        if self._fonts_begun:
            return
        self._fonts_begun = True
        fonts = ["-m", "apps.typesetting.fonts", "--to", str(self.state.folder / "fonts")]
        failure = "字体没有备齐，版式预览会用替代字体；可运行 python3 manage.py fonts 重试。"
        self._job("fonts", fonts, node_environment(), failure)

    def start_jobs(self, *, with_demo: bool) -> None:
        """What may come after the page is served: fonts, and the demo city once. Their failure stops nothing."""
        self.start_fonts()
        built = self.state.facts().get("jobs", {}).get("demo") == "done"
        if with_demo and not built and list(ROOT.glob("apps/*/management/commands/demo_city.py")):
            demo = [
                "-m",
                "django",
                "demo_city",
            ]  # manage.py would set the checkout up, which these children may not
            self._job("demo", demo, {}, "演示城市没有建成；可运行 python3 manage.py demo_city 重试。")

    def link_opened(self, digest: str) -> bool:
        """Let the set-up begin by the link whose token has this digest; False when it is finished already, or failed (said)."""
        command = ["-m", "django", "setup_link", "--digest", digest]
        child = self._start("setup", command, process="command", vital=False)
        result = self.supervisor.run_to_end(child)
        self.supervisor.children.remove(child)
        if result not in {0, SETUP_FINISHED}:
            say("up", "首次设置的链接没有生成，请重新启动；上面是它的输出。", "red")
        return result == 0

    def answers(self) -> bool:
        """True when a web process serves."""
        return self._status("/healthz") == 200

    def _job(self, tag: str, arguments: list[str], environment: dict[str, str], failure: str) -> None:
        child = self._start(tag, arguments, process="command", vital=False, environment=environment)
        threading.Thread(target=self._follow, args=(child, failure), daemon=True).start()

    def _follow(self, child: Child, failure: str) -> None:
        code = child.process.wait()
        if code == 0:
            self.state.note(jobs={**self.state.facts().get("jobs", {}), child.tag: "done"})
        elif not self.supervisor.stopping.is_set():
            say(child.tag, failure, "yellow")

    def _tell_when_ready(self) -> None:
        for _ in range(READY_TRIES):
            if self.supervisor.stopping.wait(1):
                return
            if self._status("/readyz") == 200:
                say("up", "后台任务已就绪。", "green")
                return
        say("up", f"后台任务尚未就绪，详情见 {self.address}/readyz 。", "yellow")

    def _status(self, path: str) -> int:
        try:
            door = own_door() if self.tls else None
            with urllib.request.urlopen(self.inner_address + path, timeout=5, context=door) as answer:  # noqa: S310  # our own address
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except (urllib.error.URLError, OSError):
            return 0

    def _applied(self) -> str:
        """The list of applied migrations as the database has it; empty when it has none."""
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
                return ""
            rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
        return repr(rows)

    def _start(
        self,
        tag: str,
        arguments: list[str],
        *,
        process: str,
        vital: bool = True,
        pass_fds: tuple[int, ...] = (),
        environment: dict[str, str] | None = None,
    ) -> Child:
        return self.supervisor.start(
            tag,
            [sys.executable, *arguments],
            env={**self._child_environment(process), **(environment or {})},
            cwd=ROOT,
            vital=vital,
            pass_fds=pass_fds,
            **self.options,
        )

    def _child_environment(self, process: str) -> dict[str, str]:
        inherited = {**os.environ, **self.environment}
        if self.services.postgres is not None:
            inherited["DATABASE_URL"] = self.services.postgres.web_url
        if self.state.who.uid is not None:
            inherited |= {"HOME": str(self.state.folder / "home"), "USER": "nobody", "LOGNAME": "nobody"}
            inherited |= self.bytecode
        return {
            **inherited,
            "TONGZHOU_PROCESS": process,
            **({"PROMETHEUS_MULTIPROC_DIR": str(self.state.folder / "metrics")} if process == "web" else {}),
            "PYTHONUNBUFFERED": "1",
            "LC_ALL": "C.UTF-8",
        }
