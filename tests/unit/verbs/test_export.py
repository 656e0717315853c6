"""`torugart data export` in every format."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from tests.small_package import write_small_package
from tests.unit.verbs.conftest import HOSTILE

from torugart.errors import InputError
from torugart.tables.read import read_package
from torugart.verbs.export import FORMATS, data_export

VERDICTS = pd.DataFrame({"claim_id": ["cl_1"], "verdict": ["holds"], "reason": ["it is 120 km long"]})
FILES = {
    "parquet": "links.parquet",
    "geojson": "projects.geojson",
    "oc4ids": "projects.json",
    "claimreview": "claims.jsonld",
    "csv": "datapackage.json",
}


@pytest.fixture
def folder(tmp_path):
    return write_small_package(tmp_path / "package")


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_written_with_its_licences(folder, tmp_path, format):
    done = data_export(tmp_path / "out", folder, format=format, verdicts=VERDICTS)
    assert {FILES[format], "licences.json", "LICENCES.txt"} <= set(done.files)
    assert sorted(path.name for path in done.folder.iterdir()) == list(done.files)
    told = json.loads((done.folder / "licences.json").read_text(encoding="utf-8"))
    assert told["left_out"] == []
    assert not done.notes  # one licence, nothing left out


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_data_give_the_same_bytes(folder, tmp_path, format):
    one, two = (
        data_export(tmp_path / name, folder, format=format, verdicts=VERDICTS).folder for name in "ab"
    )
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes()


def test_statuses_are_those_of_the_day(folder, tmp_path):
    data_export(tmp_path / "out", folder, format="geojson", as_of="2024-12-26")
    told = json.loads((tmp_path / "out" / "projects.geojson").read_text(encoding="utf-8"))
    status = {feature["id"]: feature["properties"].get("status") for feature in told["features"]}
    assert status["pass_rail"] is None  # nobody had heard of it
    data_export(tmp_path / "later", folder, format="geojson", as_of="2024-12-27")
    told = json.loads((tmp_path / "later" / "projects.geojson").read_text(encoding="utf-8"))
    status = {feature["id"]: feature["properties"].get("status") for feature in told["features"]}
    assert status["pass_rail"] == "under construction"


def test_csv_reads_back_as_the_same_package(folder, tmp_path):
    done = data_export(tmp_path / "out", folder)
    assert read_package(done.folder).digest == read_package(folder).digest


def test_all_faults_of_the_arguments_at_once(folder, tmp_path):
    with pytest.raises(InputError) as refusal:
        data_export(tmp_path / "out.xlsx", folder, format="parquett", as_of="2026-13")
    for part in ("did you mean parquet", "would be a file", "as_of is '2026-13'"):
        assert part in str(refusal.value)
    with pytest.raises(InputError, match="needs verdicts"):
        data_export(tmp_path / "out", folder, format="claimreview")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_arguments_are_refused_or_written(folder, tmp_path, text):
    for arguments in ({"format": text}, {"as_of": text, "format": "oc4ids"}):
        with pytest.raises(InputError):
            data_export(tmp_path / "out", folder, **arguments)
    assert not (tmp_path / "out").exists()
