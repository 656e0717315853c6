"""A package is read whole or not at all."""

from __future__ import annotations

import pickle
import random

import numpy as np
import pandas as pd
import pytest
from tests.small_package import small_package, write_rows, write_small_package

from torugart.errors import InputError
from torugart.schema.definition import read_schema
from torugart.tables.read import built_in_folder, check_folder, read_package, row_ids


@pytest.fixture
def folder(tmp_path):
    return write_small_package(tmp_path / "package")


def test_every_table_has_every_column_in_order(folder):
    package = read_package(folder)
    assert list(package.tables) == list(read_schema())
    for name, schema in read_schema().items():
        assert list(package.tables[name].columns) == list(schema.columns)
        assert isinstance(package.tables[name].index, pd.RangeIndex)


def test_cells_are_typed(folder):
    links = read_package(folder).tables["links"]
    assert links["note"].dtype == "str"
    assert links["tracks"].dtype == "Int64"
    assert links["length_km"].dtype == np.float64
    assert links.loc[0, ["season_id", "tracks", "length_km"]].tolist() == ["", 1, 130.0]
    road = links[links["mode"] == "road"].iloc[0]
    assert road["gauge_mm"] is pd.NA
    assert np.isnan(road["share_in_a"])
    assert not any(links[column].isna().any() for column in links.columns if links[column].dtype == "str")


def test_text_is_kept_as_it_stands(folder):
    places = read_package(folder).tables["places"].set_index("place_id")
    assert places.loc["village", "name"] == "O'Village <b>"
    assert read_package(folder).tables["aliases"]["alias"].tolist()[1] == "Восток"


def test_empty_tables_are_typed_too(folder):
    write_rows(folder, "services", [])
    services = read_package(folder).tables["services"]
    assert len(services) == 0
    assert services["departures_per_week"].dtype == np.float64


def test_the_digest_is_that_of_the_contents(folder, tmp_path):
    digest = read_package(folder).digest
    shuffled = small_package()
    for rows in shuffled.values():
        random.Random(1).shuffle(rows)
    other = write_small_package(tmp_path / "other", dict(reversed(shuffled.items())))
    columns = list(reversed(read_schema()["links"].columns))
    write_rows(other, "links", shuffled["links"], columns)
    assert read_package(other).digest == digest
    shuffled["links"][0]["length_km"] += ".5"
    write_rows(other, "links", shuffled["links"])
    assert read_package(other).digest != digest


def test_the_digest_takes_numbers_by_value(folder):
    digest = read_package(folder).digest
    rows = small_package()["links"]
    rows[0]["length_km"] = "130.00"
    write_rows(folder, "links", rows)
    assert read_package(folder).digest == digest


def test_the_digest_keeps_cells_apart(folder):
    rows = small_package()["services"]
    write_rows(folder, "services", [{**rows[0], "place_a": "ab", "place_b": "c"}])
    one = read_package(folder).digest
    write_rows(folder, "services", [{**rows[0], "place_a": "a", "place_b": "bc"}])
    assert read_package(folder).digest != one


def test_the_version_is_that_of_the_descriptor(folder):
    assert read_package(folder).version == ""
    (folder / "datapackage.json").write_text('{"version": "7"}', encoding="utf-8")
    assert read_package(folder).version == "7"


@pytest.mark.parametrize("text", ["{", "[]", "[" * 100_000, "\x00"])
def test_a_broken_descriptor_is_named(folder, text):
    (folder / "datapackage.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"datapackage\.json: 1 problem"):
        read_package(folder)


def test_a_package_survives_pickling(folder):
    package = read_package(folder)
    assert pickle.loads(pickle.dumps(package)).digest == package.digest


def test_every_fault_is_in_the_message_and_nothing_is_written(folder):
    rows = small_package()["links"]
    rows[0]["length_km"], rows[1]["electrified"] = "-1", "maybe"
    write_rows(folder, "links", rows)
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    with pytest.raises(InputError) as refusal:
        read_package(folder)
    text = str(refusal.value)
    assert f"{folder} cannot be read: 2 problems in 1 file" in text
    assert "row 2 'r_city_gate': length_km is -1; write 0 km or more" in text
    assert "row 3 'r_border': electrified is 'maybe'" in text
    assert text.endswith("Mend these rows and try again.")
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_the_built_in_package_reads():
    package = read_package()
    assert package.folder == built_in_folder()
    assert package.version
    assert len(package.digest) == 64
    assert check_folder() == []


def test_row_ids_join_the_key(folder):
    package = read_package(folder)
    assert row_ids(package.tables["trade_shares"], "trade_shares").tolist()[0] == "CHN/KGZ/fast"
    assert row_ids(package.tables["country_series"], "country_series").tolist() == ["KGZ/2023/gdp/atlas"]
    assert row_ids(package.tables["links"], "links").tolist()[0] == "r_city_gate"
