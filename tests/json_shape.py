"""A small second opinion on JSON: the key words of JSON Schema that our shapes use, and no others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "null": (type(None),),
}


def shape_faults(value: Any, shape: dict[str, Any], whole: dict[str, Any], path: str = "$") -> Iterator[str]:
    """Yield where a value departs from a shape."""
    if "$ref" in shape:
        name = shape["$ref"].removeprefix("#/definitions/")
        yield from shape_faults(value, whole["definitions"][name], whole, path)
        return
    kinds = shape.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and (
        isinstance(value, bool) or not isinstance(value, tuple(t for k in kinds for t in KINDS[k]))
    ):
        yield f"{path}: {value!r} is no {' or '.join(kinds)}"
        return
    if "enum" in shape and value not in shape["enum"]:
        yield f"{path}: {value!r} is not in the list"
    if isinstance(value, str):
        yield from _text_faults(value, shape, path)
    elif isinstance(value, list):
        texts = [json.dumps(item, sort_keys=True) for item in value]
        if shape.get("uniqueItems") and len(set(texts)) < len(texts):
            yield f"{path}: items repeat"
        if len(value) < shape.get("minItems", 0):
            yield f"{path}: too few items"
        for i, item in enumerate(value):
            yield from shape_faults(item, shape.get("items", {}), whole, f"{path}[{i}]")
    elif isinstance(value, dict):
        parts = shape.get("properties", {})
        yield from (f"{path}: {name} is missing" for name in shape.get("required", ()) if name not in value)
        if len(value) < shape.get("minProperties", 0):
            yield f"{path}: is empty"
        if not shape.get("additionalProperties", True):
            yield from (f"{path}: {name} is no field" for name in value if name not in parts)
        for name, part in parts.items():
            if name in value:
                yield from shape_faults(value[name], part, whole, f"{path}.{name}")


def _text_faults(text: str, shape: dict[str, Any], path: str) -> Iterator[str]:
    if len(text) < shape.get("minLength", 0):
        yield f"{path}: is too short"
    if "pattern" in shape and not re.search(shape["pattern"], text):
        yield f"{path}: {text!r} does not match"
    if shape.get("format") == "date-time":
        try:
            stamp = datetime.fromisoformat(text)
        except ValueError:
            stamp = datetime(1, 1, 1)
        if stamp.tzinfo is None:
            yield f"{path}: {text!r} is no moment"
    if shape.get("format") == "uri" and not urlsplit(text).scheme:
        yield f"{path}: {text!r} is no address"
