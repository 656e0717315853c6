"""Each kind of fault is found, and named by file, row and column with its mend."""

from __future__ import annotations

import csv
import shutil
from copy import deepcopy
from pathlib import Path

import pytest
from tests.damage import DAMAGES, NothingToDamage
from tests.small_package import small_package, write_rows, write_small_package

from torugart.schema.check import check_package, check_table
from torugart.schema.definition import read_schema
from torugart.schema.problems import MOST_LISTED, Problem, describe_problems, quoted
from torugart.schema.text_table import text_table
from torugart.tables.read import built_in_folder


def shipped_package():
    tables = {}
    for name in read_schema():
        with (built_in_folder() / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            tables[name] = list(csv.DictReader(stream))
    return tables


PACKAGES = {"small": small_package(), "shipped": shipped_package()}


def problems_of(tables):
    return check_package({name: text_table(name, rows, f"{name}.csv") for name, rows in tables.items()})


@pytest.mark.parametrize("package", PACKAGES)
def test_sound_packages_have_no_problem(package):
    assert [str(problem) for problem in problems_of(PACKAGES[package])] == []


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.kind)
def test_each_fault_is_found(damage, package):
    tables = deepcopy(PACKAGES[package])
    try:
        table, position = damage.do(tables)
    except NothingToDamage as nothing:
        pytest.skip(f"no row of {nothing} to damage")
    found = [
        problem
        for problem in problems_of(tables)
        if (problem.file, problem.row) == (f"{table}.csv", position + 2)
        and problem.column == damage.column
        and damage.what in problem.what
        and damage.mend in problem.mend
    ]
    assert found, "\n".join(str(problem) for problem in problems_of(tables)[:10])


def test_html_is_text():
    tables = deepcopy(PACKAGES["small"])
    tables["places"][0]["name"] = "<script>alert('1')</script> & \"Osh\""
    assert problems_of(tables) == []


def test_numbers_with_a_sign_are_no_formulas():
    tables = deepcopy(PACKAGES["small"])
    tables["claims"][0]["value"] = "-3.5"
    tables["places"][0]["lat"] = "+39.5"
    assert problems_of(tables) == []


def test_all_faults_are_found_at_once():
    tables = deepcopy(PACKAGES["small"])
    tables["places"][0]["lon"] = "east"
    tables["links"][3]["length_km"] = "-1"
    tables["links"][4]["mode"] = "boat"
    tables["zones"][0]["weight"] = ""
    assert {(p.file, p.row, p.column) for p in problems_of(tables)} >= {
        ("places.csv", 2, "lon"),
        ("links.csv", 5, "length_km"),
        ("links.csv", 6, "mode"),
        ("zones.csv", 2, "weight"),
    }


def test_unknown_ids_come_with_the_nearest():
    tables = deepcopy(PACKAGES["small"])
    tables["links"][0]["place_a"] = "east_cty"
    (problem, *_) = [p for p in problems_of(tables) if p.column == "place_a"]
    assert "did you mean east_city?" in problem.mend


def test_check_table_takes_rows():
    rows = [{**small_package()["places"][0], "lon": "200"}]
    (problem,) = check_table(rows, "places", "mine.csv")
    assert str(problem) == "mine.csv: row 2 'east_city': lon is 200; write 180 degrees or less"


# Files.


@pytest.fixture
def folder(tmp_path) -> Path:
    return write_small_package(tmp_path / "package")


def edited(folder: Path, file: str, change) -> None:
    path = folder / file
    path.write_bytes(change(path.read_bytes()))


