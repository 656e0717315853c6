"""Market access on the shipped network: trade costs against the ways themselves, laws of the answer, and faults."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pandas as pd
import pytest

import torugart
from torugart.appraisal.market_access import build_city_costs, compare_access
from torugart.appraisal.project import Question, build_sides
from torugart.cli import main
from torugart.errors import InputError, UnknownName
from torugart.evaluate.class_ways import end_nodes
from torugart.evaluate.sides import class_vot_usd_per_h
from torugart.network.ways import WaySettings, find_ways
from torugart.tables.read import built_in_folder

THETA = 5.03


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    return torugart.access("cku", year=2035, out=tmp_path_factory.mktemp("access") / "cku")


@pytest.fixture(scope="module")
def cities(answer):
    table = answer.tables["access_cities"]
    return table[table["elasticity"] == THETA].set_index("place_id")


def test_the_trade_cost_of_a_pair_is_that_of_its_least_way(ready):
    sides = build_sides(ready.network, frozenset({"cku"}), Question("cku", 2035, ready.as_of))
    costs = build_city_costs(sides, "china")
    at = {place: k for k, place in enumerate(costs.cities["place_id"])}
    network, classes = ready.network, ready.package.tables["classes"].set_index("class_id")
    vot = class_vot_usd_per_h(ready.package.tables)
    there_and_back = pd.DataFrame({"origin": ["xian", "tashkent"], "destination": ["tashkent", "xian"]})
    added = np.zeros(2)
    for class_id, share in costs.class_share.items():
        cost = network.generalised_cost(vot[class_id], sides.base.open_link)
        ways = find_ways(network.arcs, cost, *end_nodes(there_and_back, network), WaySettings(most=1))
        c = classes.loc[class_id]
        freight = ways.total(network.usd) / (c["value_usd_per_t"] * c["t_per_feu"])
        added += share * (freight + c["vot_share_per_day"] * ways.total(network.hours) / 24)
    product = (1 + added).prod()
    assert costs.tau_without[at["xian"], at["tashkent"]] == pytest.approx(np.sqrt(product), rel=1e-9)
    assert costs.class_share.sum() == pytest.approx(1)


def test_costs_only_fall_where_a_line_is_only_added(ready):
    sides = build_sides(ready.network, frozenset({"cku"}), Question("cku", 2035, ready.as_of))
    costs = build_city_costs(sides, "china")
    assert (costs.tau_with <= costs.tau_without).all()
    assert (costs.tau_with == costs.tau_with.T).all()
    assert (np.diag(costs.tau_with) == 1).all()
    assert (costs.tau_with < costs.tau_without).any()


def test_nobody_falls_to_first_order_and_losers_are_kept_when_solved(cities):
    assert (cities["d_first"] >= 0).all()
    assert (cities["d_solved"] < 0).any()
    assert cities.loc["murghab", "d_first"] == 0 > cities.loc["murghab", "d_solved"]
    near = cities["d_solved"].nlargest(8)
    assert set(cities.loc[near.index, "iso3"]) <= {"KGZ", "UZB"}


def test_no_project_changes_nothing(ready):
    sides = build_sides(ready.network, frozenset(), Question("", 2035, ready.as_of))
    access = compare_access(build_city_costs(sides, "china"), [THETA])
    assert not access["d_first"].any()
    assert not access["d_solved"].any()


def test_countries_are_means_of_their_cities(answer, cities):
    table = answer.tables["access_countries"]
    table = table[table["elasticity"] == THETA].set_index("iso3")
    assert table["cities"].drop("ALL").sum() == table.loc["ALL", "cities"] == len(cities)
    for iso3 in ("KGZ", "KAZ"):
        mine = cities[cities["iso3"] == iso3]
        mean = (
            np.exp((np.log1p(mine["d_solved"]) * mine["population_k"]).sum() / mine["population_k"].sum()) - 1
        )
        assert table.loc[iso3, "d_solved"] == pytest.approx(mean, rel=1e-9)
        assert table.loc[iso3, "least_d_solved"] == mine["d_solved"].min()
        assert table.loc[iso3, "lose"] == (mine["d_solved"] < 0).sum()
    figures = answer.tables["figures"].set_index("figure_id")["value"]
    assert figures["access.KGZ.d_solved"] == pytest.approx(100 * table.loc["KGZ", "d_solved"])


def test_the_ends_of_the_range_stand_beside_whatever_is_asked(tmp_path):
    answer = torugart.access("cku", elasticity=6, out=tmp_path / "six")
    assert set(answer.tables["access_cities"]["elasticity"]) == {4.0, 6.0, 8.0}
    assert "--elasticity 6" in answer.manifest["command"]


def test_why_says_what_a_figure_rests_on(answer):
    tree = torugart.why("access.UZB.d_solved", bundle=answer.folder)
    told = "\n".join(child.label for child in tree.children)
    assert "market_access_elasticity" in told
    assert "vot_share_per_day" in told


@pytest.mark.parametrize("elasticity", [0, -5, float("nan"), float("inf"), 51])
def test_an_elasticity_that_makes_no_sense_is_refused(elasticity):
    with pytest.raises(InputError, match="--elasticity is"):
        torugart.access("cku", elasticity=elasticity)


def test_unknown_projects_and_those_without_links_are_refused():
    with pytest.raises(UnknownName, match="Did you mean"):
        torugart.access("ckuu")
    with pytest.raises(InputError, match="record only"):
        torugart.access("abai_copper_smelter")


def test_a_package_without_the_parameter_says_so(tmp_path):
    folder = tmp_path / "package"
    shutil.copytree(built_in_folder(), folder)
    table = pd.read_csv(folder / "parameters.csv", dtype=str, keep_default_na=False)
    table[table["parameter_id"] != "market_access_elasticity"].to_csv(folder / "parameters.csv", index=False)
    with pytest.raises(InputError, match="market_access_elasticity needs value, lo and hi"):
        torugart.access("cku", data=folder)


def test_the_page_names_gains_and_losses_within_80_columns(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    assert main.run(["access", "cku", "--year", "2035", "--out", str(tmp_path / "cku")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[-1] == str(tmp_path / "cku")
    page = "\n".join(lines)
    for words in (
        "By country",
        "By city",
        "Margilan (Fergana), UZB",
        "Murghab, TJK",
        "first order",
        "solved",
        "all cities",
    ):
        assert words in page
    [murghab] = [line for line in lines if line.startswith("Murghab")]
    assert murghab.split()[3] == "0"
    assert all(cell.startswith("-0.0") for cell in murghab.split()[4:])


def test_csv_and_json_hold_the_tables(tmp_path, capsys):
    out = ["--year", "2035", "--out", str(tmp_path / "cku")]
    assert main.run(["access", "cku", "--csv", "--table", "access_countries", *out]) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.startswith("iso3,name,elasticity,cities")
    assert len(rows) == 3 * (1 + len({row.split(",")[0] for row in rows} - {"ALL"}))
    assert main.run(["access", "cku", "--json", *out]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["tables"]) == {"access_cities", "access_countries", "access_pairs", "figures"}
    assert main.run(["access", "cku", "--quiet", *out]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'cku'}\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere"], "no project is called 'nowhere'"),
        (["cku", "--elasticity", "-5"], "--elasticity is -5.0; give a number above 0"),
        (["abai_copper_smelter"], "record only, no network effect modelled"),
        (["cku", "--csv", "--table", "access_city"], "access_cities"),
        (["cku", "--csv", "--json"], "exclude each other"),
    ],
)
def test_bad_questions_end_with_code_2_and_how_to_mend(arguments, told, tmp_path, capsys):
    assert main.run(["access", *arguments, "--out", str(tmp_path / "x")]) == 2
    assert told in capsys.readouterr().err
