"""A year of the record as a case of crude supply: tables in, tables of a supply folder out. Method: docs/methods/energy_balance.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from torugart.energy.oil_balance import MEASURES, country_figure
from torugart.energy.record_amounts import Amount, amounts_table, used_nodes
from torugart.energy.record_lines import record_lines
from torugart.energy.year_volumes import NEAREST
from torugart.errors import InputError

Tables = Mapping[str, pd.DataFrame]
FLAT = "flat"
REFINERIES = "refineries"
SECTORS = {"buyer": "exports", "transit": "transit"}
PENALTIES = {
    REFINERIES: "oil_penalty_refinery",
    "exports": "oil_penalty_export",
    "transit": "oil_penalty_transit",
}
BORROWED = "oil_penalty_borrowed"  # of exports told only of another year
MONTHS = 12
PART_YEAR = "months as a year"  # in the words of how a mass was found
NEEDED = ("oil_ties", "oil_rests", "oil_ends", "oil_flows")


@dataclass(frozen=True, slots=True)
class CrudeCase:
    """A year of crude made of the record.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        As in a supply folder in Mt: nodes, profiles, lines, supplies, demands, storages, contracts.
    masses : DataFrame
        item, mt, lo, hi, year (of the figure), how, cells: where each amount of the year comes from.
    notes : list of str
        What was assumed, in words.
    """

    tables: dict[str, pd.DataFrame]
    masses: pd.DataFrame
    notes: list[str]


def crude_case(tables: Tables, record: Tables, year: int, *, added_runs: bool = True) -> CrudeCase:
    """Build the case of a year.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        A data package, with what projects change already in it.
    record : mapping of str to DataFrame
        The same package without any change: it says what refineries ran.
    year : int
    added_runs : bool
        Whether what a project adds to a refinery is run, in full; without it only its lines and rooms are there.

    Raises
    ------
    InputError
        If the package has no rows on crude, the record has no output of a country of ``oil_rests``, or a rule of ``oil_ends``
        gives no mass.
    """
    lacking = [n for n in NEEDED if not len(tables.get(n, ()))]
    if lacking:
        raise InputError(
            f"the package has no rows of {', '.join(lacking)}; give a folder as docs/energy_supply.md tells"
        )
    number = tables["parameters"].set_index("parameter_id")["value"].astype(float)
    masses: dict[str, Amount] = {}
    lines, unknown = record_lines(
        tables, year, commodity="crude", ties=tables["oil_ties"], most=number["oil_line_without_capacity"], unit="mt"
    )  # fmt: skip
    connected = {*lines["from_node"], *lines["to_node"]}
    faults: list[str] = []
    ends = _ends(tables, year, masses, faults)
    supplies = _supplies(tables, year, connected, ends, masses, faults)
    if faults:
        raise InputError(f"crude of {year} cannot be put together:\n" + "\n".join(faults))
    demands = _demands(tables, record, connected, ends, number, added_runs=added_runs)
    used = {*connected, *supplies["node"], *demands["node"]}
    made = {
        "nodes": used_nodes(tables["energy_nodes"], used),
        "profiles": pd.DataFrame({"profile": FLAT, "month": range(1, MONTHS + 1), "share": 1 / MONTHS}),
        "lines": lines,
        "supplies": supplies,
        "demands": demands,
        "storages": pd.DataFrame(
            columns=[
                "storage",
                "node",
                "working_mt",
                "in_mt_per_month",
                "out_mt_per_month",
                "start_mt",
            ]
        ),
        "contracts": pd.DataFrame(columns=["contract", "line", "mt_per_year", "penalty"]),
    }
    found = amounts_table(masses, "mt")
    return CrudeCase(made, found, _notes(tables, year, connected, unknown, supplies, found))


def newest_crude_year(tables: Tables) -> int:
    """The newest year in which every country whose output the network takes in has one on record.

    Raises
    ------
    InputError
        If there is none.
    """
    series = tables["country_series"]
    names = {name for name, _ in MEASURES["output"]}
    rows = series[series["variable"].isin(names)]
    home = _home(tables)
    count = rows[rows["iso3"].isin(home)].groupby("year")["iso3"].nunique()
    full = count[count == len(home)]
    if full.empty:
        raise InputError(f"country_series has no year with output of oil of {', '.join(sorted(home))}")
    return int(full.index.max())


def mass_of_rule(tables: Tables, rule: str, year: int) -> Amount | None:
    """What a rule such as ``total oil_refined_mt KAZ or system KazTransOil domestic`` gives for a year, else the nearest within three.

    The first alternative that is on record for a year is taken; of two years as near the earlier.
    """
    for off in NEAREST:
        for term in rule.split(" or "):
            found = _term(tables, term.strip(), year + off)
            if found is not None:
                return (
                    found
                    if not off
                    else replace(found, how=f"{found.how}, of {year + off} for want of {year}")
                )
    return None


def _term(tables: Tables, term: str, year: int) -> Amount | None:
    kind, *words = term.split()
    if kind == "total":
        variable, iso3 = words
        return _of_country(tables, iso3, next(k for k, v in MEASURES.items() if v[0][0] == variable), year)
    flows = tables["oil_flows"]
    column, name = ("link_id", words[0]) if kind == "carried" else ("system", " ".join(words[:-1]))
    mine = flows[(flows[column] == name) & (flows["kind"] == words[-1]) & (flows["year"] == year)]
    if mine.empty:
        return None
    months = int(mine["months"].max())
    mine = mine[mine["months"] == months].sort_values("flow_id")
    values = mine["mt"].astype(float) * MONTHS / months
    first = str(mine["flow_id"].iloc[0])
    how = first if months == MONTHS else f"{first}, {months} {PART_YEAR}: estimated"
    cells = tuple(f"oil_flows/{flow}/mt" for flow in mine["flow_id"])
    return Amount(float(values.iloc[0]), float(values.min()), float(values.max()), year, how, cells)


def _of_country(tables: Tables, iso3: str, measure: str, year: int) -> Amount | None:
    mt, lo, hi, sources = country_figure(tables, iso3, year, measure)
    if not sources:
        return None
    series = tables["country_series"]
    names = {name for name, _ in MEASURES[measure]}
    rows = series[
        (series["iso3"] == iso3) & (series["year"] == year) & series["variable"].isin(names)
    ].sort_values(["variable", "source_id"])
    cells = tuple(
        f"country_series/{iso3}/{year}/{r.variable}/{r.source_id}/value" for r in rows.itertuples(index=False)
    )
    return Amount(mt, lo, hi, year, sources[0], cells)


def _ends(tables: Tables, year: int, masses: dict[str, Amount], faults: list[str]) -> pd.DataFrame:
    """Ends with the mass that their rule gives; a rule without one is a fault."""
    ends = tables["oil_ends"].sort_values("end_id")
    amounts = []
    for end in ends.itertuples(index=False):
        mass = mass_of_rule(tables, str(end.rule), year)
        if mass is None:
            faults.append(f"  oil_ends {end.end_id}: {end.rule} gives no mass for {year}")
        else:
            masses[f"{end.role} {end.end_id}"] = mass
        amounts.append((mass.amount, mass.year != year) if mass is not None else (0.0, False))
    return ends.assign(mt_per_year=[mt for mt, _ in amounts], is_borrowed=[other for _, other in amounts])


def _home(tables: Tables) -> set[str]:
    country = tables["energy_nodes"].set_index("node_id")["iso3"]
    return set(tables["oil_rests"]["node_id"].map(country).astype(str))


def _supplies(
    tables: Tables,
    year: int,
    connected: set[str],
    ends: pd.DataFrame,
    masses: dict[str, Amount],
    faults: list[str],
) -> pd.DataFrame:
    """Fields with an output on record, the rest of a country's output by its shares, and what comes in from abroad."""
    nodes = tables["energy_nodes"]
    country = nodes.set_index("node_id")["iso3"].astype(str)
    fields = nodes[
        (nodes["kind"] == "oil_field")
        & (nodes["status"] == "operating")
        & (nodes["unit"] == "Mt/year")
        & (nodes["measure"] == "produced")
        & nodes["node_id"].isin(connected)
    ]
    rests = tables["oil_rests"].assign(iso3=tables["oil_rests"]["node_id"].map(country))
    rows: list[tuple[str, str, float, bool]] = []
    for iso3, places in rests.sort_values("node_id").groupby("iso3", sort=True):
        total = mass_of_rule(tables, f"total oil_output_mt {iso3}", year)
        if total is None:
            faults.append(f"  country_series has no output of oil of {iso3} within three years of {year}")
            continue
        masses[f"output {iso3}"] = total
        mine = fields[fields["iso3"] == iso3].sort_values("node_id")
        output = mine["capacity"].astype(float)
        # Fields are of other years than the total; they never make more than it.
        output *= min(1.0, total.amount / output.sum()) if len(output) else 1.0
        rows += [(str(n), str(n), float(mt), False) for n, mt in zip(mine["node_id"], output, strict=True)]
        rest = total.amount - float(output.sum())
        if rest > 0:
            rows += [
                (f"rest_at_{p.node_id}", str(p.node_id), rest * float(p.share), True)
                for p in places.itertuples(index=False)
            ]
    rows += [
        (str(e.end_id), str(e.at), float(e.mt_per_year), False)
        for e in ends[ends["role"] == "seller"].itertuples(index=False)
    ]
    found = pd.DataFrame(rows, columns=["supply", "node", "mt_per_year", "is_made"])
    # Oil handed over for transit is not bought, so all supply is of one cost and distance alone orders it.
    return found.assign(mt_per_month=found["mt_per_year"] / MONTHS, cost=0.0)