FILE_FAULTS = {
    "missing table": (lambda f: (f / "links.csv").unlink(), "the file is missing", "add it"),
    "empty file": (lambda f: (f / "links.csv").write_bytes(b""), "the file is empty", "header"),
    "blank file": (lambda f: (f / "links.csv").write_bytes(b"\n\n"), "the file is empty", "header"),
    "only a mark": (lambda f: (f / "links.csv").write_bytes(b"\xef\xbb\xbf"), "the file is empty", "header"),
    "folder for a file": (
        lambda f: ((f / "links.csv").unlink(), (f / "links.csv").mkdir()),
        "this is a folder",
        "put a CSV file",
    ),
    "latin-1": (
        lambda f: edited(f, "links.csv", lambda raw: raw + "x,Ürümqi\n".encode("latin-1")),
        "not UTF-8 (byte 0xdc in line 14)",
        "UTF-8",
    ),
    "utf-16": (
        lambda f: edited(f, "links.csv", lambda raw: raw.decode().encode("utf-16")),
        "UTF-16",
        "UTF-8",
    ),
    "spreadsheet": (
        lambda f: (f / "links.csv").write_bytes(b"PK\x03\x04abc"),
        "spreadsheet",
        "save it as CSV",
    ),
    "parquet": (lambda f: (f / "links.csv").write_bytes(b"PAR1abc"), "database", "save it as CSV"),
    "json": (lambda f: (f / "links.csv").write_bytes(b' {"a": 1}'), "JSON", "save it as CSV"),
    "nul": (lambda f: edited(f, "links.csv", lambda raw: raw + b"\0"), "NUL", "save it as CSV"),
    "semicolons": (
        lambda f: edited(f, "links.csv", lambda raw: raw.replace(b",", b";")),
        "separated by semicolons",
        "commas",
    ),
    "tabs": (lambda f: edited(f, "links.csv", lambda raw: raw.replace(b",", b"\t")), "by tabs", "commas"),
    "open quote": (lambda f: edited(f, "links.csv", lambda raw: raw + b'"open'), "not CSV", "quotes"),
    "other header": (lambda f: (f / "links.csv").write_bytes(b"a,b\n1,2\n"), "not the header", "link_id"),
    "no header": (
        lambda f: edited(f, "links.csv", lambda raw: raw.split(b"\n", 1)[1]),
        "not the header of links",
        "begin with link_id",
    ),
    "column twice": (
        lambda f: edited(f, "links.csv", lambda raw: raw.replace(b"mode", b"place_a", 1)),
        "stands there twice",
        "delete one",
    ),
    "unknown column": (
        lambda f: edited(f, "links.csv", lambda raw: raw.replace(b"length_km", b"length_mi", 1)),
        "no column of links is called 'length_mi'",
        "did you mean length_km? (km)",
    ),
    "missing column": (
        lambda f: edited(f, "links.csv", lambda raw: raw.replace(b"length_km", b"length_mi", 1)),
        "column length_km is missing",
        "each row needs it",
    ),
    "short row": (lambda f: edited(f, "links.csv", lambda raw: raw + b"a,b\n"), "2 cells where", "commas"),
    "long row": (
        lambda f: edited(f, "links.csv", lambda raw: raw + b"a," * 30 + b"\n"),
        "31 cells where the header has 22",
        "commas",
    ),
    "unknown file": (lambda f: (f / "linkz.csv").write_bytes(b"a\n"), "no table is called so", "links.csv?"),
}


@pytest.mark.parametrize("kind", FILE_FAULTS)
def test_faults_of_files_are_found(folder, kind):
    do, what, mend = FILE_FAULTS[kind]
    do(folder)
    found = [str(problem) for problem in check_package(folder)]
    assert any(what in text and mend in text for text in found), found


def test_a_folder_that_is_not_there_is_one_problem(tmp_path):
    (problem,) = check_package(tmp_path / "nowhere")
    assert "cannot be read" in problem.what


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw + b"\n\n",
        lambda raw: raw.rstrip(b"\n"),
    ],
    ids=["byte order mark", "Windows line ends", "blank lines at the end", "no line end at the end"],
)
def test_harmless_differences_are_tolerated(folder, change):
    for name in read_schema():
        edited(folder, f"{name}.csv", change)
    assert check_package(folder) == []


def test_ragged_rows_are_named_once(folder):
    write_rows(folder, "services", [])
    edited(folder, "services.csv", lambda raw: raw + b"s_9,east_city\n")
    (problem,) = check_package(folder)
    assert (problem.file, problem.row, problem.row_id) == ("services.csv", 2, "s_9")


def test_lines_are_those_of_an_editor(folder):
    edited(folder, "services.csv", lambda raw: raw.replace(b"\ns_1", b"\n\n\ns_1").replace(b",7,", b",many,"))
    (problem,) = check_package(folder)
    assert problem.row == 4


def test_a_missing_table_is_not_blamed_on_others(folder):
    (folder / "places.csv").unlink()
    problems = check_package(folder)
    assert [problem.file for problem in problems if "places" in problem.what + problem.mend] == []
    assert [problem.file for problem in problems] == ["places.csv"]


# Messages.


def test_long_lists_are_cut_and_counted():
    rows = [{**small_package()["places"][0], "place_id": f"p_{i}", "lon": "200"} for i in range(120)]
    text = describe_problems(check_table(rows, "places", "places.csv"))
    assert text.startswith("places.csv: 120 problems\n  row 2 'p_0': lon is 200;")
    assert text.count("lon is 200") == MOST_LISTED
    assert "... and 70 more in this file" in text
    assert text.endswith("120 problems in all; the first 50 are listed.")


def test_one_problem_is_singular():
    text = describe_problems([Problem("links.csv", 3, "a", "mode", "mode is wrong", "mend it")])
    assert text == "links.csv: 1 problem\n  row 3 'a': mode is wrong; mend it"


def test_quotes_are_harmless_to_a_terminal():
    assert quoted("a\x1b[31mb") == r"'a\x1b[31mb'"
    assert quoted("x" * 100) == f"'{'x' * 57}...'"


def test_figures_that_may_not_ship_do_not():
    tables = PACKAGES["shipped"]
    kept = {row["licence_id"] for row in tables["licences"] if row["may_ship"] == "no"}
    closed = {row["source_id"] for row in tables["sources"] if row["licence_id"] in kept}
    for name, rows in tables.items():
        if name != "sources":
            assert not [row for row in rows if row.get("source_id") in closed], name


def test_the_shipped_folder_is_sound(tmp_path):
    copy = shutil.copytree(built_in_folder(), tmp_path / "copy")
    assert check_package(copy) == []
