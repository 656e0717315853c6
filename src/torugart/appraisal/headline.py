"""The answer in a few sentences, each tied to the figure it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from torugart.appraisal.project import Answer

HEADLINE_CLASS = "manufactures"
NO_CHANGE_DAYS = 0.005


def headline(answer: Answer, tables: dict[str, pd.DataFrame]) -> list[dict[str, str]]:
    """Sentences for the top of every view, with the id of the figure behind each."""
    out = [_total(answer, tables)]
    pairs = tables["pairs"]
    pairs = pairs[pairs["class_id"] == HEADLINE_CLASS] if len(pairs) else pairs
    if len(pairs):
        out += [s for s in (_largest(pairs), _unchanged(answer, pairs)) if s]
    out += _gates(tables["gates"])
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


def _largest(pairs: pd.DataFrame) -> dict[str, str] | None:
    won = pairs[pairs["d_days"] < -NO_CHANGE_DAYS]
    change = pairs.assign(gain=pairs["gc_usd_without"] - pairs["gc_usd_with"])
    best = change.sort_values(["gain", "pair_id"], ascending=[False, True]).iloc[0]
    if best["gain"] <= 0.01:
        return None
    days = -best["d_days"]
    text = (
        f"{best['origin_name']} to {best['destination_name']} changes most among the reported pairs: "
        f"{best['km_without']:,.0f} km to {best['km_with']:,.0f} km, {best['days_without']:.1f} to {best['days_with']:.1f} days door "
        f"to door, {amount(best['usd_without'])} to {amount(best['usd_with'])} USD per FEU."
    )
    if days > 0:
        text += f" On {len(won)} of {len(pairs)} pairs the best way becomes quicker."
    else:
        text += f" It is cheaper but {-days:.1f} days slower; on {len(won)} of {len(pairs)} pairs the best way becomes quicker."
    return {"figure_id": f"pair.{best['pair_id']}.{HEADLINE_CLASS}.d_days", "text": text}


def _unchanged(answer: Answer, pairs: pd.DataFrame) -> dict[str, str] | None:
    same = pairs[(pairs["d_days"].abs() <= NO_CHANGE_DAYS) & (pairs["gap_usd"] > 0)]
    if same.empty:
        return None
    near = same.sort_values(["gap_usd", "pair_id"]).iloc[0]
    text = (
        f"{len(same)} of {len(pairs)} pairs keep their best way, so their change is zero. Nearest to a change is "
        f"{near['origin_name']} to {near['destination_name']}: the way through the project "
        f"costs {near['gap_usd']:,.0f} USD per FEU more"
    )
    if np.isfinite(near["switch_h"]):
        if near["switch_h"] >= 0:
            text += f", and would be the best if its border stops took {near['switch_h']:.0f} hours in all"
        else:
            text += ", and no border stop however short would make it the best"
    text += f". In {100 * near['prob_best']:.0f} % of the draws it is the best."
    return {"figure_id": f"pair.{near['pair_id']}.{HEADLINE_CLASS}.gap_usd", "text": text}


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


def _claims(claims: pd.DataFrame) -> dict[str, str]:
    counts = claims["verdict"].value_counts()
    words = "; ".join(f"{n} {verdict}" for verdict, n in counts.sort_index().items())
    return {"figure_id": "", "text": f"Of {len(claims)} published statements on it: {words}."}


def amount(value: float) -> str:
    """A figure with three significant digits and thousands separated."""
    if value == 0 or not np.isfinite(value):
        return f"{value:.0f}" if value == 0 else "unknown"
    digits = max(0, 2 - int(np.floor(np.log10(abs(value)))))
    return f"{value:,.{digits}f}"
