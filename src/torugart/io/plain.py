"""Values and citations as other programs take them, and JSON files written from them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from torugart.tables.package import Package
from torugart.tables.provenance import describe_source

Record = dict[str, Any]


def plain(value: object) -> Any:
    """Return a cell as a value of JSON; None for what is missing."""
    if value is None or value is pd.NA or value == "" or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, str):
        return value
    if hasattr(value, "item"):  # numpy's scalars
        value = value.item()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def filled_cells(row: Mapping[Any, object], columns: Iterable[str]) -> Record:
    """Return the cells of a row that hold something."""
    cells = ((column, plain(row[column])) for column in columns)
    return {column: value for column, value in cells if value is not None}


def without_nothing(record: Mapping[str, Any]) -> Record:
    """Return a record without what is None, empty text or an empty list."""
    return {name: value for name, value in record.items() if value is not None and value not in ("", [], {})}


class Citations:
    """Sources in words, each looked up once."""

    def __init__(self, package: Package) -> None:
        self.of = cache(lambda source_id: describe_source(package, source_id))


def is_web_address(text: str) -> bool:
    """Whether a text is an absolute address that any program may follow."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and text.isascii() and " " not in text


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file; numbers that are none are refused."""
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
