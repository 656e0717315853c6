"""What the shipped package must answer: facts that anyone can look up, and laws on real data."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import torugart
from torugart.bundle.folder import read_bundle
from torugart.bundle.why import explain_figure, tree_records
from torugart.errors import InputError
from torugart.evaluate.sides import class_vot_usd_per_h
from torugart.network.ways import WaySettings, find_ways
from torugart.scenario.do_minimum import open_links, open_projects, read_project_state, without_dependents
from torugart.verbs.appraise import no_change
from torugart.verbs.route import resolve_place

pytestmark = pytest.mark.slow
UNTESTED = ("not a checkable statement", "cannot be tested")


def baseline_of(ready, baseline: str = "do_minimum", year: int = 2032, without: tuple[str, ...] = ()):
    tables = ready.package.tables
    state = read_project_state(tables, ready.as_of)
    slip = ready.network.parameters["project_slip_years"]
    return open_projects(state, tables["projects"], baseline, year, slip, frozenset(without))


def best_way(ready, origin: str, destination: str, projects: frozenset[str], modes: tuple[str, ...] = ()):
    """Names of modes and gates, and km, of the least way by generalised cost."""
    from torugart.appraisal.pairs import describe_ways

    tables, network = ready.package.tables, ready.network
    row = {p: k for k, p in enumerate(tables["places"]["place_id"])}
    ends = [row[resolve_place(tables, name)] for name in (origin, destination)]
    is_open = open_links(tables["links"], projects)
    if modes:
        is_open = is_open & tables["links"]["mode"].isin(modes).to_numpy(bool)
    cost = network.generalised_cost(class_vot_usd_per_h(tables)["manufactures"], is_open)
    ways = find_ways(
        network.arcs,
        cost,
        network.arcs.origin[ends[:1]],
        network.arcs.destination[ends[1:]],
        WaySettings(most=1),
    )
    return describe_ways(ways, network, "manufactures", 1).iloc[0]


@pytest.mark.parametrize("with_cku", [False, True])
def test_xian_to_tashkent_goes_by_khorgos(ready, with_cku):
    # 4,486 km: the observed way of trains from Xi'an by Khorgos to Tashkent.
    without = () if with_cku else ("cku",)
    projects = baseline_of(ready, without=without) | ({"cku"} if with_cku else set())
    way = best_way(ready, "Xi'an", "Tashkent", projects, ("rail",))
    assert "Khorgos" in way.gates
    assert way.km == pytest.approx(4486, rel=0.05)


def test_kashgar_to_osh_goes_by_road_without_cku(ready):
    # 3,896 km by rail round through Kazakhstan, some 530 by road over the pass.
    way = best_way(ready, "Kashgar", "Osh", baseline_of(ready, without=("cku",)))
    assert way.modes == "road"
    assert way.km < 800
    rail = best_way(ready, "Kashgar", "Osh", baseline_of(ready, without=("cku",)), ("rail",))
    assert rail.km > 3000


def test_the_do_minimum_of_2032(ready):
    tables = ready.package.tables
    held = baseline_of(ready, without=("cku",))
    assert "cku" not in held
    assert not held & (without_dependents(tables["projects"], frozenset({"cku"})))
    assert "kara_keche_makmal" in without_dependents(tables["projects"], frozenset({"cku"}))
    assert "ayagoz_bakhty" in held
    state = read_project_state(tables, ready.as_of)
    assert not held & state.planned
    assert baseline_of(ready, "today", without=("cku",)) <= held


def test_no_open_link_needs_a_link_that_is_shut_to_reach_it(ready):
    # Status belongs to projects: a stub marked planned by itself would make a dead end at a border.
    tables = ready.package.tables
    links = tables["links"]
    held = baseline_of(ready)
    is_open = open_links(links, held)
    for project in sorted(held):
        mine = (links["project_id"] == project).to_numpy(bool)
        assert is_open[mine].all(), project


def test_an_empty_scenario_is_exactly_nothing(few_trades, tmp_path):
    path = tmp_path / "nothing.toml"
    path.write_text('name = "nothing"\n', encoding="utf-8")
    answer = torugart.appraise(str(path), draws=3, out=tmp_path / "b", report=False, data=few_trades)
    figures = answer.tables["figures"]
    assert no_change(answer.tables)
    moving = figures["figure_id"].str.contains(r"^benefit\.|\.d_|project_share|prob_best")
    assert moving.sum() > 40
    for column in ("value", "lo", "hi"):
        assert (figures.loc[moving, column].fillna(0) == 0).all()
    gates = answer.tables["gates"]
    assert len(gates) > 5
    assert (gates["t_with"] == gates["t_without"]).all()
    pairs = answer.tables["pairs"]
    for what in ("km", "days", "p95_days", "usd", "co2_kg", "gc_usd", "gates"):
        assert (pairs[f"{what}_with"] == pairs[f"{what}_without"]).all(), what
    assert "exactly nothing" in answer.manifest["headline"][0]["text"]


def test_the_same_inputs_give_the_same_bytes(few_trades, tmp_path):
    written = []
    for name in ("one", "two"):
        folder = torugart.appraise("cku", draws=12, out=tmp_path / name, report=False, data=few_trades).folder
        files = {p.name: p.read_bytes() for p in (folder / "tables").iterdir()}
        written.append(files | {"manifest": (folder / "manifest.json").read_bytes()})
    one, two = written
    assert set(one) == set(two)
    assert [name for name, raw in one.items() if two[name] != raw] == []


def test_cku_hurts_no_user(cku):
    # Links are only added and no congestion is modelled, so nobody's access falls.
    for name in ("benefits_country", "benefits_class", "benefits_corridor", "benefits_baseline"):
        table = cku.tables[name]
        assert (table["musd"] >= 0).all(), name
        assert (table["lo"].dropna() >= 0).all(), name
    assert cku.tables["benefits_country"]["musd"].sum() > 0


def test_one_gain_is_counted_once(cku):
    figures = cku.tables["figures"].set_index("figure_id")["value"]
    total = figures["benefit.total"]
    for kind in ("country", "class", "corridor", "trade"):
        parts = figures[figures.index.str.startswith(f"benefit.{kind}.")]
        assert parts.sum() == pytest.approx(total, rel=1e-9), kind
    assert figures["benefit.baseline.do_minimum"] == total


def test_shares_of_a_pair_sum_to_one(cku):
    ways = cku.tables["ways"]
    for side in ("without", "with"):
        share = ways.groupby(["pair_id", "class_id"])[f"share_{side}"].sum()
        assert share.to_numpy() == pytest.approx(np.ones(len(share)), abs=1e-9)


def test_legs_add_up_to_their_ways(cku):
    ways = cku.tables["ways"].set_index("way_id")
    legs = cku.tables["legs"].groupby("way_id")[["km", "hours", "usd", "co2_kg"]].sum().loc[ways.index]
    assert legs["km"].to_numpy() == pytest.approx(ways["km"])
    assert legs["hours"].to_numpy() / 24 == pytest.approx(ways["days"])
    assert legs["usd"].to_numpy() == pytest.approx(ways["usd"])
    assert legs["co2_kg"].to_numpy() == pytest.approx(ways["co2_kg"])


def test_every_figure_lies_where_its_interval_may(cku):
    figures = cku.tables["figures"]
    assert figures["figure_id"].is_unique
    assert np.isfinite(figures["value"]).all()
    drawn = figures["lo"].notna()
    assert (figures.loc[drawn, "lo"] <= figures.loc[drawn, "hi"]).all()
    shares = figures[figures["figure_id"].str.endswith((".project_share", ".prob_best"))]
    assert shares["value"].between(0, 1).all()


def refs_behind(figure: pd.Series, legs: dict[str, list[tuple[str, ...]]]) -> set[tuple[str, ...]]:
    """What a figure rests on directly: records of legs for a way, other references as they are."""
    out: set[tuple[str, ...]] = set()
    for ref in json.loads(figure["inputs"]):
        if ref.startswith("way:"):
            way, _, column = ref.removeprefix("way:").rpartition("/")
            out |= {(column, *leg) for leg in legs[way]}
        else:
            out.add((ref,))
    return out


def test_why_explains_every_figure(cku, ready):
    # Each figure by itself, and the references of all: figures are opened until every record behind any has been met.
    figures = cku.tables["figures"]
    known = set(figures["figure_id"])
    legs = {
        str(way): list(part[["kind", "record_id", "mode"]].itertuples(index=False, name=None))
        for way, part in cku.tables["legs"].groupby("way_id")
    }
    met: set[tuple[str, ...]] = set()
    longest_first = figures.assign(size=figures["inputs"].str.len()).sort_values("size", ascending=False)
    for _, figure in longest_first.iterrows():
        behind = refs_behind(figure, legs)
        assert behind, figure["figure_id"]
        for (ref,) in (r for r in behind if len(r) == 1):
            kind, _, name = ref.partition(":")
            assert kind in ("figure", "cell", "param", "claim"), ref
            assert kind != "figure" or name in known, ref
        new = {b for b in behind if not b[0].startswith("figure:")} - met
        node = explain_figure(figure["figure_id"], cku, ready.package, deep=1 if new else 0)
        met |= new
        assert node.label.startswith(figure["figure_id"])
        assert node.value
        assert node.detail


def test_why_goes_down_to_sources(cku, ready):
    lines = tree_records(explain_figure("pair.xian_tashkent.manufactures.days_with", cku, ready.package))
    assert any(line["source"] for line in lines)
    assert any("links/" in line["label"] for line in lines)
    total = tree_records(explain_figure("benefit.total", cku, ready.package))
    assert any("its interval hangs on" in line["label"] for line in total)
    assert any("trade_flows/" in line["label"] for line in total)


def test_every_claim_on_cku_has_a_verdict_with_its_working(cku, ready):
    claims = ready.package.tables["claims"]
    mine = claims[claims["subject_id"] == "cku"]
    judged = cku.tables["claims"].set_index("claim_id")
    assert len(mine) > 10
    assert set(judged.index) == set(mine["claim_id"])
    for claim_id, row in judged.iterrows():
        assert row["verdict"], claim_id
        assert row["reason"], claim_id
        working = json.loads(row["working"])
        if row["verdict"] in UNTESTED:
            continue  # the reason says what is missing
        assert working, claim_id
        assert all(base["steps"] for base in working), claim_id


def test_headlines_name_figures_that_exist(cku):
    known = set(cku.tables["figures"]["figure_id"])
    assert cku.manifest["headline"]
    for sentence in cku.manifest["headline"]:
        assert sentence["figure_id"] == "" or sentence["figure_id"] in known
        assert "nan" not in sentence["text"].lower().split()


def test_the_answer_says_what_the_whole_account_comes_to(cku):
    said = {s["figure_id"]: s["text"] for s in cku.manifest["headline"]}
    npv = cku.tables["accounts_results"].set_index("result_id").at["npv_6", "value"]
    assert f"{npv:,.0f} million USD" in said["account.npv_6"]
    # Beside the users' gain, so that neither is read for the other.
    assert list(said)[:2] == ["benefit.total", "account.npv_6"]


def test_why_refuses_a_tampered_bundle(cku_folder, tmp_path):
    import shutil

    folder = tmp_path / "b"
    shutil.copytree(cku_folder, folder)
    path = folder / "tables" / "figures.parquet"
    path.write_bytes(path.read_bytes() + b"\x00")
    with pytest.raises(InputError, match=r"figures\.parquet: changed after it was written"):
        torugart.why("benefit.total", folder)
    with pytest.raises(InputError):
        read_bundle(folder)


def test_an_interrupted_appraisal_leaves_nothing(tmp_path):
    def interrupt(text: str) -> None:
        if "drawing" in text:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        torugart.appraise("cku", draws=2, out=tmp_path / "b", report=False, progress=interrupt)
    assert list(tmp_path.iterdir()) == []
