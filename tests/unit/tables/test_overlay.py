"""A user's rows on top of a package."""

from __future__ import annotations

import pytest
from tests.small_package import FROM, small_package, write_rows, write_small_package

from torugart.errors import InputError
from torugart.tables.read import cell, read_package


@pytest.fixture
def base(tmp_path):
    return write_small_package(tmp_path / "base")


@pytest.fixture
def overlay(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    mine = {
        "source_id": "diary",
        "publisher": "me",
        "title": "what I saw",
        "licence_id": "open",
        "kind": "report",
    }
    write_rows(folder, "sources", [mine], list(mine))
    return folder


def put(folder, table, **cells):
    row = {"source_id": "diary", "basis": "measured", "checked_on": "2026-10", **cells}
    write_rows(folder, table, [row], list(row))


def test_an_empty_overlay_changes_nothing(base, tmp_path):
    (tmp_path / "nothing").mkdir()
    assert read_package(base, [tmp_path / "nothing"]).digest == read_package(base).digest


def test_the_same_rows_again_change_nothing(base):
    assert read_package(base, [base]).digest == read_package(base).digest


def test_known_rows_are_changed_where_the_overlay_says_something(base, overlay):
    put(overlay, "links", link_id="r_border", length_km="15.2", speed_km_per_h="")
    package = read_package(base, [overlay])
    row = package.tables["links"].set_index("link_id").loc["r_border"]
    assert (row["length_km"], row["gauge_mm"], row["source_id"]) == (15.2, 1435, FROM["source_id"])
    assert package.overlays == (overlay,)


def test_provenance_is_by_cell(base, overlay):
    put(overlay, "links", link_id="r_border", length_km="15.2")
    package = read_package(base, [overlay])
    length = cell(package, "links", "r_border", "length_km")
    assert (length.value, length.source_id, length.basis) == (15.2, "diary", "measured")
    assert sorted(zip(length.alternatives["value"], length.alternatives["chosen"], strict=True)) == [
        ("15.2", "yes"),
        ("16", "no"),
    ]
    share = cell(package, "links", "r_border", "share_in_a")
    assert (share.source_id, share.basis) == ("atlas", "reported")


def test_the_value_chosen_before_becomes_a_rival(base, overlay):
    put(overlay, "projects", project_id="pass_rail", length_km="123")
    package = read_package(base, [overlay])
    rivals = cell(package, "projects", "pass_rail", "length_km").alternatives
    assert sorted(zip(rivals["value"], rivals["source_id"], rivals["chosen"], strict=True)) == [
        ("110", "customs", "no"),
        ("120", "customs", "no"),
        ("123", "diary", "yes"),
    ]


def test_a_rival_can_be_chosen(base, tmp_path):
    folder = tmp_path / "choose"
    folder.mkdir()
    row = {"project_id": "pass_rail", "length_km": "110", "source_id": "customs", "basis": "claimed"}
    write_rows(folder, "projects", [row], list(row))
    rivals = cell(read_package(base, [folder]), "projects", "pass_rail", "length_km").alternatives
    assert dict(zip(rivals["value"], rivals["chosen"], strict=True)) == {"110": "yes", "120": "no"}


def test_new_rows_are_added(base, overlay):
    put(overlay, "links", link_id="new", place_a="village", place_b="west_city", mode="road", length_km="60")
    package = read_package(base, [overlay])
    assert package.tables["links"]["link_id"].tolist()[-1] == "new"
    assert cell(package, "links", "new", "length_km").source_id == "diary"


def test_later_overlays_lie_on_earlier_ones(base, overlay, tmp_path):
    put(overlay, "links", link_id="r_border", length_km="15.2")
    second = tmp_path / "second"
    second.mkdir()
    put(second, "links", link_id="r_border", length_km="15.9")
    package = read_package(base, [overlay, second])
    length = cell(package, "links", "r_border", "length_km")
    assert length.value == 15.9
    assert sorted(length.alternatives["value"]) == ["15.2", "15.9", "16"]
    assert (length.alternatives["chosen"] == "yes").sum() == 1


def test_faults_name_the_overlay(base, overlay):
    put(overlay, "links", link_id="r_border", length_km="-1")
    with pytest.raises(InputError, match=r"mine/links\.csv: 1 problem\n  row 2 'r_border': length_km is -1"):
        read_package(base, [overlay])


def test_faults_that_show_only_together_name_the_overlay(base, overlay):
    put(overlay, "zones", place_id="far_port", trade_iso3="CHN", weight="0.9")
    with pytest.raises(InputError, match=r"the weights of CHN sum to 1\.5"):
        read_package(base, [overlay])
    put(overlay, "zones", place_id="far_prt", trade_iso3="KGZ", weight="0")
    with pytest.raises(InputError, match=r"mine/zones\.csv.*\n.*did you mean far_port\?"):
        read_package(base, [overlay])


def test_an_overlay_says_whose_figures_it_has(base, overlay):
    rows = [{"link_id": "r_border", "length_km": "15.2"}]
    write_rows(overlay, "links", rows, list(rows[0]))
    with pytest.raises(InputError) as refusal:
        read_package(base, [overlay])
    assert "column source_id is missing; add it; each row needs it" in str(refusal.value)


def test_an_overlay_repeats_no_key(base, overlay):
    row = {"link_id": "r_border", "length_km": "15", "source_id": "diary", "basis": "measured"}
    write_rows(overlay, "links", [row, row], list(row))
    with pytest.raises(InputError, match="stands in row 2 already"):
        read_package(base, [overlay])


def test_new_rows_need_what_every_row_needs(base, overlay):
    put(overlay, "links", link_id="new", place_a="village", place_b="west_city", mode="road")
    with pytest.raises(InputError, match="length_km is empty"):
        read_package(base, [overlay])


def test_a_missing_overlay_is_named(base, tmp_path):
    with pytest.raises(InputError, match="nowhere: 1 problem"):
        read_package(base, [tmp_path / "nowhere"])


def test_the_tables_below_are_left_alone(base, overlay):
    before = read_package(base).digest
    put(overlay, "links", link_id="r_border", length_km="15.2")
    read_package(base, [overlay])
    assert read_package(base).digest == before
    assert small_package()["links"][1]["length_km"] == "16"
