"""The environment of an installation: every mistake said at once, in Chinese."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.exceptions import ImproperlyConfigured

from config import env
from config.stack.services import ROOT

RIGHT = {
    "DATABASE_URL": "postgres://u:p%40ss@db.example.invalid:5432/tongzhou",
    "REDIS_URL": "redis://:p@cache.example.invalid:6379/0",
    "TONGZHOU_SECRET_KEY": "k" * 64,
}


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("TONGZHOU_")] + [*RIGHT, "EMAIL_URL"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TONGZHOU_STATE", str(tmp_path))


def test_an_installation_that_says_nothing_is_told_everything_it_must_say() -> None:
    """One message, three lines."""
    with pytest.raises(ImproperlyConfigured) as refused:
        env.read(production=True)
    lines = str(refused.value).splitlines()
    assert [line.split("：")[0] for line in lines[1:]] == ["DATABASE_URL", "REDIS_URL", "TONGZHOU_SECRET_KEY"]


def test_all_wrong_values_are_named_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody mends one and meets the next."""
    wrong = {
        "DATABASE_URL": "mysql://x",
        "REDIS_URL": "memcached://x",
        "TONGZHOU_SECRET_KEY": "k" * 64,
        "TONGZHOU_MODE": "odd",
        "TONGZHOU_BASE_URL": "oa.example.invalid",
        "TONGZHOU_TRUSTED_PROXIES": "many",
        "TONGZHOU_BEHIND_TLS": "perhaps",
        "EMAIL_URL": "pop3://x",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as refused:
        env.read(production=True)
    message = str(refused.value)
    assert [name for name in wrong if name not in message] == ["TONGZHOU_SECRET_KEY"]
    assert "应为整数" in message
    assert "只能是 demo、real" in message
    assert "Not a valid" not in message


def test_a_right_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Escaped passwords reach the database settings unescaped."""
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)
    found = env.read(production=True)
    assert env.database(found.database_url, pool=False)["PASSWORD"] == "p@ss"


def test_the_key_file_of_the_state_folder_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`manage.py up` writes it."""
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("TONGZHOU_SECRET_KEY")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "django.key").write_text("from the file\n")
    assert env.read(production=True).secret_key == "from the file"


@pytest.mark.parametrize(
    ("kept", "mode"),
    [("", "real"), ('{"mode": "demo"}', "demo"), ('{"mode": "real"}', "real"), ("{", "real")],
)
def test_what_is_started_by_hand_is_what_its_state_folder_is_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kept: str, mode: str
) -> None:
    """A worker of a real installation is never one of a demo because nobody said so; nor are its rules of signing in."""
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("TONGZHOU_MODE", raising=False)
    if kept:
        (tmp_path / "state.json").write_text(kept)
    found = env.read(production=True)
    assert found.mode == mode
    assert bool(found.two_factors_for) == (mode == "real")


def test_wrong_settings_end_a_command_with_a_sentence() -> None:
    """No trace for a forgotten variable."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "check", "--deploy"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.production"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "DATABASE_URL：没有设置" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("mode", "iterations"), [("demo", 20_000), ("real", PBKDF2PasswordHasher.iterations)]
)
def test_only_a_demo_checks_its_public_password_quickly(mode: str, iterations: int) -> None:
    """A real installation keeps what the framework holds strong enough."""
    told = "from django.contrib.auth.hashers import get_hasher; print(get_hasher().iterations)"
    done = subprocess.run(
        [sys.executable, "-c", told],
        cwd=ROOT,
        env={
            **os.environ,
            **RIGHT,
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "TONGZHOU_MODE": mode,
        },
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.stdout.strip(), done.stderr) == (str(iterations), "")
