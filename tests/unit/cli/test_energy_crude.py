"""`torugart energy balance --commodity crude` and `torugart energy break --commodity crude` as a user meets them."""

from __future__ import annotations

import csv
import io
import json

import pytest

BALANCE = ("energy", "balance", "--commodity", "crude")
EXPANDED = (*BALANCE, "--with", "shymkent_refinery_expansion", "--draws", "10")


@pytest.mark.parametrize(
    "asked",
    [
        BALANCE,
        (*BALANCE, "--year", "2022"),
        (*EXPANDED, "--output", "RUS=+5"),
        ("energy", "break", "munaitas", "cpc_kz", "--commodity", "crude"),
    ],
    ids=" ".join,
)
def test_the_page_fits_eighty_columns(run, asked) -> None:
    told = run(*asked, width=80)
    assert told.code == 0, told.err
    assert not [line for line in told.out.splitlines() if len(line) > 80]
    assert "…" not in told.out
    assert "nan" not in told.out
    assert "bcm" not in told.out


def test_the_page_says_what_changes_and_where_it_is_full(run) -> None:
    told = run(*EXPANDED, width=100).out
    assert "4.72 Mt short in the year" in told
    changes = told.split("What changes")[1].split("\nLines")[0]
    assert "+6.00" in changes
    assert "russia_china" in changes
    full = next(line for line in told.split("\nLines")[1].splitlines() if "kcp_kenkiyak_kumkol" in line)
    assert "100 %" in full
    assert "shortage" in full


def test_tables_as_csv_and_all_as_json_in_mt(run) -> None:
    held = json.loads(run(*EXPANDED, "--json").out)
    for table in (
        "countries",
        "demands",
        "lines",
        "origins",
        "products",
        "changes",
        "backcast",
        "volumes",
        "intervals",
    ):
        rows = list(csv.DictReader(io.StringIO(run(*EXPANDED, "--csv", "--table", table).out)))
        assert len(rows) == len(held[table]) > 0
        assert not [column for column in rows[0] if "bcm" in column]
    unknown = next(row for row in held["products"] if row["country"] == "UZB")
    assert unknown["left_mt"] is None


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ((*BALANCE, "--draws", "-5"), "--draws is -5"),
        ((*BALANCE, "--year", "1995"), "carried cpc_ru export"),
        ((*BALANCE, "--with", "gas_pipeline_d"), "--commodity gas"),
        ((*BALANCE, "no/such"), "no such folder"),
        ((*BALANCE, "--draws", "0", "--csv", "--table", "intervals"), "intervals of --draws"),
        (("energy", "balance", "--draws", "0", "--csv", "--table", "backcast"), "of --commodity crude"),
        (("energy", "balance", "--commodity", "coal"), "crude"),
        (("energy", "break", "cpc_rus", "--commodity", "crude"), "cpc_ru"),
    ],
)
def test_a_wrong_question_is_told_with_its_mend(run, asked, told) -> None:
    answer = run(*asked)
    assert answer.code == 2
    assert told in answer.err
    assert "Traceback" not in answer.err
