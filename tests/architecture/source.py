"""The source as the architecture tests see it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ROOT / "apps"


def python_files(folder: Path = APPS) -> list[Path]:
    """Python files below `folder`, migrations left out."""
    return sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)


def tree_of(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def shown(path: Path) -> str:
    """Path as the reports show it."""
    return str(path.relative_to(ROOT))


def rooms(name: str) -> list[Path]:
    """All files of a room over all apps: `views` finds views.py and views/*.py."""
    return [
        path for path in python_files() if path.stem == name or name in path.relative_to(APPS).parts[1:-1]
    ]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions and methods."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement after the docstring to the end."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1
