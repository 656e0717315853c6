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


def test_conditions_of_assumptions_are_not_broken_inside_a_word(run) -> None:
    lines = [line.strip() for line in run("data", "assumptions", width=80).out.splitlines()]
    first = {line.split()[0] for line in lines if line}
    assert {"mode=ferry", "electrified=yes", "terrain=mountain"} <= first


def test_a_year_is_not_written_as_a_number(run) -> None:
    out = run("show", "kazakhstan_china_oil", width=80).out
    assert "2,004" not in out
    (start,) = [line for line in out.splitlines() if line.startswith("start ")]
    assert start.split()[1] == "2004"


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
    assert {"kind", "file", "row", "row_id", "column", "what", "mend"} == set(json.loads(told.out)[0])
    assert {fault["kind"] for fault in json.loads(told.out)} == {"fault"}


def test_verify_of_the_built_in_package(run) -> None:
    assert run("data", "verify").out.startswith("no problems found\n")
    assert run("data", "verify", "--only-faults").out == "no problems found\n"
    assert {doubt["kind"] for doubt in json.loads(run("data", "verify", "--json").out)} <= {"doubt"}


def test_export_reads_back_without_a_difference(run, tmp_path: Path) -> None:
    target = tmp_path / "exported"
    answer = run("data", "export", str(target))
    assert answer.out == f"{target}\n"
    assert "licences stand side by side" in answer.err
    assert run("data", "export", str(tmp_path / "quiet"), "--quiet").err == ""
    assert run("data", "diff", str(target)).out == "no difference\n"
    assert run("data", "export", str(target)).code == 2  # not empty any more


def test_unknown_names(run) -> None:
    assert "Did you mean" in run("data", "show", "link").err
    assert "Did you mean" in run("data", "conflicts", "project").err
    assert run("data", "conflicts", "projects/no_such_project").out == "no rival values\n"


def test_records_are_added_and_told_of(run, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    added = run(
        *("data", "add", "projects", "project_id=cku", "cost_musd=8000", "--edit", "--keep-old"),
        *("--source", "A paper, Costs, 2026, https://example.org/costs"),
    )
    assert added.code == 0, added.err
    assert "projects/cku changed in torugart-data" in added.out
    told = run("data", "import", "torugart-data", width=200).out
    assert "cku: cost 4,700 -> 8,000 million USD (source a_paper_" in told
    refused = run("data", "add", "projects", "cost_musd=-5", "colour=x", "--source", "x")
    assert refused.code == 2
    for fault in ("cost_musd is -5", "'colour'", "project_id is not given", "no publisher and title"):
        assert fault in refused.err
    assert "Traceback" not in refused.err


def test_stale_records(run) -> None:
    out = run("data", "stale", "--as-of", "2030-01-01", "--table", "projects").out
    assert "126 records" in out or "records were last looked at" in out
    assert (
        json.loads(run("data", "stale", "--as-of", "2026-11-28", "--table", "projects", "--json").out) == []
    )
    assert "Did you mean" in run("data", "stale", "--table", "project").err


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("＝1", "'＝1"),
        (" @SUM(A1)", "' @SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("-1.5", "-1.5"),
        ("+2", "+2"),
        (-1.5, -1.5),
        ("=", "="),
        ("plain", "plain"),
    ],
)
def test_cells_that_begin_like_formulas(cell, written) -> None:
    from torugart.cli.records import safe_cell
    from torugart.io.csv_folder import safe_text

    assert safe_cell(cell) == written
    if isinstance(cell, str):
        assert safe_text(cell) == written
