"""`torugart energy oil` as a user meets it."""

from __future__ import annotations

import csv
import io
import json

import pytest


@pytest.mark.parametrize("year", ["2023", "2024", "2010"])
def test_the_page_fits_eighty_columns(run, year) -> None:
    told = run("energy", "oil", "--year", year, width=80)
    assert told.code == 0, told.err
    assert not [line for line in told.out.splitlines() if len(line) > 80]
    assert "…" not in told.out
    assert "nan" not in told.out


def test_tables_as_csv_and_all_as_json(run) -> None:
    held = json.loads(run("energy", "oil", "--json").out)
    for table in ("countries", "lines", "refineries", "systems"):
        rows = list(csv.DictReader(io.StringIO(run("energy", "oil", "--csv", "--table", table).out)))
        assert len(rows) == len(held[table]) > 0
    unknown = next(row for row in held["countries"] if row["iso3"] == "KGZ")
    assert unknown["refined_mt"] is None


def test_a_year_without_oil_names_those_that_have_it(run) -> None:
    told = run("energy", "oil", "--year", "1999")
    assert told.code == 2
    assert "2023" in told.err
