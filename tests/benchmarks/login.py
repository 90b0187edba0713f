"""A thousand wrong passwords for one account: is it locked, and do others still get in as fast?

`locked_out`: 1 when every try after the fifth was refused and the right password is refused as well. `p95_ms_honest_user`: somebody
else signing in all the while, with the installation's real hashing. Requests go through the whole Django stack in this process.
"""

import logging
import math
import statistics
import threading
import time

from django.db import connections
from django.test import Client

from apps.accounts.models import Person
from apps.accounts.services import notice_accept, person_create
from apps.core.actors import Actor
from config.stack.bench import BenchResult

WRONG_TRIES = 1000
ATTACKERS = 4
ALONE = 20
PASSWORD = "Harbour-2026-lamp"
LOGIN = "/accounts/login/"
LIMIT = 5


def run(tries: int = WRONG_TRIES, alone: int = ALONE) -> BenchResult:
    """First alone, then under attack; last the right password of the attacked."""
    logging.disable(
        logging.WARNING
    )  # a line for each refused try would be measured, and nobody reads it here
    for name in ("attacked", "honest"):
        _person(name)
    quiet = [_sign_in("honest") for _ in range(alone)]
    statuses: list[int] = []
    under_attack = _while_attacked(statuses, tries)
    locked = statuses.count(429) >= tries - LIMIT - ATTACKERS and _status("attacked", PASSWORD) == 429
    rate = len(quiet) / (sum(quiet) / 1000)
    values = {
        "locked_out": [float(locked)],
        "p95_ms_honest_user": [_p95(under_attack)],
        "honest_slowdown": [statistics.median(under_attack) / statistics.median(quiet)],
        "sign_ins_per_s": [rate],
    }
    notes = {
        "locked_out": f"{tries} 次错误口令，{ATTACKERS} 路并发；{statuses.count(429)} 次被直接拒绝，之后正确口令也被拒绝",
        "p95_ms_honest_user": f"其间另一人登录 {len(under_attack)} 次；没有攻击时 p95 为 {_p95(quiet):.0f} 毫秒",
        "honest_slowdown": "受攻击时与平时中位数之比，同一进程",
        "sign_ins_per_s": f"单线程 {alone} 次，PBKDF2 默认强度",
    }
    return BenchResult(values, notes)


def _person(name: str) -> None:
    person = person_create(
        actor=None, login_name=name, name=name, password=PASSWORD, is_active=True, must_change_password=False
    )
    notice_accept(actor=Actor(person_id=person.pk, name=person.name, login_name=person.login_name))


def _while_attacked(statuses: list[int], tries: int) -> list[float]:
    """Milliseconds of the honest person's sign-ins until the attackers are through."""
    threads = [
        threading.Thread(target=_attack, args=(statuses, tries // ATTACKERS)) for _ in range(ATTACKERS)
    ]
    for thread in threads:
        thread.start()
    times: list[float] = []
    while any(thread.is_alive() for thread in threads) or len(times) < LIMIT:
        times.append(_sign_in("honest"))
    for thread in threads:
        thread.join()
    return times


def _attack(statuses: list[int], tries: int) -> None:
    for number in range(tries):
        statuses.append(_status("attacked", f"Wrong-{number}-guess"))  # noqa: PERF401  # told one by one to the main thread
    connections.close_all()


def _sign_in(name: str) -> float:
    began = time.monotonic()
    status = _status(name, PASSWORD)
    if status != 302:
        raise RuntimeError(f"{name} {status} {Person.objects.count()}")
    return (time.monotonic() - began) * 1000


def _status(name: str, password: str) -> int:
    client = Client(SERVER_NAME="127.0.0.1")
    return client.post(LOGIN, {"login": name, "password": password}).status_code


def _p95(times: list[float]) -> float:
    return sorted(times)[math.ceil(len(times) * 0.95) - 1]
