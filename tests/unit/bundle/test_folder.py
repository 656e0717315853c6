"""Bundles: written whole or not at all, and read only as they were written."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from torugart.bundle.folder import FORMAT, bundle_with, latest_bundle, read_bundle, write_bundle
from torugart.errors import InputError

TABLES = {
    "pairs": pd.DataFrame({"pair_id": ["a_z"], "km": [490.0], "n": pd.array([None], dtype="Int64")}),
    "empty": pd.DataFrame({"x": np.zeros(0)}),
}


def write(folder: Path, tables=TABLES, report: str | None = "<html>", **manifest):
    return write_bundle(folder, {"verb": "appraise"} | manifest, tables, report, {"seconds": 1.5})


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_what_is_written_is_read(tmp_path):
    write(tmp_path / "b", title="Ürümqi")
    back = read_bundle(tmp_path / "b")
    assert back.manifest["title"] == "Ürümqi"
    assert back.manifest["format"] == FORMAT
    for name, table in TABLES.items():
        pd.testing.assert_frame_equal(back.tables[name], table)
    assert (tmp_path / "b" / "report.html").read_text(encoding="utf-8") == "<html>"
    assert list(read_bundle(tmp_path / "b", only=("pairs",)).tables) == ["pairs"]


def test_the_same_tables_give_the_same_bytes(tmp_path):
    for name in "ab":
        write(tmp_path / name)
    one, two = files_of(tmp_path / "a"), files_of(tmp_path / "b")
    one.pop("run.json")
    two.pop("run.json")
    assert one == two


def test_an_older_bundle_is_replaced_whole(tmp_path):
    write(tmp_path / "b")
    write(tmp_path / "b", {"gates": TABLES["pairs"]}, report=None)
    assert sorted(files_of(tmp_path / "b")) == ["manifest.json", "run.json", "tables/gates.parquet"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b"], "nothing is left beside it"


def test_an_empty_folder_is_used(tmp_path):
    (tmp_path / "b").mkdir()
    write(tmp_path / "b")
    assert read_bundle(tmp_path / "b").tables


def test_a_foreign_folder_is_refused_and_left_alone(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(InputError, match="exists and is not a bundle"):
        write(tmp_path / "b")
    assert files_of(tmp_path / "b") == {"thesis.txt": b"years of work"}
    assert [p.name for p in tmp_path.iterdir()] == ["b"]


def test_a_folder_with_somebody_elses_manifest_is_refused_and_left_alone(tmp_path):
    # Other programs call a file manifest.json too.
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "manifest.json").write_text('{"name": "a web page"}', encoding="utf-8")
    (tmp_path / "app" / "index.html").write_text("mine", encoding="utf-8")
    before = files_of(tmp_path / "app")
    with pytest.raises(InputError, match="is not a bundle"):
        write(tmp_path / "app")
    assert files_of(tmp_path / "app") == before


@pytest.mark.parametrize("where", ["file", "file/below"])
def test_a_place_that_cannot_be_written_is_refused(tmp_path, where):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="choose another --out"):
        write(tmp_path / where)
    assert files_of(tmp_path) == {"file": b"x"}


def test_an_interrupted_write_leaves_nothing(tmp_path, monkeypatch):
    def interrupt(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(pd.DataFrame, "to_parquet", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_write_leaves_the_old_bundle(tmp_path, monkeypatch):
    write(tmp_path / "b")
    before = files_of(tmp_path / "b")
    monkeypatch.setattr(pd.DataFrame, "to_parquet", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write(tmp_path / "b")
    assert files_of(tmp_path / "b") == before
    assert [p.name for p in tmp_path.iterdir()] == ["b"]


def test_a_changed_table_is_refused_by_name(tmp_path):
    write(tmp_path / "b")
    path = tmp_path / "b" / "tables" / "pairs.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    (tmp_path / "b" / "tables" / "empty.parquet").unlink()
    with pytest.raises(InputError) as refusal:
        read_bundle(tmp_path / "b")
    assert "2 problems" in str(refusal.value)
    assert "pairs.parquet: changed after it was written" in str(refusal.value)
    assert "empty.parquet: missing" in str(refusal.value)


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"format": 99, "tables": {}}',
        f'{{"format": {FORMAT}}}',
        f'{{"format": {FORMAT}, "tables": []}}',
        f'{{"format": {FORMAT}, "tables": {{"../../secret": "00"}}}}',
        "[" * 3000,
        b"\xff\xfe".decode("latin-1"),
    ],
)
def test_a_broken_manifest_is_refused(tmp_path, manifest):
    write(tmp_path / "b")
    (tmp_path / "b" / "manifest.json").write_text(manifest, encoding="latin-1")
    with pytest.raises(InputError):
        read_bundle(tmp_path / "b")


@pytest.mark.parametrize("place", ["nowhere", "a\x00b"])
def test_what_is_no_bundle_is_refused(tmp_path, place):
    with pytest.raises(InputError):
        read_bundle(tmp_path / place)


def test_the_latest_bundle_is_the_newest(tmp_path):
    import os

    for k, name in enumerate(["new", "old"]):
        write(tmp_path / name)
        os.utime(tmp_path / name / "manifest.json", (1e9 - k, 1e9 - k))
    assert latest_bundle(tmp_path).name == "new"


def test_a_figure_is_looked_for_in_the_newest_bundle_that_has_it(tmp_path):
    import os

    figures = pd.DataFrame({"figure_id": ["benefit.total"]})
    write(tmp_path / "older", {"figures": figures})
    write(tmp_path / "newer", {"figures": figures.replace("benefit.total", "pledges.kept")})
    for k, name in enumerate(["newer", "older"]):
        os.utime(tmp_path / name / "manifest.json", (1e9 - k, 1e9 - k))
    assert bundle_with("benefit.total", tmp_path).name == "older"
    assert bundle_with("pledges.kept", tmp_path).name == "newer"
    assert bundle_with("no.such", tmp_path).name == "newer"


def test_no_bundle_at_all_says_what_to_run(tmp_path):
    with pytest.raises(InputError, match="torugart appraise cku"):
        latest_bundle(tmp_path)
    with pytest.raises(InputError, match="holds no bundle"):
        latest_bundle(tmp_path / "nowhere")


def test_the_manifest_names_every_table(tmp_path):
    write(tmp_path / "b")
    manifest = json.loads((tmp_path / "b" / "manifest.json").read_text(encoding="utf-8"))
    assert sorted(manifest["tables"]) == ["empty", "pairs"]
    run = json.loads((tmp_path / "b" / "run.json").read_text(encoding="utf-8"))
    assert run["seconds"] == 1.5
