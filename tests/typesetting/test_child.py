"""The killable child."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.typesetting import LayoutImpossible, Typeset, TypesettingError, child, compose
from apps.typesetting.errors import ChildFailed, ChildOutOfMemory, ChildTimedOut
from apps.typesetting.faces import FontLibrary
from apps.typesetting.wire import packed, unpacked
from tests.typesetting.sheets import NOTICE, notice, paragraphs


@pytest.fixture(autouse=True)
def _no_child_stays() -> Iterator[None]:
    yield
    while child._idle:
        child._idle.pop().kill()


def test_the_child_lays_out_as_the_parent_does(library: FontLibrary) -> None:
    typeset = child.run("compose", {"sheet": NOTICE}, seconds=60)
    assert isinstance(typeset, Typeset)
    assert typeset.pdf == compose(NOTICE, library=library).pdf


def test_the_next_request_meets_the_same_warm_child() -> None:
    child.run("seal_svg", {"name": "岱海市财政局"}, seconds=60)
    [first] = child._idle
    child.run("seal_svg", {"name": "岱海市教育局"}, seconds=60)
    assert child._idle == [first]


def test_a_refusal_arrives_as_the_error_it_is() -> None:
    with pytest.raises(LayoutImpossible, match="首页必须显示正文"):
        child.run("compose", {"sheet": notice(title="关于" + "推进工作" * 80)}, seconds=60)


def test_what_takes_too_long_is_killed() -> None:
    child.run("seal_svg", {"name": "岱海市财政局"}, seconds=60)
    [worker] = child._idle
    started = time.monotonic()
    with pytest.raises(ChildTimedOut, match="超过时限"):
        child.run("compose", {"sheet": notice(body=paragraphs(20_000))}, seconds=0.3)
    assert time.monotonic() - started < 5
    assert worker.process.poll() is not None
    assert child._idle == []


def test_what_takes_too_much_memory_ends_alone(library: FontLibrary) -> None:
    pdf = compose(notice(body=paragraphs(40)), library=library).pdf
    with pytest.raises((ChildOutOfMemory, ChildFailed)):
        child.run("page_images", {"pdf": pdf, "dpi": 550}, seconds=60, megabytes=320)
    assert child.run("page_image", {"pdf": pdf, "number": 1}, seconds=60)


def test_the_child_inherits_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGZHOU_SECRET_KEY", "secret")
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    child.run("seal_svg", {"name": "岱海市财政局"}, seconds=60)
    environment = Path(f"/proc/{child._idle[0].process.pid}/environ").read_text()
    assert "secret" not in environment


def test_the_child_has_a_hard_memory_limit() -> None:
    child.run("seal_svg", {"name": "岱海市财政局"}, seconds=60, megabytes=900)
    limits = Path(f"/proc/{child._idle[0].process.pid}/limits").read_text().splitlines()
    line = next(line for line in limits if line.startswith("Max address space"))
    assert line.split()[3:5] == [str(900 * 1024 * 1024)] * 2


def test_a_child_that_was_killed_meanwhile_is_replaced() -> None:
    child.run("seal_svg", {"name": "岱海市财政局"}, seconds=60)
    os.kill(child._idle[0].process.pid, 9)
    child._idle[0].process.wait()
    assert child.run("seal_svg", {"name": "岱海市财政局"}, seconds=60).startswith("<svg")


def test_only_named_functions_run() -> None:
    with pytest.raises(ValueError, match="may not be run"):
        child.run("eval", {"source": "1"})


def test_junk_is_refused_in_chinese() -> None:
    with pytest.raises(TypesettingError, match="不是完整的 PDF"):
        child.run("page_images", {"pdf": b"junk"}, seconds=60)


@pytest.mark.parametrize(
    "value", [None, True, 3, 2.5, "字", b"\x00\xff", (1, (2,)), [1, "a"], {"$tuple": [1]}, NOTICE]
)
def test_values_cross_the_wire_unchanged(value: object) -> None:
    assert unpacked(packed(value)) == value


def test_other_objects_do_not_cross_the_wire() -> None:
    with pytest.raises(TypeError, match="cannot cross"):
        packed(object())