def _demands(
    tables: Tables,
    record: Tables,
    connected: set[str],
    ends: pd.DataFrame,
    number: pd.Series,
    *,
    added_runs: bool,
) -> pd.DataFrame:
    """What refineries run, what buyers abroad take, and transit that is owed."""
    rows = []
    for end in ends.itertuples(index=False):
        if end.role == REFINERIES:
            runs = _runs(tables, record, str(end.iso3), connected, float(end.mt_per_year), added_runs)
            penalty = number[PENALTIES[REFINERIES]]
            rows += [(name, name, REFINERIES, mt, penalty) for name, mt in runs.items()]
        elif end.role in SECTORS:
            sector = SECTORS[str(end.role)]
            borrowed = bool(end.is_borrowed) and sector == "exports"
            penalty = number[BORROWED if borrowed else PENALTIES[sector]]
            rows.append((str(end.end_id), str(end.at), sector, float(end.mt_per_year), penalty))
    found = pd.DataFrame(rows, columns=["demand", "node", "sector", "mt_per_year", "penalty"])
    return found.assign(profile=FLAT)


def _runs(
    tables: Tables, record: Tables, iso3: str, connected: set[str], total_mt: float, added_runs: bool
) -> dict[str, float]:
    """Share what a country's refineries ran by their capacity on record; what a project adds to one is run in full."""
    before, now = (_refineries(t, iso3, connected) for t in (record, tables))
    whole = sum(before.values())
    runs = {}
    for name, capacity in sorted(now.items()):
        had = before.get(name, 0.0)
        usual = total_mt * min(had, capacity) / whole if whole else 0.0
        runs[name] = usual + (max(capacity - had, 0.0) if added_runs else 0.0)
    return runs


