"""A year of the record as a case: a valid folder, closed balances, and what projects and draws may do to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torugart.energy.country_case import country_case, newest_full_year
from torugart.energy.even_output import solve_evenly
from torugart.energy.gas_supply import solve_balance
from torugart.energy.line_fuel import line_fuel
from torugart.energy.supply_case import build_case
from torugart.energy.supply_draws import draw_supply, drawn_case
from torugart.errors import InputError, UnknownName
from torugart.scenario.energy_edits import energy_projects, with_energy_projects
from torugart.tables.read import read_package
from torugart.verbs.energy_balance import _country_measure, answer_of, energy_balance, energy_break
from torugart.verbs.gas_case import GasQuestion, again, gas_question

Tables = Mapping[str, pd.DataFrame]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return read_package().tables


@pytest.fixture(scope="module")
def asked() -> GasQuestion:
    return gas_question(year=2023)


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2024])
def test_what_comes_in_is_what_goes_out_in_every_country(year: int) -> None:
    asked = gas_question(year=year)
    answer = answer_of(asked)
    fuel = line_fuel(asked.named, solve_evenly(asked.named.case))
    for c in answer.countries.itertuples(index=False):
        left = c.output_bcm + c.arrives_bcm + c.short_bcm - c.leaves_bcm - c.demand_bcm
        # What a line loses on the way to another country is counted where it begins.
        lines = answer.lines.merge(asked.named.tables["lines"][["line", "loss_share"]], on="line")
        home = asked.named.tables["nodes"].set_index("node")["country"]
        abroad = lines[
            (lines["from_node"].map(home) == c.country) & (lines["to_node"].map(home) != c.country)
        ]
        lost_abroad = float((abroad["bcm"] * abroad["loss_share"]).sum())
        assert left == pytest.approx(fuel.get(c.country, 0.0) - lost_abroad, abs=1e-6), c.country


def test_the_written_folder_gives_the_same_answer(tmp_path: Path) -> None:
    of_record = energy_balance(year=2023, write=tmp_path / "gas")
    of_folder = energy_balance(tmp_path / "gas")
    columns = ["demand_bcm", "short_bcm", "output_bcm", "arrives_bcm", "leaves_bcm"]
    assert np.allclose(of_record.countries[columns], of_folder.countries[columns], atol=1e-6)
    with pytest.raises(InputError, match="is there already"):
        energy_balance(year=2023, write=tmp_path / "gas")


def test_the_order_of_rows_changes_nothing(tables: Tables) -> None:
    turned = dict(tables)
    for name in (
        "energy_links",
        "energy_nodes",
        "gas_ties",
        "gas_uses",
        "gas_months",
        "gas_ends",
        "gas_flows",
    ):
        turned[name] = tables[name].iloc[::-1].reset_index(drop=True)
    turned["country_series"] = tables["country_series"].iloc[::-1].reset_index(drop=True)
    one, other = (solve_balance(build_case(country_case(t, 2023).tables, 8).case) for t in (tables, turned))
    # The order of lines decides between ways that cost the same, far below a bcm.
    assert one.cost == pytest.approx(other.cost, rel=1e-7)
    assert one.unserved.sum() == pytest.approx(other.unserved.sum(), abs=1e-4)


def test_output_on_record_is_shared_out_whole(tables: Tables) -> None:
    made = country_case(tables, 2023)
    home = made.tables["nodes"].set_index("node")["country"]
    supplies = made.tables["supplies"]
    by_country = supplies.groupby(supplies["node"].map(home))["bcm_per_year"].sum()
    volumes = made.volumes.set_index("item")["bcm"]
    for iso3 in ("KAZ", "KGZ", "TJK", "TKM", "UZB"):
        assert by_country[iso3] == pytest.approx(volumes[f"output {iso3}"])
    demands = made.tables["demands"]
    used = demands[demands["sector"] != "imports"]
    by_use = used.groupby(used["node"].map(home))["bcm_per_year"].sum()
    for iso3 in ("KAZ", "KGZ", "TJK", "TKM", "UZB"):
        assert by_use[iso3] == pytest.approx(volumes[f"use {iso3}"])


def test_every_volume_rests_on_cells_that_are_there(tables: Tables) -> None:
    volumes = country_case(tables, 2023).volumes
    assert len(volumes) > 15
    assert (volumes["lo"] <= volumes["bcm"] + 1e-9).all()
    assert (volumes["bcm"] <= volumes["hi"] + 1e-9).all()
    flows, links = tables["gas_flows"]["flow_id"], tables["energy_links"]["link_id"]
    series = tables["country_series"]
    keys = (
        series["iso3"]
        + "/"
        + series["year"].astype(str)
        + "/"
        + series["variable"]
        + "/"
        + series["source_id"]
    )
    known = {"gas_flows": set(flows), "energy_links": set(links), "country_series": set(keys)}
    known["gas_milestones"] = set(tables["gas_milestones"]["milestone_id"])
    for cell in "; ".join(volumes["cells"]).split("; "):
        table, _, rest = cell.partition("/")
        assert rest.rpartition("/")[0] in known[table], cell


@pytest.mark.parametrize("project", energy_projects(read_package().tables))
def test_a_project_without_new_buyers_never_makes_more_short(asked: GasQuestion, project: str) -> None:
    before = solve_balance(asked.named.case)
    after = solve_balance(again(asked, standing=(project,), new_buyers=False).named.case)
    gone = solve_balance(again(asked, absent=(project,)).named.case)
    assert after.cost <= before.cost + 1e-5
    assert gone.cost >= after.cost - 1e-5


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(["KAZ", "TKM", "UZB"]), st.floats(0, 40))
def test_more_output_never_makes_more_short(iso3: str, more: float) -> None:
    base = gas_question(year=2023)
    richer = solve_balance(again(base, more={iso3: more}).named.case)
    assert richer.unserved.sum() <= solve_balance(base.named.case).unserved.sum() + 1e-6


def test_line_d_carries_gas_only_if_there_is_more(asked: GasQuestion) -> None:
    def arrives(question: GasQuestion) -> float:
        countries = answer_of(question).countries.set_index("country")
        return float(countries.loc["CHN", "demand_bcm"] - countries.loc["CHN", "short_bcm"])

    with_line = again(asked, standing=("gas_pipeline_d",))
    with_gas = again(asked, standing=("gas_pipeline_d",), more={"TKM": 36.0})
    assert arrives(with_line) - arrives(asked) < 1.0
    assert arrives(with_gas) - arrives(asked) > 29.0


def test_central_draws_are_the_case_and_a_seed_is_a_seed(asked: GasQuestion) -> None:
    assert asked.package is not None
    parameters = asked.package.tables["parameters"]
    one, same, other = (draw_supply(asked.named, asked.volumes, parameters, s, 5) for s in (1, 1, 2))
    assert np.array_equal(one.winter, same.winter)
    assert not np.array_equal(one.winter, other.winter)
    assert not np.array_equal(one.output["UZB"], one.output["TKM"])
    still = {k: np.ones(1) for k in one.output}
    none = type(one)(still, {}, np.ones(1), np.ones(1), np.ones(1), {})
    case = drawn_case(asked.named, none, 0).case
    assert np.allclose(case.demand, asked.named.case.demand)
    assert np.allclose(case.supply_max, asked.named.case.supply_max)
    assert np.allclose(case.arc_max, asked.named.case.arc_max)


def test_what_is_measured_of_a_draw_is_what_the_year_tells(asked: GasQuestion) -> None:
    balance = solve_balance(asked.named.case)
    countries = answer_of(asked).countries.set_index("country")
    measured = _country_measure(asked.named)(asked.named, balance)
    assert len(measured) == 4 * len(countries)
    for name, value in measured.items():
        country, _, what = str(name).partition("/")
        assert value == pytest.approx(countries.loc[country, what], abs=1e-9), name


def test_intervals_hold_their_median_and_grow_with_a_doubtful_source(asked: GasQuestion) -> None:
    found = energy_balance(year=2023, draws=12).intervals
    assert (found["lo"] <= found["median"] + 1e-9).all()
    assert (found["median"] <= found["hi"] + 1e-9).all()
    output = found[found["measure"] == "output_bcm"].set_index("country")
    # Three sources differ over Turkmen output, one over Kyrgyz.
    assert output.loc["TKM", "hi"] - output.loc["TKM", "lo"] > 1.0


def test_losing_nothing_that_stands_for_something_and_mends_help(asked: GasQuestion) -> None:
    names = [e.name for e in asked.named.elements()]
    assert not [n for n in names if "grid" in n or "rest_of" in n]
    answer = energy_break(None, ["gedaim"], months=[12])
    assert answer.losses["short_bcm"].iloc[0] > 1.0
    assert (answer.mends["short_with_bcm"] < answer.mends["short_bcm"]).all()
    assert "gas_pipeline_d" in set(answer.mends["project_id"])


def test_the_newest_full_year_is_one_with_figures_of_most_countries(tables: Tables) -> None:
    assert newest_full_year(tables["country_series"]) == 2023


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"year": 1995}, "gives no volume for 1995"),
        ({"year": 3000}, "from 1990 to 2100"),
        ({"output": ["TKM=lots"]}, "TKM=lots"),
        ({"output": ["TKM=+900"]}, "at most 200"),
        ({"output": ["KGZ=-5"]}, "makes 0.0"),
        ({"with_projects": ["cku"]}, "changes nothing of gas"),
        ({"with_projects": ["gas_pipeline_d"], "without_projects": ["gas_pipeline_d"]}, "at once"),
        ({"draws": -1, "year": 2023}, "--draws is -1"),
        ({"folder": "x", "year": 2023}, "go with the record"),
    ],
)
def test_a_wrong_question_is_told_so(given_: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        energy_balance(**given_)  # type: ignore[arg-type]


def test_unknown_names_are_told_with_the_nearest() -> None:
    with pytest.raises(UnknownName):
        energy_balance(with_projects=["gas_pipeline_x"])
    with pytest.raises(UnknownName):
        energy_balance(output=["XXX=+1"])
    with pytest.raises(UnknownName):
        energy_break(None, ["gedaym"])


def test_edits_leave_the_tables_given_alone(tables: Tables) -> None:
    links = tables["energy_links"].copy()
    edited = with_energy_projects(tables, ["gas_pipeline_d"])
    assert tables["energy_links"].equals(links)
    assert (edited["energy_links"].set_index("link_id").loc["lined_2", "status"]) == "operating"
