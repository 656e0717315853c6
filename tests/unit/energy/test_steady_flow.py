"""Networks whose answer is known in closed form, and those that have none."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from tests.unit.energy.networks import LAWS, element, network, pipe

from torugart.energy.gas_law import PA_PER_BAR, potential_pa2, pressure_at
from torugart.energy.gas_network import GasNetwork
from torugart.energy.steady_flow import FlowSettings, SteadyFlow, solve_steady_flow
from torugart.errors import InputError, NotConverged

TIGHT = 1e-10


def resistance(law, length_km=50.0, diameter_mm=800.0, friction=0.01) -> float:
    """R of one pipe, written out anew: 8 lambda L a² / (pi² D⁵)."""
    return 8 * friction * 1000 * length_km * law.a2_m2_per_s2 / (math.pi**2 * (diameter_mm / 1000) ** 5)


def solved(net: GasNetwork, law=LAWS["cnga"]) -> tuple[SteadyFlow, dict[str, float], dict[str, float]]:
    """Return the answer, pressures in bar by node and flows by link."""
    flow = solve_steady_flow(net, law)
    bar = dict(zip(net.node_ids, flow.pressure_pa / PA_PER_BAR, strict=True))
    return flow, bar, dict(zip(net.link_ids, flow.flow_kg_per_s, strict=True))


def bar_at(law, potential: float) -> float:
    return float(pressure_at(law, potential)) / PA_PER_BAR


@pytest.mark.parametrize("law", LAWS.values(), ids=str)
def test_a_single_pipe(law) -> None:
    _, bar, flow = solved(network({"b": -200.0}, {"a": 70.0}, pipe("p", "a", "b")), law)
    expected = bar_at(law, potential_pa2(law, 70e5) - resistance(law) * 200.0**2)
    assert bar["b"] == pytest.approx(expected, rel=TIGHT)
    assert flow["p"] == pytest.approx(200.0, rel=TIGHT)


def test_a_single_pipe_against_numbers_worked_out_by_hand() -> None:
    # a² = 8.314462618 * 288.15 / 0.0174 = 137,690.37; R = 8 * 0.01 * 50,000 * a² / (pi² * 0.32768)
    _, bar, _ = solved(network({"b": -200.0}, {"a": 70.0}, pipe("p", "a", "b")), LAWS["ideal"])
    r = 8 * 0.01 * 50_000 * 137_690.37 / (math.pi**2 * 0.8**5)
    assert bar["b"] == pytest.approx(math.sqrt(70e5**2 - 2 * r * 200**2) / 1e5, rel=1e-6)
    assert bar["b"] == pytest.approx(59.48, abs=0.01)


def test_roughness_gives_the_factor_of_rough_pipes() -> None:
    _, rough, _ = solved(
        network({"b": -200.0}, {"a": 70.0}, pipe("p", "a", "b", friction_factor=math.nan, roughness_mm=0.08))
    )
    factor = (2 * math.log10(10_000) + 1.138) ** -2
    _, given, _ = solved(network({"b": -200.0}, {"a": 70.0}, pipe("p", "a", "b", friction_factor=factor)))
    assert rough["b"] == pytest.approx(given["b"], rel=1e-14)


@pytest.mark.parametrize("law", LAWS.values(), ids=str)
def test_pipes_in_series_add_their_resistances(law) -> None:
    parts = [
        pipe("p1", "a", "m", length_km=30.0),
        pipe("p2", "b", "m", diameter_mm=700.0),
    ]  # the second runs against its flow
    _, bar, flow = solved(network({"b": -180.0}, {"a": 70.0}, *parts), law)
    r = resistance(law, 30.0) + resistance(law, 50.0, 700.0)
    assert bar["b"] == pytest.approx(bar_at(law, potential_pa2(law, 70e5) - r * 180**2), rel=TIGHT)
    assert flow["p2"] == pytest.approx(-180.0, rel=TIGHT)


@pytest.mark.parametrize("law", LAWS.values(), ids=str)
def test_pipes_in_parallel_share_by_the_root_of_their_resistances(law) -> None:
    parts = [
        pipe("p1", "a", "b"),
        pipe("p2", "a", "b", diameter_mm=600.0),
        pipe("p3", "b", "a", length_km=80.0),
    ]
    _, bar, flow = solved(network({"b": -300.0}, {"a": 70.0}, *parts), law)
    ease = [resistance(law, *size) ** -0.5 for size in ((50.0, 800.0), (50.0, 600.0), (80.0, 800.0))]
    for name, share, sign in zip(("p1", "p2", "p3"), ease, (1, 1, -1), strict=True):
        assert flow[name] == pytest.approx(sign * 300 * share / sum(ease), rel=TIGHT)
    assert bar["b"] == pytest.approx(
        bar_at(law, potential_pa2(law, 70e5) - (300 / sum(ease)) ** 2), rel=TIGHT
    )


@pytest.mark.parametrize("law", LAWS.values(), ids=str)
def test_a_loop_of_three_pipes(law) -> None:
    # a feeds b and c, which are joined: with x through the joint, R1 (b + x)² + R3 x² = R2 (c - x)², a quadratic in x.
    parts = [
        pipe("ab", "a", "b"),
        pipe("ac", "a", "c", length_km=90.0),
        pipe("bc", "b", "c", diameter_mm=500.0),
    ]
    take_b, take_c = 60.0, 150.0
    _, bar, flow = solved(network({"b": -take_b, "c": -take_c}, {"a": 70.0}, *parts), law)
    r1, r2, r3 = resistance(law), resistance(law, 90.0), resistance(law, 50.0, 500.0)
    square, linear, rest = r1 + r3 - r2, 2 * (r1 * take_b + r2 * take_c), r1 * take_b**2 - r2 * take_c**2
    x = (-linear + math.sqrt(linear**2 - 4 * square * rest)) / (2 * square)
    assert x > 0  # the quadratic above holds for this direction
    assert flow["bc"] == pytest.approx(x, rel=TIGHT)
    assert flow["ab"] == pytest.approx(take_b + x, rel=TIGHT)
    assert bar["c"] == pytest.approx(
        bar_at(law, potential_pa2(law, 70e5) - r2 * (take_c - x) ** 2), rel=TIGHT
    )


def test_a_bridge_in_balance_carries_nothing() -> None:
    parts = [
        pipe("ab", "a", "b"),
        pipe("ac", "a", "c"),
        pipe("bd", "b", "d"),
        pipe("cd", "c", "d"),
        pipe("bc", "b", "c"),
    ]
    _, bar, flow = solved(network({"d": -200.0}, {"a": 70.0}, *parts))
    assert flow["bc"] == pytest.approx(0, abs=1e-6)
    assert flow["ab"] == pytest.approx(100, rel=1e-9)
    assert bar["b"] == pytest.approx(bar["c"], rel=1e-12)


@pytest.mark.parametrize("law", LAWS.values(), ids=str)
def test_a_compressor_with_a_ratio(law) -> None:
    parts = [pipe("p1", "a", "b"), element("c", "compressor", "b", "c", ratio=1.3), pipe("p2", "c", "d")]
    _, bar, flow = solved(network({"d": -200.0}, {"a": 60.0}, *parts), law)
    before = bar_at(law, potential_pa2(law, 60e5) - resistance(law) * 200**2)
    assert bar["b"] == pytest.approx(before, rel=TIGHT)
    assert bar["c"] == pytest.approx(1.3 * before, rel=TIGHT)
    behind = bar_at(law, potential_pa2(law, 1.3e5 * before) - resistance(law) * 200**2)
    assert bar["d"] == pytest.approx(behind, rel=TIGHT)
    assert flow["c"] == pytest.approx(200.0, rel=TIGHT)


@pytest.mark.parametrize("kind", ["compressor", "control_valve"])
def test_an_outlet_pressure_parts_what_is_before_from_what_is_behind(kind: str) -> None:
    outlet = 65.0 if kind == "compressor" else 40.0
    parts = [pipe("p1", "a", "b"), element("c", kind, "b", "c", outlet_bar=outlet), pipe("p2", "c", "d")]
    _, bar, flow = solved(network({"d": -200.0}, {"a": 60.0}, *parts))
    law = LAWS["cnga"]
    assert bar["b"] == pytest.approx(
        bar_at(law, potential_pa2(law, 60e5) - resistance(law) * 200**2), rel=TIGHT
    )
    assert bar["c"] == outlet
    assert bar["d"] == pytest.approx(
        bar_at(law, potential_pa2(law, outlet * 1e5) - resistance(law) * 200**2), rel=TIGHT
    )
    assert flow["c"] == pytest.approx(200.0, rel=TIGHT)


def test_a_control_valve_with_a_drop_and_a_slack_behind_it() -> None:
    parts = [
        pipe("p1", "a", "b"),
        element("v", "control_valve", "b", "c", drop_bar=5.0),
        pipe("p2", "c", "d"),
    ]
    flow, bar, by = solved(network({"a": 150.0}, {"d": 40.0}, *parts))
    assert bar["b"] - bar["c"] == pytest.approx(5.0, rel=TIGHT)
    assert by["v"] == pytest.approx(150.0, rel=TIGHT)
    assert flow.slack_kg_per_s[0] == pytest.approx(-150.0, rel=TIGHT)


def test_stations_in_a_loop_with_pipes() -> None:
    # Two ways from a to d, one with a compressor: Kirchhoff's rules are checked, the answer has no closed form.
    law = LAWS["cnga"]
    parts = [
        pipe("ab", "a", "b"), element("c", "compressor", "b", "c", ratio=1.05), pipe("cd", "c", "d"),
        pipe("ad", "a", "d", length_km=120.0), element("out", "compressor", "d", "e", outlet_bar=80.0), pipe("ef", "e", "f"),
        element("bypass", "valve", "f", "g"),
    ]  # fmt: skip
    _, bar, flow = solved(network({"d": -50.0, "g": -200.0}, {"a": 60.0}, *parts), law)
    pi = {name: float(potential_pa2(law, 1e5 * value)) for name, value in bar.items()}
    for name, ends, size in (("ab", "ab", 50.0), ("cd", "cd", 50.0), ("ad", "ad", 120.0), ("ef", "ef", 50.0)):
        drop = resistance(law, size) * flow[name] * abs(flow[name])
        assert pi[ends[0]] - pi[ends[1]] == pytest.approx(drop, rel=1e-9, abs=1e-10 * pi["a"])
    assert bar["c"] == pytest.approx(1.05 * bar["b"], rel=1e-12)
    assert flow["c"] == pytest.approx(flow["ab"], rel=1e-9)
    assert flow["cd"] + flow["ad"] == pytest.approx(250.0, rel=1e-9)
    assert flow["bypass"] == pytest.approx(200.0, rel=1e-9)


def test_several_slacks_share_a_demand() -> None:
    law = LAWS["cnga"]
    flow, _, by = solved(
        network({"m": -200.0}, {"a": 70.0, "b": 68.0}, pipe("p1", "a", "m"), pipe("p2", "b", "m")), law
    )
    assert by["p1"] + by["p2"] == pytest.approx(200.0, rel=1e-12)
    difference = float(potential_pa2(law, 70e5) - potential_pa2(law, 68e5))
    assert resistance(law) * (by["p1"] ** 2 - by["p2"] * abs(by["p2"])) == pytest.approx(difference, rel=1e-8)
    assert flow.slack_kg_per_s.sum() == pytest.approx(200.0, rel=1e-12)


def test_gas_runs_between_slacks_without_any_demand() -> None:
    law = LAWS["ideal"]
    _, _, flow = solved(network({}, {"a": 70.0, "b": 60.0}, pipe("p", "a", "b")), law)
    expected = math.sqrt(float(potential_pa2(law, 70e5) - potential_pa2(law, 60e5)) / resistance(law))
    assert flow["p"] == pytest.approx(expected, rel=TIGHT)


@pytest.mark.parametrize("law", LAWS.values(), ids=str)
def test_without_demand_nothing_runs_and_one_pressure_rules(law) -> None:
    parts = [
        pipe("p1", "a", "b"),
        pipe("p2", "b", "c"),
        pipe("p3", "c", "a"),
        element("v", "valve", "c", "d"),
    ]
    _, bar, flow = solved(network({"b": 0.0}, {"a": 55.0}, *parts), law)
    assert set(flow.values()) == {0.0}
    assert all(value == pytest.approx(55.0, rel=1e-12) for value in bar.values())


def test_islands_with_a_slack_each_are_solved_apart() -> None:
    _, bar, _ = solved(
        network(
            {"b": -200.0, "d": -200.0}, {"a": 70.0, "c": 50.0}, pipe("p1", "a", "b"), pipe("p2", "c", "d")
        )
    )
    _, alone, _ = solved(network({"d": -200.0}, {"c": 50.0}, pipe("p2", "c", "d")))
    assert bar["d"] == pytest.approx(alone["d"], rel=1e-12)


def test_a_resistor_with_a_drag_is_a_pipe_of_that_many_velocity_heads() -> None:
    law = LAWS["cnga"]
    parts = [element("r", "resistor", "a", "b", drag=600.0, diameter_mm=800.0)]
    _, bar, _ = solved(network({"b": -200.0}, {"a": 70.0}, *parts))
    _, same, _ = solved(
        network({"b": -200.0}, {"a": 70.0}, pipe("p", "a", "b", length_km=48.0))
    )  # 0.01 L / D = 600
    assert bar["b"] == pytest.approx(same["b"], rel=1e-12)
    assert potential_pa2(law, 70e5) > potential_pa2(law, 1e5 * bar["b"])


@pytest.mark.parametrize("ends", [("b", "c"), ("c", "b")])
def test_a_fixed_loss_is_lost_in_the_direction_of_the_gas(ends: tuple[str, str]) -> None:
    parts = [pipe("p1", "a", "b"), element("r", "resistor", *ends, loss_bar=2.0), pipe("p2", "c", "d")]
    _, bar, flow = solved(network({"d": -100.0}, {"a": 60.0}, *parts))
    assert bar["b"] - bar["c"] == pytest.approx(2.0, rel=1e-10)
    assert abs(flow["r"]) == pytest.approx(100.0, rel=1e-12)


def test_past_a_fixed_loss_that_is_more_than_the_way_beside_takes_nothing_runs() -> None:
    parts = [pipe("p", "a", "b"), pipe("q", "a", "m"), element("r", "resistor", "m", "b", loss_bar=10.0)]
    _, bar, flow = solved(network({"b": -20.0}, {"a": 60.0}, *parts))
    assert flow["r"] == 0
    assert flow["p"] == pytest.approx(20.0, rel=1e-12)
    assert bar["m"] == pytest.approx(60.0, rel=1e-12)
    assert bar["m"] - bar["b"] < 10


def test_a_fixed_loss_before_a_dead_end_loses_nothing() -> None:
    parts = [pipe("p", "a", "b"), element("r", "resistor", "b", "c", loss_bar=2.0), pipe("q", "c", "d")]
    _, bar, flow = solved(network({"b": -20.0}, {"a": 60.0}, *parts))
    assert flow["r"] == pytest.approx(0, abs=1e-9)
    assert bar["c"] == pytest.approx(bar["b"], rel=1e-12)


def test_around_a_loop_without_length_the_split_is_marked() -> None:
    parts = [
        pipe("p", "a", "b"), element("v1", "valve", "b", "c"), element("v2", "valve", "b", "c"), element("v3", "short_pipe", "c", "d"),
    ]  # fmt: skip
    net = network({"d": -90.0}, {"a": 60.0}, *parts)
    flow, _, by = solved(net)
    assert by["v1"] == pytest.approx(45.0)
    assert by["v3"] == pytest.approx(90.0)
    assert dict(zip(net.link_ids, flow.undetermined, strict=True)) == {
        "p": False,
        "v1": True,
        "v2": True,
        "v3": False,
    }


def test_a_closed_valve_takes_a_way_out() -> None:
    parts = [pipe("p1", "a", "b"), pipe("p2", "a", "m"), element("v", "valve", "m", "b", closed=1.0)]
    _, bar, flow = solved(network({"b": -100.0}, {"a": 60.0}, *parts))
    assert flow["v"] == 0
    assert flow["p1"] == pytest.approx(100.0, rel=1e-12)
    assert bar["m"] == pytest.approx(60.0, rel=1e-12)


def test_a_demand_that_cannot_pass_names_the_nodes_and_the_pipes_on_the_way() -> None:
    parts = [
        pipe("wide", "a", "b", diameter_mm=1400.0),
        pipe("narrow", "b", "c", diameter_mm=200.0),
        pipe("last", "c", "d"),
    ]
    with pytest.raises(InputError) as refused:
        solve_steady_flow(network({"d": -100.0}, {"a": 60.0}, *parts), LAWS["cnga"])
    message = str(refused.value)
    assert "no positive pressure is left at 2 nodes: 'd', 'c'" in message
    assert "on the way from 'a' (60.0 bar" in message
    lines = message.splitlines()
    assert "pipe 'narrow' 100.0 kg/s takes" in lines[2]  # the largest drop first
    assert "Mend" in lines[-1]


def test_more_drop_than_there_is_pressure_is_refused() -> None:
    parts = [pipe("p", "a", "b"), element("v", "control_valve", "b", "c", drop_bar=70.0), pipe("q", "c", "d")]
    with pytest.raises(InputError, match="no positive pressure is left at 2 nodes"):
        solve_steady_flow(network({"d": -1.0}, {"a": 60.0}, *parts), LAWS["cnga"])


REFUSED = {
    "no slack": (
        network({"b": -1.0}, {}, pipe("p", "a", "b")),
        "the part with b, a has no given pressure; give the pressure",
    ),
    "an island without a slack": (
        network({"b": -1.0}, {"a": 60.0}, pipe("p", "a", "b"), pipe("q", "c", "d")),
        "the part with c, d has no given pressure",
    ),
    "closed off": (
        network({"b": -1.0}, {"a": 60.0}, element("v", "valve", "a", "b", closed=1.0)),
        "the part with b has no given pressure; .* open what joins it",
    ),
    "two slacks without a pipe between": (
        network({}, {"a": 60.0, "b": 61.0}, element("v", "valve", "a", "b")),
        "slack node 'b' and slack node 'a' both give the pressure",
    ),
    "an outlet at a slack": (
        network({}, {"a": 60.0, "b": 61.0}, element("c", "compressor", "a", "b", outlet_bar=70.0)),
        "compressor 'c' and slack node 'b' both give",
    ),
    "a ratio around a valve": (
        network({"b": -1.0}, {"a": 60.0}, element("c", "compressor", "a", "b", ratio=1.2), element("v", "valve", "a", "b")),
        "compressor 'c': its set point closes a loop",
    ),
    "an outlet around a valve": (
        network(
            {"c": -1.0}, {"a": 60.0}, pipe("p", "a", "b"), element("v", "valve", "b", "c"),
            element("c", "compressor", "b", "c", outlet_bar=70.0),
        ),
        "compressor 'c' gets its gas only from what lies behind it",
    ),
    "an outlet fed by itself": (
        network(
            {"c": -1.0}, {"a": 60.0, "e": 60.0}, pipe("p", "b", "c"),
            element("c", "compressor", "c", "b", outlet_bar=70.0), pipe("q", "a", "e"),
        ),
        "the part with c, b gets its gas only from itself",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("net", "words"), REFUSED.values(), ids=REFUSED)
def test_pressures_given_twice_or_not_at_all_are_refused(net: GasNetwork, words: str) -> None:
    with pytest.raises(InputError, match=words):
        solve_steady_flow(net, LAWS["cnga"])


def test_all_such_faults_come_at_once() -> None:
    net = network({}, {"a": 60.0, "b": 61.0}, element("v", "valve", "a", "b"), pipe("q", "c", "d"))
    with pytest.raises(InputError, match="2 problems"):
        solve_steady_flow(net, LAWS["cnga"])


def test_a_solver_that_stops_short_says_by_how_much() -> None:
    net = network(
        {"b": -60.0, "c": -150.0},
        {"a": 70.0},
        pipe("ab", "a", "b"),
        pipe("ac", "a", "c", length_km=90.0),
        pipe("bc", "b", "c"),
    )
    with pytest.raises(NotConverged, match=r"off by .*, 1e-12 aimed at, after 1 steps"):
        solve_steady_flow(net, LAWS["cnga"], FlowSettings(most_steps=1))


def test_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InputError, match="tolerance"):
        FlowSettings(tolerance=1e-3, accepted=1e-6)


def test_a_network_keeps_no_state_between_solutions() -> None:
    net = network({"b": -60.0}, {"a": 70.0}, pipe("ab", "a", "b"))
    before = dataclasses.replace(net, supply_kg_per_s=net.supply_kg_per_s.copy())
    solve_steady_flow(net, LAWS["cnga"])
    assert np.array_equal(before.supply_kg_per_s, net.supply_kg_per_s)
    assert (
        solve_steady_flow(net, LAWS["cnga"]).pressure_pa.tolist()
        == solve_steady_flow(before, LAWS["cnga"]).pressure_pa.tolist()
    )
