"""A thousand wrong passwords for one account: is it locked, and do others still get in as fast?

`locked_out`: 1 when every try after the fifth was refused and the right password is refused as well. `p95_ms_honest_user`: somebody
else sending the sign-in form all the while, with the installation's real hashing. The web processes are those of the product, asked
over HTTP; the attackers and the honest person share the machine's one address.
"""

import http.client
import math
import re
import statistics
import threading
import time
from urllib.parse import urlencode

from apps.accounts.services import notice_accept, person_create
from apps.core.actors import Actor
from config.stack.bench import BenchResult
from tests.benchmarks._stage import served

WRONG_TRIES = 1000
ATTACKERS = 4
ALONE = 20
PROCESSES = 2
SECONDS = 30.0
PASSWORD = "Harbour-2026-lamp"
LOGIN = "/accounts/login/"
LIMIT = 5
IN, REFUSED = 302, 429
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def run(tries: int = WRONG_TRIES, alone: int = ALONE, processes: int = PROCESSES) -> BenchResult:
    """First alone, then under attack; last the right password of the attacked."""
    for name in ("attacked", "honest"):
        _person(name)
    statuses: list[int] = []
    with served(processes) as port:
        _wait(port)
        quiet = [_sign_in(port) for _ in range(alone)]
        began = time.monotonic()
        _together([threading.Thread(target=_several, args=(port, alone)) for _ in range(processes)])
        rate = alone * processes / (time.monotonic() - began)
        under_attack = _while_attacked(port, statuses, tries)
        last, _ = _sent(port, "attacked", PASSWORD)
    made = tries // ATTACKERS * ATTACKERS
    locked = len(statuses) == made and statuses.count(REFUSED) >= made - LIMIT - ATTACKERS and last == REFUSED
    values = {
        "locked_out": [float(locked)],
        "p95_ms_honest_user": [_p95(under_attack)],
        "honest_slowdown": [statistics.median(under_attack) / statistics.median(quiet)],
        "sign_ins_per_s": [rate],
    }
    notes = {
        "locked_out": f"{made} 次错误口令，{ATTACKERS} 路并发；{statuses.count(REFUSED)} 次被直接拒绝，之后正确口令也被拒绝",
        "p95_ms_honest_user": f"其间另一人登录 {len(under_attack)} 次；没有攻击时 p95 为 {_p95(quiet):.0f} 毫秒",
        "honest_slowdown": "受攻击时与平时中位数之比",
        "sign_ins_per_s": f"{processes} 个网页进程，{processes} 路并发各 {alone} 次，口令散列为正式强度",
    }
    return BenchResult(values, notes)


def _person(name: str) -> None:
    person = person_create(
        actor=None, login_name=name, name=name, password=PASSWORD, is_active=True, must_change_password=False
    )
    notice_accept(actor=Actor(person_id=person.pk, name=person.name, login_name=person.login_name))


def _wait(port: int) -> None:
    """Until a web process answers."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            _sent(port, "nobody", PASSWORD)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def _together(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _several(port: int, count: int) -> None:
    for _ in range(count):
        _sign_in(port)


def _while_attacked(port: int, statuses: list[int], tries: int) -> list[float]:
    """Milliseconds of the honest person's sign-ins until the attackers are through."""
    threads = [
        threading.Thread(target=_attack, args=(port, statuses, tries // ATTACKERS)) for _ in range(ATTACKERS)
    ]
    for thread in threads:
        thread.start()
    times: list[float] = []
    while any(thread.is_alive() for thread in threads) or len(times) < LIMIT:
        times.append(_sign_in(port))
    for thread in threads:
        thread.join()
    return times


def _attack(port: int, statuses: list[int], tries: int) -> None:
    for number in range(tries):
        status, _ = _sent(port, "attacked", f"Wrong-{number}-guess")
        statuses.append(status)


def _sign_in(port: int) -> float:
    """Milliseconds from sending the form of the honest person to the answer."""
    status, spent = _sent(port, "honest", PASSWORD)
    if status != IN:
        raise RuntimeError(f"the honest person was not let in: {status}")
    return spent * 1000


def _sent(port: int, name: str, word: str) -> tuple[int, float]:
    """A browser that is new to the site opens the form, fills it in and sends it: the status and the seconds of the sending."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", LOGIN)
        page = connection.getresponse()
        token = TOKEN.search(page.read().decode())
        if token is None:
            raise RuntimeError(f"no form: {page.status}")
        cookies = "; ".join(value.split(";")[0] for value in page.headers.get_all("Set-Cookie", []))
        form = {"csrfmiddlewaretoken": token[1], "login": name, "password": word}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies}
        began = time.monotonic()
        connection.request("POST", LOGIN, urlencode(form), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, time.monotonic() - began
    finally:
        connection.close()


def _p95(times: list[float]) -> float:
    return sorted(times)[math.ceil(len(times) * 0.95) - 1]
