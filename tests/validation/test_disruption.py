"""Closures on the shipped network: what must hold, and what a question without sense is told."""

from __future__ import annotations

import numpy as np
import pytest

import torugart
from torugart.appraisal.disruption import disrupt, usual_days
from torugart.appraisal.project import with_projects
from torugart.demand.freight import build_demand
from torugart.errors import InputError, UnknownName
from torugart.verbs.disrupt import find_closure, state_on
from torugart.verbs.prepare import prepare

GATE = "khorgos_altynkol_rail"


@pytest.fixture(scope="module")
def ready(few_trades):
    return prepare(few_trades)


@pytest.fixture(scope="module")
def demand(ready):
    return build_demand(ready.package.tables, "china")


def usual_and_closure(ready, demand, gate, days, direction="both"):
    closure, _ = find_closure(ready.network, gate, days, direction)
    state = state_on(ready.network, ready.as_of)
    return usual_days(ready.network, state, state.projects, demand, closure.links), closure


def closed(ready, demand, gate, days, direction="both"):
    usual, closure = usual_and_closure(ready, demand, gate, days, direction)
    return disrupt(usual, closure, demand)


@pytest.fixture(scope="module")
def fortnight(ready, demand):
    return closed(ready, demand, GATE, 14)


def test_what_used_the_gate_waits_or_goes_round(fortnight):
    assert sum(fortnight.waiting_t.values()) + fortnight.diverted_t == pytest.approx(
        fortnight.used_t, rel=1e-6
    )
    assert fortnight.total_usd > 0


def test_nothing_passes_a_closed_gate(fortnight):
    gate = fortnight.gates.set_index("crossing_id").loc[GATE]
    assert gate["t_per_day_in"] == 0
    assert gate["t_per_day_before"] * 14 == pytest.approx(fortnight.used_t, rel=1e-6)
    assert np.isnan(gate["hours_added"])


def test_closing_what_nobody_uses_costs_nothing(ready, demand):
    d = closed(ready, demand, "grodno_bialystok_rail", 14)
    assert d.used_t == 0
    assert d.total_usd == pytest.approx(0, abs=1e-6)


def test_a_longer_closure_costs_more_a_day(ready, demand, fortnight):
    week = closed(ready, demand, GATE, 7)
    assert week.total_usd / 7 < fortnight.total_usd / 14
    assert sum(week.waiting_t.values()) / 7 > sum(fortnight.waiting_t.values()) / 14


def test_one_direction_costs_less_than_both(ready, demand, fortnight):
    parts = [closed(ready, demand, GATE, 14, d) for d in ("a_to_b", "b_to_a")]
    assert all(p.total_usd < fortnight.total_usd for p in parts)
    assert sum(p.used_t for p in parts) == pytest.approx(fortnight.used_t, rel=1e-6)


@pytest.mark.parametrize("direction", ["both", "a_to_b", "b_to_a"])
def test_a_line_clears_with_what_the_usual_load_leaves_of_the_gate(ready, demand, direction):
    usual, closure = usual_and_closure(ready, demand, GATE, 14, direction)
    d = disrupt(usual, closure, demand)
    k = int(np.flatnonzero(usual.limits.table["element_id"] == GATE)[0])
    free = (
        usual.limits.capacity_t_per_day[k] - usual.found.load_t_per_day[k] - usual.waits.beside_t_per_day[k]
    )
    assert d.after_days * free == pytest.approx(sum(d.waiting_t.values()), rel=1e-9)


def test_what_a_project_takes_off_a_gate_is_not_put_beside_it(ready, demand):
    without, closure = usual_and_closure(ready, demand, GATE, 14)
    state = with_projects(without.state, frozenset({"cku"}))
    with_ = usual_days(
        ready.network,
        state,
        state.projects,
        demand,
        closure.links,
        today_t_per_day=without.today_t_per_day,
    )
    beside = [
        dict(zip(u.limits.table["limit_id"], u.waits.beside_t_per_day, strict=True)) for u in (without, with_)
    ]
    assert {k: v for k, v in beside[1].items() if k in beside[0]} == beside[0]
    k = int(np.flatnonzero(with_.limits.table["element_id"] == GATE)[0])
    assert with_.found.load_t_per_day[k] < without.found.load_t_per_day[k]
    assert with_.found.hours[k] < without.found.hours[k]


def test_losses_by_country_and_class_are_one_sum(few_trades, tmp_path):
    answer = torugart.disrupt_gate(GATE, 10, with_project="cku", data=few_trades, out=tmp_path / "b")
    closure, losses = answer.tables["closure"].set_index("side"), answer.tables["losses"]
    assert set(closure.index) == {"without", "with"}
    for side in closure.index:
        for kind in ("country", "class"):
            mine = losses[(losses["side"] == side) & (losses["kind"] == kind)]
            assert mine["musd"].sum() == pytest.approx(closure.at[side, "loss_musd"], rel=1e-9)
    for figure_id in answer.tables["figures"]["figure_id"].head(5):
        assert torugart.why(figure_id, answer.folder).value
    assert np.isfinite(closure["loss_musd"]).all()


@pytest.mark.parametrize(
    ("gate", "days", "given", "error", "words"),
    [
        ("dostykk", 3, {}, UnknownName, "dostyk"),
        (GATE, 0, {}, InputError, "--days is 0"),
        (GATE, 400, {}, InputError, "--days is 400"),
        (GATE, float("nan"), {}, InputError, "--days is nan"),
        (GATE, 3, {"direction": "up"}, InputError, "--direction"),
        (GATE, 3, {"start": "2024-13-01"}, InputError, "--from"),
        (GATE, 3, {"start": "1999-01-01"}, InputError, "--from"),
        (GATE, 3, {"start": "2024-8-1"}, InputError, "--from"),
        (GATE, 3, {"mode": "air"}, InputError, "--mode"),
        (GATE, 3, {"per_year": -1.0}, InputError, "--per-year"),
        (GATE, -1, {"direction": "up", "per_year": 0.0}, InputError, "(?s)--days.*--direction.*--per-year"),
        (GATE, 3, {"with_project": "ckuu"}, UnknownName, "ckuu"),
    ],
)
def test_questions_that_make_no_sense(few_trades, tmp_path, gate, days, given, error, words):
    with pytest.raises(error, match=words):
        torugart.disrupt_gate(gate, days, data=few_trades, out=tmp_path / "b", **given)
    assert not (tmp_path / "b").exists()
