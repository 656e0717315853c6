"""How a bundle came about, as W3C PROV-JSON for its manifest.

It holds nothing that changes from one run to the next: no time and no machine, which stand in ``run.json``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

PREFIX = "torugart"
NAMESPACE = "urn:torugart:"
# What a source is known by; a changed row is another entity.
SOURCE_COLUMNS = ("source_id", "publisher", "title", "year", "url", "licence_id")

Prov = dict[str, Any]


def provenance_of(
    manifest: Mapping[str, Any], digests: Mapping[str, str], sources: pd.DataFrame | None
) -> Prov:
    """Return the provenance of a bundle in PROV-JSON.

    Parameters
    ----------
    manifest : mapping
        What was asked (``verb``, ``asked``), the package (``version``, ``digest``) and the software (``torugart``).
    digests : mapping of str to str
        SHA-256 of each table's file.
    sources : DataFrame, optional
        The bundle's table of sources the answer rests on.

    Returns
    -------
    dict
        Entities: the data package, each source with the digest of its row, each table with the digest of its file.
        Activity: the run. Agent: the software. With ``used``, ``wasGeneratedBy``, ``wasDerivedFrom`` and
        ``wasAssociatedWith``.
    """
    entities: Prov = {}
    package = manifest.get("package") or {}
    if package.get("digest"):
        entities[_name("package")] = {
            "prov:type": _typed("prov:Collection"),
            "prov:label": "data package",
            f"{PREFIX}:version": str(package.get("version", "")),
            f"{PREFIX}:sha256": str(package["digest"]),
        }
    origins = dict[str, Prov]()
    for row in [] if sources is None else sources.to_dict("records"):
        told = {column: _text(row.get(column)) for column in SOURCE_COLUMNS}
        origins[_name(f"source/{told['source_id']}")] = _source(told)
    entities.update(origins)
    tables = {_name(f"table/{name}"): digest for name, digest in sorted(digests.items())}
    for entity, digest in tables.items():
        entities[entity] = {"prov:label": entity.rpartition("/")[2], f"{PREFIX}:sha256": digest}
    return {
        "prefix": {PREFIX: NAMESPACE, "prov": "http://www.w3.org/ns/prov#"},
        "entity": entities,
        "activity": {_name("run"): _run(manifest)},
        "agent": {_name("software"): _software(manifest)},
        **_relations(list(origins), list(tables), has_package=_name("package") in entities),
    }


def _relations(origins: list[str], tables: list[str], *, has_package: bool) -> Prov:
    package, run = _name("package"), _name("run")
    below = [package] if has_package else origins
    derived = [(package, origin) for origin in origins if has_package]
    derived += [(table, one) for table in tables for one in below]
    return {
        "used": _numbered("used", [{"prov:activity": run, "prov:entity": one} for one in below]),
        "wasGeneratedBy": _numbered(
            "made", [{"prov:entity": table, "prov:activity": run} for table in tables]
        ),
        "wasDerivedFrom": _numbered(
            "derived",
            [{"prov:generatedEntity": one, "prov:usedEntity": other} for one, other in derived],
        ),
        "wasAssociatedWith": _numbered("by", [{"prov:activity": run, "prov:agent": _name("software")}]),
    }


def _run(manifest: Mapping[str, Any]) -> Prov:
    asked = json.dumps(manifest.get("asked", {}), sort_keys=True, ensure_ascii=False, default=str)
    return {"prov:label": str(manifest.get("verb", "")), f"{PREFIX}:asked": asked}


def _software(manifest: Mapping[str, Any]) -> Prov:
    return {
        "prov:type": _typed("prov:SoftwareAgent"),
        "prov:label": "Torugart",
        f"{PREFIX}:version": str(manifest.get("torugart", "")),
    }


def _source(told: Mapping[str, str]) -> Prov:
    row = json.dumps(told, sort_keys=True, ensure_ascii=False)
    label = ", ".join(text for text in (told["publisher"], told["title"], told["year"]) if text)
    described = {"prov:label": label, f"{PREFIX}:sha256": hashlib.sha256(row.encode()).hexdigest()}
    if told["url"]:
        described["prov:location"] = told["url"]
    if told["licence_id"]:
        described[f"{PREFIX}:licence"] = told["licence_id"]
    return described


def _name(local: str) -> str:
    return f"{PREFIX}:{local}"


def _typed(name: str) -> Prov:
    return {"$": name, "type": "prov:QUALIFIED_NAME"}


def _numbered(kind: str, relations: list[Prov]) -> Prov:
    return {f"_:{kind}{number}": relation for number, relation in enumerate(relations, 1)}


def _text(value: object) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
