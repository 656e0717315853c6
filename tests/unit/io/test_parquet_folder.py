"""Parquet tables: types, units, sources, and nothing lost."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.small_package import write_small_package

from torugart.io.licences import licences_by_table
from torugart.io.parquet_folder import write_parquet_folder
from torugart.schema.definition import read_schema
from torugart.tables.provenance import cell_texts
from torugart.tables.read import read_package


@pytest.fixture
def written(tmp_path):
    package = read_package(write_small_package(tmp_path / "package"))
    (tmp_path / "out").mkdir()
    write_parquet_folder(package, tmp_path / "out", licences_by_table(package))
    return package, tmp_path / "out"


def test_every_table_is_there_with_every_cell(written):
    package, folder = written
    for name in read_schema():
        back = pq.read_table(folder / f"{name}.parquet")
        assert back.column_names == list(read_schema()[name].columns)
        for column in back.column_names:
            assert cell_texts(pd.Series(back[column].to_pylist(), dtype=object)) == cell_texts(
                package.tables[name][column]
            )


def test_columns_are_typed_and_tell_their_unit(written):
    links = pq.read_schema(written[1] / "links.parquet")
    assert links.field("length_km").type == pa.float64()
    assert links.field("gauge_mm").type == pa.int64()
    assert links.field("length_km").metadata[b"unit"] == b"km"
    assert links.field("place_a").metadata[b"references"] == b"places.place_id"
    assert pq.read_table(written[1] / "links.parquet")["gauge_mm"].null_count > 0


def test_files_tell_their_sources_and_package(written):
    package, folder = written
    told = json.loads(pq.read_schema(folder / "trade_flows.parquet").metadata[b"torugart"])
    assert told["key"] == ["flow_id"]
    assert told["package"]["digest"] == package.digest
    assert told["licences"] == ["open"]
    assert {source["source_id"] for source in told["sources"]} == {"atlas", "customs", "nobody"}


def test_the_same_package_gives_the_same_bytes(written, tmp_path):
    package, folder = written
    (tmp_path / "again").mkdir()
    write_parquet_folder(package, tmp_path / "again", licences_by_table(package))
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()
