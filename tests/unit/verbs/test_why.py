"""``why``: the tree of a figure, from a bundle written here."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from tests.unit.verbs.conftest import HOSTILE

import torugart
from torugart.bundle.folder import write_bundle
from torugart.bundle.why import tree_records
from torugart.errors import InputError, UnknownName


def figure(figure_id: str, value: float, inputs: list[str], lo=float("nan"), hi=float("nan")) -> dict:
    said = {"label": f"label of {figure_id}", "unit": "USD", "section": "s", "formula": "a + b", "note": ""}
    return {"figure_id": figure_id, "value": value, "lo": lo, "hi": hi, "inputs": json.dumps(inputs)} | said


FIGURES = pd.DataFrame(
    [
        figure("top", 3.0, ["figure:small", "figure:large", "param:rail_rate_usd_per_feu_km"], 1.0, 5.0),
        figure("small", 1.0, []),
        figure("large", 2.0, ["figure:large_part"]),
        figure("large_part", 2.0, ["cell:parameters/choice_theta/value"]),
        figure("circle", 1.0, ["figure:circle"]),
        figure("way", 640.0, ["way:w1/km"]),
    ]
)
LEG_COLUMNS = [
    "way_id",
    "seq",
    "kind",
    "record_id",
    "place_from",
    "place_to",
    "mode",
    "gauge_mm",
    "iso3",
    "km",
    "hours",
    "usd",
    "co2_kg",
]
DRIVER_COLUMNS = ["quantity", "kind", "rank", "ref", "label", "share", "value", "lo", "hi", "unit"]


@pytest.fixture
def bundle(shipped, tmp_path):
    link = shipped.package.tables["links"].iloc[0]
    legs = pd.DataFrame(
        [
            (
                "w1",
                0,
                "link",
                link.link_id,
                link.place_a,
                link.place_b,
                link["mode"],
                0,
                "X",
                640.0,
                1.0,
                2.0,
                3.0,
            )
        ],
        columns=LEG_COLUMNS,
    )
    drivers = pd.DataFrame(
        [("top", "quantity", k, "param:x", f"driver {k}", 0.5 / k, 1.0, 0.5, 2.0, "h") for k in range(1, 8)],
        columns=DRIVER_COLUMNS,
    )
    tables = {
        "figures": FIGURES,
        "legs": legs,
        "drivers": drivers,
        "claims": pd.DataFrame({"claim_id": ["c"]}),
    }
    package = {"version": shipped.package.version, "digest": shipped.package.digest}
    manifest = {"verb": "appraise", "asked": {}, "package": package}
    return write_bundle(tmp_path / "b", manifest, tables, None, {}).folder


def test_a_tree_holds_figures_largest_first_then_the_rest(bundle):
    tree = torugart.why("top", bundle)
    labels = [child.label for child in tree.children]
    assert labels[0].startswith("large:")
    assert labels[1].startswith("small:")
    assert labels[2] == "parameters/rail_rate_usd_per_feu_km.value"
    assert labels[3] == "its interval hangs on"
    assert "5-95 %: 1 to 5 USD" in tree.value
    assert tree.children[2].source


def test_the_top_five_drivers_are_named(bundle):
    drivers = torugart.why("top", bundle).children[-1]
    assert [d.label for d in drivers.children] == [f"driver {k}" for k in range(1, 6)]
    assert drivers.children[0].value == "50 %"


def test_a_figure_that_names_itself_ends(bundle):
    assert len(tree_records(torugart.why("circle", bundle))) < 10


def test_a_way_shows_its_legs_and_their_cells(bundle):
    way = torugart.why("way", bundle).children[0]
    assert way.value == "640 km"
    assert way.children[0].children[0].label.startswith("links/")


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_figures_are_unknown(bundle, name):
    with pytest.raises(UnknownName):
        torugart.why(name, bundle)


def test_an_unknown_figure_offers_the_nearest(bundle):
    with pytest.raises(UnknownName, match="large_part"):
        torugart.why("large_prat", bundle)


def test_a_bundle_of_other_data_is_refused_with_its_command(bundle):
    path = bundle / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["package"]["digest"] = "0" * 64
    manifest["command"] = "torugart appraise cku --draws 20"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(InputError, match="rerun `torugart appraise cku --draws 20`"):
        torugart.why("top", bundle)


@pytest.mark.parametrize("missing", ["asked", "package"])
def test_a_manifest_without_what_was_asked_is_refused(bundle, missing):
    path = bundle / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest[missing]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(InputError):
        torugart.why("top", bundle)


def test_a_bundle_without_figures_is_refused(shipped, tmp_path):
    # As `appraise --all` writes it.
    package = {"version": "", "digest": shipped.package.digest}
    folder = write_bundle(
        tmp_path / "all",
        {"verb": "appraise --all", "asked": {}, "package": package},
        {"projects": pd.DataFrame({"x": [1]})},
        None,
        {},
    ).folder
    with pytest.raises(InputError):
        torugart.why("benefit.total", folder)


def test_without_bundles_it_says_what_to_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="torugart appraise cku"):
        torugart.why("benefit.total")
