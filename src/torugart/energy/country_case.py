"""A year of the record as a case of gas supply: tables in, tables of a supply folder out. Method: docs/methods/energy_balance.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from torugart.energy.record_amounts import Amount, amounts_table, used_nodes
from torugart.energy.record_lines import record_lines
from torugart.energy.year_volumes import (
    FIGURES,
    combined_volume,
    country_volume,
    delivered_volume,
    nearest_volume,
)
from torugart.errors import InputError

MJ_PER_KWH = 3.6
LEAST_GAP_BCM = 0.5  # below it a gap is rounding
FLAT = "flat"
USE, POWER, ABROAD = "homes and industry", "power", "imports"
# Where fossil power is gas but for a small part. The record has no split by fuel; Kazakh power is mostly coal.
GAS_POWER = frozenset({"TKM", "UZB"})
# Order of field before field: home gas first, bought gas after it.
COST_HOME, COST_BOUGHT = 0.0, 2.0


@dataclass(frozen=True, slots=True)
class CountryCase:
    """A year of gas made of the record.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        As in a supply folder: nodes, profiles, lines, supplies, demands, storages, contracts.
    volumes : DataFrame
        item, bcm, lo, hi, year (of the figure), how, cells: where each volume of the year comes from.
    notes : list of str
        What was assumed, in words.
    """

    tables: dict[str, pd.DataFrame]
    volumes: pd.DataFrame
    notes: list[str]


def country_case(tables: Mapping[str, pd.DataFrame], year: int) -> CountryCase:
    """Build the case of a year.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        A data package, with what projects change already in it.
    year : int

    Raises
    ------
    InputError
        If the record has no output or no use of gas for a country of the network, or a rule of ``gas_ends`` gives no volume.
    """
    lacking = [n for n in ("gas_ties", "gas_uses", "gas_months", "gas_ends") if not len(tables.get(n, ()))]
    if lacking:
        raise InputError(
            f"the package has no rows of {', '.join(lacking)}; give a folder as docs/energy_supply.md tells"
        )
    number = tables["parameters"].set_index("parameter_id")["value"].astype(float)
    volumes: dict[str, Amount] = {}
    lines, unknown = record_lines(
        tables, year, commodity="gas", ties=tables["gas_ties"], most=number["gas_line_without_capacity"], unit="bcm",
        loss_per_1000_km=number["gas_line_fuel_share"],
    )  # fmt: skip
    ends = _ends(tables, year, volumes)
    supplies = _supplies(tables, year, number, lines, ends, volumes)
    demands = _demands(tables, year, number, ends, volumes)
    storages = _storages(tables, number)
    used = {*lines["from_node"], *lines["to_node"], *supplies["node"], *demands["node"], *storages["node"]}
    made = {
        "nodes": used_nodes(tables["energy_nodes"], used),
        "profiles": _profiles(tables, demands),
        "lines": _bounded(lines, ends),
        "supplies": supplies,
        "demands": demands,
        "storages": storages,
        "contracts": pd.DataFrame(columns=["contract", "line", "bcm_per_year", "penalty"]),
    }
    found = amounts_table(volumes, "bcm")
    return CountryCase(made, found, _notes(tables, year, unknown, found))


def newest_full_year(series: pd.DataFrame) -> int:
    """The newest year in which most countries have output, use and exports or imports from one source."""
    rows = series[series["variable"].isin(FIGURES)]
    kinds = rows.groupby(["year", "iso3", "source_id"])["variable"].nunique()
    full = kinds[kinds >= 3].reset_index().groupby("year")["iso3"].nunique()
    if full.empty:
        raise InputError("country_series has no year with output, use and trade of gas of a country")
    return int(full[full == full.max()].index.max())


def _ends(tables: Mapping[str, pd.DataFrame], year: int, volumes: dict[str, Amount]) -> pd.DataFrame:
    """Ends that are there, with the volume that their rule gives; a rule without one is a fault."""
    ends = tables["gas_ends"]
    ends = ends[ends["share"].astype(float) > 0].reset_index(drop=True)
    faults, amounts = [], []
    for end in ends.itertuples(index=False):
        volume = nearest_volume(partial(_by_rule, tables, str(end.rule)), year)
        if volume is None:
            faults.append(f"  gas_ends {end.end_id}: {end.rule} gives no volume for {year}")
            continue
        volumes[f"{end.role} {end.end_id}"] = volume
        amounts.append(volume.amount * float(end.share))
    if faults:
        raise InputError(f"gas of {year} cannot be put together:\n" + "\n".join(faults))
    return ends.assign(bcm_per_year=amounts)


def _by_rule(tables: Mapping[str, pd.DataFrame], rule: str, year: int) -> Amount | None:
    """Work out a rule such as ``total gas_import_bcm UZB - flow RUS UZB``, all terms of one year; nothing when one has no volume."""
    words = f"+ {rule}".split()
    starts = [k for k, word in enumerate(words) if word in "+-"]
    parts = []
    for first, last in zip(starts, [*starts[1:], len(words)], strict=True):
        found = _term(tables, words[first + 1 : last], year)
        if found is None:
            return None
        parts.append((1 if words[first] == "+" else -1, found))
    return combined_volume(parts)


def _term(tables: Mapping[str, pd.DataFrame], words: list[str], year: int) -> Amount | None:
    kind, *rest = words
    if kind == "total":
        return country_volume(tables["country_series"], rest[1], rest[0], year)
    if kind == "flow":
        suppliers, buyer = rest
        flows = tables["gas_flows"]
        begun = flows.loc[(flows["supplier"] == suppliers) & (flows["buyer"] == buyer), "year"]
        if len(begun) and year < int(begun.min()):
            return Amount(0.0, 0.0, 0.0, year, f"no flow before {int(begun.min())}", ())
        return delivered_volume(tables, suppliers, buyer, year)
    link = tables["energy_links"].set_index("link_id")["capacity"].get(rest[0])
    if link is None or pd.isna(link):
        return None
    value = float(link)
    return Amount(value, value, value, year, f"capacity of {rest[0]}", (f"energy_links/{rest[0]}/capacity",))


def _bounded(lines: pd.DataFrame, ends: pd.DataFrame) -> pd.DataFrame:
    """Let no more through a line than was sold there."""
    bounds = ends[ends["role"] == "trade"].set_index("at")["bcm_per_year"].astype(float)
    most = lines["line"].map(bounds)
    return lines.assign(bcm_per_year=np.fmin(lines["bcm_per_year"], most))


def _supplies(
    tables: Mapping[str, pd.DataFrame],
    year: int,
    number: pd.Series,
    lines: pd.DataFrame,
    ends: pd.DataFrame,
    volumes: dict[str, Amount],
) -> pd.DataFrame:
    """Fields with an output on record, the rest of a country's output where its grid is, and sellers abroad."""
    nodes, series = tables["energy_nodes"], tables["country_series"]
    connected = {*lines["from_node"], *lines["to_node"]}
    fields = nodes[
        (nodes["kind"] == "gas_field")
        & (nodes["status"] == "operating")
        & (nodes["unit"] == "bcm/year")
        & (nodes["measure"] == "produced")
        & nodes["node_id"].isin(connected)
    ]
    home = _home_nodes(tables)
    rows, faults = [], []
    for iso3 in sorted(home):
        total = nearest_volume(partial(country_volume, series, iso3, "gas_output_bcm"), year)
        if total is None:
            faults.append(f"  country_series has no gas_output_bcm of {iso3} within three years of {year}")
            continue
        volumes[f"output {iso3}"] = total
        mine = fields[fields["iso3"] == iso3]
        output = mine["capacity"].astype(float).to_numpy() * _marketable(series, iso3)
        if output.sum() > total.amount:
            output = output * total.amount / output.sum()
        rows += [
            (f"{name}", name, value, COST_HOME) for name, value in zip(mine["node_id"], output, strict=True)
        ]
        rest = total.amount - float(output.sum())
        if rest > 0:
            rows.append((f"rest_of_{iso3.lower()}", home[iso3], rest, COST_HOME))
    if faults:
        raise InputError(f"gas of {year} cannot be put together:\n" + "\n".join(faults))
    sellers = ends[ends["role"] == "seller"]
    rows += [
        (str(e.end_id), str(e.at), float(e.bcm_per_year), COST_BOUGHT)
        for e in sellers.itertuples(index=False)
    ]
    found = pd.DataFrame(rows, columns=["supply", "node", "bcm_per_year", "cost"])
    found["is_made"] = found["supply"].str.startswith("rest_of_")
    found["bcm_per_month"] = found["bcm_per_year"] * number["gas_field_swing"] / 12
    return found


