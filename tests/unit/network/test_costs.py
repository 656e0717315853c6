"""Costs worked out by hand on the valley; every sum stands beside what it checks."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from tests.small_network import network_of, rows, state_of, typed, valley

from torugart.appraisal.pairs import describe_ways, legs_of_ways
from torugart.appraisal.trip_time import group_moments
from torugart.errors import InputError
from torugart.evaluate.sides import class_vot_usd_per_h
from torugart.network.crossing_model import build_crossing_model, gauge_break_crossings
from torugart.network.factors import parameter_values
from torugart.network.ways import WaySettings, find_ways


def best_way(net, origin, destination, mode, vot=20.0, texts_open=("new_line",)):
    row = {p: k for k, p in enumerate(net.tables["places"]["place_id"])}
    state = state_of(net, *texts_open)
    keep = (net.tables["links"]["mode"] == mode).to_numpy(bool)
    cost = net.generalised_cost(vot, state.open_link & keep)
    ends = net.arcs.origin[[row[origin]]], net.arcs.destination[[row[destination]]]
    return find_ways(net.arcs, cost, *ends, WaySettings(most=1)), cost


def test_value_of_time_by_hand():
    # 4,000 USD/t x 12 t x 1 % a day / 24 h = 20 USD an hour; bulk 400 x 25 x 0.24 % / 24 = 1 USD an hour
    assert class_vot_usd_per_h(typed(valley())) == pytest.approx({"bulk": 1.0, "manufactures": 20.0})


def test_road_way_by_hand():
    # Hours: (240/40 + 20/20 + 320/40) = 15 h at the wheel, 12 h of driving a day: 15 x 24/12 = 30 h.
    #   Loading 6 h at each end, no short haul, no wait; the stop at The Gate is the level of its kind, 10 h.
    #   30 + 12 + 10 = 52 h.
    # Money: 580 km x 1 USD = 580, and the fee at the border 120: 700 USD.
    # Generalised: 700 + 20 x 52 = 1,740 USD. Emissions: 580 km x 100 g x 12 t = 696 kg.
    net = network_of(valley())
    ways, cost = best_way(net, "a", "z", "road")
    facts = describe_ways(ways, net, "manufactures", 1).iloc[0]
    assert facts.km == 580
    assert facts.days * 24 == pytest.approx(52)
    assert facts.usd == pytest.approx(700)
    assert ways.total(cost)[0] == pytest.approx(1740)
    assert facts.co2_kg == pytest.approx(696)
    assert (facts.modes, facts.gates) == ("road", "The Gate")
    assert facts.transit_days * 24 == pytest.approx(40)
    assert facts.terminal_days * 24 == pytest.approx(52)


def test_rail_way_with_border_and_gauge_change_by_hand():
    # Running: 200/40 + 40/20 + 100/25 + 150/30 = 5 + 2 + 4 + 5 = 16 h; 490 km x 0.5 = 245 USD.
    # Border: 16 h, 100 USD. Gauge change at Mid: 20 h, 200 USD.
    # Start: handling 24 h, short haul 4 h and 150 USD; A City has two million people, so a train a day: half of 24 h.
    # End: handling 36 h, short haul 4 h and 150 USD.
    # 16 + 16 + 20 + (24 + 4 + 12) + (36 + 4) = 132 h;  245 + 100 + 200 + 150 + 150 = 845 USD.
    # 845 + 20 x 132 = 3,485 USD.
    # Emissions: wire 0.012 kWh x 500 g x 2 gross = 12 g, diesel 0.004 l x 3 kg x 2 gross = 24 g;
    # 200 km of wire, 290 km of diesel: (2,400 + 6,960) g x 12 t = 112.32 kg.
    net = network_of(valley())
    ways, cost = best_way(net, "a", "z", "rail")
    facts = describe_ways(ways, net, "manufactures", 1).iloc[0]
    assert facts.km == 490
    assert facts.days * 24 == pytest.approx(132)
    assert facts.usd == pytest.approx(845)
    assert ways.total(cost)[0] == pytest.approx(3485)
    assert facts.co2_kg == pytest.approx(112.32)
    assert facts.terminal_days * 24 == pytest.approx(132 - 8)
    assert facts.transit_days * 24 == pytest.approx(16 + 16 + 20)


def test_a_small_place_waits_longer():
    # Backwards from Z City (300 thousand people): 3.5 trains a week, half of 48 h instead of half of 24 h.
    net = network_of(valley())
    ways, _ = best_way(net, "z", "a", "rail")
    assert describe_ways(ways, net, "manufactures", 1).iloc[0].days * 24 == pytest.approx(132 + 12)


def test_trip_variance_by_hand():
    # Road a to z: 580 km x 0.03 = 17.4 h2; loading twice (0.5 x 6)^2 = 9 each, but they are one group; the border
    # (0.5 x 10)^2 = 25.
    net = network_of(valley())
    ways, _ = best_way(net, "a", "z", "road")
    mean, variance = group_moments(ways, net.components)
    names = net.components.time_factors
    got = {names[k]: (mean[0, k], variance[0, k]) for k in np.flatnonzero(mean[0])}
    assert set(got) == {"run:road:CHN", "run:road:KGZ", "cross:x_road:a_to_b", "handling:road_loading_h"}
    # In China 240 km and half of the 20: 250 km; (6 + 0.5) x 2 = 13 h.
    assert got["run:road:CHN"] == pytest.approx((13, 7.5))
    assert got["run:road:KGZ"] == pytest.approx((17, 9.9))
    assert got["cross:x_road:a_to_b"] == pytest.approx((10, 25))
    assert got["handling:road_loading_h"] == pytest.approx((12, 18))


def test_variance_of_a_wait_is_that_of_a_uniform_law():
    net = network_of(valley())
    ways, _ = best_way(net, "a", "z", "rail")
    mean, variance = group_moments(ways, net.components)
    k = net.components.time_factors.index("wait:rail_departures_hub_per_week")
    assert (mean[0, k], variance[0, k]) == pytest.approx((12, 24**2 / 12))


def test_border_link_is_run_in_two_countries():
    # r_border: 40 km, a quarter in China: 10 km at 20 km/h there, 30 km in Kyrgyzstan, each to its own factor.
    net = network_of(valley())
    c = net.components
    arc = np.flatnonzero(net.arcs_of_links((net.tables["links"]["link_id"] == "r_border").to_numpy(bool)))
    for a in arc:
        part = {
            str(c.iso3[k]): (c.hours[k], c.usd[k]) for k in np.flatnonzero((c.arc == a) & (c.crossing < 0))
        }
        assert part == {"CHN": pytest.approx((0.5, 5)), "KGZ": pytest.approx((1.5, 15))}
        stop = np.flatnonzero((c.arc == a) & (c.crossing >= 0))
        assert c.hours[stop] == pytest.approx([16])


def test_legs_add_up_to_the_way():
    net = network_of(valley())
    for mode in ("rail", "road"):
        ways, _ = best_way(net, "a", "z", mode)
        facts = describe_ways(ways, net, "manufactures", 1).iloc[0]
        legs = legs_of_ways(ways, np.arange(1), net, "manufactures")
        assert legs["km"].sum() == pytest.approx(facts.km)
        assert legs["hours"].sum() == pytest.approx(facts.days * 24)
        assert legs["usd"].sum() == pytest.approx(facts.usd)
        assert legs["co2_kg"].sum() == pytest.approx(facts.co2_kg)


OBSERVED = rows(
    "obs_id crossing_id scope_iso3 mode direction year metric value",
    "o1 | x_road | KGZ | road | inbound | 2019 | mean_hours | 7",
    "o2 | x_road | CHN | road | outbound | 2021 | mean_hours | 30",
    "o3 | | CHN | road | outbound | 2021 | mean_hours | 20",
    "o4 | x_road | KGZ | road | inbound | 2019 | cost_usd | 999",
)


def crossing_model(texts) -> pd.DataFrame:
    tables = typed(texts)
    model = build_crossing_model(tables, parameter_values(tables["parameters"]))
    return model.set_index(["crossing_id", "direction"])


def test_crossing_model_of_one_gate_by_hand():
    # From a to b the Chinese side lets out and the Kyrgyz side lets in. Level 10 h with weight 2.
    # o1, open year, weight 1: 7 h on one side and half the level on the other, 7 + 5 = 12 h.
    # o2, closure year, weight 1/2: half as long again as the mean of Chinese gates that year, 10 x 30/20 = 15 h.
    # ln h = (2 ln 10 + 1 ln 12 + 0.5 ln 15) / 3.5 = (4.6052 + 2.4849 + 1.3540) / 3.5 = 2.4126; h = 11.163
    model = crossing_model(valley() | {"crossing_obs": OBSERVED})
    there = model.loc[("x_road", "a_to_b")]
    assert there.mean_h == pytest.approx(11.163, abs=5e-4)
    assert there.prior_share == pytest.approx(2 / 3.5)
    assert there.observations == "o1;o2"
    assert there.usd_per_feu == 120
    # Back again neither observation speaks: the level of its kind.
    back = model.loc[("x_road", "b_to_a")]
    assert (back.mean_h, back.n_obs) == (pytest.approx(10), 0)


def test_a_ratio_of_closure_years_is_held_within_a_third_and_three():
    for hours, ratio in (("1", 1 / 3), ("900", 3.0)):
        obs = [dict(r) for r in OBSERVED[1:3]]
        obs[0]["value"] = hours
        model = crossing_model(valley() | {"crossing_obs": obs})
        expected = math.exp((2 * math.log(10) + 0.5 * math.log(10 * ratio)) / 2.5)
        assert model.loc[("x_road", "a_to_b")].mean_h == pytest.approx(expected)


def test_reloading_is_taken_out_of_what_was_observed_where_gauges_meet():
    # A 1520 railway begins at Gate B, so the hours there hold the reloading (20 h): level 16 + 20 = 36, other side 18;
    # 14 + 18 = 32, less the 20 of reloading leaves 12; ln h = (2 ln 16 + ln 12) / 3.
    texts = valley()
    texts["links"] = [
        *texts["links"],
        *rows(
            "link_id place_a place_b mode gauge_mm length_km speed_km_per_h",
            "r_wide | gate_b | mid | rail | 1520 | 100 | 25",
        ),
    ]
    texts["crossing_obs"] = rows(
        "obs_id crossing_id scope_iso3 mode direction year metric value",
        "o1 | x_rail | | rail | both | 2023 | mean_hours | 14",
    )
    assert gauge_break_crossings(typed(texts)) == {"x_rail"}
    for direction in ("a_to_b", "b_to_a"):
        mean = crossing_model(texts).loc[("x_rail", direction)].mean_h
        assert mean == pytest.approx(math.exp((2 * math.log(16) + math.log(12)) / 3))


def test_a_crossing_without_data_is_no_better_than_its_kind():
    model = crossing_model(valley())
    assert model.loc[("x_rail", "a_to_b")].mean_h == pytest.approx(16)
    assert (model["prior_share"] == 1).all()


def test_missing_speeds_are_all_named():
    texts = valley()
    texts["links"] = [dict(r) for r in texts["links"]]
    texts["links"][0]["speed_km_per_h"] = texts["links"][4]["speed_km_per_h"] = ""
    with pytest.raises(InputError) as refusal:
        network_of(texts)
    assert "h_a_gate" in str(refusal.value)
    assert "r_border" in str(refusal.value)


def test_a_border_link_without_crossing_is_refused():
    with pytest.raises(InputError, match=r"crossings\.csv: 1 rows are missing\n  h_border") as refusal:
        network_of(valley() | {"crossings": valley()["crossings"][:1]})
    assert "Add a row" in str(refusal.value)


def test_an_unfilled_transfer_is_refused():
    texts = valley()
    texts["transfers"] = [dict(r) for r in texts["transfers"]]
    texts["transfers"][2]["hours"] = ""
    with pytest.raises(InputError, match="t1: hours or usd_per_feu is empty"):
        network_of(texts)
