"""A package written out reads as the same package."""

from __future__ import annotations

import json

import pytest
from tests.small_package import write_small_package

from torugart.errors import InputError
from torugart.io.csv_folder import new_folder, write_csv_folder
from torugart.io.datapackage import build_descriptor
from torugart.schema.definition import read_schema
from torugart.tables.read import read_package


@pytest.fixture
def package(tmp_path):
    return read_package(write_small_package(tmp_path / "package"))


def test_what_is_written_reads_the_same(package, tmp_path):
    target = write_csv_folder(package, tmp_path / "deep" / "out")
    assert read_package(target).digest == package.digest
    assert sorted(path.name for path in (tmp_path / "deep").iterdir()) == ["out"]


def test_the_built_in_package_writes_and_reads_the_same(tmp_path):
    package = read_package()
    again = read_package(write_csv_folder(package, tmp_path / "out"))
    assert (again.digest, again.version) == (package.digest, package.version)


def test_an_empty_folder_may_be_used(package, tmp_path):
    (tmp_path / "out").mkdir()
    assert read_package(write_csv_folder(package, tmp_path / "out")).digest == package.digest


def test_nothing_is_overwritten(package, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="give a new or an empty folder"):
        write_csv_folder(package, tmp_path / "out")
    with pytest.raises(InputError, match="give a new or an empty folder"):
        write_csv_folder(package, tmp_path / "out" / "mine.txt")
    with pytest.raises(InputError, match="cannot be written"):
        write_csv_folder(package, tmp_path / "out" / "mine.txt" / "below")


def test_a_failure_leaves_nothing(tmp_path):
    def fail():
        with new_folder(tmp_path / "out") as folder:
            (folder / "half.csv").write_text("half", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_the_descriptor_says_what_the_schema_says(package, tmp_path):
    written = json.loads(
        (write_csv_folder(package, tmp_path / "out") / "datapackage.json").read_text("utf-8")
    )
    assert [resource["name"] for resource in written["resources"]] == list(read_schema())
    assert written["licenses"] == [{"name": "open", "title": "Open terms"}]
    links = {r["name"]: r["schema"] for r in written["resources"]}["links"]
    fields = {field["name"]: field for field in links["fields"]}
    assert links["primaryKey"] == ["link_id"]
    assert fields["length_km"]["constraints"] == {"required": True, "minimum": 0, "maximum": 30000}
    assert fields["gauge_mm"]["constraints"] == {"enum": [1435, 1520, 1668, 1676]}
    assert fields["length_km"]["unit"] == "km"
    assert {"fields": ["place_a"], "reference": {"resource": "places", "fields": ["place_id"]}} in links[
        "foreignKeys"
    ]


def test_a_table_that_refers_to_itself_names_no_resource():
    projects = {r["name"]: r["schema"] for r in build_descriptor("1")["resources"]}["projects"]
    own = {"fields": ["requires_project"], "reference": {"resource": "", "fields": ["project_id"]}}
    assert own in projects["foreignKeys"]