def _refineries(tables: Tables, iso3: str, connected: set[str]) -> dict[str, float]:
    nodes = tables["energy_nodes"]
    mine = nodes[
        (nodes["kind"] == "refinery")
        & (nodes["iso3"] == iso3)
        & (nodes["status"] == "operating")
        & nodes["capacity"].notna()
        & nodes["node_id"].isin(connected)
    ]
    return dict(zip(mine["node_id"].astype(str), mine["capacity"].astype(float), strict=True))


def _notes(
    tables: Tables,
    year: int,
    connected: set[str],
    unknown: list[str],
    supplies: pd.DataFrame,
    masses: pd.DataFrame,
) -> list[str]:
    made = supplies["is_made"].astype(bool)
    rest = float(supplies.loc[made, "mt_per_year"].sum())
    notes = [
        f"{len(unknown)} lines have no capacity on record ({', '.join(unknown)}) and {len(tables['oil_ties'])} ties stand"
        " for lines that are not: none of them is a limit",
        f"{rest:.1f} Mt are of no field on record: {int(made.sum())} places share them by estimate (oil_rests); fields make what"
        " they did in the year they are told of",
        "every month is a twelfth of the year; refineries share what their country ran by capacity",
    ]
    old = masses[masses["year"] != year]
    if len(old):
        told = ", ".join(f"{m.item} of {m.year}" for m in old.itertuples(index=False))
        notes.append(f"for want of a figure of {year}: {told}; exports of another year give way first")
    part = masses[masses["how"].str.contains(PART_YEAR)]
    if len(part):
        notes.append(f"ten months taken as a year, so estimated: {', '.join(part['item'])}")
    nodes = tables["energy_nodes"]
    apart = nodes[
        (nodes["kind"] == "refinery") & (nodes["status"] == "operating") & ~nodes["node_id"].isin(connected)
    ]
    if len(apart):
        notes.append(
            f"no crude line on record leads to refineries of {', '.join(sorted(set(apart['iso3'])))}: they are left out"
        )
    return notes
