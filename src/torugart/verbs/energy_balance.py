"""``energy balance`` and ``energy break``: who is supplied with gas by month, and who is short when something is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from torugart.energy.gas_supply import Balance, demand_prices, solve_balance
from torugart.energy.origins import trace_origins
from torugart.energy.outages import Element, Outage, lose_each
from torugart.energy.supply_case import NamedCase, build_case
from torugart.errors import InputError, UnknownName
from torugart.io.supply_folder import read_supply_folder

NOTHING = 1e-7  # bcm; below it a rest of the solver
LEAST_VALUE = 1e-6
# A penalty is above every cost, so a value of at least this part of the least penalty cannot be made of costs alone.
OF_PENALTY = 0.5


@dataclass(frozen=True, slots=True)
class SupplyAnswer:
    """A year of gas, month by month.

    Attributes
    ----------
    countries : DataFrame
        country, demand_bcm, short_bcm, short_share, output_bcm, arrives_bcm and leaves_bcm over its borders.
    months : DataFrame
        country, month, demand_bcm, short_bcm, output_bcm, from_storage_bcm (less what is put in).
    demands : DataFrame
        demand, node, country, sector, month, demand_bcm, short_bcm, price (empty where short), is_short.
    lines : DataFrame
        line, from_node, to_node, bcm (sent that way in the year), full_share (of its capacity in the fullest month), full_month,
        value (of one bcm more a month, the greatest of the year), saves_shortage (whether that value is demand met).
    origins : DataFrame
        country (of use), origin, bcm.
    storages : DataFrame
        storage, month, level_bcm.
    contracts : DataFrame
        contract, line, bcm_per_year, lacking_bcm.
    cost : float
        Value of the objective; an ordering of preferences.
    """

    countries: pd.DataFrame
    months: pd.DataFrame
    demands: pd.DataFrame
    lines: pd.DataFrame
    origins: pd.DataFrame
    storages: pd.DataFrame
    contracts: pd.DataFrame
    cost: float


@dataclass(frozen=True, slots=True)
class LossAnswer:
    """What is missed when an element is lost for a month.

    Attributes
    ----------
    losses : DataFrame
        element, month, short_bcm, short_share (of all demand of the month); worst first.
    shortages : DataFrame
        element, month, country, sector, short_bcm, short_share (of its demand that month).
    binding : DataFrame
        element, month, what (a line, a field, or what a storage may give), value (of a bcm more of it then).
    """

    losses: pd.DataFrame
    shortages: pd.DataFrame
    binding: pd.DataFrame


def energy_balance(folder: Path | str) -> SupplyAnswer:
    """Supply the gas of a folder at least cost, month by month.

    Parameters
    ----------
    folder : path
        CSV files as docs/energy_supply.md tells.

    Raises
    ------
    InputError
        With every fault of the files.
    """
    named = build_case(read_supply_folder(Path(folder)))
    return _answer(named, solve_balance(named.case))


def energy_break(
    folder: Path | str, elements: Sequence[str] = (), *, months: Sequence[int] = ()
) -> LossAnswer:
    """Lose elements of a folder's gas network one after another, each in each month, with no foresight.

    Parameters
    ----------
    folder : path
    elements : sequence of str
        Lines, fields, storages or nodes by name; every one when none is given.
    months : sequence of int
        From 1 to 12; all when none is given.

    Raises
    ------
    InputError
        With every fault of the files, or for a month that is none.
    UnknownName
        If nothing is called so.
    """
    wrong = [m for m in months if not 1 <= m <= 12]
    if wrong:
        raise InputError(f"--months holds {', '.join(map(str, wrong))}; give months from 1 to 12")
    named = build_case(read_supply_folder(Path(folder)))
    known = named.elements()
    asked = [_element(known, name) for name in elements] or known
    usual = solve_balance(named.case)
    outages = lose_each(named.case, usual, asked, [m - 1 for m in months] or None)
    return _losses(named, outages)


def _element(known: Sequence[Element], name: str) -> Element:
    hit = [e for e in known if name in (e.name, e.name.partition(" ")[2])]
    if len(hit) > 1:
        raise InputError(f"{name}: {len(hit)} are called so: {', '.join(e.name for e in hit)}; name one")
    if not hit:
        raise UnknownName("line, field, storage or node", name, [e.name.partition(" ")[2] for e in known])
    return hit[0]


def _answer(named: NamedCase, b: Balance) -> SupplyAnswer:
    case, tables = named.case, named.tables
    country = tables["nodes"]["country"].to_numpy(str)
    per_month = []
    for k, table, values in (
        ("demand_bcm", case.demand_node, case.demand),
        ("short_bcm", case.demand_node, b.unserved),
        ("output_bcm", case.supply_node, b.supply),
        ("from_storage_bcm", case.store_node, b.taken_out - b.put_in),
    ):
        frame = pd.DataFrame(values, columns=range(1, 13)).assign(country=country[table])
        per_month.append(
            frame.melt("country", var_name="month", value_name=k).groupby(["country", "month"])[k].sum()
        )
    months = pd.concat(per_month, axis=1).fillna(0.0).reset_index()
    months["short_bcm"] = months["short_bcm"].where(months["short_bcm"] > NOTHING, 0.0)
    year = months.groupby("country")[["demand_bcm", "short_bcm", "output_bcm"]].sum().reset_index()
    sent = b.flow.sum(axis=1)
    across = country[case.arc_from] != country[case.arc_to]
    year["arrives_bcm"] = [
        float(((1 - case.arc_loss) * sent)[across & (country[case.arc_to] == c)].sum())
        for c in year["country"]
    ]
    year["leaves_bcm"] = [float(sent[across & (country[case.arc_from] == c)].sum()) for c in year["country"]]
    year["short_share"] = (year["short_bcm"] / year["demand_bcm"]).where(year["demand_bcm"] > 0)
    return SupplyAnswer(
        year, months, _demands(named, b), _lines(named, b), _origins(named, b), _levels(named, b),
        tables["contracts"][["contract", "line", "bcm_per_year"]].assign(lacking_bcm=b.lacking), b.cost,
    )  # fmt: skip


def _demands(named: NamedCase, b: Balance) -> pd.DataFrame:
    case, demands = named.case, named.tables["demands"]
    country = named.tables["nodes"]["country"].to_numpy(str)[case.demand_node]
    prices = demand_prices(case, b)
    rows = [
        (
            name, demands["node"].iloc[k], country[k], demands["sector"].iloc[k], m + 1, case.demand[k, m],
            b.unserved[k, m] if b.unserved[k, m] > NOTHING else 0.0,
            prices[k, m] if prices[k, m] < case.penalty[k] * (1 - 1e-9) else np.nan,
        )
        for k, name in enumerate(demands["demand"])
        for m in range(12)
    ]  # fmt: skip
    columns = ["demand", "node", "country", "sector", "month", "demand_bcm", "short_bcm", "price"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(is_short=table["price"].isna())


def _lines(named: NamedCase, b: Balance) -> pd.DataFrame:
    case, lines = named.case, named.tables["lines"]
    nodes = named.tables["nodes"]["node"].to_numpy(str)
    least_penalty = case.penalty.min() if case.penalty.size else np.inf
    rows = []
    for a, k in enumerate(named.line_of_arc):
        share = np.divide(b.flow[a], case.arc_max[a], out=np.zeros(12), where=case.arc_max[a] > 0)
        fullest = int(share.argmax())
        value = float(np.maximum(b.arc_value[a], 0).max())
        rows.append(
            (
                lines["line"].iloc[k], nodes[case.arc_from[a]], nodes[case.arc_to[a]], float(b.flow[a].sum()),
                float(share[fullest]), fullest + 1 if share[fullest] > 0 else 0, value, value >= OF_PENALTY * least_penalty,
            )
        )  # fmt: skip
    columns = ["line", "from_node", "to_node", "bcm", "full_share", "full_month", "value", "saves_shortage"]
    return pd.DataFrame(rows, columns=columns)


def _origins(named: NamedCase, b: Balance) -> pd.DataFrame:
    case = named.case
    country = named.tables["nodes"]["country"].to_numpy(str)
    of_supply = country[case.supply_node]
    origins = sorted(set(of_supply))
    code = np.array([origins.index(c) for c in of_supply], np.int64)
    part = trace_origins(case, b, code, len(origins))
    used = (case.demand - b.unserved).sum(axis=1)
    rows = [
        (country[node], origin, float(part[node, o] * amount))
        for node, amount in zip(case.demand_node, used, strict=True)
        for o, origin in enumerate(origins)
    ]
    table = pd.DataFrame(rows, columns=["country", "origin", "bcm"])
    table = table.groupby(["country", "origin"], as_index=False)["bcm"].sum()
    return table[table["bcm"] > NOTHING].reset_index(drop=True)


def _levels(named: NamedCase, b: Balance) -> pd.DataFrame:
    rows = [
        (name, m + 1, float(b.level[k, m]))
        for k, name in enumerate(named.tables["storages"]["storage"])
        for m in range(12)
    ]
    return pd.DataFrame(rows, columns=["storage", "month", "level_bcm"])


def _bounds(named: NamedCase, outage: Outage) -> list[tuple[str, float]]:
    """What of the rest is at its limit and would save by more; what is lost itself is not told."""
    b, lost, tables = outage.balance, outage.element, named.tables
    lines = tables["lines"]["line"].to_numpy(str)[named.line_of_arc]
    parts = (
        ("line", lines, b.arc_value, lost.arcs),
        ("field", tables["supplies"]["supply"].to_numpy(str), b.supply_value, lost.supplies),
        ("storage", tables["storages"]["storage"].to_numpy(str), b.store_value, lost.stores),
    )
    return [
        (f"{kind} {names[k]}", float(value[k, 0]))
        for kind, names, value, gone in parts
        for k in range(len(names))
        if value[k, 0] > LEAST_VALUE and k not in gone
    ]


def _losses(named: NamedCase, outages: Sequence[Outage]) -> LossAnswer:
    case, demands = named.case, named.tables["demands"]
    country = named.tables["nodes"]["country"].to_numpy(str)[case.demand_node]
    losses, shortages, binding = [], [], []
    for outage in outages:
        who, month = outage.element.name, outage.month + 1
        wanted = case.demand[:, outage.month]
        short = float(outage.short.sum())
        short = short if abs(short) > NOTHING else 0.0
        losses.append((who, month, short, short / wanted.sum() if wanted.sum() else 0.0))
        for key in sorted({*zip(country, demands["sector"], strict=True)}):
            mine = (country == key[0]) & (demands["sector"] == key[1]).to_numpy()
            lacks = float(outage.short[mine].sum())
            if lacks > NOTHING:
                shortages.append((who, month, *key, lacks, lacks / wanted[mine].sum()))
        if short > 0:
            binding += [(who, month, *bound) for bound in _bounds(named, outage)]
    found = pd.DataFrame(losses, columns=["element", "month", "short_bcm", "short_share"])
    found = found.sort_values(
        ["short_bcm", "element", "month"], ascending=[False, True, True], ignore_index=True
    )
    return LossAnswer(
        found,
        pd.DataFrame(
            shortages, columns=["element", "month", "country", "sector", "short_bcm", "short_share"]
        ),
        pd.DataFrame(binding, columns=["element", "month", "what", "value"]).sort_values(
            ["element", "month", "value"], ascending=[True, True, False], ignore_index=True
        ),
    )
