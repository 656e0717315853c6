"""Every cell says whose figure it is."""

from __future__ import annotations

import pytest
from tests.small_package import write_small_package

from torugart.errors import UnknownName
from torugart.tables.conflicts import label_of, rival_values
from torugart.tables.provenance import cell_text, sources_used
from torugart.tables.read import cell, describe_source, read_package


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return read_package(write_small_package(tmp_path_factory.mktemp("small") / "package"))


def test_a_cell_has_the_source_of_its_row(package):
    found = cell(package, "links", "r_border", "length_km")
    assert (found.value, found.unit, found.source_id) == (16.0, "km", "atlas")
    assert (found.basis, found.checked_on) == ("reported", "2026-11-25")
    assert found.alternatives.empty
    assert found.assumption_id == ""


def test_a_cell_has_the_source_of_its_chosen_value(package):
    found = cell(package, "projects", "pass_rail", "length_km")
    assert (found.value, found.source_id) == (120.0, "customs")
    assert found.alternatives["value"].tolist() == ["110", "120"]


@pytest.mark.parametrize(
    ("table", "row_id", "column", "value", "unit"),
    [
        ("trade_shares", "CHN/KGZ/fast", "share", 0.6, "share"),
        ("country_series", "KGZ/2023/gdp/atlas", "value", 13.9e9, "USD"),
        ("parameters", "rail_rate_usd_per_feu_km", "value", 0.6, "USD/FEU-km"),
        ("links", "r_border", "tracks", 1, "tracks"),
        ("links", "r_border", "mode", "rail", ""),
        ("links", "r_border", "terrain", None, ""),
        ("links", "h_border", "tracks", None, "tracks"),
        ("licences", "open", "name", "Open terms", ""),
    ],
)
def test_values_and_units(package, table, row_id, column, value, unit):
    found = cell(package, table, row_id, column)
    assert found.value == value
    assert type(found.value) is type(value)
    assert found.unit == unit


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (("linkz", "r_border", "mode"), "Did you mean links"),
        (("links", "r_bordr", "mode"), "Did you mean r_border"),
        (("links", "r_border", "lenght_km"), "Did you mean length_km"),
        (("trade_shares", "CHN/KGZ", "share"), "row of trade_shares"),
    ],
)
def test_unknown_cells_offer_the_nearest(package, where, words):
    with pytest.raises(UnknownName, match=words):
        cell(package, *where)


def test_sources_are_cited(package):
    cited = "The Atlas, Roads and rails of the valley, 2025; terms: Open terms"
    assert describe_source(package, "atlas") == cited
    assert "no document stands behind it" in describe_source(package, "nobody")


def test_sources_used_are_listed_once(package):
    assert sources_used(package, ["nobody", "atlas", "atlas", ""])["source_id"].tolist() == [
        "atlas",
        "nobody",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (0.1, "0.1"),
        (1e20, "1e+20"),
        (float("nan"), ""),
        (None, ""),
        (7, "7"),
        ("a", "a"),
        (-0.5, "-0.5"),
    ],
)
def test_cells_as_text(value, text):
    assert cell_text(value) == text


@pytest.mark.parametrize(
    ("where", "label"),
    [
        (("links", "r_border", "length_km"), "East Gate to West Gate (rail): length"),
        (("projects", "pass_rail", "cost_musd"), "Railway over the pass: cost"),
        (("zones", "far_port", "weight"), "Far Port: weight"),
        (("parameters", "choice_theta", "value"), "choice theta"),
        (("trade_flows", "f_2", "usd"), "China to Kyrgyzstan, 2023, counted by KGZ"),
    ],
)
def test_labels(package, where, label):
    assert label_of(package, *where) == label


def test_rivals_stand_together_the_most_disputed_first(package):
    found = rival_values(package)
    assert list(dict.fromkeys(found["cell"])) == [
        "trade_totals/CHN/KGZ/2024/usd",
        "trade_flows/CHN/KGZ/2023/usd",
        "projects/pass_rail/length_km",
    ]
    assert found["spread"].tolist() == pytest.approx([22.7 / 5.3] * 2 + [19.7 / 5.3] * 2 + [120 / 110] * 2)
    totals = found[found["table"] == "trade_totals"]
    assert totals["value"].tolist() == ["22700000000", "5300000000"]
    assert totals["label"].tolist()[1] == "China and Kyrgyzstan both ways, 2024, counted by KGZ"
    assert found[found["table"] == "projects"]["chosen"].tolist() == ["yes", "no"]


def test_the_built_in_rivals_include_those_everyone_argues_about():
    found = rival_values(read_package())
    length = found[found["cell"] == "projects/cku/length_km"]
    assert {454, 486, 523} <= {round(float(value)) for value in length["value"]}
    trade = found[found["cell"] == "trade_totals/CHN/KGZ/2024/usd"]
    assert {round(float(usd) / 1e9, 1) for usd in trade["value"]} == {22.7, 5.3}
