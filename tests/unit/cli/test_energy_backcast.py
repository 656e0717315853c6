"""`torugart energy backcast` as a user meets it."""

from __future__ import annotations

import csv
import io
import json

TABLES = ("figures", "ends", "totals", "borders", "months", "left_out")


def test_the_page_fits_eighty_columns(run) -> None:
    told = run("energy", "backcast", width=80)
    assert told.code == 0, told.err
    assert not [line for line in told.out.splitlines() if len(line) > 80]
    assert "…" not in told.out
    assert "nan" not in told.out
    assert "Gas between countries in 2021" in told.out
    assert "outcome" in told.out


def test_tables_as_csv_and_all_as_json(run) -> None:
    held = json.loads(run("energy", "backcast", "--year", "2023", "--json").out)
    for table in TABLES:
        told = run("energy", "backcast", "--year", "2023", "--csv", "--table", table)
        rows = list(csv.DictReader(io.StringIO(told.out)))
        assert len(rows) == len(held[table]) > 0, table
    no_border = next(r for r in held["figures"] if r["supplier"] == "TKM")
    assert no_border["border_bcm"] is None


def test_every_year_that_cannot_be_is_told_at_once(run) -> None:
    told = run("energy", "backcast", "--year", "1995", "--year", "1996")
    assert told.code == 2
    assert "1995" in told.err
    assert "1996" in told.err
    assert run("energy", "backcast", "--year", "20230").code == 2
