"""Certificates of an authority of one's own: what a browser would check, and what an operator gets wrong."""

import contextlib
import datetime
import http.client
import http.server
import os
import shutil
import socket
import ssl
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

from config.stack.certificates import CertificateRefused, facts_of, issue, pair_check
from config.stack.deployment import text_of
from config.stack.make_cert import main
from config.stack.ports import free_port
from config.stack.services import ROOT
from config.stack.state import State
from config.stack.tls import Tls
from config.stack.up import Stack, options

MOMENT = datetime.datetime(2026, 11, 23, 8, 0, tzinfo=datetime.UTC)
EVERYWHERE = "0.0.0.0"  # noqa: S104  # compared
NAMES = ["oa.daihai.example", "10.1.2.3", "localhost", "127.0.0.1"]


@pytest.fixture
def certs(tmp_path: Path) -> Path:
    """An authority and a certificate that is valid at present."""
    issue(tmp_path, NAMES, moment=datetime.datetime.now(datetime.UTC), new_authority=False)
    return tmp_path


@contextlib.contextmanager
def served(certificate: Path, key: Path) -> Iterator[int]:
    """A TLS server with these."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def greeted(port: int, authority: Path, name: str) -> str:
    """The name of the protocol when a client that trusts only `authority` accepts the server as `name`."""
    context = ssl.create_default_context(cafile=str(authority))
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=name) as safe,
    ):
        return str(safe.version())


def test_a_client_that_trusts_the_authority_accepts_every_name(certs: Path) -> None:
    """By name and by address; a name that was not asked for is refused."""
    with served(certs / "server.crt", certs / "server.key") as port:
        assert {greeted(port, certs / "ca.crt", name) for name in NAMES} == {"TLSv1.3"}
        with pytest.raises(ssl.SSLCertVerificationError, match=r"doesn't match|mismatch"):
            greeted(port, certs / "ca.crt", "other.daihai.example")


def test_a_certificate_for_addresses_alone_is_accepted_too(tmp_path: Path) -> None:
    """A county office has no name server: OpenSSL takes a bare address in the subject for a host name nobody permitted."""
    issue(tmp_path, ["127.0.0.1"], moment=datetime.datetime.now(datetime.UTC), new_authority=False)
    with served(tmp_path / "server.crt", tmp_path / "server.key") as port:
        assert greeted(port, tmp_path / "ca.crt", "127.0.0.1") == "TLSv1.3"


def test_a_stranger_s_authority_is_not_trusted(certs: Path, tmp_path: Path) -> None:
    """The browser's warning before the authority was installed."""
    issue(tmp_path / "other", NAMES, moment=datetime.datetime.now(datetime.UTC), new_authority=False)
    with (
        served(certs / "server.crt", certs / "server.key") as port,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        greeted(port, tmp_path / "other" / "ca.crt", "localhost")


def test_the_authority_is_kept_when_a_certificate_is_renewed(certs: Path) -> None:
    """Devices install it once."""
    before = (certs / "ca.crt").read_bytes()
    old = facts_of(certs / "server.crt")
    renewed = issue(certs, ["oa.daihai.example", "10.1.2.4"], moment=MOMENT, new_authority=False)
    assert (certs / "ca.crt").read_bytes() == before
    assert renewed.fingerprint != old.fingerprint
    assert renewed.names == ("oa.daihai.example", "10.1.2.4")


def test_the_authority_cannot_vouch_for_the_rest_of_the_world(certs: Path) -> None:
    """A name outside asks for a new one; below the own name it is free."""
    with pytest.raises(CertificateRefused, match=r"bank\.example 不在现有根证书允许的名称之内"):
        issue(certs, ["bank.example"], moment=MOMENT, new_authority=False)
    below = issue(certs, ["files.oa.daihai.example"], moment=MOMENT, new_authority=False)
    assert below.names == ("files.oa.daihai.example",)
    assert issue(certs, ["bank.example"], moment=MOMENT, new_authority=True).names == ("bank.example",)
    authority = x509.load_pem_x509_certificate((certs / "ca.crt").read_bytes())
    assert authority.extensions.get_extension_for_class(x509.NameConstraints).critical


def test_it_lasts_as_long_as_every_device_accepts(certs: Path) -> None:
    """Apple's limit for private authorities is 825 days."""
    certificate = x509.load_pem_x509_certificate((certs / "server.crt").read_bytes())
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc < datetime.timedelta(days=825)


def test_keys_are_closed_to_others(certs: Path) -> None:
    """Certificates may be read."""
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in certs.iterdir()}
    assert (modes["ca.key"], modes["server.key"], modes["ca.crt"]) == (0o600, 0o600, 0o644)


@pytest.mark.parametrize(
    "name", ["https://oa.example", "oa example", "办公", "-oa.example", "oa..example", "a" * 64]
)
def test_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    """Said with the name; nothing is written."""
    with pytest.raises(CertificateRefused, match="不是主机名或 IP 地址"):
        issue(tmp_path / "certs", [name], moment=MOMENT, new_authority=False)
    assert not (tmp_path / "certs").exists()


def test_an_expired_certificate_is_taken_with_a_warning(tmp_path: Path) -> None:
    """Twenty days before, the day after."""
    facts = issue(tmp_path, NAMES, moment=MOMENT, new_authority=False)
    assert facts.warning(MOMENT) == ""
    assert "还有 19 天" in facts.warning(
        facts.expires_at - datetime.timedelta(days=20) + datetime.timedelta(hours=1)
    )
    assert "已于" in facts.warning(facts.expires_at + datetime.timedelta(days=1))
    state = State.at(tmp_path / "state")
    taken = Tls.taken(state, tmp_path / "server.crt", tmp_path / "server.key")
    assert taken is not None
    assert taken.hosts == set(NAMES)
    assert taken.address(443) == "https://oa.daihai.example"
    assert taken.address(8443) == "https://oa.daihai.example:8443"
    assert stat.S_IMODE(taken.key.stat().st_mode) == 0o600


