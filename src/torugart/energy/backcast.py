"""A year of the model against what sources report of it: whose gas, over which border. Method: docs/methods/gas_backcast.md."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.energy.country_case import ABROAD
from torugart.energy.gas_supply import Balance
from torugart.energy.origins import trace_origins
from torugart.energy.supply_case import MONTHS, NamedCase
from torugart.energy.volumes import DELIVERED
from torugart.energy.year_volumes import at_base_celsius
from torugart.record.dates import read_date

FloatArray = NDArray[np.float64]
INPUT, BESIDE, OUTCOME = "input", "beside an input", "outcome"
MEASURES = ("traced", "netted", "border")
TOTALS = {"gas_export_bcm": 0, "gas_import_bcm": 1}  # which side of a pair the country is


@dataclass(frozen=True, slots=True)
class CountryFlows:
    """Gas between countries in a solved year, bcm.

    Attributes
    ----------
    codes : tuple of str, length n
    traced : ndarray, shape (13, n, n)
        Gas of the first country used in the second, by proportional mixing: of each month, and last of the whole year.
    netted : ndarray, shape (13, n, n)
        The same after every country with use of its own has used its own gas first (``netted_trade``).
    border : ndarray, shape (13, n, n)
        What arrives over the border from the first country in the second, whoever it belongs to.
    """

    codes: tuple[str, ...]
    traced: FloatArray
    netted: FloatArray
    border: FloatArray

    def between(self, measure: str, suppliers: str, buyer: str, months: tuple[int, ...]) -> float:
        """Volume from some suppliers, joined by +, to a buyer over some months; not a number without a border between them."""
        flows: FloatArray = getattr(self, measure)
        rows = [self.codes.index(code) for code in suppliers.split("+")]
        column = self.codes.index(buyer)
        whole = len(months) == MONTHS
        found = flows[[MONTHS]] if whole else flows[[m - 1 for m in months]]
        if measure == "border" and not self.border[MONTHS, rows, column].any():
            return float("nan")
        return float(found[:, rows, column].sum())


@dataclass(frozen=True, slots=True)
class Backcast:
    """Figures of a year beside the model's.

    Attributes
    ----------
    figures : DataFrame
        year, supplier, buyer, first_day, last_day, flow_id, kind, role, rules, reported_bcm; and of each measure of ``MEASURES``
        the model's bcm, its error in bcm and as a share of the figure.
    ends : DataFrame
        year, end_id, role, rule, of_year (of the figures behind it), asked_bcm, model_bcm, error_bcm, error_share: what the rules
        of ``gas_ends`` asked for, and what the model delivered, took or let through there.
    totals : DataFrame
        year, country, variable, source_id, role, rules, reported_bcm, and the same.
    borders : DataFrame
        year, from_country, to_country, bcm.
    months : DataFrame
        year, month, supplier, buyer, reported_bcm (of that month alone), traced_bcm, netted_bcm, border_bcm.
    left_out : DataFrame
        year, flow_id, why.
    """

    figures: pd.DataFrame
    ends: pd.DataFrame
    totals: pd.DataFrame
    borders: pd.DataFrame
    months: pd.DataFrame
    left_out: pd.DataFrame


def country_flows(named: NamedCase, balance: Balance) -> CountryFlows:
    """Trace the gas of a solved case by country.

    A month is traced by itself, gas out of storage with the mixture that left the storage's node over the year. The whole year
    is traced at once, as ``energy balance`` tells it: its months do not add up to it exactly.
    """
    case = named.case
    country = named.tables["nodes"]["country"].to_numpy(str)
    codes = tuple(sorted(set(country)))
    place = np.array([codes.index(c) for c in country], np.int64)
    origin = place[case.supply_node]
    n = len(codes)
    of_year = trace_origins(case, balance, origin, n)
    used = case.demand - balance.unserved
    traced = np.zeros((MONTHS + 1, n, n))
    stored = np.repeat(case.store_node, n)
    with_stores = replace(case, supply_node=np.concatenate([case.supply_node, stored]))
    origins = np.concatenate([origin, np.tile(np.arange(n), case.store_node.size)])
    for m in range(MONTHS):
        drawn = (balance.taken_out[:, m, None] * of_year[case.store_node]).reshape(-1, 1)
        month = replace(
            balance, flow=balance.flow[:, [m]], supply=np.concatenate([balance.supply[:, [m]], drawn])
        )
        mixture = trace_origins(with_stores, month, origins, n)
        np.add.at(traced[m].T, place[case.demand_node], mixture[case.demand_node] * used[:, m, None])
    np.add.at(
        traced[MONTHS].T, place[case.demand_node], of_year[case.demand_node] * used.sum(axis=1)[:, None]
    )
    arrives = (1 - case.arc_loss)[:, None] * balance.flow
    border = np.zeros_like(traced)
    first, last = place[case.arc_from], place[case.arc_to]
    across = first != last
    for m in range(MONTHS):
        np.add.at(border[m], (first[across], last[across]), arrives[across, m])
    border[MONTHS] = border[:MONTHS].sum(axis=0)
    # A country that only buys or sells at the edge of the network has no grid there in which gas could be swapped.
    at_home = (named.tables["demands"]["sector"] != ABROAD).to_numpy(bool)
    swaps = np.isin(np.arange(n), place[case.demand_node[at_home]])
    return CountryFlows(codes, traced, np.stack([netted_trade(t, swaps) for t in traced]), border)


def netted_trade(traced: FloatArray, swaps: NDArray[np.bool_]) -> FloatArray:
    """Let countries use their own gas first: foreign gas used where own gas leaves is swapped against it, as far as both go.

    Parameters
    ----------
    traced : ndarray, shape (n, n)
        Gas of the first country used in the second.
    swaps : ndarray of bool, shape (n,)
        In which countries gas is swapped.

    Returns
    -------
    ndarray, shape (n, n)
        With the same sums over rows and over columns; none of ``swaps`` both takes foreign gas and sends its own.
    """
    net = traced.copy()
    for k in np.flatnonzero(swaps):
        sent, taken = net[k].copy(), net[:, k].copy()
        sent[k] = taken[k] = 0.0
        swapped = min(sent.sum(), taken.sum())
        if swapped <= 0:
            continue
        to, of = sent / sent.sum(), taken / taken.sum()
        net[k] -= swapped * to
        net[:, k] -= swapped * of
        net[k, k] += swapped
        net += swapped * np.outer(of, to)
    return np.asarray(np.clip(net, 0.0, None))


def backcast_year(
    named: NamedCase,
    balance: Balance,
    tables: Mapping[str, pd.DataFrame],
    volumes: pd.DataFrame,
    year: int,
) -> Backcast:
    """Hold a solved year against every delivered volume and every total of trade that is on record for it.

    Parameters
    ----------
    named, balance
        The case of the year and its solution.
    tables
        With ``gas_flows``, ``gas_ends`` and ``country_series``.
    volumes : DataFrame
        Of ``CountryCase``: which cells the case was made of.
    year : int
    """
    flows = country_flows(named, balance)
    rows, left = reported_volumes(tables, flows.codes, year)
    used = _inputs(volumes)
    figures = _figures(rows, flows, used)
    lines = [
        (year, one, other, float(flows.border[MONTHS, i, j]))
        for i, one in enumerate(flows.codes)
        for j, other in enumerate(flows.codes)
        if flows.border[MONTHS, i, j] > 0
    ]
    return Backcast(
        figures,
        _ends(named, balance, tables["gas_ends"], volumes, year),
        _totals(tables["country_series"], flows, used, year),
        pd.DataFrame(lines, columns=["year", "from_country", "to_country", "bcm"]),
        _months(figures, flows, year),
        left,
    )


def reported_volumes(
    tables: Mapping[str, pd.DataFrame], codes: tuple[str, ...], year: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Volumes delivered in whole months of a year, at 20 C as the case, and which rows are left out and why.

    Returns
    -------
    rows : DataFrame
        Columns of ``gas_flows``, its days written out, with ``months`` (tuple of int) and ``reported_bcm``.
    left_out : DataFrame
        year, flow_id, why.
    """
    flows = tables["gas_flows"]
    touches = (flows["first_day"].astype(str).str[:4] <= str(year)) & (
        flows["last_day"].astype(str).str[:4] >= str(year)
    )
    mine = flows[touches & flows["kind"].isin(DELIVERED) & flows["bcm"].notna()]
    sold_by = suppliers_counted(tables["gas_ends"])
    kept, left = [], []
    for row in mine.sort_values(["buyer", "supplier", "first_day", "last_day", "flow_id"]).to_dict("records"):
        parts = str(row["supplier"]).split("+")
        # Either may be a month or a year: the first means its first day, the last its last.
        first = read_date(str(row["first_day"]), "first_day of gas_flows").first
        last = read_date(str(row["last_day"]), "last_day of gas_flows").last
        months = _whole_months(first, last, year)
        away = [c for c in (*parts, str(row["buyer"])) if c not in codes]
        counted = sold_by.get(str(row["buyer"]))
        if away:
            left.append((year, row["flow_id"], f"{', '.join(away)} is not in the network"))
        elif counted is not None and not set(parts) <= counted:
            others = "+".join(sorted(counted))
            left.append(
                (year, row["flow_id"], f"the network holds what {row['buyer']} takes from {others} alone")
            )
        elif not months:
            left.append((year, row["flow_id"], "its days are not whole months of the year"))
        else:
            days = {"first_day": first.isoformat(), "last_day": last.isoformat()}
            volume = at_base_celsius(row, float(row["bcm"]))
            kept.append(row | days | {"months": months, "reported_bcm": volume})
    return pd.DataFrame(kept), pd.DataFrame(left, columns=["year", "flow_id", "why"])


