"""Decisions of the set-up, without running its steps."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config import bootstrap
from config.stack import interpreters
from config.stack.console import StepFailed, run_step
from config.stack.frontend import node_environment, node_is_enough
from config.stack.privilege import Identity
from config.stack.stamps import Stamp, digest, files_digest

ROOT = bootstrap.ROOT
LOCKS = ("config/requirements.lock", "config/node.lock", "static/package-lock.json", "static/.npmrc")


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("v20.18.9", False),
        ("v20.19.0", True),
        ("v21.7.3", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.0.1", True),
        ("v18.20.0", False),
        ("", False),
        ("not a version", False),
    ],
)
def test_only_a_node_that_vite_runs_on_is_taken(version: str, enough: bool) -> None:  # noqa: FBT001
    """Vite 8 runs on 20.19+, 22.12+ and later majors."""
    assert node_is_enough(version) is enough


def test_the_pinned_uv_comes_out_of_the_lock_with_its_hashes() -> None:
    """The installer itself is as pinned as what it installs."""
    entry = bootstrap.lock_entry(bootstrap.LOCK.read_text(), "uv")
    first, *hashes = entry.splitlines()
    assert first.startswith("uv==")
    assert hashes
    assert all("--hash=sha256:" in line for line in hashes)


def test_a_lock_without_the_package_is_an_incomplete_checkout() -> None:
    """The message says what is missing."""
    with pytest.raises(StepFailed, match="没有 absent"):
        bootstrap.lock_entry("uv==1 \\\n    --hash=sha256:00\n", "absent")


def test_a_package_whose_name_begins_alike_is_not_taken() -> None:
    """uvicorn is not uv."""
    lock = "uv==1 \\\n    --hash=sha256:aa\nuvicorn==2 \\\n    --hash=sha256:bb\n"
    assert bootstrap.lock_entry(lock, "uv") == "uv==1 \\\n    --hash=sha256:aa\n"


def test_every_locked_package_is_pinned_with_hashes() -> None:
    """pip and uv refuse a changed file."""
    for name in ("requirements.lock", "node.lock"):
        lines = (ROOT / "config" / name).read_text().splitlines()
        packages = [line for line in lines if line and not line.startswith((" ", "#"))]
        assert packages
        assert all("==" in line and line.endswith("\\") for line in packages)


def test_no_committed_file_names_a_registry_host() -> None:
    """The hosts are read here and now from the tools' own configuration."""
    hosts = _registry_hosts()
    assert hosts
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=False, capture_output=True, text=True)
    files = [ROOT / name for name in listed.stdout.split("\0") if name] or [ROOT / name for name in LOCKS]
    named = [
        str(file.relative_to(ROOT))
        for file in files
        if file.is_file() and any(host in file.read_bytes() for host in hosts)
    ]
    assert not named


def _registry_hosts() -> list[bytes]:
    """Where pip, uv and npm fetch from on this machine."""
    pip = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=False, capture_output=True, text=True
    )
    addresses = [
        word.strip("'\"") for line in pip.stdout.splitlines() for word in line.split("=", 1)[-1].split()
    ]
    addresses += [
        value for name, value in os.environ.items() if "INDEX" in name or "REGISTRY" in name.upper()
    ]
    addresses.append(node_environment().get("npm_config_registry", ""))
    source = subprocess.run(
        [
            sys.executable,
            "-c",
            "from pip._internal.models.index import PyPI; print(PyPI.simple_url, PyPI.file_storage_domain)",
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    addresses += source.stdout.split()
    hosts = {urlsplit(address if "//" in address else f"//{address}").hostname for address in addresses}
    local = {None, "", "localhost", "127.0.0.1"}
    return [host.encode() for host in hosts - local if host and "." in host]


def test_the_npm_lock_records_no_download_addresses() -> None:
    """`resolved` would bind the checkout to one registry."""
    lock = json.loads((ROOT / "static" / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


def test_a_stamp_says_only_what_was_written(tmp_path: Path) -> None:
    """An absent stamp says nothing."""
    stamp = Stamp(tmp_path / "deep" / "stamp")
    assert not stamp.says("")
    stamp.write("abc")
    assert stamp.says("abc")
    assert not stamp.says("abcd")


def test_borders_between_parts_change_a_digest() -> None:
    """`ab` + `c` is not `a` + `bc`."""
    assert digest("ab", "c") != digest("a", "bc")


def test_a_renamed_file_changes_the_digest_of_a_tree(tmp_path: Path) -> None:
    """A build must see a rename, an edit and a deletion."""
    (tmp_path / "a.ts").write_text("1")
    first = files_digest([tmp_path], root=tmp_path)
    (tmp_path / "a.ts").rename(tmp_path / "b.ts")
    renamed = files_digest([tmp_path], root=tmp_path)
    (tmp_path / "b.ts").write_text("2")
    edited = files_digest([tmp_path], root=tmp_path)
    assert len({first, renamed, edited}) == 3
    (tmp_path / "b.ts").unlink()
    assert files_digest([tmp_path], root=tmp_path) == files_digest([tmp_path / "absent"], root=tmp_path)


def test_a_failing_step_says_what_to_do_and_shows_the_end_of_its_output(tmp_path: Path) -> None:
    """The sentence first, then what the tool said."""
    command = [sys.executable, "-c", "print('line of the tool'); raise SystemExit(3)"]
    with pytest.raises(StepFailed, match=r"请检查网络(.|\n)*line of the tool"):
        run_step("试验", command, failure="失败：请检查网络。", log=tmp_path / "log")


def test_a_missing_program_is_a_failed_step_too(tmp_path: Path) -> None:
    """No traceback for an absent tool."""
    with pytest.raises(StepFailed, match="没有装好"):
        run_step("试验", [tmp_path / "absent"], failure="没有装好", log=tmp_path / "log")


def test_this_interpreter_can_carry_the_environment() -> None:
    """The chosen interpreter is complete and new enough."""
    chosen = interpreters.choose(Identity())
    assert interpreters.inspect(chosen, Identity()).complete


def test_no_interpreter_with_venv_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian without python3-venv."""
    monkeypatch.setattr(interpreters, "_runs", lambda *_: False)
    with pytest.raises(StepFailed, match=r"apt-get install python3\.\d+-venv"):
        interpreters.choose(Identity())


def test_an_old_python_is_told_so_before_anything_newer_is_parsed() -> None:
    """manage.py itself must parse on very old versions: no annotations, f-strings or walrus before the check."""
    import ast

    tree = ast.parse((ROOT / "manage.py").read_text(), feature_version=(3, 4))
    assert isinstance(tree, ast.Module)


def test_the_command_keeps_its_bytecode_where_containers_forbid_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every process of a platform would compile every module anew."""
    seen: dict[str, str] = {}
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv(bootstrap.PREPARED, str(os.getpid()))
    monkeypatch.setattr(bootstrap, "inside", lambda: False)
    monkeypatch.setattr("signal.signal", lambda *_: None)

    def left(*_: object) -> None:
        seen.update(os.environ)
        raise SystemExit

    monkeypatch.setattr("os.execv", left)
    with pytest.raises(SystemExit):
        bootstrap.main(["check"])
    assert "PYTHONDONTWRITEBYTECODE" not in seen
    assert seen[bootstrap.PREPARED] == str(os.getpid())
