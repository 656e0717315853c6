"""The trade section of an appraisal: tables and figures of what a change of trade costs does to trade and real income."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from torugart.appraisal.drivers import rank_drivers, with_sources
from torugart.appraisal.trade_changes import IMPROVEMENT, TradeWatcher
from torugart.appraisal.trade_effects import (
    ELASTICITY,
    INCOMES,
    TradeAnswer,
    costs_table,
    draw_trade,
    effects_table,
    ends,
    flips_table,
    hangs_on_table,
    solve_worlds,
    trade_notes,
    valuable_table,
)
from torugart.errors import InputError
from torugart.evaluate.comparison import Case
from torugart.trade.country_base import WORLDS, build_country_base

if TYPE_CHECKING:
    from torugart.appraisal.figures import FigureList
    from torugart.appraisal.project import Answer

Add = Callable[..., None]

METHOD = "docs/methods/trade.md"
COST_METHOD = "docs/methods/trade_costs.md"
MOST_VALUABLE = 10


def trade_watcher(case: Case, demand: pd.DataFrame, trade_base: str) -> tuple[TradeWatcher | None, str]:
    """One that watches for the trade section, or why there is none."""
    try:
        base = build_country_base(case.base.network.tables, trade_base)
    except InputError as fault:
        return None, f"No trade section: {fault}"
    return TradeWatcher(case, base, demand, screen=True), ""


def add_trade(answer: Answer, tables: dict[str, pd.DataFrame], figures: FigureList) -> None:
    """Add the tables of the trade section and its figures."""
    watcher = answer.trade
    if watcher is None:
        return
    package = answer.sides.base.network.tables
    draws = draw_trade(package, answer.draws, None)
    found = solve_worlds(package, watcher.tau, draws, answer.question.trade_base, watcher=watcher)
    users = tables["benefits_country"].set_index("iso3")["musd"].to_dict()
    beside = Beside(users, incomes_of(tables), frozenset(f["figure_id"] for f in figures.rows))
    write_trade(found, package, tables, figures.add, beside, Screen(MOST_VALUABLE))
    ranked = rank_drivers(drawn_of(found), draws).assign(kind="quantity")
    drivers = [tables["drivers"], with_sources(ranked, package)]
    tables["drivers"] = pd.concat([d for d in drivers if len(d)] or drivers[:1], ignore_index=True)


def incomes_of(tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """What carriers, owners and treasuries of a country win or lose in a year, from the accounts, million USD."""
    matrix = tables.get("accounts_matrix")
    if matrix is None or matrix.empty:
        return {}
    mine = matrix[matrix["party"].isin(INCOMES)]
    return {str(k): float(v) for k, v in mine.groupby("iso3")["musd"].sum().items()}


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the trade gain: users' gain and incomes by country, million USD a year; and figures of the bundle."""

    users_musd: Mapping[str, float] = field(default_factory=dict)
    incomes_musd: Mapping[str, float] = field(default_factory=dict)
    figures: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Screen:
    """How many of the most valuable crossings and links, for whom; for the country whose income changes most when none is named."""

    most: int
    country: str = ""
    elements: tuple[str, ...] = ("crossings",)


def write_trade(
    found: TradeAnswer,
    package: Mapping[str, pd.DataFrame],
    tables: dict[str, pd.DataFrame],
    add: Add,
    beside: Beside,
    screen: Screen,
) -> None:
    """Write every table of a trade answer and give every figure to ``add``."""
    names = dict(zip(package["countries"]["iso3"], package["countries"]["name"], strict=True))
    tables["trade_effects"] = effects_table(found, names, beside.users_musd, beside.incomes_musd)
    tables["trade_costs"] = costs_table(found, names)
    tables["trade_flips"] = flips_table(found, names)
    tables["trade_hangs_on"] = hangs_on_table(found, names)
    if found.watcher is not None and found.watcher.screen:
        base = found.main.base
        most_moved = int(np.abs(found.main.real_income[:, 0] - 1).argmax())
        tables["trade_valuable"] = valuable_table(
            found.watcher,
            base,
            screen.country or base.countries[most_moved],
            found.settings,
            package,
            screen.most,
            screen.elements,
        )
    tables["trade_notes"] = pd.DataFrame({"note": trade_notes(found)})
    _add_figures(found, package, tables, add, names, beside.figures)


def drawn_of(found: TradeAnswer) -> dict[str, Any]:
    """Draws of the figures that have them, by figure id."""
    out = {}
    for world, w in found.worlds.items():
        out[f"trade.{world}.gain.world"] = w.gain_usd.sum(axis=0) / 1e6
        out |= {f"trade.{world}.gain.{c}": w.gain_usd[k] / 1e6 for k, c in enumerate(w.base.countries)}
    return out


