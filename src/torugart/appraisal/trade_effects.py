"""Trade and real income after a change of trade costs, under both counts of trade, as tables of a bundle.

The trade model and the network account read the same gain twice: nothing here is added to users' benefit. Methods:
docs/methods/trade.md and docs/methods/trade_costs.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.appraisal.drivers import GROUPS, group_shares
from torugart.appraisal.trade_changes import IMPROVEMENT, TradeWatcher, tau_of_class_means
from torugart.draws.quantities import Quantity, draw_all
from torugart.evaluate.sides import Draws
from torugart.network.factors import parameter_quantity
from torugart.trade.adjoint import real_income_slopes
from torugart.trade.baseline import Baseline
from torugart.trade.country_base import WORLDS, build_country_base
from torugart.trade.one_sector import CostChange, OneSectorSettings, solve_one_sector
from torugart.trade.one_sector_draws import DrawnTrade, solve_in_draws

FloatArray = NDArray[np.float64]
ELASTICITY, OUTPUT = "trade_elasticity", "output_over_gdp"
USUAL_ELASTICITY = 5.03
FEWEST_DRAWS = 10  # that say what an interval hangs on
RESOLUTION = 1e-10  # of spending: a hundred times what the markets are cleared to
TRADE_GROUPS = (
    ("trade elasticity", (ELASTICITY,)),
    ("gross output over GDP", (OUTPUT,)),
    *GROUPS,
)
ALWAYS_TOLD = ("value of time", "trade elasticity")
EFFECTS = ("real_income_pct", "gain_musd", "exports_pct", "imports_pct", "trade_cost_pct")
INCOMES = ("carriers", "owners", "treasuries")
ELEMENTS = ("crossings", "links")


@dataclass(frozen=True, slots=True)
class TradeAnswer:
    """What a change of trade costs does, before it is written.

    Attributes
    ----------
    asked : {"china", "partner"}
        Count of trade that was asked for; the other stands beside it.
    worlds : mapping of str to DrawnTrade
    tau : ndarray, shape (n, n, n_draws + 1)
    draws : Draws
        With those of the network where there is one.
    settings : OneSectorSettings
    watcher : TradeWatcher, optional
    """

    asked: str
    worlds: Mapping[str, DrawnTrade]
    tau: FloatArray
    draws: Draws
    settings: OneSectorSettings
    watcher: TradeWatcher | None = None

    @property
    def main(self) -> DrawnTrade:
        """The answer under the count asked for."""
        return self.worlds[self.asked]


def draw_trade(tables: Mapping[str, pd.DataFrame], network: Draws, elasticity: float | None) -> Draws:
    """The network's draws with the trade elasticity and gross output over GDP beside them.

    Parameters
    ----------
    tables : mapping of str to DataFrame
    network : Draws
        Of the network, or empty ones that say how many and from which seed.
    elasticity : float, optional
        Held at this value instead of drawn.
    """
    known = set(tables["parameters"]["parameter_id"])
    if elasticity is not None or ELASTICITY not in known:
        at = USUAL_ELASTICITY if elasticity is None else elasticity
        quantities = [Quantity(ELASTICITY, "trade elasticity", at, at, at, "fixed", "")]
    else:
        quantities = [parameter_quantity(tables["parameters"], ELASTICITY)]
    rules = tables["assumptions"]
    rules = rules[
        (rules["table"] == "trade_economies") & (rules["column"] == OUTPUT) & (rules["where"] == "")
    ]
    if len(rules):
        rule = rules.iloc[0]
        at = float(rule["value"])
        label = "gross output over GDP, of every country alike, over the value assumed"
        quantities.append(
            Quantity(
                OUTPUT,
                label,
                1.0,
                rule["lo"] / at,
                rule["hi"] / at,
                "lognormal",
                f"assumption:{rule['assumption_id']}",
            )
        )
    drawn = draw_all(quantities, network.seed, network.n)
    values = {q.quantity_id: np.concatenate([[q.value], drawn[q.quantity_id]]) for q in quantities}
    return Draws(
        {**network.quantities, **{q.quantity_id: q for q in quantities}},
        {**network.values, **values},
        network.n,
        network.seed,
    )


def solve_worlds(
    tables: Mapping[str, pd.DataFrame],
    tau: FloatArray,
    draws: Draws,
    asked: str,
    settings: OneSectorSettings | None = None,
    watcher: TradeWatcher | None = None,
) -> TradeAnswer:
    """Solve the trade model in every draw, under both counts of trade.

    The change of a trade cost hangs on ways and values of goods, not on how much is traded; so one ``tau`` serves both.

    Raises
    ------
    InputError, NotConverged
        As ``build_country_base`` and ``solve_in_draws``.
    """
    theta = draws.values[ELASTICITY]
    settings = replace(settings or OneSectorSettings(float(theta[0])), trade_elasticity=float(theta[0]))
    factor = draws.values.get(OUTPUT)
    worlds = {
        name: solve_in_draws(build_country_base(tables, name), tau, theta, settings, factor)
        for name in sorted(WORLDS, key=lambda name: name != asked)
    }
    return TradeAnswer(asked, worlds, tau, draws, settings, watcher)


def effects_table(
    answer: TradeAnswer,
    names: Mapping[str, str],
    users_musd: Mapping[str, float] | None = None,
    incomes_musd: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Change of real income, trade and trade cost of every country, under both counts; asked for first, losers kept.

    ``users_musd`` is the network account's gain of users by country, the same gain read otherwise; ``incomes_musd`` what carriers,
    owners and treasuries of a country win or lose there, which is income and no trade gain.
    """
    rows = []
    for world, found in answer.worlds.items():
        values = world_values(answer, found)
        for k, iso3 in enumerate(found.base.countries):
            row: dict[str, object] = {"trade_base": world, "iso3": iso3, "name": names.get(iso3, iso3)}
            for effect in EFFECTS:
                lo, hi = ends(values[effect][k])
                row |= {effect: values[effect][k, 0], f"{effect}_lo": lo, f"{effect}_hi": hi}
            lo, hi = float(np.nan), float(np.nan)
            beside = world == answer.asked
            row["users_musd"] = (users_musd or {}).get(iso3, np.nan) if beside else np.nan
            row["incomes_musd"] = (incomes_musd or {}).get(iso3, np.nan) if beside else np.nan
            row["word"] = gains_or_loses(values["gain_musd"][k], found.base.expenditure[k] / 1e6)
            row["residual"] = float(np.abs(found.central.excess_demand[k]))
            rows.append(row)
    return pd.DataFrame(rows)


