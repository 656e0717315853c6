"""`torugart data series` on the built-in package."""

from __future__ import annotations

import csv
import io
import json

import pytest

NAMES = ("trade", "gas", "investment")


@pytest.mark.parametrize("name", NAMES)
def test_a_series_fits_eighty_columns(run, name) -> None:
    answer = run("data", "series", name, width=80)
    assert answer.code == 0, answer.err
    assert not [line for line in answer.out.splitlines() if len(line) > 80]
    assert "…" not in answer.out
    assert "nan" not in answer.out.casefold().split()


@pytest.mark.parametrize("name", NAMES)
def test_a_series_as_records(run, name) -> None:
    records = json.loads(run("data", "series", name, "--json").out)
    rows = list(csv.DictReader(io.StringIO(run("data", "series", name, "--csv").out)))
    assert len(records) == len(rows) > 0
    assert set(records[0]) == set(rows[0])


def test_an_unknown_series_is_refused_with_the_known_ones(run) -> None:
    answer = run("data", "series", "oil")
    assert answer.code == 2
    assert answer.out == ""


def test_the_mirror_gap_and_the_conflict_are_shown(run) -> None:
    assert "17.41" in run("data", "series").out
    assert "7.7 more" in run("data", "series", "gas", width=300).out