def trade_sentence(tables: Mapping[str, pd.DataFrame], asked: str) -> dict[str, str] | None:
    """One sentence on real income for the top of every view."""
    if "trade_effects" not in tables:
        return None
    effects = tables["trade_effects"]
    mine = effects[effects["trade_base"] == asked]
    if not mine["gain_musd"].abs().max() > 0:
        return None
    best = mine.sort_values("real_income_pct", key=np.abs, ascending=False, kind="stable").iloc[0]
    other = effects[(effects["trade_base"] != asked) & (effects["iso3"] == best["iso3"])].iloc[0]
    lost = mine[mine["word"] == "loses"].sort_values("gain_musd")
    whose = "its partners'" if asked == "china" else "China's"
    text = (
        f"Read as trade, the same gain is {mine['gain_musd'].sum():,.0f} million USD of real income a year, not to be added; most "
        f"in proportion for {best['name']}: {best['real_income_pct']:+.3f} % ({other['real_income_pct']:+.3f} % by {whose} count)"
    )
    if len(lost):
        verb = "loses" if len(lost) == 1 else "lose"
        dearer = bool((tables["trade_costs"]["tau_pct"] > 0).any())
        text += f"; {', '.join(lost['name'].head(3))} {verb}{'' if dearer else ' a little to trade that turns elsewhere'}"
    return {"figure_id": f"trade.{asked}.gain.world", "text": f"{text}."}


def _add_figures(
    found: TradeAnswer,
    package: Mapping[str, pd.DataFrame],
    tables: Mapping[str, pd.DataFrame],
    add: Add,
    names: Mapping[str, str],
    known: Collection[str],
) -> None:
    """Add a figure for every gain, income and trade cost; ``known`` are the ids of figures that the bundle has."""
    year = int(package["trade_economies"]["year"].max())
    theta = found.draws.quantities[ELASTICITY].ref
    model = [theta] if theta else []
    changed = [(r.exporter, r.importer) for r in tables["trade_costs"].itertuples()]
    flows = package["trade_flows"]
    flows = flows[(flows[f"{found.asked}_base"] == "yes") & (flows["year"] == year)]
    world_rows = package["trade_world"]
    world_rows = world_rows[world_rows["year"] == year]
    traded = {
        (r.exporter, r.importer): [f"cell:trade_world/{r.exporter}/{r.importer}/{year}/usd"]
        for r in world_rows.itertuples()
    }
    traded |= {(r.exporter, r.importer): [f"cell:trade_flows/{r.flow_id}/usd"] for r in flows.itertuples()}
    drawn = drawn_of(found)
    for world, w in found.worlds.items():
        total = drawn[f"trade.{world}.gain.world"]
        add(
            f"trade.{world}.gain.world",
            f"real income of all countries, {WORLDS[world]}",
            float(total[0]),
            "million USD/year",
            "trade",
            f"sum over countries ({METHOD})",
            [f"figure:trade.{world}.gain.{c}" for c in w.base.countries],
            *ends(total),
            "a second reading of the users' benefit, never added to it",
        )
        effects = tables["trade_effects"]
        for r in effects[effects["trade_base"] == world].itertuples(index=False):
            add(
                f"trade.{world}.gain.{r.iso3}",
                f"real income of {r.name}, {WORLDS[world]}",
                r.gain_musd,
                "million USD/year",
                "trade",
                f"spending of the base x change of real income ({METHOD})",
                [f"figure:trade.{world}.income.{r.iso3}"],
                r.gain_musd_lo,
                r.gain_musd_hi,
            )
            add(
                f"trade.{world}.income.{r.iso3}",
                f"change of real income of {r.name}, {WORLDS[world]}",
                r.real_income_pct,
                "%",
                "trade",
                f"expenditure over price index, new over old, all markets cleared ({METHOD})",
                [
                    *(f"cell:trade_economies/{r.iso3}/{year}/{c}" for c in ("gdp_usd", "output_over_gdp")),
                    *model,
                    *(f"figure:trade.tau.{e}-{i}" for e, i in changed if r.iso3 in (e, i)),
                ],
                r.real_income_pct_lo,
                r.real_income_pct_hi,
                "and the trade costs of all other countries, in trade_costs" if changed else "",
            )
    # A stated change of the whole cost hangs on no day's worth.
    ids = sorted(package["classes"]["class_id"]) if found.watcher is not None else []
    formula = "as it was asked for"
    if found.watcher is not None:
        formula = f"1 + sum over city pairs and classes of trade x (tau-hat - 1) over all trade of the pair ({COST_METHOD})"
    classes = [f"cell:classes/{c}/vot_share_per_day" for c in ids]
    for r in tables["trade_costs"].itertuples(index=False):
        benefit = f"benefit.trade.{r.exporter}-{r.importer}"
        add(
            f"trade.tau.{r.exporter}-{r.importer}",
            f"change of trade cost, {r.pair}",
            r.tau_pct,
            "%",
            "trade",
            formula,
            [
                *([f"figure:{benefit}"] if benefit in known else traded.get((r.exporter, r.importer), [])),
                *classes,
            ],
            r.tau_lo,
            r.tau_hi,
        )
    for r in tables.get("trade_valuable", pd.DataFrame()).itertuples(index=False):
        add(
            f"trade.valuable.{r.element_id}",
            f"real income of {names.get(r.country, r.country)} when {r.name} costs {100 * IMPROVEMENT:.0f} % less hours and money",
            r.solved_musd,
            "million USD/year",
            "trade",
            f"choice and trade solved again with the improvement ({COST_METHOD})",
            [*model, *classes],
            note=f"first order: {r.first_order_musd:.4g}",
        )
