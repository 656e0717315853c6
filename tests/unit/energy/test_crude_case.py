"""A year of crude of the record as a case: closed balances, what projects do to it, and a second way to its main line."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torugart.energy.crude_case import crude_case, mass_of_rule, newest_crude_year
from torugart.energy.crude_draws import CrudeDraws, draw_crude, month_of_draw
from torugart.energy.gas_supply import solve_balance
from torugart.energy.oil_products import products_of_runs
from torugart.energy.supply_case import build_case
from torugart.errors import InputError, UnknownName
from torugart.scenario.energy_edits import projects_of, with_energy_projects
from torugart.tables.read import read_package
from torugart.verbs.energy_balance import SupplyAnswer, energy_balance, energy_break
from torugart.verbs.gas_case import GasQuestion, again, gas_question

Tables = Mapping[str, pd.DataFrame]
YEARS = (2022, 2023, 2024)
PROJECT = "shymkent_refinery_expansion"
METHOD = Path(__file__).parents[3] / "docs" / "methods" / "energy_balance.md"


@pytest.fixture(scope="module")
def tables() -> Tables:
    return read_package().tables


@pytest.fixture(scope="module")
def asked() -> GasQuestion:
    return gas_question(commodity="crude", year=2024)


@pytest.fixture(scope="module")
def expanded() -> SupplyAnswer:
    return energy_balance(commodity="crude", year=2024, with_projects=[PROJECT])


@pytest.mark.parametrize("year", YEARS)
def test_what_comes_in_is_what_goes_out_at_every_node_and_month(tables: Tables, year: int) -> None:
    case = build_case(crude_case(tables, tables, year).tables, 8, "mt").case
    b = solve_balance(case)
    left = np.zeros((case.n_nodes, case.n_months))
    np.add.at(left, case.arc_to, b.flow)
    np.add.at(left, case.arc_from, -b.flow)
    np.add.at(left, case.supply_node, b.supply)
    np.add.at(left, case.demand_node, b.unserved - case.demand)
    assert np.abs(left).max() < 1e-9


@pytest.mark.parametrize("year", YEARS)
def test_the_way_east_carries_what_the_east_lacks(tables: Tables, year: int) -> None:
    """The network east of Kenkiyak hangs on one line, so what it carries is a difference of sums."""
    made = crude_case(tables, tables, year)
    b = solve_balance(build_case(made.tables, 8, "mt").case)
    wanted = made.tables["demands"].set_index("demand")["mt_per_year"]
    given_ = made.tables["supplies"].set_index("supply")["mt_per_year"]
    short = pd.Series(b.unserved.sum(axis=1), wanted.index)
    east = ["ref_pavlodar", "ref_shymkent_pkop", "china", "russia_china"]
    local = ["russian_transit", "fld_akshabulak", "fld_kumkol_north", "rest_at_kumkol_ps"]
    by_hand = float((wanted - short)[east].sum() - given_[local].sum())
    lines = made.tables["lines"]["line"].tolist()
    assert b.flow[lines.index("kcp_kenkiyak_kumkol")].sum() == pytest.approx(by_hand, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_more_capacity_never_costs_more(asked: GasQuestion, data: st.DataObject) -> None:
    case = asked.named.case
    arc = data.draw(st.integers(0, case.arc_from.size - 1))
    factor = data.draw(st.floats(1.0, 3.0))
    wider = case.arc_max.copy()
    wider[arc] *= factor
    assert solve_balance(replace(case, arc_max=wider)).cost <= solve_balance(case).cost + 1e-6


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(["KAZ", "RUS"]), st.floats(0, 20), st.booleans())
def test_more_output_never_makes_more_short(
    asked: GasQuestion, iso3: str, more: float, expanded: bool
) -> None:
    standing = (PROJECT,) if expanded else ()
    base = solve_balance(again(asked, standing=standing).named.case)
    richer = solve_balance(again(asked, standing=standing, more={iso3: more}).named.case)
    assert richer.unserved.sum() <= base.unserved.sum() + 1e-6


def test_the_written_folder_gives_the_same_answer(tmp_path: Path) -> None:
    of_record = energy_balance(commodity="crude", year=2023, with_projects=[PROJECT], write=tmp_path / "oil")
    of_folder = energy_balance(tmp_path / "oil", commodity="crude")
    columns = ["demand_mt", "short_mt", "output_mt", "arrives_mt", "leaves_mt"]
    assert list(of_folder.countries.columns) == list(of_record.countries.columns)
    assert np.allclose(of_record.countries[columns], of_folder.countries[columns], atol=1e-6)
    assert not [c for t in (of_record.lines, of_record.demands, of_record.origins) for c in t if "bcm" in c]
    with pytest.raises(InputError, match="--commodity crude"):
        energy_balance(tmp_path / "oil")


def test_a_folder_of_crude_is_refused_in_its_own_words(tmp_path: Path) -> None:
    folder = tmp_path / "oil"
    energy_balance(commodity="crude", year=2024, write=folder)
    (folder / "lines.csv").write_text((folder / "lines.csv").read_text().replace(",5.5,", ",5500,"))
    with pytest.raises(InputError, match="thousand tonnes"):
        energy_balance(folder, commodity="crude")
    with pytest.raises(InputError, match="mt are of crude: give --commodity crude"):
        energy_balance(folder)


def test_the_order_of_rows_changes_nothing(tables: Tables) -> None:
    names = (
        "energy_links",
        "energy_nodes",
        "oil_ties",
        "oil_rests",
        "oil_ends",
        "oil_flows",
        "country_series",
    )
    turned = {**tables, **{n: tables[n].iloc[::-1].reset_index(drop=True) for n in names}}
    one, other = (
        solve_balance(build_case(crude_case(t, t, 2022).tables, 8, "mt").case) for t in (tables, turned)
    )
    assert one.cost == pytest.approx(other.cost, rel=1e-7)
    assert one.unserved.sum() == pytest.approx(other.unserved.sum(), abs=1e-6)


@pytest.mark.parametrize("year", YEARS)
def test_output_and_runs_on_record_are_shared_out_whole(tables: Tables, year: int) -> None:
    made = crude_case(tables, tables, year)
    masses = made.masses.set_index("item")["mt"]
    supplies, demands = made.tables["supplies"], made.tables["demands"]
    home = supplies["supply"] != "russian_transit"
    assert supplies.loc[home, "mt_per_year"].sum() == pytest.approx(masses["output KAZ"])
    runs = demands.loc[demands["sector"] == "refineries", "mt_per_year"].sum()
    assert runs == pytest.approx(masses["refineries kaz_refineries"])


def test_every_mass_rests_on_cells_that_are_there(tables: Tables) -> None:
    masses = crude_case(tables, tables, 2023).masses
    assert (masses["lo"] <= masses["mt"] + 1e-9).all()
    assert (masses["mt"] <= masses["hi"] + 1e-9).all()
    series = tables["country_series"]
    keys = [f"{r.iso3}/{r.year}/{r.variable}/{r.source_id}" for r in series.itertuples(index=False)]
    known = {"country_series": set(keys), "oil_flows": set(tables["oil_flows"]["flow_id"])}
    for cell in "; ".join(masses["cells"]).split("; "):
        table, _, rest = cell.partition("/")
        assert rest.rpartition("/")[0] in known[table], cell


def flows(*rows: tuple[str, str, int, int, str, float]) -> Tables:
    """Rows of oil_flows: system, line, year, months, kind, Mt."""
    columns = ["system", "link_id", "year", "months", "kind", "mt"]
    made = pd.DataFrame(rows, columns=columns)
    return {"oil_flows": made.assign(flow_id=[f"f{k}" for k in range(len(rows))])}


def test_a_whole_year_comes_before_part_of_it_and_a_part_is_made_a_year() -> None:
    part, whole = ("a", "l", 2024, 10, "export", 5.0), ("a", "l", 2024, 12, "export", 6.5)
    found = mass_of_rule(flows(part), "carried l export", 2024)
    assert found is not None
    assert (found.amount, found.year) == (pytest.approx(6.0), 2024)
    assert "10 months as a year: estimated" in found.how
    found = mass_of_rule(flows(part, whole), "carried l export", 2024)
    assert found is not None
    assert (found.amount, found.how) == (6.5, "f1")


def test_what_is_told_second_of_the_year_comes_before_what_is_told_first_of_another() -> None:
    made = flows(("A name", "", 2023, 12, "domestic", 7.0), ("b", "l", 2024, 12, "total", 9.0))
    rule = "carried l total or system A name domestic"
    assert [getattr(mass_of_rule(made, rule, y), "amount", None) for y in (2022, 2023, 2024)] == [7, 7, 9]
    found = mass_of_rule(made, rule, 2022)
    assert found is not None
    assert "of 2023 for want of 2022" in found.how
    assert mass_of_rule(made, rule, 2016) is None


def test_exports_of_another_year_give_way_first(tables: Tables) -> None:
    made = crude_case(tables, tables, 2022).tables
    unserved = solve_balance(build_case(made, 8, "mt").case).unserved.sum(axis=1)
    demands = made["demands"].assign(short=unserved)
    assert demands.loc[demands["short"] > 1e-6, "demand"].tolist() == ["caspian_line"]
    assert unserved.sum() == pytest.approx(2.9, abs=0.05)
    demands = demands.set_index("demand")["penalty"]
    assert demands["caspian_line"] < demands["china"] < demands["russia_china"] < demands["ref_atyrau"]


def test_six_more_refined_are_six_found_elsewhere(expanded: SupplyAnswer) -> None:
    change = expanded.changes.set_index(["what", "item"])["change_mt"]
    assert change["demand", "ref_shymkent_pkop"] == pytest.approx(6.0)
    assert change["demand"].sum() == pytest.approx(change["supply"].sum(), abs=1e-6)
    told = {  # in docs/methods/energy_balance.md
        ("line", "kcp_kenkiyak_kumkol"): 1.59, ("line", "kcp_atasu_alashankou"): -4.41, ("demand", "china"): -1.20,
        ("demand", "russia_china"): -3.21, ("demand", "caspian_line"): -0.31,
    }  # fmt: skip
    assert {key: round(change[key], 2) for key in told} == told
    assert change["supply"].sum() == pytest.approx(1.28, abs=0.006)
    left = expanded.products.set_index("country").loc["KAZ", ["left_mt", "left_lo", "left_hi"]]
    assert [round(float(v), 1) for v in left] == [4.0, 2.1, 5.7]
    # Nothing but exports and transit gives way, and the line from the west is what holds it.
    lost = change["demand"][change["demand"] < 0]
    assert set(lost.index) == {"caspian_line", "china", "russia_china"}
    lines = expanded.lines.set_index("line")
    assert lines.loc["kcp_kenkiyak_kumkol", "saves_shortage"].any()
    assert lines.loc["kcp_kenkiyak_kumkol", "full_share"].max() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("shares", "carried", "less"),
    [
        ({}, (8.41, 3.53), 4.41),
        ({"kumkol_ps": 0.076, "kenkiyak_ps": 0.134}, (7.62, 3.53), 3.62),
        ({"kumkol_ps": 0.076, "kenkiyak_ps": 0.06, "atyrau_oil": 0.214}, (7.62, 5.79), 5.79),
    ],
)
def test_what_china_gets_less_hangs_on_the_rests_as_the_method_says(
    tables: Tables, shares: dict[str, float], carried: tuple[float, float], less: float
) -> None:
    rests = tables["oil_rests"]
    share = rests["node_id"].map(shares).fillna(rests["share"].astype(float))
    assert share.sum() == pytest.approx(1)
    told = {**tables, "oil_rests": rests.assign(share=share)}
    amounts = []
    for standing in ([], [PROJECT]):
        made = crude_case(with_energy_projects(told, standing), told, 2024).tables
        named = build_case(made, 8, "mt")
        b = solve_balance(named.case)
        lines = made["lines"]["line"].to_numpy(str)[named.line_of_arc]
        sent = pd.Series(b.flow.sum(axis=1), lines).groupby(level=0).sum()
        amounts.append(sent[["kcp_kenkiyak_kumkol", "munaitas", "kcp_atasu_alashankou"]].to_numpy())
    before, after = amounts
    assert before[:2] == pytest.approx(carried, abs=0.005)
    assert before[2] - after[2] == pytest.approx(less, abs=0.005)
    assert max(after[0] / 10, after[1] / 6) == pytest.approx(1)


def test_russian_oil_would_feed_it_without_taking_any_from_china() -> None:
    answer = energy_balance(commodity="crude", year=2024, with_projects=[PROJECT], output=["RUS=+5"])
    assert answer.demands["short_mt"].sum() == 0


def test_a_project_of_room_alone_never_makes_more_short(asked: GasQuestion) -> None:
    before = solve_balance(asked.named.case)
    room = again(asked, standing=(PROJECT,), new_buyers=False)
    assert room.named.case.demand.sum() == pytest.approx(asked.named.case.demand.sum())
    assert solve_balance(room.named.case).cost <= before.cost + 1e-6


def test_without_the_project_is_the_record_and_leaves_no_change(asked: GasQuestion) -> None:
    answer = energy_balance(commodity="crude", year=2024, without_projects=[PROJECT])
    assert answer.changes.empty
    assert np.array_equal(again(asked, absent=(PROJECT,)).named.case.demand, asked.named.case.demand)


def test_a_smaller_refinery_runs_less_and_a_new_one_in_full(tables: Tables) -> None:
    nodes = tables["energy_nodes"].copy()
    nodes.loc[nodes["node_id"] == "ref_shymkent_pkop", "capacity"] = 3.0
    nodes.loc[nodes["node_id"] == "ref_atyrau", "status"] = "suspended"
    usual, changed = (
        crude_case({**tables, "energy_nodes": n}, tables, 2024)
        .tables["demands"]
        .set_index("demand")["mt_per_year"]
        for n in (tables["energy_nodes"], nodes)
    )
    assert changed["ref_shymkent_pkop"] == pytest.approx(usual["ref_shymkent_pkop"] / 2)
    assert "ref_atyrau" not in changed.index
    back = crude_case(tables, {**tables, "energy_nodes": nodes}, 2024).tables["demands"].set_index("demand")
    assert back.loc["ref_atyrau", "mt_per_year"] == pytest.approx(5.5)


def test_a_year_is_twelve_times_its_month(asked: GasQuestion) -> None:
    case = asked.named.case
    still = CrudeDraws(np.ones((case.supply_node.size, 1)), np.ones((case.demand_node.size, 1)))
    year, month = solve_balance(case), solve_balance(month_of_draw(case, still, 0))
    assert 12 * month.cost == pytest.approx(year.cost, rel=1e-9)
    assert np.allclose(12 * month.flow[:, 0], year.flow.sum(axis=1), atol=1e-6)
    assert np.allclose(12 * month.unserved[:, 0], year.unserved.sum(axis=1), atol=1e-6)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_draws_share_the_same_output_and_are_the_same_with_a_project(asked: GasQuestion, seed: int) -> None:
    assert asked.package is not None
    tables = asked.package.tables
    sides = [
        draw_crude(q.named, q.volumes, tables["oil_rests"], tables["parameters"], seed, 8)
        for q in (asked, again(asked, standing=(PROJECT,)))
    ]
    one, other = sides
    assert np.array_equal(one.supply, other.supply)
    assert np.array_equal(one.demand, other.demand)
    made = asked.named.case.group_max[:, None] * one.supply
    # One source tells the output of 2024, so it is shared out otherwise and stays as much.
    assert np.allclose(made.sum(axis=0), asked.named.case.group_max.sum())
    assert (made >= 0).all()
    assert np.ptp(one.supply, axis=1).max() > 0
    names = asked.named.tables["demands"]["demand"]
    assert set(names[np.ptp(one.demand, axis=1) > 0]) == {"aktau_sea", "caspian_line", "samara"}


def test_intervals_hold_their_median_and_the_change() -> None:
    answer = energy_balance(commodity="crude", year=2024, with_projects=[PROJECT], draws=100)
    found = answer.intervals.set_index(["what", "item"])
    assert (found["lo_mt"] <= found["median_mt"]).all()
    assert (found["median_mt"] <= found["hi_mt"]).all()
    assert (found["change_lo_mt"] <= found["change_hi_mt"]).all()
    change = answer.changes.set_index(["what", "item"])["change_mt"]
    line = ("line", "kcp_atasu_alashankou")
    assert found.loc[line, "change_lo_mt"] < change[line] < found.loc[line, "change_hi_mt"] < 0
    # As docs/methods/energy_balance.md tells.
    assert found.loc[line, ["change_lo_mt", "change_hi_mt"]].astype(float).round(1).tolist() == [-6.0, -3.3]
    same = energy_balance(commodity="crude", year=2024, with_projects=[PROJECT], draws=100)
    assert same.intervals.equals(answer.intervals)
    assert energy_balance(commodity="crude", year=2024, draws=3).intervals["change_lo_mt"].isna().all()


def test_products_by_hand() -> None:
    series = pd.DataFrame(
        [
            ("AAA", 2023, "oil_use_mt", 10.0, "s", "reported"),
            ("BBB", 2023, "oil_use_mt", 4.0, "s", "reported"),
        ],
        columns=["iso3", "year", "variable", "value", "source_id", "basis"],
    )
    parameters = pd.DataFrame(
        [("refinery_product_yield", 0.9, 0.8, 0.95)], columns=["parameter_id", "value", "lo", "hi"]
    )
    found = products_of_runs({"country_series": series, "parameters": parameters}, 2024, {"AAA": 20.0})
    row = found.set_index("country").loc["AAA"]
    assert (row["made_mt"], row["left_mt"], row["use_year"]) == (18, 8, 2023)
    assert row["left_lo"] == pytest.approx(16 - row["use_hi"])
    assert row["left_hi"] == pytest.approx(19 - row["use_lo"])
    other = found.set_index("country").loc["BBB"]
    assert math.isnan(other["made_mt"])
    assert math.isnan(other["left_mt"])


def test_losing_a_line_is_told_once_and_ties_are_no_lines(asked: GasQuestion) -> None:
    names = [e.name for e in asked.named.elements()]
    assert not [
        n for n in names if "rest_at" in n or n.removeprefix("line ") in {"kashagan_atyrau", "aktau_uzen"}
    ]
    answer = energy_break(None, ["kcp_kenkiyak_kumkol"], commodity="crude", year=2024)
    assert set(answer.losses["month"]) == {1}
    # China loses all of Kazakhstan's own and most of the transit; nobody is short of products for it.
    assert set(answer.shortages["sector"]) == {"exports", "transit"}


def test_the_table_of_the_method_is_what_the_model_says() -> None:
    section = METHOD.read_text(encoding="utf-8").split("## Crude")[1]
    printed = re.findall(
        r"^\| (\d{4}) \| `(\w+)` \| ([\d.]+) \| ([\d.]+) \| ([-+\d.]+) \| (\w+) \|$", section, re.M
    )
    worked = []
    for year in YEARS:
        for r in energy_balance(commodity="crude", year=year).backcast.itertuples(index=False):
            cells = (
                f"{r.said_mt:.2f}",
                f"{r.model_mt:.2f}",
                f"{r.error_mt + 0.0:+.2f}".replace("-0.00", "+0.00"),
            )
            worked.append((str(year), r.line, *cells, "yes" if r.is_input else "no"))
    assert printed == worked


def test_the_newest_year_is_the_newest_with_output(tables: Tables) -> None:
    assert newest_crude_year(tables) == 2024


def test_projects_are_told_apart_by_what_they_change(tables: Tables) -> None:
    assert projects_of(tables, "crude") == [PROJECT]
    assert PROJECT not in projects_of(tables, "gas")
    edited = with_energy_projects(tables, [PROJECT])
    assert float(edited["energy_links"].set_index("link_id").loc["shymkent_pkop", "capacity"]) == 12


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"year": 1995}, "gives no mass for 1995"),
        ({"year": 3000}, "from 1990 to 2100"),
        ({"commodity": "coal"}, "give gas or crude"),
        ({"output": ["KAZ=lots"]}, "Mt a year"),
        ({"output": ["KAZ=-100"]}, "which makes"),
        ({"with_projects": ["gas_pipeline_d"]}, "--commodity gas"),
        ({"draws": -1}, "--draws is -1"),
    ],
)
def test_a_wrong_question_is_told_so(given_: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        energy_balance(**{"commodity": "crude", **given_})  # type: ignore[arg-type]


def test_a_project_of_crude_is_refused_for_gas_and_names_have_the_nearest() -> None:
    with pytest.raises(InputError, match="--commodity crude"):
        energy_balance(year=2023, with_projects=[PROJECT])
    with pytest.raises(UnknownName):
        energy_break(None, ["cpc_rus"], commodity="crude")


def test_a_package_without_crude_says_what_lacks(tables: Tables) -> None:
    with pytest.raises(InputError, match="no rows of oil_rests"):
        crude_case({**tables, "oil_rests": tables["oil_rests"].iloc[:0]}, tables, 2024)
