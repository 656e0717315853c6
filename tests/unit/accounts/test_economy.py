"""The account by year: worked by hand, and its laws."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torugart.accounts.discounting import present_value, rate_of_return
from torugart.accounts.economy import Inputs, Plan, YearSums, build_streams, traffic_scale
from torugart.accounts.ledger import Part, UnitCosts, YearFlows, ledger_sum, year_parties
from torugart.errors import InputError

PLAN = Plan(2025, 2027, 3, 1, 2023, 0.0)


def inputs(**changes: float) -> Inputs:
    plain = dict.fromkeys((f.name for f in fields(Inputs)), 0.0)
    plain |= {"overrun": 1.0, "outturn": 1.0, "benefit": 1.0, "ramp_first": 1.0, "conversion": 1.0}
    return Inputs(**{k: np.array([v]) for k, v in (plain | changes).items()})


def year(**sums: float) -> YearSums:
    return YearSums(**{f.name: np.array([sums.get(f.name, 0.0)]) for f in fields(YearSums)})


def test_a_small_account_by_hand():
    s = build_streams(year(users=60e6), PLAN, inputs(capital_musd=100.0))
    assert s.net[0].tolist() == [-50, -50, 60, 60, 60]
    # 50 + 50 / 1.2711 = 60 / 1.2711^2 + 60 / 1.2711^3 + 60 / 1.2711^4
    assert rate_of_return(s.net[0]).rate == pytest.approx(0.2711, abs=1e-4)


def test_every_price_stands_in_its_party():
    sums = year(
        rail_usd=10e6,
        rail_tkm=1e8,
        rail_cost_tkm=1e8,
        line_usd=5e6,
        line_tkm=1e8,
        road_usd=-4e6,
        road_tkm=-2e8,
        fee_usd=2e6,
        co2_t=-1e4,
    )
    i = inputs(
        rail=0.02,
        line=0.01,
        road_toll_share=0.1,
        fee_cost_share=0.5,
        road_accident=0.01,
        carbon_usd_per_t=100.0,
    )
    s = build_streams(sums, PLAN, i)
    first = {name: stream[0, 2] for name, stream in s.parties.items()}
    assert first == pytest.approx(
        {"users": 0, "carriers": 8, "owners": 4, "treasuries": 0.6, "third parties": 2 + 1}
    )


@pytest.mark.parametrize("cost", [0.0, 500.0])
def test_a_project_without_effect_costs_its_own_cost_and_nothing_else(cost):
    s = build_streams(year(), PLAN, inputs(capital_musd=cost))
    assert all(not stream.any() for stream in s.parties.values())
    assert s.net.sum() == -cost


AMOUNTS = st.floats(-1e9, 1e9)


@settings(max_examples=50)
@given(st.lists(AMOUNTS, min_size=12, max_size=12), st.floats(1, 1e4), st.floats(0.5, 4))
def test_prices_times_a_factor_multiply_money_and_leave_the_rate_alone(amounts, capital, factor):
    names = [f.name for f in fields(YearSums)]
    plain = dict(zip(names, amounts, strict=True))
    costs = {
        "rail": 0.01,
        "line": 0.02,
        "gauge_change": 100.0,
        "carbon_usd_per_t": 90.0,
        "road_accident": 0.01,
    }
    a = build_streams(year(**plain), PLAN, inputs(capital_musd=capital, **costs)).net
    dearer = {k: v * factor if k == "users" or k.endswith("usd") else v for k, v in plain.items()}
    b = build_streams(
        year(**dearer),
        PLAN,
        inputs(capital_musd=capital * factor, **{k: factor * v for k, v in costs.items()}),
    ).net
    assert np.allclose(b, factor * a, rtol=1e-9, atol=1e-6)
    one, other = rate_of_return(a[0]), rate_of_return(b[0])
    if np.isfinite(one.rate) and np.abs(a).max() > 1e-3:
        assert other.rate == pytest.approx(one.rate, abs=1e-6)


def test_growth_ramp_delay_and_a_full_line():
    plan = Plan(2025, 2030, 3, 3, 2028, 0.0, most_growth=1.3, most_delay=1)
    scale = traffic_scale(plan, inputs(growth=0.1, ramp_first=0.5))[0]
    assert scale == pytest.approx([0, 0, 0, 0, 0, 0.5 * 1.21, 0.75 * 1.3, 1.3, 0])
    late = traffic_scale(plan, inputs(growth=0.1, ramp_first=0.5, delay_years=1.0))[0]
    assert late == pytest.approx([0, 0, 0, 0, 0, 0, 0.5 * 1.3, 0.75 * 1.3, 1.3])


def test_residual_value_is_off_until_asked_for():
    plan = Plan(2025, 2026, 2, 1, 2023, 0.0, asset_life_years=4.0)
    off = build_streams(year(), plan, inputs(capital_musd=100.0))
    on = build_streams(year(), plan, inputs(capital_musd=100.0), residual=True)
    assert off.net[0].tolist() == [-100, 0, 0]
    assert on.net[0].tolist() == [-100, 0, 50]


def test_conversion_moves_money_to_treasuries_and_lowers_the_cost():
    s = build_streams(year(), PLAN, inputs(capital_musd=100.0, conversion=0.9))
    assert s.capital.sum() == pytest.approx(100)
    assert s.net.sum() == pytest.approx(-90)


@pytest.mark.parametrize(
    ("opening", "years", "words"),
    [(2025, 30, "not after"), (2030, 0, "1 or more"), (2020, 30, "before the trade")],
)
def test_plans_that_no_year_fits_are_refused(opening, years, words):
    with pytest.raises(InputError, match=words):
        Plan(2025 if opening > 2024 else 2015, opening, years, 4, 2023, 0.02)


KINDS = st.sampled_from(["rail", "road", "sea", "gauge_change", "fee", "transfer"])
PARTS = st.builds(
    Part,
    KINDS,
    st.sampled_from(["KGZ", "UZB", "KGZ;UZB"]),
    st.booleans(),
    st.sampled_from(["a", "b", "c"]),
)


@given(st.dictionaries(PARTS, st.tuples(AMOUNTS, AMOUNTS), max_size=8), AMOUNTS)
def test_the_ledger_sums_to_the_account(entries, users):
    parts = list(entries)
    flows = YearFlows(
        parts,
        np.array([[v[0]] for v in entries.values()]).reshape(len(parts), 1),
        np.array([[v[1]] for v in entries.values()]).reshape(len(parts), 1),
        np.zeros(1),
        {"KGZ": np.array([users])},
    )
    i = inputs(
        rail=0.01, line=0.02, gauge_change=90.0, road_toll_share=0.1, fee_cost_share=0.4, road_accident=0.01
    )
    by_country = year_parties(flows, i.costs(), {"KGZ": 0.3, "UZB": 0.7}, {"UZB": 1.5})
    by_kind = YearSums.of(flows, {"UZB": 1.5}).parties_musd(i)
    whole = 1e6 * sum(float(v[0]) for v in by_kind.values())
    assert float(ledger_sum(by_country, 1)[0]) == pytest.approx(whole, rel=1e-9, abs=1.0)


def test_unit_costs_are_those_of_the_inputs():
    assert isinstance(inputs(rail=0.5).costs(), UnitCosts)
    assert inputs(rail=0.5).costs().rail_usd_per_tkm[0] == 0.5


def test_present_value_of_a_stack_is_that_of_each():
    s = build_streams(year(users=60e6), PLAN, inputs(capital_musd=100.0))
    assert present_value(s.net, 0.0)[0] == pytest.approx(80)


def test_a_country_with_a_rail_cost_of_its_own_bears_it():
    parts = [Part("rail", "KAZ", False, "a"), Part("rail", "UZB", False, "a")]
    flows = YearFlows(parts, np.zeros((2, 1)), np.full((2, 1), 1e6), np.zeros(1), {})
    got = year_parties(flows, inputs(rail=0.01).costs(), {}, {"KAZ": 1.14})
    assert got["KAZ", "carriers"][0] == pytest.approx(-11_400)
    assert got["UZB", "carriers"][0] == pytest.approx(-10_000)
    assert YearSums.of(flows, {"KAZ": 1.14}).rail_cost_tkm[0] == pytest.approx(2.14e6)
    assert YearSums.of(flows).rail_tkm[0] == 2e6
