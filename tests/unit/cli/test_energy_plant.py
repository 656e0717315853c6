"""`torugart energy plant` as a user meets it."""

from __future__ import annotations

import csv
import io
import json

import pytest

COMPARED = ("energy", "plant", "pp_syrdarya_i", "--against", "pp_syrdarya")


@pytest.mark.parametrize("more", [COMPARED, (*COMPARED[:3], "--quiet"), (*COMPARED, "--output", "0")])
def test_the_page_fits_eighty_columns(run, more) -> None:
    told = run(*more, width=80)
    assert told.code == 0, told.err
    assert not [line for line in told.out.splitlines() if len(line) > 80]
    assert "…" not in told.out
    assert "nan" not in told.out


def test_tables_as_csv_and_all_as_json(run) -> None:
    held = json.loads(run(*COMPARED, "--json").out)
    for table in ("results", "plants", "published", "inputs"):
        rows = list(csv.DictReader(io.StringIO(run(*COMPARED, "--csv", "--table", table).out)))
        assert len(rows) == len(held[table]) > 0
    assert {row["role"] for row in held["results"]} == {"this", "against", "saved"}
    assert all(row["ref"] for row in held["inputs"])


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("pp_syrdaria",), "pp_syrdarya"),
        (("pp_syrdarya_i", "--output", "11000"), "GWh"),
        (("pp_syrdarya_i", "--output", "nan"), "TWh"),
        (("pp_syrdarya_i", "--efficiency", "58"), "per cent"),
        (("pp_syrdarya_i", "--against", "pp_syrdarya_i_construction"), "the plant itself"),
        (("pp_navoi",), "plant_figures"),
        (("pp_syrdarya", "--draws", "1000000000"), "100,000"),
    ],
)
def test_what_is_asked_wrongly_is_refused(run, more, told) -> None:
    answer = run("energy", "plant", *more)
    assert answer.code == 2
    assert told in answer.err
    assert "Traceback" not in answer.err
