"""The contributor's page on data: its lines run in the order in which they stand."""

from __future__ import annotations

import pytest
from tests.docs.commands import WALK, arguments_of, shell_lines

from torugart.cli import main
from torugart.tables.read import built_in_folder, read_package

LINES = shell_lines(WALK.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """Run every line of the page, one after another, and return the folder and what each wrote."""
    folder = tmp_path_factory.mktemp("walk")
    before = {path.name: path.stat().st_mtime_ns for path in built_in_folder().iterdir()}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("COLUMNS", "200")
        codes = {line: main.run(arguments_of(line)) for line in LINES}
    after = {path.name: path.stat().st_mtime_ns for path in built_in_folder().iterdir()}
    return folder, codes, before == after


def test_every_line_runs(walked):
    _, codes, untouched = walked
    assert len(codes) == len(LINES) > 12
    assert {line: code for line, code in codes.items() if code} == {}
    assert untouched


def test_what_the_page_says_is_there(walked):
    package = read_package(None, [walked[0] / "torugart-data"])
    assert "example_tunnel" in set(package.tables["projects"]["project_id"])
    assert "example_claim" in set(package.tables["claims"]["claim_id"])
    cost = package.tables["projects"].set_index("project_id")["cost_musd"]
    assert cost[["example_tunnel", "cku"]].tolist() == [120, 8000]
    sources = package.tables["sources"]
    assert (sources["url"] == "https://example.org/tunnel").sum() == 1
    exported = read_package(walked[0] / "my_package")
    assert exported.digest == package.digest
