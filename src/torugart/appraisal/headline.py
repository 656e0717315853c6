"""The answer in a few sentences, each tied to the figure it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from torugart.appraisal.trade_section import trade_sentence

if TYPE_CHECKING:
    from torugart.appraisal.project import Answer

HEADLINE_CLASS = "manufactures"
NO_CHANGE_DAYS = 0.005
LEAST_GAIN_USD = 0.01
LEAST_KM = 1.0


def headline(answer: Answer, tables: dict[str, pd.DataFrame]) -> list[dict[str, str]]:
    """Sentences for the top of every view, with the id of the figure behind each."""
    names = dict(zip(tables["benefits_class"]["class_id"], tables["benefits_class"]["name"], strict=True))
    out = [_total(answer, tables)]
    out += _worth(tables)
    out += _least_cost(answer)
    pairs = tables["pairs"]
    if len(pairs):
        out += [s for s in (_largest(pairs, names), _unchanged(pairs, names), _rail_only(tables)) if s]
    out += _gates(tables["gates"])
    trade = trade_sentence(tables, answer.question.trade_base)
    out += [trade] if trade else []
    if len(tables["claims"]):
        out.append(_claims(tables["claims"]))
    return out


def _total(answer: Answer, tables: dict[str, pd.DataFrame]) -> dict[str, str]:
    b, q = answer.benefits, answer.question
    value = b.total[0] / 1e6
    if value == 0 and not b.total.any():
        text = f"Users gain exactly nothing in {q.year}: no link of the network changes."
        return {"figure_id": "benefit.total", "text": text}
    text = f"Users gain {amount(value)} million USD in {q.year}"
    if answer.draws.n:
        lo, hi = np.percentile(b.total[1:], [5, 95]) / 1e6
        text += f" (90 % interval {amount(lo)} to {amount(hi)})"
    top = tables["benefits_country"].sort_values("musd", ascending=False).head(3)
    shares = ", ".join(f"{r.name} {amount(r.musd)}" for r in top.itertuples(index=False))
    text += f", against the do-minimum: {shares}. Users' gain only: no construction cost, no one else's loss."
    return {"figure_id": "benefit.total", "text": text}


def _worth(tables: dict[str, pd.DataFrame]) -> list[dict[str, str]]:
    """What the whole account comes to; where no cost is on record, the cost that it bears."""
    if "accounts_results" not in tables:
        return []
    results = tables["accounts_results"].set_index("result_id")
    if "npv_6" not in results.index:
        most = results["value"].get("most_capital_6", 0.0)
        if not most > 0:
            return []
        text = f"Its cost is not on record; counting all parties it bears a capital cost of {most:,.0f} million USD at 6 %."
        return [{"figure_id": "account.most_capital_6", "text": text}]
    npv, rate = results.loc["npv_6"], results.at["eirr", "value"]
    text = f"Counting all parties, construction and upkeep, the net present value at 6 % is {npv['value']:,.0f} million USD"
    if np.isfinite(npv["lo"]):
        text += f" (90 % interval, with overruns and outturns of other projects, {npv['lo']:,.0f} to {npv['hi']:,.0f})"
    text += "." if np.isnan(rate) else f", the rate of return {100 * rate:.1f} %."
    chance = tables["risk"].query("kind == 'probability' and item == 'eirr_6'")["value"]
    if len(chance):
        text += f" It reaches 6 % in {100 * chance.iloc[0]:.0f} % of the draws."
    return [{"figure_id": "account.npv_6", "text": text}]


def _least_cost(answer: Answer) -> list[dict[str, str]]:
    """How much of the gain comes from ways that become the best, and how much from having one way more."""
    b = answer.benefits
    if not b.total.any():
        return []
    text = f"Of the users' gain {amount(b.least_cost[0] / 1e6)} million comes from ways that become the best"
    if answer.draws.n:
        lo, hi = np.percentile(b.least_cost[1:], [5, 95]) / 1e6
        text += f" (90 % interval {amount(lo)} to {amount(hi)})"
    text += (
        "; the rest is the worth of one more way to choose from, which rests on the calibrated spread of choices and on pairs "
        "where the project is not the best way."
    )
    return [{"figure_id": "benefit.least_cost", "text": text}]


def _largest(pairs: pd.DataFrame, names: dict[str, str]) -> dict[str, str] | None:
    """The pair and class that gains most for each box, and how many gain at all."""
    gain = pairs["gc_usd_without"] - pairs["gc_usd_with"]
    changed = pairs[gain > LEAST_GAIN_USD]
    if changed.empty:
        return None
    best = pairs.loc[gain.idxmax()]
    days, usd = best["d_days"], best["d_usd"]
    text = (
        f"The best way changes on {len(changed)} of {len(pairs)} reported pairs and classes. It gains most for "
        f"{names.get(best['class_id'], best['class_id']).lower()} from {best['origin_name']} to {best['destination_name']}: "
        f"{best['km_without']:,.0f} to {best['km_with']:,.0f} km, {_by(days, 'days', 1)}, {_by(usd, 'USD per FEU', 0)}."
    )
    return {"figure_id": f"pair.{best['pair_id']}.{best['class_id']}.d_usd", "text": text}


def _by(change: float, unit: str, digits: int) -> str:
    """A change in words: 0.9 days slower, 120 USD per FEU cheaper."""
    words = ("slower", "quicker") if unit == "days" else ("dearer", "cheaper")
    if abs(change) < 0.5 * 10**-digits:
        return f"{unit} the same"
    return f"{abs(change):,.{digits}f} {unit} {words[0] if change > 0 else words[1]}"


def _unchanged(pairs: pd.DataFrame, names: dict[str, str]) -> dict[str, str] | None:
    """How many pairs keep their best way, and what keeps the nearest one from changing."""
    pairs = pairs[pairs["class_id"] == HEADLINE_CLASS]
    if pairs.empty:
        return None
    same = pairs[(pairs["d_days"].abs() <= NO_CHANGE_DAYS) & (pairs["gap_usd"] > 0)]
    if same.empty:
        return None
    near = same.sort_values(["gap_usd", "pair_id"]).iloc[0]
    text = (
        f"For {names.get(HEADLINE_CLASS, HEADLINE_CLASS).lower()} {len(same)} of {len(pairs)} reported pairs keep their best way, so "
        f"their change is zero. Nearest to a change is {near['origin_name']} to {near['destination_name']}: the way through the "
        f"project costs {near['gap_usd']:,.0f} USD per FEU more"
    )
    if np.isfinite(near["switch_h"]):
        if near["switch_h"] >= 0:
            text += f", and would be the best if its border stops took {near['switch_h']:.0f} hours in all"
        else:
            text += ", and no border stop however short would make it the best"
    text += f". In {100 * near['prob_best']:.0f} % of the draws it is the best."
    return {"figure_id": f"pair.{near['pair_id']}.{HEADLINE_CLASS}.gap_usd", "text": text}


def _rail_only(tables: dict[str, pd.DataFrame]) -> dict[str, str] | None:
    """What a comparison of railways alone would say, beside the way that freight takes today."""
    if tables["rail_only"].empty or tables["pairs"].empty:
        return None
    rail = tables["rail_only"].dropna(subset=["km_without", "km_with"])
    saved = rail["km_without"] - rail["km_with"]
    if not (saved > LEAST_KM).any():
        return None
    top = rail.loc[saved.idxmax()]
    pair = tables["pairs"]
    free = pair[(pair["pair_id"] == top["pair_id"]) & (pair["class_id"] == top["class_id"])].iloc[0]
    text = (
        f"By railways alone {top['origin_name']} to {top['destination_name']} shrinks from {top['km_without']:,.0f} to "
        f"{top['km_with']:,.0f} km; but its best way today is {free['km_without']:,.0f} km "
        f"({free['modes_without'].replace(' > ', ' and ')}). "
        f"{int((saved > LEAST_KM).sum())} of {len(rail)} pairs get shorter by rail, {int((saved > 900).sum())} of them by over 900 km."
    )
    return {"figure_id": f"rail.{top['pair_id']}.d_km", "text": text}


def _gates(gates: pd.DataFrame) -> list[dict[str, str]]:
    out: list[dict[str, str]] = []
    if gates.empty:
        return out
    gain = gates.sort_values(["d_t", "crossing_id"], ascending=[False, True]).iloc[0]
    loss = gates.sort_values(["d_t", "crossing_id"]).iloc[0]
    if gain["d_t"] > 1:
        lo_hi = (
            "" if np.isnan(gain["d_t_lo"]) else f" ({gain['d_t_lo'] / 1e6:.2f} to {gain['d_t_hi'] / 1e6:.2f})"
        )
        text = f"{gain['name']} gains most traffic, {gain['d_t'] / 1e6:.2f} Mt a year{lo_hi}"
        if loss["d_t"] < -1:
            lost = (
                ""
                if np.isnan(loss["d_t_lo"])
                else f" ({loss['d_t_lo'] / 1e6:.2f} to {loss['d_t_hi'] / 1e6:.2f})"
            )
            text += f"; {loss['name']} loses most, {-loss['d_t'] / 1e6:.2f} Mt{lost.replace('(', '(change ')}"
        out.append({"figure_id": f"gate.{gain['crossing_id']}.d_t", "text": text + "."})
    return out


PLURALS = {
    "holds": "hold",
    "does not hold": "do not hold",
    "not a checkable statement": "not checkable statements",
    "holds on another base": "hold on another base",
    "holds (speaker's own figures only)": "hold by the speaker's own figures only",
}


def _claims(claims: pd.DataFrame) -> dict[str, str]:
    counts = claims["verdict"].value_counts()
    words = ", ".join(
        f"{n} {PLURALS.get(str(v), str(v)) if n > 1 else v}"
        for v, n in sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    )
    return {"figure_id": "", "text": f"Of {len(claims)} published statements on it: {words}."}


def amount(value: float) -> str:
    """A figure with three significant digits and thousands separated."""
    if value == 0 or not np.isfinite(value):
        return f"{value:.0f}" if value == 0 else "unknown"
    digits = max(0, 2 - int(np.floor(np.log10(abs(value)))))
    return f"{value:,.{digits}f}"