def world_values(answer: TradeAnswer, found: DrawnTrade) -> dict[str, FloatArray]:
    """Every effect by country and draw, each of shape (n, n_draws + 1)."""
    abroad = found.base.flows * (1 - np.eye(found.base.n))
    both = abroad + abroad.T
    tau = answer.tau - 1
    moved = np.einsum("ij,ijd->id", abroad, tau) + np.einsum("ij,ijd->jd", abroad, tau)
    return {
        "real_income_pct": 100 * (found.real_income - 1),
        "gain_musd": found.gain_usd / 1e6,
        "exports_pct": 100 * (found.exports - 1),
        "imports_pct": 100 * (found.imports - 1),
        "trade_cost_pct": 100 * moved / np.maximum(both.sum(axis=1), 1e-300)[:, None],
    }


def ends(values: FloatArray) -> tuple[float, float]:
    """5th and 95th percentile of the draws; NaN where nothing was drawn."""
    if values.size < 2:
        return np.nan, np.nan
    lo, hi = np.percentile(values[1:], [5, 95])
    return float(lo), float(hi)


def gains_or_loses(gain_musd: FloatArray, spending_musd: float) -> str:
    """Say which way a gain goes: ``unclear`` where its interval holds nothing, ``none`` below the resolution of the solver."""
    least = RESOLUTION * spending_musd
    lo, hi = ends(gain_musd)
    if np.isnan(lo):
        lo = hi = float(gain_musd[0])
    if max(abs(lo), abs(hi), abs(float(gain_musd[0]))) < least:
        return "none"
    return "gains" if lo > least else "loses" if hi < -least else "unclear"


