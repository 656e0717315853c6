"""Provenance of a bundle in its manifest."""

from __future__ import annotations

import json

import pandas as pd

from torugart.bundle.folder import read_bundle, write_bundle
from torugart.bundle.prov import provenance_of

SOURCES = pd.DataFrame(
    {
        "source_id": ["atlas", "nobody"],
        "publisher": ["The Atlas", "nobody"],
        "title": ["Roads", "general knowledge"],
        "year": pd.array([2025, None], dtype="Int64"),
        "url": ["https://example.org/a", ""],
        "licence_id": ["open", "open"],
    }
)
TABLES = {"sources": SOURCES, "pairs": pd.DataFrame({"km": [490.0]})}
MANIFEST = {
    "verb": "appraise",
    "asked": {"project": "cku", "seed": 1},
    "package": {"version": "1", "digest": "ab" * 32},
    "torugart": "0.1.0",
}


def written(folder):
    return write_bundle(folder, MANIFEST, TABLES, None, {"seconds": 1.0}).manifest


def test_every_table_comes_from_the_run_and_the_package(tmp_path):
    manifest = written(tmp_path / "b")
    prov = manifest["prov"]
    made = {(one["prov:entity"], one["prov:activity"]) for one in prov["wasGeneratedBy"].values()}
    assert made == {("torugart:table/pairs", "torugart:run"), ("torugart:table/sources", "torugart:run")}
    for name, digest in manifest["tables"].items():
        assert prov["entity"][f"torugart:table/{name}"]["torugart:sha256"] == digest
    derived = {
        (one["prov:generatedEntity"], one["prov:usedEntity"]) for one in prov["wasDerivedFrom"].values()
    }
    assert ("torugart:table/pairs", "torugart:package") in derived
    assert ("torugart:package", "torugart:source/atlas") in derived
    assert prov["used"]["_:used1"]["prov:entity"] == "torugart:package"
    assert prov["agent"]["torugart:software"]["torugart:version"] == "0.1.0"


def test_every_relation_names_what_is_described(tmp_path):
    prov = written(tmp_path / "b")["prov"]
    known = {*prov["entity"], *prov["activity"], *prov["agent"]}
    for relation in ("used", "wasGeneratedBy", "wasDerivedFrom", "wasAssociatedWith"):
        assert {name for one in prov[relation].values() for name in one.values()} <= known


def test_it_is_the_same_from_run_to_run_and_knows_no_time(tmp_path):
    one, two = written(tmp_path / "a"), written(tmp_path / "b")
    assert json.dumps(one) == json.dumps(two)
    assert "Time" not in json.dumps(one["prov"])


def test_a_changed_source_is_another_entity():
    digest = {}
    for title in ("Roads", "Rails"):
        prov = provenance_of(MANIFEST, {}, SOURCES.assign(title=title))
        digest[title] = prov["entity"]["torugart:source/atlas"]["torugart:sha256"]
    assert digest["Roads"] != digest["Rails"]


def test_a_bundle_without_package_or_sources_is_described_too(tmp_path):
    write_bundle(tmp_path / "b", {"verb": "x"}, {"pairs": TABLES["pairs"]}, None, {})
    prov = read_bundle(tmp_path / "b").manifest["prov"]
    assert list(prov["entity"]) == ["torugart:table/pairs"]
    assert prov["wasDerivedFrom"] == {}