def _home_nodes(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Where what a country makes beyond its known fields comes in: its grid, else its first place of use."""
    nodes = tables["energy_nodes"].set_index("node_id")
    places = tables["gas_uses"]["node_id"].astype(str)
    home = {}
    for node in sorted(places, key=lambda n: (nodes.loc[n, "kind"] != "grid", n), reverse=True):
        home[str(nodes.loc[node, "iso3"])] = node
    return home


def _marketable(series: pd.DataFrame, iso3: str) -> float:
    """What is left of gross output when gas pumped back is taken off, by the newest year that has both; 1 where none has."""
    mine = series[series["iso3"] == iso3]
    gross = mine[mine["variable"] == "gas_output_gross_bcm"].sort_values("year")
    if gross.empty:
        return 1.0
    last = gross.iloc[-1]
    same = mine[
        (mine["variable"] == "gas_output_bcm")
        & (mine["year"] == last["year"])
        & (mine["source_id"] == last["source_id"])
    ]
    return float(same["value"].iloc[0] / last["value"]) if len(same) else 1.0


def _demands(
    tables: Mapping[str, pd.DataFrame],
    year: int,
    number: pd.Series,
    ends: pd.DataFrame,
    volumes: dict[str, Amount],
) -> pd.DataFrame:
    """What is used at each place, power plants apart, and what buyers abroad take."""
    series = tables["country_series"]
    country = tables["energy_nodes"].set_index("node_id")["iso3"].astype(str)
    uses = tables["gas_uses"].assign(iso3=tables["gas_uses"]["node_id"].map(country))
    rows, faults = [], []
    for iso3, places in uses.groupby("iso3", sort=True):
        total = nearest_volume(partial(country_volume, series, str(iso3), "gas_use_bcm"), year)
        if total is None:
            faults.append(f"  country_series has no gas_use_bcm of {iso3} within three years of {year}")
            continue
        volumes[f"use {iso3}"] = total
        power = power_share(series, str(iso3), total, number)
        whole = places["share"].astype(float).sum()
        for place in places.itertuples(index=False):
            bcm = total.amount * float(place.share) / whole
            if power < 1:
                rows.append(
                    (
                        str(place.node_id),
                        place.node_id,
                        USE,
                        bcm * (1 - power),
                        iso3,
                        number["gas_penalty_use"],
                    )
                )
            if power > 0:
                rows.append(
                    (
                        f"{place.node_id}_power",
                        place.node_id,
                        POWER,
                        bcm * power,
                        iso3,
                        number["gas_penalty_power"],
                    )
                )
    if faults:
        raise InputError(f"gas of {year} cannot be put together:\n" + "\n".join(faults))
    rows += [
        (str(e.end_id), str(e.at), ABROAD, float(e.bcm_per_year), FLAT, number["gas_penalty_abroad"])
        for e in ends[ends["role"] == "buyer"].itertuples(index=False)
    ]
    columns = ["demand", "node", "sector", "bcm_per_year", "profile", "penalty"]
    return pd.DataFrame(rows, columns=columns)


def power_share(series: pd.DataFrame, iso3: str, use: Amount, number: pd.Series) -> float:
    """Part of a country's gas that its power plants burn: power made from fuel, over efficiency and heat of gas, over all gas used.

    Power made is use + losses + exports - imports. 0 where a term is not on record, or for a country that is not of
    ``GAS_POWER``: the record does not say how much of its fossil power is gas.
    """
    if iso3 not in GAS_POWER:
        return 0.0
    mine = series[(series["iso3"] == iso3) & series["variable"].str.startswith("power_")]
    needed = {"power_use_twh", "power_losses_twh", "power_fossil_share_pct"}
    by_year = mine.groupby("year")["variable"].agg(set)
    full = [int(year) for year, known in by_year.items() if needed <= known]
    if not full:
        return 0.0
    newest = mine[mine["year"] == max(full)].groupby("variable")["value"].mean()
    made = newest["power_use_twh"] + newest["power_losses_twh"]
    made += newest.get("power_export_twh", 0.0) - newest.get("power_import_twh", 0.0)
    fossil = made * newest["power_fossil_share_pct"] / 100
    bcm = fossil / (number["gas_plant_efficiency"] * number["gas_lower_heating_mj_per_m3"] / MJ_PER_KWH)
    return float(min(bcm / use.amount, 1.0)) if use.amount > 0 else 0.0


def _storages(tables: Mapping[str, pd.DataFrame], number: pd.Series) -> pd.DataFrame:
    nodes = tables["energy_nodes"]
    kept = nodes[
        (nodes["kind"] == "storage")
        & (nodes["status"] == "operating")
        & (nodes["unit"] == "bcm")
        & nodes["capacity"].notna()
    ]
    working = kept["capacity"].astype(float).to_numpy()
    rate = working / number["gas_storage_out_months"]
    return pd.DataFrame(
        {
            "storage": kept["node_id"].to_numpy(str),
            "node": kept["node_id"].to_numpy(str),
            "working_bcm": working,
            "in_bcm_per_month": rate,
            "out_bcm_per_month": rate,
            "start_bcm": working * number["gas_storage_start_share"],
        }
    )


def _profiles(tables: Mapping[str, pd.DataFrame], demands: pd.DataFrame) -> pd.DataFrame:
    months = tables["gas_months"]
    shape = pd.DataFrame(
        {
            "profile": months["iso3"].to_numpy(str),
            "month": months["month"].to_numpy(int),
            "share": months["share"].to_numpy(float),
        }
    )
    flat = pd.DataFrame({"profile": FLAT, "month": range(1, 13), "share": 1 / 12})
    lacking = sorted(set(demands["profile"]) - set(shape["profile"]) - {FLAT})
    if lacking:
        raise InputError(f"gas_months has no months of {', '.join(lacking)}")
    shape["share"] /= shape.groupby("profile")["share"].transform("sum")
    return pd.concat([shape, flat], ignore_index=True)


def _notes(
    tables: Mapping[str, pd.DataFrame], year: int, unknown: list[str], volumes: pd.DataFrame
) -> list[str]:
    old = volumes[volumes["year"] != year]
    ties = len(tables["gas_ties"])
    notes = [
        f"{len(unknown)} lines have no capacity on record and {ties} ties stand for lines that are not: none of them is a limit",
        "where in a country gas is used, its months and what power plants take of it are estimates",
    ]
    if len(old):
        notes.append(
            "for want of a figure of "
            + f"{year}: "
            + ", ".join(f"{v.item} of {v.year}" for v in old.itertuples(index=False))
        )
    notes += _gaps(tables["country_series"], year)
    without = tables["energy_nodes"]
    without = without[
        (without["kind"] == "storage") & (without["status"] == "operating") & without["capacity"].isna()
    ]
    if len(without):
        notes.append(f"left out for want of a capacity: {', '.join(without['name'])}")
    return notes


def _gaps(series: pd.DataFrame, year: int) -> list[str]:
    """Where one source's own output, trade and use of a country do not close."""
    rows = series[(series["year"] == year) & series["variable"].isin(FIGURES)]
    notes = []
    for (iso3, source), mine in rows.groupby(["iso3", "source_id"], sort=True):
        value = mine.groupby("variable")["value"].first()
        if not {"gas_output_bcm", "gas_use_bcm", "gas_export_bcm"} <= set(value.index):
            continue
        gap = value["gas_output_bcm"] + value.get("gas_import_bcm", 0.0)
        gap -= value["gas_use_bcm"] + value["gas_export_bcm"]
        if abs(gap) >= LEAST_GAP_BCM:
            notes.append(
                f"{source} has {gap:+.1f} bcm left over for {iso3} in {year}: its own figures do not close, so use is what is left"
            )
    return notes
