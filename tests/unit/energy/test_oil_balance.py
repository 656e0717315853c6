"""Oil by country: laws, a country by hand, and what the record makes of one."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import torugart
from torugart.energy.oil_balance import oil_countries, oil_lines, tonnes_of_barrels
from torugart.errors import InputError

YEAR = 2023


def tables(series=(), refineries=(), links=(), flows=()) -> dict[str, pd.DataFrame]:
    """Countries AAA and BBB with a node each; series as (iso3, variable, value, source)."""
    nodes = [("a", "AAA", "oil_terminal", None, "operating"), ("b", "BBB", "oil_terminal", None, "operating")]
    nodes += [(f"r{k}", *row) for k, row in enumerate(refineries)]
    parameters = [("crude_bbl_per_t", 7.5, 7.3, 8.0), ("products_bbl_per_t", 8.0, 7.5, 8.5)]
    return {
        "country_series": pd.DataFrame(
            [(i, YEAR, v, x, s, "reported") for i, v, x, s in series],
            columns=["iso3", "year", "variable", "value", "source_id", "basis"],
        ),
        "energy_nodes": pd.DataFrame(nodes, columns=["node_id", "iso3", "kind", "capacity", "status"]),
        "energy_links": pd.DataFrame(
            [(f"l{k}", f"l{k}", *row, "crude", "s") for k, row in enumerate(links)],
            columns=["link_id", "name", "node_a", "node_b", "capacity", "status", "commodity", "source_id"],
        ).astype({"capacity": "float64"}),
        "oil_flows": pd.DataFrame(
            [("AAA", YEAR, 12, row[0] or "own", *row) for row in flows],
            columns=["iso3", "year", "months", "system", "link_id", "kind", "mt"],
        ),
        "parameters": pd.DataFrame(parameters, columns=["parameter_id", "value", "lo", "hi"]),
    }


def country(iso3: str = "AAA", **given: object) -> pd.Series:
    return oil_countries(tables(**given), YEAR).set_index("iso3").loc[iso3]  # type: ignore[arg-type]


def test_a_country_by_hand() -> None:
    row = country(
        series=[("AAA", "oil_output_kbd", 1500.0, "s"), ("AAA", "products_use_kbd", 400.0, "s"),
                ("AAA", "oil_refined_mt", 17.0, "t")],
        refineries=[("AAA", "refinery", 12.0, "operating"), ("AAA", "refinery", 8.0, "operating"),
                    ("AAA", "refinery", 6.0, "planned"), ("BBB", "refinery", 99.0, "operating")],
        links=[("a", "b", 20.0, "operating"), ("b", "a", 7.0, "operating"), ("a", "a", 5.0, "operating"),
               ("a", "b", 9.0, "proposed")],
        flows=[("l0", "export", 11.0), ("l0", "transit", 8.0), ("l2", "total", 4.0), ("", "domestic", 3.0)],
    )  # fmt: skip
    assert row["output_mt"] == pytest.approx(1500 * 365 / 7.5 / 1000)
    assert row["use_mt"] == pytest.approx(400 * 365 / 8 / 1000)
    assert row["left_mt"] == pytest.approx(row["output_mt"] - row["use_mt"])
    assert (row["refinery_mt"], row["refinery_planned_mt"], row["lines_out_mt"]) == (20, 6, 20)
    assert row["run_share"] == pytest.approx(0.85)
    assert row["exports_mt"] == 11  # neither transit, nor what stays inside
    assert row["residual_mt"] == pytest.approx(73 - 17 - 11)


def test_a_system_without_kinds_counts_whole_where_its_line_leaves() -> None:
    given = {"links": [("a", "b", 80.0, "operating")], "flows": [("l0", "total", 63.0)]}
    assert country(**given)["exports_mt"] == 63
    line = oil_lines(tables(**given), YEAR).iloc[0]
    assert (line["carried_mt"], line["full_share"]) == (63, 63 / 80)


def test_the_first_months_of_a_year_are_no_year() -> None:
    given = {"links": [("a", "b", 80.0, "operating")], "flows": [("l0", "export", 40.0)]}
    made = tables(**given, series=[("AAA", "oil_output_mt", 90.0, "s")])
    made["oil_flows"] = made["oil_flows"].assign(months=10)
    assert math.isnan(oil_countries(made, YEAR).iloc[0]["exports_mt"])
    assert math.isnan(oil_lines(made, YEAR).iloc[0]["carried_mt"])


def test_a_system_that_tells_nothing_of_the_year_leaves_no_residual() -> None:
    given = {"series": [("AAA", "oil_output_mt", 90.0, "s"), ("AAA", "oil_refined_mt", 17.0, "s")]}
    made = tables(**given, links=[("a", "b", 20.0, "operating")], flows=[("l0", "export", 11.0)])
    other = pd.DataFrame(
        [("AAA", YEAR - 1, 12, "second", "", "export", 50.0)], columns=made["oil_flows"].columns
    )
    assert oil_countries(made, YEAR).iloc[0]["residual_mt"] == 62
    made["oil_flows"] = pd.concat([made["oil_flows"], other])
    row = oil_countries(made, YEAR).iloc[0]
    assert (row["exports_mt"], row["systems_lacking"]) == (11, "second")
    assert math.isnan(row["residual_mt"])


def test_unknown_is_never_nothing() -> None:
    row = country(series=[("AAA", "oil_output_mt", 2.0, "s")])
    for name in (
        "use_mt",
        "left_mt",
        "refinery_mt",
        "refined_mt",
        "lines_out_mt",
        "exports_mt",
        "residual_mt",
    ):
        assert math.isnan(row[name]), name
    line = oil_lines(tables(links=[("a", "b", None, "operating")]), YEAR).iloc[0]
    assert math.isnan(line["carried_mt"])
    assert math.isnan(line["full_share"])
    assert oil_countries(tables(), YEAR).empty


def test_tonnes_come_before_barrels_and_both_open_the_ends() -> None:
    row = country(series=[("AAA", "oil_output_kbd", 2000.0, "s"), ("AAA", "oil_output_mt", 90.5, "t")])
    assert row["output_mt"] == 90.5
    assert row["output_lo"] < 90.45
    assert row["output_hi"] >= 2000 * 365 / 7.3 / 1000
    assert row["source_ids"] == "s;t"


@given(st.floats(0, 5000), st.floats(0, 5000))
def test_the_ends_hold_the_figure_and_what_is_left_adds_up(output, use) -> None:
    row = country(series=[("AAA", "oil_output_kbd", output, "s"), ("AAA", "products_use_kbd", use, "s")])
    for name in ("output", "use", "left"):
        assert row[f"{name}_lo"] - 1e-9 <= row[f"{name}_mt"] <= row[f"{name}_hi"] + 1e-9
    assert row["left_mt"] + row["use_mt"] == pytest.approx(row["output_mt"])


@given(st.floats(0, 1e5), st.floats(5.5, 12), st.integers(1990, 2100))
def test_more_barrels_to_the_tonne_are_fewer_tonnes(barrels, per_t, year) -> None:
    tonnes = tonnes_of_barrels(barrels, per_t, year)
    assert tonnes >= tonnes_of_barrels(barrels, 12.0, year)
    days = 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365
    assert tonnes * per_t * 1000 / days == pytest.approx(barrels)


@pytest.mark.parametrize("per_t", [0.137, 42.0, float("nan")])
def test_a_factor_of_another_unit_is_refused(per_t) -> None:
    with pytest.raises(InputError, match="barrels to the tonne"):
        tonnes_of_barrels(1.0, per_t, 2023)


def test_kazakhstan_in_two_years() -> None:
    before, after = (torugart.energy_oil(year) for year in (2023, 2024))
    row = before.countries.set_index("iso3").loc["KAZ"]
    # Two publishers, one in tonnes and one in barrels, and the ends hold both.
    assert row["output_mt"] == pytest.approx(90.0, abs=0.05)
    assert row["output_lo"] <= 89.977 <= row["output_hi"]
    assert row["refinery_planned_mt"] == 6  # the second train at Shymkent
    lines = after.lines.set_index("link_id")
    assert lines.at["kcp_atasu_alashankou", "full_share"] == pytest.approx((1.2 + 9.979) / 20)
    assert lines.at["cpc_ru", "carried_mt"] == pytest.approx(63.01)
    assert after.countries.set_index("iso3").at["KAZ", "residual_mt"] < 0
    assert math.isnan(row["residual_mt"])
    assert row["systems_lacking"] == "Caspian Pipeline Consortium"
    with pytest.raises(InputError, match="2022, 2023, 2024"):
        torugart.energy_oil(1999)
