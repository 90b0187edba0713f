"""`up --cert --key` for real: the page by https with safe cookies, the commands beside it, an expired certificate with a warning."""

import datetime
import http.client
import json
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.stack.certificates import issue
from tests.helpers.platform import Up, running_up

pytestmark = pytest.mark.chaos
YEARS = datetime.timedelta(days=5 * 365)


@pytest.fixture
def certs(tmp_path: Path) -> Path:
    """A certificate that has expired: the hardest one to be served."""
    issue(
        tmp_path,
        ["localhost", "127.0.0.1"],
        moment=datetime.datetime.now(datetime.UTC) - YEARS,
        new_authority=False,
    )
    return tmp_path


@pytest.fixture
def up(certs: Path) -> Iterator[Up]:
    """A platform with it."""
    with running_up(
        "--bare", "--cert", str(certs / "server.crt"), "--key", str(certs / "server.key")
    ) as running:
        yield running


def asked(port: int, path: str) -> tuple[int, dict[str, list[str]], str]:
    """Status, headers and text. That the certificate has expired is what is tested, so the client does not mind."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    text = answer.read().decode()
    headers: dict[str, list[str]] = {}
    for name, value in answer.getheaders():
        headers.setdefault(name.lower(), []).append(value)
    connection.close()
    return answer.status, headers, text


@pytest.mark.long
def test_the_page_is_served_by_tls_and_an_old_certificate_is_complained_of(up: Up) -> None:
    """On the screen, at /readyz; cookies and headers are those of a safe site; a backup works beside it."""
    up.start()
    assert "证书已于" in up.said()
    status, headers, text = asked(up.port, "/accounts/login/")
    assert status == 200
    assert headers["strict-transport-security"] == ["max-age=31536000"]
    assert all("Secure" in cookie for cookie in headers["set-cookie"])
    assert "浏览器提示连接不安全" in text
    status, _, text = asked(up.port, "/readyz")
    assert status == 503
    assert "已于" in json.loads(text)["checks"]["certificate"]["text"]
    word = up.folder / "word"
    word.write_text("a-long-enough-passphrase")
    beside: subprocess.CompletedProcess[str] = up.run(
        "backup", str(up.folder / "one.backup"), "--passphrase-file", str(word)
    )
    assert beside.returncode == 0, beside.stderr
    assert (up.folder / "one.backup").stat().st_size > 10_000


def test_half_a_pair_is_refused_before_anything_starts(up: Up, certs: Path) -> None:
    """Exit code 2 and a sentence."""
    up.options = ("--bare", "--cert", str(certs / "server.crt"))
    refused = up.run("up", *up.options)
    assert refused.returncode == 2
    assert "一起使用" in refused.stdout