def test_a_key_that_does_not_belong_is_refused(certs: Path, tmp_path: Path) -> None:
    """Before anything is started."""
    with pytest.raises(CertificateRefused, match="不配对"):
        pair_check(certs / "server.crt", certs / "ca.key")
    with pytest.raises(CertificateRefused, match="不是 PEM 格式的证书"):
        pair_check(certs / "server.key", certs / "server.key")
    with pytest.raises(CertificateRefused, match="读不了证书"):
        pair_check(certs / "absent.crt", certs / "server.key")
    with pytest.raises(CertificateRefused, match="一起使用"):
        Tls.taken(State.at(tmp_path / "state"), certs / "server.crt", None)


def test_the_command_says_what_to_do_next(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Names in, a command to start out."""
    assert main(["oa.daihai.example"], tmp_path / "state") == 0
    said = capfd.readouterr().err
    assert "--cert" in said
    assert (tmp_path / "state" / "certs" / "server.crt").is_file()
    assert main(["no name"], tmp_path / "state") == 2


# ---- the unit and the reverse proxy


def facts(**changed: object) -> dict[str, object]:
    """Places of the two files."""
    given = {
        "name": "localhost",
        "port": 8000,
        "media_port": 8001,
        "user": "daemon",
        "state": "/srv/state",
        "root": ROOT,
        "python": "/usr/bin/python3",
    }
    return {**given, **changed}


def test_the_unit_is_what_systemd_accepts(tmp_path: Path) -> None:
    """`systemd-analyze verify` finds nothing to say."""
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("没有 systemd-analyze")
    unit = tmp_path / "tongzhou.service"
    unit.write_text(text_of("systemd", facts()))
    done = subprocess.run([tool, "verify", "--man=no", unit], capture_output=True, text=True, check=False)
    own = [line for line in (done.stdout + done.stderr).splitlines() if "tongzhou" in line]
    assert own == []
    assert "Environment=TONGZHOU_BEHIND_TLS=1" in unit.read_text()


def test_the_unit_serves_an_organ_and_its_pictures_reach_beyond_the_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody who enables it serves a demo; a proxy passes on pages, not what a meeting sends."""
    started = next(line for line in text_of("systemd", facts()).splitlines() if line.startswith("ExecStart="))
    given = started.split(" up ")[1].split()
    assert "--organ" in given
    monkeypatch.setenv("TONGZHOU_BEHIND_TLS", "1")
    stack = Stack(State.at(tmp_path / "state"), options(given), "real")
    assert stack._media_host() == EVERYWHERE
    assert (
        Stack(stack.state, options([*given, "--media-host", "10.1.2.3"]), "real")._media_host() == "10.1.2.3"
    )
    assert Stack(stack.state, options([]), "demo")._media_host() == "127.0.0.1"


class Upstream(http.server.BaseHTTPRequestHandler):
    """Tells what it was sent."""

    def do_GET(self) -> None:  # the base class's name
        body = str({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def upstream() -> Iterator[int]:
    """What stands behind the proxy."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def proxy(certs: Path, upstream: int) -> Iterator[int]:
    """nginx itself, with the configuration the command prints; only its two ports are changed."""
    nginx = os.environ.get("TONGZHOU_NGINX") or shutil.which("nginx")
    if nginx is None:
        pytest.skip("没有 nginx：apt-get install nginx，或用 TONGZHOU_NGINX 指定程序")
    (certs / "certs").mkdir()
    for name in ("server.crt", "server.key"):
        shutil.copy(certs / name, certs / "certs" / name)
    secure, plain = free_port(), free_port()
    text = text_of("nginx", facts(port=upstream, state=certs))
    text = text.replace("listen 443", f"listen 127.0.0.1:{secure}").replace(
        "listen 80;", f"listen 127.0.0.1:{plain};"
    )
    (certs / "site.conf").write_text(text)
    temporary = "".join(
        f"{kind}_temp_path {certs}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (certs / "nginx.conf").write_text(
        f"daemon off; pid {certs}/pid; error_log stderr; worker_processes 1; events {{}}\n"
        f"http {{ access_log off; {temporary} include {certs}/site.conf; }}\n"
    )
    process = subprocess.Popen([nginx, "-p", certs, "-c", certs / "nginx.conf"], stderr=subprocess.PIPE)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", secure), timeout=1):
                break
            time.sleep(0.05)
            assert process.poll() is None, (process.stderr.read() if process.stderr else b"").decode()
        yield secure
    finally:
        process.terminate()
        process.communicate()


def asked(port: int, authority: Path, path: str, headers: dict[str, str]) -> tuple[int, str]:
    """Status and body of a page behind the proxy."""
    connection = http.client.HTTPSConnection(
        "localhost", port, context=ssl.create_default_context(cafile=str(authority))
    )
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def test_the_proxy_writes_the_caller_s_address_itself(proxy: int, certs: Path) -> None:
    """What a stranger puts into the headers never arrives; the host and the upgrade of a socket do."""
    forged = {
        "X-Forwarded-For": "1.2.3.4",
        "X-Forwarded-Proto": "http",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
    }
    status, body = asked(proxy, certs / "ca.crt", "/desk/", forged)
    assert status == 200
    assert "1.2.3.4" not in body
    assert "'x-forwarded-for': '127.0.0.1'" in body
    assert "'x-forwarded-proto': 'https'" in body
    assert "'upgrade': 'websocket'" in body
    assert f"'host': 'localhost:{proxy}'" in body
