"""House rules checked by syntax tree (house.md §3, §5, §6)."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source import APPS, ROOT, code_lines, functions, python_files, rooms, shown, tree_of

DOORS = ("views", "api", "consumers", "tasks", "admin", "listeners")
ROOMS = {
    "urls", "routing", "views", "api", "consumers", "listeners", "admin", "tasks", "forms", "filters", "templatetags",
    "services", "selectors", "policies", "events", "panels", "management", "checks", "models", "errors", "enums", "apps",
    "middleware", "migrations", "adapter", "managers",
}  # fmt: skip
# Pure rooms named after the algorithm or the thing they hold, per app.
OWN_ROOMS: dict[str, set[str]] = {
    "accounts": {
        "administration", "backends", "directories", "hashing", "idling", "objections", "passwords", "pinyin", "recovering", "scopes",
        "second_factor_forms", "secrecy", "staffing", "words",
    },
    "audit": {"digests", "registry", "verify"},
    "files": {
        "child", "children", "compound", "inspection", "kinds", "manuscripts", "marks", "names", "object_storage", "office",
        "packages", "pages", "pictures", "readable", "responses", "sounds", "storage", "watermarks", "words",
    },
    "messaging": {"grams", "topics"},
    "notifications": {"days", "gateways", "recipients", "reminders", "reply_form"},
    "duty": {
        "board", "checks", "clocks", "conflicts", "grading", "opening", "papers", "plan", "planning", "reminders", "rotation",
        "balance", "solver", "verifier",
    },
    "supervision": {
        "charts", "course", "dating", "lifecycle", "lights", "numbers", "papers", "plans", "progress", "reminders",
        "schedules", "tallying",
    },
    "meetings": {
        "attendance", "attendees", "changes", "collecting", "course", "dating", "door", "drawing", "finding", "lifecycle", "media",
        "openings", "papers", "procedures", "recording", "reminders", "seating", "sfu", "slips",
    },
    "briefings": {"course", "papers", "procedures", "reminders", "schedule", "scoring", "similarity"},
    "integration": {"boundaries", "demo", "gateways", "procedures", "signing"},
    "affairs": {"course", "halves", "ladder", "procedures", "reminders"},
    "portal": {"certificates", "demo", "desk", "search"},
    "workflow": {"assignees", "definition", "diagram", "engine", "ink", "lights", "soundness", "vocabulary"},
    "documents": {"body", "cleanup", "comparing", "procedures", "rules"},
    "core": {
        "actors", "addresses", "arrangements", "authentication", "clock", "context", "deadlines", "diary", "garbage", "given",
        "handing_over", "health", "http", "joining", "launcher", "locks", "mailing", "metrics", "once", "openapi", "outbox",
        "pacing", "paging", "parsing", "placing", "polling", "prepared", "realtime", "reminding", "screens", "sealed", "shell",
        "slots", "spreadsheets", "streams", "subjects", "submissions", "tidying", "triggers", "valkey", "whole_tables", "words",
        "working_calendar",
    },
}  # fmt: skip
PURE_PACKAGES = {"typesetting"}


def test_every_module_has_a_room() -> None:
    """A module outside the known rooms means the design has to be thought over, not a `utils.py`."""
    strays = []
    for path in python_files():
        app, *rest = path.relative_to(APPS).with_suffix("").parts
        if not rest or app in PURE_PACKAGES or rest[0] == "__init__":
            continue
        if rest[0] not in ROOMS | OWN_ROOMS.get(app, set()):
            strays.append(shown(path))
    assert not strays


def test_no_module_is_called_utils_helpers_or_common() -> None:
    """Catch-all modules collect everything."""
    assert not [
        shown(path) for path in python_files() if path.stem in {"utils", "helpers", "common", "misc", "base"}
    ]


def test_modules_stay_below_400_lines() -> None:
    """A longer file holds two ideas."""
    long = {
        shown(p): n
        for p in python_files() + python_files(ROOT / "config")
        if (n := len(p.read_text().splitlines())) > 400
    }
    assert not long


def test_functions_stay_below_40_lines() -> None:
    """A longer function does two things."""
    long = [
        f"{shown(path)}:{node.lineno} {node.name} {code_lines(node)}"
        for path in python_files() + python_files(ROOT / "config")
        for node in functions(tree_of(path))
        if code_lines(node) > 40
    ]
    assert not long


def test_views_stay_below_20_lines() -> None:
    """A view parses, calls one service or selector, and renders."""
    long = [
        f"{shown(path)}:{node.lineno} {node.name} {code_lines(node)}"
        for path in rooms("views")
        for node in functions(tree_of(path))
        if code_lines(node) > 20
    ]
    assert not long


@pytest.mark.parametrize("door", DOORS)
def test_doors_do_not_touch_managers(door: str) -> None:
    """Doors ask selectors and services; `.objects` in a door is a second way to the same rows."""
    found = [
        f"{shown(path)}:{node.lineno}"
        for path in rooms(door)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}
    ]
    assert not found


def test_public_services_are_keyword_only() -> None:
    """A call of a service names its arguments."""
    wrong = [
        f"{shown(path)}:{node.lineno} {node.name}"
        for path in rooms("services")
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and (node.args.args or node.args.posonlyargs)
    ]
    # `record(action, …)` is the one verb everybody calls in every transaction
    assert [entry for entry in wrong if not entry.endswith(" record")] == []


def test_everything_public_has_a_docstring() -> None:
    """One sentence says what is guaranteed and what is refused."""
    bare = []
    for path in python_files() + python_files(ROOT / "config"):
        tree = tree_of(path)
        if not ast.get_docstring(tree):
            bare.append(shown(path))
        bare += [
            f"{shown(path)}:{node.lineno} {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert not bare


def test_app_docstrings_stay_below_40_lines() -> None:
    """Each app's chapter is one screen."""
    for path in APPS.glob("*/__init__.py"):
        assert len((ast.get_docstring(tree_of(path)) or "").splitlines()) <= 40, shown(path)


