"""The state folder: one holder, one mode, secrets closed, newer ones refused."""

import json
import os
import stat
from pathlib import Path

import pytest

from config.stack.privilege import Identity, identity, own_tree
from config.stack.processes import alive, end_leftovers, exists, started_at
from config.stack.state import LAYOUT, State, StateRefused


def mode_of(path: Path) -> int:
    """Permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


def test_secrets_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    """The key is 0600 in a 0700 folder and stays the same."""
    state = State.at(tmp_path / "state")
    key = state.folder / "secrets" / "django.key"
    first = key.read_text()
    assert mode_of(key) == 0o600
    assert mode_of(key.parent) == 0o700
    assert mode_of(state.folder) == 0o700
    State.at(tmp_path / "state")
    assert key.read_text() == first
    assert len(first) >= 50


@pytest.mark.parametrize("broken", ["", '{"mode": "re', "[]"])
def test_a_broken_note_is_refused_and_left_as_it_is(tmp_path: Path, broken: str) -> None:
    """Taken for absent, it would turn a real installation into a demo."""
    state = State.at(tmp_path / "state")
    state.enter("real")
    (state.folder / "state.json").write_text(broken)
    with pytest.raises(StateRefused, match=r"state\.json 已损坏"):
        State.at(tmp_path / "state").enter()
    assert (state.folder / "state.json").read_text() == broken


def test_a_folder_with_other_contents_is_refused_and_left_alone(tmp_path: Path) -> None:
    """`--state ~` must not close somebody's home."""
    (tmp_path / "letter.txt").write_text("text")
    tmp_path.chmod(0o755)
    with pytest.raises(StateRefused, match="已有别的内容"):
        State.at(tmp_path)
    assert mode_of(tmp_path) == 0o755
    assert [entry.name for entry in tmp_path.iterdir()] == ["letter.txt"]


def test_only_one_holds_the_folder(tmp_path: Path) -> None:
    """The second is told who holds it."""
    first, second = State.at(tmp_path / "state"), State.at(tmp_path / "state")
    assert first.lock("up")
    assert not second.lock("migrate")
    assert second.holder() == {"pid": os.getpid(), "purpose": "up"}
    first.unlock()
    assert second.lock("migrate")
    second.unlock()


def test_waiting_ends_at_once_when_a_stack_runs(tmp_path: Path) -> None:
    """Another command is waited for, a running stack is not."""
    first, second = State.at(tmp_path / "state"), State.at(tmp_path / "state")
    assert first.lock("up")
    assert not second.lock_patiently("up", seconds=3600)
    first.unlock()


def test_the_mode_is_fixed_on_first_use(tmp_path: Path) -> None:
    """Demo data never becomes a real installation."""
    state = State.at(tmp_path / "state")
    assert state.enter() == "demo"
    assert state.enter("demo") == "demo"
    with pytest.raises(StateRefused, match="已用于演示环境"):
        state.enter("real")


def test_a_folder_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """An old program does not touch what it does not understand."""
    state = State.at(tmp_path / "state")
    state.note(layout=LAYOUT + 1)
    fresh = json.loads((state.folder / "state.json").read_text()) | {"layout": LAYOUT + 1}
    (state.folder / "state.json").write_text(json.dumps(fresh))
    with pytest.raises(StateRefused, match="更新的版本"):
        state.enter()


def test_noting_keeps_what_stood_there(tmp_path: Path) -> None:
    """Facts are added, not replaced."""
    state = State.at(tmp_path / "state")
    state.note(address="a", ports={"web": 1})
    state.note(address="b")
    assert state.facts()["ports"] == {"web": 1}
    assert state.facts()["address"] == "b"
    assert mode_of(state.folder / "state.json") == 0o600


def test_a_process_is_known_by_number_and_start_time() -> None:
    """A number used again is another process."""
    me = os.getpid()
    assert alive(me, started_at(me))
    assert not alive(me, started_at(me) + 1)
    assert exists(me)
    assert started_at(2**22 + 1) == 0


def test_somebody_elses_process_of_the_same_number_is_not_ended() -> None:
    """Ending leftovers goes by number and start time."""
    assert end_leftovers({"web": [os.getpid(), started_at(os.getpid()) + 5]}, seconds=0) == []


def test_a_closed_folder_is_seen_from_its_mode(tmp_path: Path) -> None:
    """Owner, group and others, and every parent on the way."""
    tmp_path.chmod(0o755)
    stranger = Identity(uid=54321, gid=54321)
    inner = tmp_path / "inner"
    inner.mkdir(mode=0o755)
    file = inner / "file"
    file.write_text("x")
    file.chmod(0o644)
    inner.chmod(0o700)
    assert not stranger.reaches(file)
    assert Identity(uid=os.getuid(), gid=os.getgid()).reaches(file)
    assert not stranger.reaches(tmp_path / "absent")


@pytest.mark.skipif(os.geteuid() != 0, reason="只有 root 才能移交文件")
def test_what_root_wrote_is_given_to_the_children(tmp_path: Path) -> None:
    """A command of root's leaves nothing the web process cannot read."""
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a").write_text("x")
    (tmp_path / "link").symlink_to("/etc/hosts")
    own_tree(tmp_path, identity())
    assert (tmp_path / "files" / "a").stat().st_uid == identity().uid
    assert Path("/etc/hosts").stat().st_uid == 0
