"""The trade section on the built-in package: the screen beside the network run again, laws, and the account beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import torugart
from torugart.appraisal.benefits import by_country, users_benefits
from torugart.appraisal.project import Question, Sides, build_sides
from torugart.appraisal.trade_changes import IMPROVEMENT, TradeWatcher
from torugart.appraisal.trade_effects import (
    draw_trade,
    effects_table,
    flips_table,
    solve_worlds,
    valuable_table,
)
from torugart.demand.freight import build_demand
from torugart.errors import InputError
from torugart.evaluate.sides import draw_quantities
from torugart.network.ways import WaySettings
from torugart.trade.country_base import build_country_base
from torugart.verbs.prepare import prepare

CROSSING = "saryagash_chukursay_rail"


@pytest.fixture(scope="module")
def ready():
    return prepare()


def watched(ready, project="", draws=0, improved="", screen=False):
    """What a project, or a cheaper crossing, does to trade costs, and the users' benefit."""
    question = Question(project, 2035, ready.as_of, draws=draws)
    sides = build_sides(ready.network, frozenset({project} if project else ()), question)
    if improved:
        at = ready.network.tables["crossings"]["crossing_id"].tolist().index(improved)
        sides = Sides(
            sides.today, sides.base, replace(sides.base, network=cheaper(ready.network, at)), sides.state
        )
    drawn = draw_quantities(ready.network, [], draws, 1)
    case = sides.case(drawn, 2035, project)
    demand = build_demand(ready.package.tables)
    watcher = TradeWatcher(case, build_country_base(ready.package.tables), demand, screen=screen)
    benefits = users_benefits(
        demand, case, WaySettings(), affected_only=not screen and not improved, watch=watcher.watch
    )
    return watcher, benefits, drawn


def cheaper(network, crossing):
    """The network with a tenth off the hours and money of a crossing."""
    c = network.components
    factor = np.where(c.crossing == crossing, 1 - IMPROVEMENT, 1.0)
    c = replace(c, hours=c.hours * factor, usd=c.usd * factor)
    return replace(network, components=c, hours=c.per_arc(c.hours), usd=c.per_arc(c.usd))


@pytest.fixture(scope="module")
def base_run(ready):
    return watched(ready, screen=True)


def test_nothing_changed_leaves_every_trade_cost_at_one(base_run):
    watcher, benefits, _ = base_run
    assert np.all(watcher.tau == 1)
    assert not benefits.total.any()


def test_the_screen_meets_the_network_run_again(ready, base_run):
    watcher, _, _ = base_run
    at = ready.network.tables["crossings"]["crossing_id"].tolist().index(CROSSING)
    first = watcher.screen_of("crossings")[at]
    solved = watcher.improved("crossings", np.array([at]))[0] - 1
    again, _, _ = watched(ready, improved=CROSSING)
    run = again.change[..., 0]
    big = run < 0.05 * run.min()
    assert big.sum() > 5
    # The run finds ways anew with the cheaper crossing: a small trade may save much more than the screen says, none less.
    assert np.median(np.abs(solved[big] / run[big] - 1)) < 0.03
    assert np.all(run[big] <= 0.98 * solved[big])  # but for path sizes of the larger union
    flows = watcher.base.flows
    assert (flows * solved).sum() == pytest.approx((flows * run).sum(), rel=0.04)
    assert np.allclose(first[big], solved[big], rtol=0.1)
    assert np.all(first <= 0)
    assert np.all(solved <= first + 1e-12)  # choice made anew saves more than shares held


def test_the_valuable_are_ranked_and_solved(ready, base_run):
    watcher, _, drawn = base_run
    answer = solve_worlds(
        ready.package.tables,
        watcher.tau,
        draw_trade(ready.package.tables, drawn, 5.0),
        "china",
        watcher=watcher,
    )
    table = valuable_table(watcher, answer.main.base, "UZB", answer.settings, ready.package.tables, 4)
    for _, mine in table.groupby("kind"):
        assert mine["rank"].tolist() == [1, 2, 3, 4]
        assert mine["first_order_musd"].is_monotonic_decreasing
        assert np.allclose(mine["solved_musd"], mine["first_order_musd"], rtol=0.1)
    assert table["residual"].max() < 1e-11
    names = dict(
        zip(ready.package.tables["countries"]["iso3"], ready.package.tables["countries"]["name"], strict=True)
    )
    assert set(effects_table(answer, names)["word"]) == {"none"}
    assert set(flips_table(answer, names)["flips"]) == {"no"}


def test_stated_freight_and_time_are_parts_of_the_cost(ready, tmp_path):
    """A tenth off freight and off time, apart and together, on ways that stay."""
    found = {}
    for kinds in (("freight",), ("time",), ("freight", "time")):
        answer = torugart.trade_effects(
            costs=[f"CHN,KGZ:{kind}=-10%" for kind in kinds], draws=2, out=tmp_path / "b"
        )
        [row] = answer.tables["trade_costs"].to_dict("records")
        assert (row["exporter"], row["importer"]) == ("CHN", "KGZ")
        found[kinds] = row
    for kinds, row in found.items():
        fall = 0.1 * sum(row[f"{kind}_share_before"] for kind in kinds)
        whole = 1 + row["freight_share_before"] + row["time_share_before"]
        # Exact for every city pair; over the mean of all only within the bounds that a mean gives.
        assert -row["carried_tau_pct"] / 100 == pytest.approx(fall / whole, rel=0.1)
        for kind in ("freight", "time"):
            part = 0.9 if kind in kinds else 1.0
            assert row[f"{kind}_share_after"] == pytest.approx(part * row[f"{kind}_share_before"], rel=1e-9)
    apart = found["freight",]["tau_pct"] + found["time",]["tau_pct"]
    assert found["freight", "time"]["tau_pct"] == pytest.approx(apart, rel=0.01)
    with pytest.raises(InputError, match="no trade from CHN to ROW goes over the network"):
        torugart.trade_effects(costs=["CHN,ROW:freight=-10%"], draws=1, out=tmp_path / "b")


def test_the_trade_gain_is_the_users_gain_read_again(ready):
    watcher, benefits, drawn = watched(ready, "cku", draws=20)
    tables = ready.package.tables
    answer = solve_worlds(tables, watcher.tau, draw_trade(tables, drawn, None), "china", watcher=watcher)
    users = benefits.total / 1e6
    trade = answer.main.gain_usd.sum(axis=0) / 1e6
    # A dollar of trade counts with its cost of delivery, 1 + m + v T of 1.1 to 1.4, where a box counts by itself.
    assert np.all((trade > 0.6 * users) & (trade < users))
    saved = -(watcher.base.flows[..., None] * watcher.change).sum(axis=(0, 1)) / 1e6
    assert np.allclose(trade, saved, rtol=0.05)  # to first order the world gains what its trade saves
    assert np.all(watcher.change <= 1e-12)  # a railway that opens makes no way dearer
    incomes = by_country(benefits, 0.5)
    assert set(incomes) <= set(answer.main.base.countries)
    assert max(float(w.residual.max()) for w in answer.worlds.values()) < 1e-11