def costs_table(answer: TradeAnswer, names: Mapping[str, str]) -> pd.DataFrame:
    """Change of every trade cost that changes, per cent, with what it is made of where it comes from the network."""
    countries, w = answer.main.base.countries, answer.watcher
    plain = None if w is None else tau_of_class_means(w)
    rows = []
    for i, j in zip(*np.nonzero((answer.tau != 1).any(axis=2)), strict=True):
        lo, hi = ends(100 * (answer.tau[i, j] - 1))
        row: dict[str, object] = {
            "exporter": countries[i],
            "importer": countries[j],
            "pair": f"{names.get(countries[i], countries[i])} to {names.get(countries[j], countries[j])}",
            "trade_musd": answer.main.base.flows[i, j] / 1e6,
            "tau_pct": 100 * (answer.tau[i, j, 0] - 1),
            "tau_lo": lo,
            "tau_hi": hi,
        }
        if w is not None and plain is not None and w.carried_usd[i, j] > 0:
            usd = w.carried_usd[i, j]
            row["carried_musd"] = usd / 1e6
            row["carried_tau_pct"] = 100 * (answer.tau[i, j, 0] - 1) * w.flows_usd[i, j] / usd
            row["plain_tau_pct"] = 100 * (plain[i, j] - 1)
            for side, part in (("before", w.before), ("after", w.after)):
                for name, value in zip(
                    ("freight_share", "time_share", "days"), part[:, i, j] / usd, strict=True
                ):
                    row[f"{name}_{side}"] = value
        rows.append(row)
    columns = ["exporter", "importer", "pair", "trade_musd", "tau_pct", "tau_lo", "tau_hi"]
    table = pd.DataFrame(rows, columns=None if rows else columns)
    if rows:
        table = table.iloc[np.argsort(table["tau_pct"].to_numpy(float), kind="stable")]
    return table.reset_index(drop=True)


def flips_table(answer: TradeAnswer, names: Mapping[str, str]) -> pd.DataFrame:
    """Conclusions under each count of trade, and whether they are the same."""
    said: dict[str, dict[str, str]] = {}
    for world, found in answer.worlds.items():
        values = world_values(answer, found)
        gain, income = values["gain_musd"], values["real_income_pct"]
        countries = found.base.countries
        total = gain.sum(axis=0)
        spent = float(found.base.expenditure.sum()) / 1e6
        mine = {"the world": gains_or_loses(total, spent)}
        if mine["the world"] != "none":
            mine["gains most in USD"] = names.get(countries[int(gain[:, 0].argmax())], "")
            mine["gains most in per cent of its income"] = names.get(
                countries[int(income[:, 0].argmax())], ""
            )
            mine["loses most in USD"] = (
                names.get(countries[int(gain[:, 0].argmin())], "") if gain[:, 0].min() < 0 else "nobody"
            )
        for k, iso3 in enumerate(countries):
            mine[names.get(iso3, iso3)] = gains_or_loses(gain[k], found.base.expenditure[k] / 1e6)
        said[world] = mine
    keys = dict.fromkeys(key for mine in said.values() for key in mine)
    rows = [
        {"conclusion": key, **{world: said[world].get(key, "") for world in WORLDS}}
        | {"flips": "yes" if len({said[world].get(key, "") for world in WORLDS}) > 1 else "no"}
        for key in keys
    ]
    return pd.DataFrame(rows)


def hangs_on_table(answer: TradeAnswer, names: Mapping[str, str]) -> pd.DataFrame:
    """What kinds of quantity the gains hang on: shares of spread by squared rank correlation, under the count asked for.

    Value of time and trade elasticity are told whenever they are drawn; 0 is no more than chance.
    """
    found = answer.main
    drawn = [q for q, v in answer.draws.quantities.items() if v.dist != "fixed"]
    told = {g for g, starts in TRADE_GROUPS if g in ALWAYS_TOLD and any(q.startswith(starts) for q in drawn)}
    results = {"the world": found.gain_usd.sum(axis=0)}
    order = np.argsort(-np.abs(found.gain_usd[:, 0]), kind="stable")[:6]
    results |= {names.get(found.base.countries[k], ""): found.gain_usd[k] for k in order}
    rows = [
        {"result": result, "group": group, "share": share}
        for result, shares in group_shares(results, answer.draws, TRADE_GROUPS).items()
        for group, share in shares.items()
        if share > 0 or (group in told and answer.draws.n >= FEWEST_DRAWS)
    ]
    return pd.DataFrame(rows, columns=["result", "group", "share"])


