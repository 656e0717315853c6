"""Whatever is asked to be added or exported: it is written and sound, or refused and nothing is written."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.small_package import small_package, write_small_package

from torugart.errors import TorugartError
from torugart.io.csv_folder import safe_text
from torugart.io.licences import shippable
from torugart.schema.cells import FORMULA_STARTS, number_in
from torugart.schema.definition import read_schema
from torugart.tables.read import check_folder, read_package
from torugart.verbs.add import data_add
from torugart.verbs.changes import describe_changes
from torugart.verbs.export import data_export

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
QUIET = settings(SLOW, max_examples=300)
TABLES = sorted(read_schema())
NASTY = [
    *(
        "",
        " ",
        "NaN",
        "-1",
        "1e999",
        "１２",
        "=1+1",
        "＝1",
        "@x",
        "../../x",
        "a/b",
        "\x00",
        "\x1b[2J",
        "\u202eabc",
    ),
    *(
        "\ud800",
        "Ürümqi",
        "喀什",
        "a\nb",
        '"',
        ",",
        "a=b",
        "2026-13",
        "2026",
        "yes",
        "no",
        "rail",
        "pass_rail",
    ),
    *(
        "atlas",
        "KGZ",
        "CHN",
        "40",
        "-0",
        "x" * 6000,
        "https://example.org/a b",
        "A, B, 2026, https://example.org",
    ),
]
texts = st.one_of(st.sampled_from(NASTY), st.text(max_size=15))
sources = st.one_of(
    texts,
    st.sampled_from(["atlas", "nobody", "A paper, The line, 2026, https://example.org/line"]),
    st.lists(texts, max_size=4).map(", ".join),
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    tables = small_package()
    tables["licences"].append({**tables["licences"][0], "licence_id": "quotation", "name": "Single facts"})
    return write_small_package(tmp_path_factory.mktemp("sound") / "package", tables)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("scratch")


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@SLOW
@given(st.data())
def test_what_is_added_is_sound_or_refused(sound, scratch, data):
    table = data.draw(st.sampled_from(TABLES))
    columns = st.sampled_from([*read_schema()[table].columns, "colour", ""])
    # Most cells come from a row that is there, so that some additions are sound.
    row = data.draw(st.sampled_from(small_package()[table]))
    given_cells = [f"{name}={text}" for name, text in row.items() if text and name != "source_id"]
    changed = data.draw(st.lists(st.tuples(columns, texts), max_size=3))
    values = [value for value in given_cells if value.split("=", 1)[0] not in dict(changed)]
    values += [f"{name}={text}" for name, text in changed]
    mine, before = scratch / "mine", snapshot(sound)
    shutil.rmtree(mine, ignore_errors=True)
    options = {"edit": data.draw(st.booleans()), "keep_old": data.draw(st.booleans())}
    try:
        added = data_add(table, values, data.draw(sources), mine, folder=sound, **options)
    except TorugartError as refusal:
        assert not mine.exists()
        assert str(refusal)
        assert all(character.isprintable() or character == "\n" for character in str(refusal))
    else:
        assert check_folder(sound, [mine]) == []
        assert {path.name for path in added.files} == set(snapshot(mine))
    assert snapshot(sound) == before


@QUIET
@given(st.text(max_size=12) | st.sampled_from(NASTY))
def test_no_cell_begins_like_a_formula(text):
    safe = safe_text(text)
    bare = safe.lstrip()
    assert safe.removeprefix("'") == text or safe == text
    assert bare[:1] not in FORMULA_STARTS or number_in(bare) is not None or len(bare) == 1


@SLOW
@given(st.sets(st.tuples(st.sampled_from(TABLES), st.integers(0, 5)), max_size=4))
def test_nothing_of_a_closed_source_is_exported(sound, scratch, closed_rows):
    tables = small_package()
    tables["licences"].append(
        {**tables["licences"][0], "licence_id": "closed", "name": "All rights reserved", "may_ship": "no"}
    )
    tables["sources"].append(
        {**tables["sources"][0], "source_id": "secret", "licence_id": "closed", "title": "Its own base"}
    )
    for table, i in closed_rows:
        if table != "sources" and "source_id" in read_schema()[table].columns and i < len(tables[table]):
            tables[table][i]["source_id"] = "secret"
    for part in ("package", "out"):
        shutil.rmtree(scratch / part, ignore_errors=True)
    folder = write_small_package(scratch / "package", tables)
    done = data_export(scratch / "out", folder)
    for path in (scratch / "out").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        if path.stem != "sources":
            assert "secret" not in {row.get("source_id") for row in rows}
    kept, left_out = shippable(read_package(folder))
    assert len(left_out) == len(done.left_out)
    for table, schema in read_schema().items():
        for column in schema.columns.values():
            if column.references:
                home, key = column.references
                assert set(kept.tables[table][column.name]) - {""} <= set(kept.tables[home][key])
    assert describe_changes(read_package(folder), kept) or left_out.empty
