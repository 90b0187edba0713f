"""`up --organ`: a folder is demo or real, once; a real one may be reached from the network."""

from pathlib import Path

import pytest

from config.stack.state import State, StateRefused
from config.stack.up import _may_listen, main, options


def test_a_demo_folder_is_not_made_real(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused before anything starts, with what to do."""
    State.at(tmp_path).enter("demo")
    assert main(["--organ", "--state", str(tmp_path)]) == 2
    assert "已用于演示环境，演示与正式不能混用" in capsys.readouterr().out
    assert State.at(tmp_path).facts()["mode"] == "demo"


def test_a_real_folder_stays_real_without_being_told(tmp_path: Path) -> None:
    """The second start needs no option, and no demo city comes in."""
    State.at(tmp_path).enter("real")
    assert State.at(tmp_path).enter("") == "real"
    with pytest.raises(StateRefused, match="正式"):
        State.at(tmp_path).enter("demo")


def test_a_folder_of_a_newer_program_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the option says."""
    state = State.at(tmp_path)
    state.enter("real")
    state.note(layout=99)
    file = tmp_path / "state.json"
    file.write_text(file.read_text().replace('"layout": 1', '"layout": 99'))
    assert main(["--organ", "--state", str(tmp_path)]) == 2
    assert "由更新的版本写成" in capsys.readouterr().out


def test_only_the_demo_is_kept_to_this_machine(tmp_path: Path) -> None:
    """A real organ's people come from their own desks."""
    chosen = options(["--host", "0.0.0.0", "--state", str(tmp_path)])  # noqa: S104  # what is being tested
    _may_listen(chosen, "real")
    with pytest.raises(StateRefused, match="演示环境只监听本机"):
        _may_listen(chosen, "demo")