def suppliers_counted(ends: pd.DataFrame) -> dict[str, set[str]]:
    """Whose deliveries the demand of a buyer abroad stands for, where its rule begins with a flow to that buyer."""
    found: dict[str, set[str]] = {}
    for end in ends[ends["role"] == "buyer"].itertuples(index=False):
        words = str(end.rule).split()
        if words[0] == "flow" and words[2] == end.iso3:
            found.setdefault(str(end.iso3), set()).update(words[1].split("+"))
    return found


def _whole_months(first: date, last: date, year: int) -> tuple[int, ...]:
    whole = first.day == 1 and last.day == monthrange(last.year, last.month)[1]
    if not whole or first.year != year or last.year != year:
        return ()
    return tuple(range(first.month, last.month + 1))


def _inputs(volumes: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Which ends of the case rest on each cell."""
    found: dict[str, list[str]] = {}
    for volume in volumes.itertuples(index=False):
        for cell in str(volume.cells).split("; "):
            found.setdefault(cell, []).append(str(volume.item))
    return {cell: tuple(items) for cell, items in found.items()}


def _errors(reported: float, model: Mapping[str, float]) -> dict[str, float]:
    found = {}
    for measure, value in model.items():
        found[f"{measure}_bcm"] = value
        found[f"{measure}_error_bcm"] = value - reported
        found[f"{measure}_error_share"] = (value - reported) / reported if reported else float("nan")
    return found


def _figures(rows: pd.DataFrame, flows: CountryFlows, used: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    kept = ["year", "supplier", "buyer", "first_day", "last_day", "flow_id", "kind"]
    errors = [f"{m}{end}" for m in MEASURES for end in ("_bcm", "_error_bcm", "_error_share")]
    columns = [*kept, "role", "rules", "reported_bcm", *errors]
    if rows.empty:
        return pd.DataFrame(columns=columns)
    rules = [used.get(f"gas_flows/{flow}/bcm", ()) for flow in rows["flow_id"]]
    pairs = list(zip(rows["supplier"], rows["buyer"], strict=True))
    calibrated = {pair for pair, rule in zip(pairs, rules, strict=True) if rule}
    found = []
    for row, pair, rule in zip(rows.to_dict("records"), pairs, rules, strict=True):
        model = {m: flows.between(m, str(pair[0]), str(pair[1]), row["months"]) for m in MEASURES}
        role = INPUT if rule else BESIDE if pair in calibrated else OUTCOME
        found.append(
            {k: row[k] for k in kept}
            | {"role": role, "rules": "; ".join(rule), "reported_bcm": row["reported_bcm"]}
            | _errors(row["reported_bcm"], model)
        )
    return pd.DataFrame(found, columns=columns)


def _ends(
    named: NamedCase, balance: Balance, ends: pd.DataFrame, volumes: pd.DataFrame, year: int
) -> pd.DataFrame:
    made = named.tables
    taken = dict(
        zip(made["demands"]["demand"], (named.case.demand - balance.unserved).sum(axis=1), strict=True)
    )
    given = dict(zip(made["supplies"]["supply"], balance.supply.sum(axis=1), strict=True))
    through = pd.Series(balance.flow.sum(axis=1)).groupby(named.line_of_arc).sum()
    let = {line: through[k] for k, line in enumerate(made["lines"]["line"])}
    found = volumes.set_index("item")
    rows = []
    for end in ends.sort_values("end_id").itertuples(index=False):
        item = f"{end.role} {end.end_id}"
        if item not in found.index:
            continue
        model = {"buyer": taken, "seller": given}.get(str(end.role), let)
        there = end.at if end.role == "trade" else end.end_id
        if there not in model:
            continue  # the line is not there yet
        asked, got = float(found.loc[item, "bcm"]) * float(end.share), float(model[there])
        of_year = int(found.loc[item, "year"])
        share = (got - asked) / asked if asked else float("nan")
        rows.append((year, end.end_id, end.role, end.rule, of_year, asked, got, got - asked, share))
    columns = [
        "year",
        "end_id",
        "role",
        "rule",
        "of_year",
        "asked_bcm",
        "model_bcm",
        "error_bcm",
        "error_share",
    ]
    return pd.DataFrame(rows, columns=columns)


def _totals(
    series: pd.DataFrame, flows: CountryFlows, used: Mapping[str, tuple[str, ...]], year: int
) -> pd.DataFrame:
    """Exports and imports of a country, all partners together; a buyer or seller abroad that only stands at a border is none."""
    errors = [f"{m}{end}" for m in MEASURES for end in ("_bcm", "_error_bcm", "_error_share")]
    columns = ["year", "country", "variable", "source_id", "role", "rules", "reported_bcm", *errors]
    rows = series[(series["year"] == year) & series["variable"].isin(TOTALS)]
    makers = {c for k, c in enumerate(flows.codes) if flows.traced[MONTHS, k, k] > 0}
    found = []
    for row in rows.sort_values(["iso3", "variable", "source_id"]).to_dict("records"):
        if row["iso3"] not in makers:
            continue
        k, side = flows.codes.index(row["iso3"]), TOTALS[str(row["variable"])]
        model = {}
        for measure in MEASURES:
            year_flows = getattr(flows, measure)[MONTHS]
            model[measure] = float(year_flows.sum(axis=1 - side)[k] - year_flows[k, k])
        rule = used.get(f"country_series/{row['iso3']}/{year}/{row['variable']}/{row['source_id']}/value", ())
        reported = at_base_celsius(row, float(row["value"]))
        found.append(
            {"year": year, "country": row["iso3"], "variable": row["variable"], "source_id": row["source_id"]}
            | {"role": INPUT if rule else OUTCOME, "rules": "; ".join(rule), "reported_bcm": reported}
            | _errors(reported, model)
        )
    return pd.DataFrame(found, columns=columns)


def _months(figures: pd.DataFrame, flows: CountryFlows, year: int) -> pd.DataFrame:
    """The model's months of every pair of which a month is on record."""
    rows = []
    single = figures[figures["first_day"].astype(str).str[:7] == figures["last_day"].astype(str).str[:7]]
    for (supplier, buyer), mine in single.groupby(["supplier", "buyer"], sort=True):
        reported = mine.groupby(mine["first_day"].astype(str).str[5:7].astype(int))["reported_bcm"].first()
        for month in range(1, MONTHS + 1):
            model = [flows.between(m, str(supplier), str(buyer), (month,)) for m in MEASURES]
            rows.append((year, month, supplier, buyer, reported.get(month, float("nan")), *model))
    columns = ["year", "month", "supplier", "buyer", "reported_bcm", *(f"{m}_bcm" for m in MEASURES)]
    return pd.DataFrame(rows, columns=columns)
