"""Values between a process and its child as JSON: nothing a hostile document could make the parent execute."""

import base64
import dataclasses
import importlib
import json
from datetime import datetime
from typing import Any

_HOMES = {
    **dict.fromkeys(
        (
            "Heading",
            "Paragraph",
            "Cell",
            "Table",
            "Picture",
            "OfficialSheet",
            "SealBox",
            "SealReport",
            "Typeset",
        ),
        "sheet",
    ),
    **dict.fromkeys(("HandlingSheet", "SheetOpinion"), "handling_sheets"),
}


def packed(value: Any) -> bytes:
    """The value as JSON; a type the wire does not know raises `TypeError`."""
    return json.dumps(_plain(value), ensure_ascii=False).encode()


def unpacked(data: bytes) -> Any:
    """The value `packed` was given."""
    return _rich(json.loads(data))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list):
        return [_plain(item) for item in value]
    match value:
        case bytes():
            inner: Any = base64.b64encode(value).decode()
        case datetime():
            inner = value.isoformat()
        case tuple():
            inner = [_plain(item) for item in value]
        case dict():
            inner = [[key, _plain(item)] for key, item in value.items()]
        case _ if type(value).__name__ in _HOMES:
            inner = [[field.name, _plain(getattr(value, field.name))] for field in dataclasses.fields(value)]
        case _:
            raise TypeError(f"{type(value).__name__} cannot cross to a child process")
    return {type(value).__name__: inner}


def _rich(value: Any) -> Any:
    if isinstance(value, list):
        return [_rich(item) for item in value]
    if not isinstance(value, dict):
        return value
    [(kind, inner)] = value.items()
    match kind:
        case "bytes":
            return base64.b64decode(inner)
        case "datetime":
            return datetime.fromisoformat(inner)
        case "tuple":
            return tuple(_rich(item) for item in inner)
    fields = {key: _rich(item) for key, item in inner}
    home = None if kind == "dict" else importlib.import_module(f"apps.typesetting.{_HOMES[kind]}")
    return fields if home is None else getattr(home, kind)(**fields)
