"""The descriptor of a data package in the Frictionless Data Package format, made from the schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from torugart.schema.cells import DATE, ISO3, SLUG
from torugart.schema.definition import Column, TableSchema, read_schema

TYPES = {
    "slug": "string",
    "iso3": "string",
    "text": "string",
    "date": "string",
    "int": "integer",
    "float": "number",
}
# A date may be a month or a year alone, which the format's own date type does not allow.
PATTERNS = {"slug": SLUG.pattern, "iso3": ISO3.pattern, "date": DATE.pattern}


def build_descriptor(version: str, licences: Iterable[Mapping[str, str]] = ()) -> dict[str, Any]:
    """Return the descriptor of a package.

    Parameters
    ----------
    version : str
        Version of the data.
    licences : iterable of mapping
        Rows of the table ``licences``: terms under which the sources of the figures may be used.

    Returns
    -------
    dict
        Ready to be written as ``datapackage.json``.
    """
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "torugart",
        "title": "Railways, roads, borders and trade of China and Central Asia, each figure with its source",
        "version": version,
        "licenses": [_licence(row) for row in licences],
        "resources": [_resource(schema) for schema in read_schema().values()],
    }


def descriptor_text(descriptor: Mapping[str, Any]) -> str:
    """Return a descriptor as the text of its file."""
    return json.dumps(descriptor, indent=1, ensure_ascii=False) + "\n"


def _licence(row: Mapping[str, str]) -> dict[str, str]:
    named = {"name": row["licence_id"], "title": row["name"]}
    return {**named, "path": row["url"]} if row.get("url") else named


def _resource(schema: TableSchema) -> dict[str, Any]:
    described: dict[str, Any] = {
        "fields": [_field(column, column.name in schema.key) for column in schema.columns.values()],
        "primaryKey": list(schema.key),
        "missingValues": [""],
    }
    keys = [_foreign_key(column, schema) for column in schema.columns.values() if column.references]
    if keys:
        described["foreignKeys"] = keys
    return {
        "name": schema.name,
        "path": schema.file,
        "description": schema.meaning,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": described,
    }


def _field(column: Column, in_key: bool) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "type": TYPES[column.dtype],
        "description": column.meaning,
    }
    if column.unit:
        described["unit"] = column.unit
    constraints = _constraints(column, in_key)
    return {**described, "constraints": constraints} if constraints else described


def _constraints(column: Column, in_key: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"required": True} if column.required or in_key else {}
    if column.choices:
        found["enum"] = (
            [int(choice) for choice in column.choices] if column.is_number else list(column.choices)
        )
    elif column.dtype in PATTERNS:
        found["pattern"] = PATTERNS[column.dtype]
    for name, bound in (("minimum", column.lower), ("maximum", column.upper)):
        if bound is not None:
            found[name] = int(bound) if bound == int(bound) else bound
    return found


def _foreign_key(column: Column, schema: TableSchema) -> dict[str, Any]:
    assert column.references is not None
    table, key = column.references
    # An empty resource name means the table itself.
    return {
        "fields": [column.name],
        "reference": {"resource": "" if table == schema.name else table, "fields": [key]},
    }