def valuable_table(
    watcher: TradeWatcher,
    base: Baseline,
    country: str,
    settings: OneSectorSettings,
    tables: Mapping[str, pd.DataFrame],
    most: int,
    elements: Sequence[str] = ELEMENTS,
) -> pd.DataFrame:
    """Crossings and links whose improvement would raise a country's real income most, and what it really would.

    The screen is the slope of real income by every trade cost (one linear solve, ``real_income_slopes``) times what an improvement
    takes off every trade cost at the base shares of ways. The ones named are solved again: choice among ways made anew, then
    the trade model.

    Returns
    -------
    DataFrame
        rank, kind, element_id, name, mode, first_order_pct, first_order_musd, solved_pct, solved_musd, residual.

    Raises
    ------
    UnknownName
        If the country is not in the base.
    """
    slope = real_income_slopes(base, country, settings)
    at = base.countries.index(country)
    spent = float(base.expenditure[at])
    found: list[tuple[float, str, int, int]] = []
    for element in elements:
        score = np.einsum("eij,ij->e", watcher.screen_of(element), slope)
        best = np.lexsort((np.arange(score.size), -score))[:most]
        found += [
            (float(score[e]), element, int(e), rank)
            for rank, e in enumerate(best, start=1)
            if score[e] > RESOLUTION
        ]
    solved: dict[tuple[str, int], tuple[float, float]] = {}
    for element in elements:
        rows = np.array([e for _, kind, e, _ in found if kind == element], np.int64)
        for e, tau in zip(rows, watcher.improved(element, rows), strict=True):
            r = solve_one_sector(base, CostChange(tau), settings)
            solved[element, int(e)] = (
                float(r.real_income[at]) - 1,
                float(np.abs(r.excess_demand).max()),
            )
    places = dict(zip(tables["places"]["place_id"], tables["places"]["name"], strict=True))
    out = []
    for score, element, e, rank in found:
        row = tables[element].iloc[e]
        ends_of = f"{places[row['place_a']]} – {places[row['place_b']]}"
        now, residual = solved[element, e]
        out.append(
            {
                "rank": rank,
                "kind": element.removesuffix("s"),
                "element_id": row["crossing_id" if element == "crossings" else "link_id"],
                "name": row["name"] if element == "crossings" else ends_of,
                "mode": row["mode"],
                "country": country,
                "first_order_pct": 100 * score,
                "first_order_musd": score * spent / 1e6,
                "solved_pct": 100 * now,
                "solved_musd": now * spent / 1e6,
                "residual": residual,
            }
        )
    columns = ["rank", "kind", "element_id", "name", "mode", "country", "first_order_pct"]
    columns += ["first_order_musd", "solved_pct", "solved_musd", "residual"]
    return pd.DataFrame(out, columns=columns)


def trade_notes(answer: TradeAnswer) -> list[str]:
    """What was assumed, in sentences."""
    theta = answer.draws.quantities[ELASTICITY]
    held = "" if theta.dist != "fixed" else ", held"
    ranged = f" ({theta.lo:g} to {theta.hi:g}, drawn)" if theta.dist != "fixed" else held
    worst = max(float(w.residual.max()) for w in answer.worlds.values())
    notes = [
        "One sector of goods, Armington and Eaton-Kortum in exact hats; what each country makes is given. "
        f"Trade elasticity {theta.value:g}{ranged}.",
        *(
            [
                "A second reading of the users' gain, never added to it; a dollar of trade counts with its cost of delivery, so "
                "the sum is smaller. What carriers, owners and treasuries lose or win is in the accounts."
            ]
            if answer.watcher is not None
            else []
        ),
        *answer.main.base.notes,
        f"Largest excess demand of any market in any draw: {worst:.1e} of its output.",
    ]
    if answer.watcher is not None and answer.watcher.screen:
        notes.append(
            f"Most valuable: {100 * IMPROVEMENT:.0f} % off the hours and money at a crossing or on a link, one at a time."
        )
    return notes
