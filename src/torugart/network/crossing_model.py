"""Hours and fee of every border crossing, by one rule for all.

Observations at single gates are thin and many fall in the closure years 2020-2022, so none is used raw. The total
stop of a crossing (both sides, without gauge change) is a geometric mean of the level of its kind (mode and
regime) and of what was observed there::

    ln mean_h = (k ln level + sum_i w_i ln e_i) / (k + sum_i w_i)

with k = ``crossing_shrinkage_weight``. An observation of the hours ``y`` on one side counts

* in a base year of the crossing (``crossings.base_years``) with weight 1 and ``e = y + level / 2`` (the other side
  stops half the level);
* in another year, when borders were closed, with weight 1/2 and ``e = level * r``, where ``r`` is ``y`` over the mean
  of all crossings of that side in that year and direction, held between 1/3 and 3: it tells which gate is slow, not
  how slow.

A gate without data so gets the level of its kind, neither better nor worse than its neighbours. Where gauges meet,
the observed hours hold the reloading too; there ``e`` is taken on level + gauge change and the latter then taken off.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

CLOSURE_YEARS = range(2020, 2023)  # where a crossing states no base years
CLOSURE_WEIGHT = 0.5
RATIO_BOUNDS = (1 / 3, 3.0)
LEAST_H = 0.1

DIRECTIONS = ("a_to_b", "b_to_a")


def build_crossing_model(tables: Mapping[str, pd.DataFrame], parameters: Mapping[str, float]) -> pd.DataFrame:
    """Model every crossing in both directions.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``crossings``, ``crossing_obs``, ``links`` and ``places``.
    parameters : mapping of str to float
        Values of ``crossing_h_*``, ``crossing_usd_*``, ``crossing_shrinkage_weight`` and ``gauge_change_h``.

    Returns
    -------
    DataFrame
        One row per crossing and direction: crossing_id, direction, level_parameter, mean_h, usd_per_feu,
        fee_parameter, prior_share (weight of the level), n_obs and observations (ids, with semicolons).
    """
    crossings, obs = tables["crossings"], tables["crossing_obs"]
    iso3 = dict(zip(tables["places"]["place_id"], tables["places"]["iso3"], strict=True))
    breaks = gauge_break_crossings(tables)
    hours = obs[(obs["metric"] == "mean_hours") & obs["value"].notna()]
    national = _national_means(hours)
    own = hours[hours["crossing_id"] != ""]
    at_gate = {
        str(key): list(part.itertuples(index=False)) for key, part in own.groupby("crossing_id", sort=True)
    }
    k = parameters["crossing_shrinkage_weight"]
    rows = []
    for c in crossings.itertuples(index=False):
        level = parameters[f"crossing_h_{c.mode}_{c.regime}"]
        base_years = frozenset(c.base_years.split(";")) if c.base_years else frozenset()
        extra = parameters["gauge_change_h"] if c.crossing_id in breaks else 0.0
        side_a, side_b = iso3[c.place_a], iso3[c.place_b]
        for direction in DIRECTIONS:
            outbound_side, inbound_side = (side_a, side_b) if direction == "a_to_b" else (side_b, side_a)
            log_sum, weight, used = k * np.log(level), k, []
            for o in at_gate.get(c.crossing_id, []):
                if o.direction == "outbound" and o.scope_iso3 not in ("", outbound_side):
                    continue
                if o.direction == "inbound" and o.scope_iso3 not in ("", inbound_side):
                    continue
                w, equivalent = _equivalent_h(o, level + extra, national, base_years)
                if w == 0:
                    continue
                log_sum += w * np.log(max(equivalent - extra, LEAST_H))
                weight += w
                used.append(o.obs_id)
            rows.append(
                {
                    "crossing_id": c.crossing_id,
                    "direction": direction,
                    "level_parameter": f"crossing_h_{c.mode}_{c.regime}",
                    "fee_parameter": f"crossing_usd_{c.mode}_{c.regime}",
                    "mean_h": float(np.exp(log_sum / weight)),
                    "usd_per_feu": parameters[f"crossing_usd_{c.mode}_{c.regime}"],
                    "prior_share": k / weight,
                    "n_obs": len(used),
                    "observations": ";".join(used),
                }
            )
    return pd.DataFrame(rows)


def gauge_break_crossings(tables: Mapping[str, pd.DataFrame]) -> set[str]:
    """Crossings of a railway at one end of which another gauge begins: observed hours there hold the reloading."""
    rail = tables["links"][tables["links"]["mode"] == "rail"]
    gauges: dict[str, set[int]] = {}
    for link in rail.itertuples(index=False):
        for place in (link.place_a, link.place_b):
            gauges.setdefault(place, set()).add(int(link.gauge_mm))
    crossings = tables["crossings"]
    return {
        c.crossing_id
        for c in crossings[crossings["mode"] == "rail"].itertuples(index=False)
        if len(gauges.get(c.place_a, set())) > 1 or len(gauges.get(c.place_b, set())) > 1
    }


def _national_means(hours: pd.DataFrame) -> dict[tuple[str, str, int, str], float]:
    """Mean hours over all crossings of a country, by country, mode, year and direction."""
    national = hours[(hours["crossing_id"] == "") & (hours["scope_iso3"] != "")]
    keys = ["scope_iso3", "mode", "year", "direction"]
    return {(i, m, int(y), d): float(v) for (i, m, y, d), v in national.groupby(keys)["value"].mean().items()}


def _equivalent_h(
    o: object,
    level_h: float,
    national: Mapping[tuple[str, str, int, str], float],
    base_years: frozenset[str],
) -> tuple[float, float]:
    """Weight of an observation and the total stop it speaks for."""
    year, value = int(o.year), float(o.value)  # type: ignore[attr-defined]
    if str(year) in base_years or (not base_years and year not in CLOSURE_YEARS):
        return 1.0, value + level_h / 2
    mean = national.get((o.scope_iso3, o.mode, year, o.direction))  # type: ignore[attr-defined]
    if not mean:
        return 0.0, level_h
    ratio = min(max(value / mean, RATIO_BOUNDS[0]), RATIO_BOUNDS[1])
    return CLOSURE_WEIGHT, level_h * ratio
