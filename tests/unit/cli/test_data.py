"""`torugart data` on the built-in package."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

LISTINGS = [
    ("data", "list"),
    ("data", "show", "cku"),
    ("data", "show", "classes"),
    ("data", "conflicts", "projects/cku"),
    ("data", "conflicts", "trade_totals"),
    ("data", "assumptions"),
]


@pytest.mark.parametrize("command", LISTINGS, ids=" ".join)
@pytest.mark.parametrize("width", [60, 100])
def test_listings_fit_and_cut_nothing_off(run, command, width) -> None:
    answer = run(*command, width=width)
    assert answer.code == 0, answer.err
    assert not [line for line in answer.out.splitlines() if len(line) > width]
    assert "…" not in answer.out


@pytest.mark.parametrize("command", LISTINGS, ids=" ".join)
def test_listings_as_records(run, command) -> None:
    records = json.loads(run(*command, "--json").out)
    rows = list(csv.DictReader(io.StringIO(run(*command, "--csv").out)))
    assert len(records) == len(rows) > 0
    assert set(records[0]) == set(rows[0])


def test_the_rival_lengths_of_the_railway(run) -> None:
    out = run("data", "conflicts", "projects/cku").out
    for length in ("454 km", "486 km", "523 km", "532.53 km"):
        assert length in out


def test_a_record_shows_source_and_basis(run) -> None:
    records = json.loads(run("data", "show", "cku", "--json").out)
    assert all(
        record["source_id"] or record["assumption_id"] for record in records if record["table"] == "projects"
    )


def test_verify_tells_every_fault(run, tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text(
        "link_id,place_a,place_b,mode,length_km\nnew_link,nowhere,osh,rail,-3\n", encoding="utf-8"
    )
    answer = run("data", "verify", "--overlay", str(tmp_path))
    assert answer.code == 2
    assert "length_km is -3" in answer.err
    assert answer.out == ""
    told = run("data", "verify", "--overlay", str(tmp_path), "--json")
    assert told.code == 2
    assert {"file", "row", "row_id", "column", "what", "mend"} == set(json.loads(told.out)[0])


def test_verify_of_the_built_in_package(run) -> None:
    assert run("data", "verify").out == "no problems found\n"


def test_export_reads_back_without_a_difference(run, tmp_path: Path) -> None:
    target = tmp_path / "exported"
    assert run("data", "export", str(target)).out == f"{target}\n"
    assert run("data", "diff", str(target)).out == "no difference\n"
    assert run("data", "export", str(target)).code == 2  # not empty any more


def test_unknown_names(run) -> None:
    assert "Did you mean" in run("data", "show", "link").err
    assert "Did you mean" in run("data", "conflicts", "project").err
    assert run("data", "conflicts", "projects/no_such_project").out == "no rival values\n"