def test_a_button_that_posts_by_itself_rests_meanwhile() -> None:
    """What it inherits from its form is looked for within the button, is not found there, and the browser complains."""
    restless = [
        f"{path.relative_to(ROOT)}: {found.group()[:120]}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for found in re.finditer(r"<button\b[^>]*\bhx-post=[^>]*>", path.read_text(encoding="utf-8"))
        if "hx-disabled-elt" not in found.group()
    ]
    assert restless == []


def test_templates_have_no_inline_style_or_script() -> None:
    """The strict CSP holds because nothing inline exists."""
    pattern = re.compile(
        r"\sstyle=|\son[a-z]+=|hx-on|<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert not found


def test_migrations_have_names() -> None:
    """`0007_auto_…` tells nobody anything."""
    assert not [shown(path) for path in APPS.rglob("migrations/0*.py") if "_auto_" in path.stem]


def test_tests_use_no_unseeded_randomness() -> None:
    """Red on Tuesdays helps nobody; Hypothesis brings its own seeds."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Import) and any(name.name == "random" for name in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "random")
    ]
    assert not found


def test_type_ignores_say_why() -> None:
    """`type: ignore[code]  # reason`, never bare."""
    # the pattern is written in two parts so that this file does not find itself
    pattern = re.compile("# type: " + r"ignore(?!\[[\w\-, ]+\]\s+#\s\S)")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("apps", "config", "tests")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert not found


def test_top_level_holds_only_what_it_may() -> None:
    """manage.py, pyproject.toml, README.md and the six folders; dot-files apart."""
    allowed = {"manage.py", "pyproject.toml", "README.md", "config", "apps", "templates", "static", "tests"}
    present = {path.name for path in Path(ROOT).iterdir() if not path.name.startswith(".")}
    assert present <= allowed | {"__pycache__"}
