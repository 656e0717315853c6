"""``energy balance`` and ``energy break``: who is supplied with gas or crude by month, and who is short when something is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from torugart.energy.even_output import solve_evenly
from torugart.energy.gas_supply import Balance, demand_prices, solve_balance
from torugart.energy.origins import trace_origins
from torugart.energy.outages import Element, Outage, lose_each
from torugart.energy.supply_case import NamedCase
from torugart.energy.supply_draws import balance_draws, draw_supply
from torugart.errors import InputError, UnknownName
from torugart.scenario.energy_edits import KEYS, projects_of
from torugart.verbs.crude_answer import crude_intervals, crude_parts
from torugart.verbs.gas_case import UNITS, GasQuestion, again, gas_question, write_supply_folder

NOTHING = 1e-7  # bcm; below it a rest of the solver
LEAST_VALUE = 1e-6
MOST_DRAWS = 10_000
WORST = 12  # losses for which projects are tried
# A penalty is above every cost, so a value of at least this part of the least penalty cannot be made of costs alone.
OF_PENALTY = 0.5
SMALL = 0.02  # of a shortage: a limit smaller than that explains nothing of it


@dataclass(frozen=True, slots=True)
class SupplyAnswer:
    """A year of gas or crude, month by month; of crude the amounts are Mt, and ``mt`` stands in the columns for ``bcm``.

    Attributes
    ----------
    countries : DataFrame
        country, demand_bcm, short_bcm, short_share, output_bcm, arrives_bcm and leaves_bcm over its borders, through_bcm (the least of
        both: what crosses it).
    months : DataFrame
        country, month, demand_bcm, short_bcm, output_bcm, from_storage_bcm (less what is put in).
    demands : DataFrame
        demand, node, country, sector, month, demand_bcm, short_bcm, price (empty where short), is_short.
    lines : DataFrame
        line, from_node, to_node, bcm (sent that way in the year), full_share (of its capacity in the fullest month), full_month,
        value (of one bcm more a month, the greatest of the year), saves_shortage (whether that value is demand met), is_made
        (stands for lines that are not on record).
    origins : DataFrame
        country (of use), origin, bcm.
    storages : DataFrame
        storage, month, level_bcm.
    contracts : DataFrame
        contract, line, bcm_per_year, lacking_bcm.
    cost : float
        Value of the objective; an ordering of preferences.
    volumes : DataFrame
        item, bcm, lo, hi, year, how, cells: where the volumes of a year of the record come from; empty for a folder.
    intervals : DataFrame
        country, measure (short_bcm, output_bcm, arrives_bcm, leaves_bcm), median, lo, hi: 5, 50 and 95 % points of the draws;
        of crude what (supply, demand, line), item, median_mt, lo_mt, hi_mt, change_lo_mt, change_hi_mt. Empty without draws.
    title : str
        The year, or the folder.
    notes : tuple of str
        What was assumed.
    names : mapping of str to str
        Countries of the record by code.
    products : DataFrame
        country, run_mt, made_mt, use_mt, left_mt, each with its ends, and use_year: what refineries make beside what is used;
        empty for gas and for a folder.
    changes : DataFrame
        what (supply, demand or line), item, without_mt, with_mt, change_mt: what projects and more output change against the
        record as it is; only of crude of the record, and empty where nothing was asked to change.
    backcast : DataFrame
        line, kinds, said_mt, model_mt, error_mt, is_input: of crude of the record, what lines carry beside what systems said.
    commodity : str
        gas or crude.
    """

    countries: pd.DataFrame
    months: pd.DataFrame
    demands: pd.DataFrame
    lines: pd.DataFrame
    origins: pd.DataFrame
    storages: pd.DataFrame
    contracts: pd.DataFrame
    cost: float
    volumes: pd.DataFrame = field(default_factory=pd.DataFrame)
    intervals: pd.DataFrame = field(default_factory=pd.DataFrame)
    title: str = ""
    notes: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    products: pd.DataFrame = field(default_factory=pd.DataFrame)
    changes: pd.DataFrame = field(default_factory=pd.DataFrame)
    backcast: pd.DataFrame = field(default_factory=pd.DataFrame)
    commodity: str = "gas"


@dataclass(frozen=True, slots=True)
class LossAnswer:
    """What is missed when an element is lost for a month; of crude the amounts are Mt, and ``mt`` stands in the columns for ``bcm``.

    Attributes
    ----------
    losses : DataFrame
        element, month, short_bcm, short_share (of all demand of the month); worst first.
    shortages : DataFrame
        element, month, country, sector, short_bcm, short_share (of its demand that month).
    binding : DataFrame
        element, month, what (a line, a field, or what a storage may give), value (of a bcm more of it then), saves_shortage
        (whether that value is demand met).
    mends : DataFrame
        element, month, project_id, name, short_bcm, short_with_bcm: of the worst, what is short when a project stands too;
        empty for a folder.
    title : str
    notes : tuple of str
    commodity : str
    """

    losses: pd.DataFrame
    shortages: pd.DataFrame
    binding: pd.DataFrame
    mends: pd.DataFrame = field(default_factory=pd.DataFrame)
    title: str = ""
    notes: tuple[str, ...] = ()
    commodity: str = "gas"


Answer = TypeVar("Answer", SupplyAnswer, LossAnswer)


def energy_balance(
    folder: Path | str | None = None,
    *,
    commodity: str = "gas",
    year: int | None = None,
    with_projects: Sequence[str] = (),
    without_projects: Sequence[str] = (),
    output: Sequence[str] = (),
    draws: int = 0,
    seed: int = 1,
    write: Path | str | None = None,
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
) -> SupplyAnswer:
    """Supply a year of gas or crude at least cost, month by month: a year of the record, or the folder of a user.

    Parameters
    ----------
    folder : path, optional
        CSV files as docs/energy_supply.md tells; without one a year of the record.
    commodity : str
        gas or crude.
    year : int, optional
        By default the newest with output, use and trade of most countries; for crude with output.
    with_projects, without_projects : sequence of str
        Projects taken to stand, and to be absent.
    output : sequence of str
        As ``TKM=+10``: bcm, of crude Mt, a year more than on record.
    draws, seed : int
        Times the year is solved with what is not known drawn at random; only for a year of the record.
    write : path, optional
        A new folder for the case as CSV files, to be changed and given back as ``folder``.
    data, overlays
        As in ``appraise``.

    Raises
    ------
    InputError
        With every fault of the files or of the question.
    UnknownName
        If no project or country is called so.
    """
    asked = gas_question(
        folder, commodity=commodity, year=year, with_projects=with_projects, without_projects=without_projects,
        output=output, data=data, overlays=overlays,
    )  # fmt: skip
    answer = answer_of(asked)
    if write is not None:
        write_supply_folder(asked, Path(write))
    return replace(answer, intervals=supply_intervals(asked, draws, seed)) if draws else answer


def energy_break(
    folder: Path | str | None = None,
    elements: Sequence[str] = (),
    *,
    commodity: str = "gas",
    months: Sequence[int] = (),
    year: int | None = None,
    with_projects: Sequence[str] = (),
    without_projects: Sequence[str] = (),
    output: Sequence[str] = (),
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
) -> LossAnswer:
    """Lose elements of a network of gas or crude one after another, each in each month, with no foresight.

    Parameters
    ----------
    folder : path, optional
        As in ``energy_balance``.
    elements : sequence of str
        Lines, fields, storages or nodes by name; every one when none is given.
    commodity : str
        gas or crude.
    months : sequence of int
        From 1 to 12; all when none is given, of crude of the record, whose months are alike, the first.
    year, with_projects, without_projects, output, data, overlays
        As in ``energy_balance``.

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
    asked = gas_question(
        folder, commodity=commodity, year=year, with_projects=with_projects, without_projects=without_projects,
        output=output, data=data, overlays=overlays,
    )  # fmt: skip
    if asked.package is not None and commodity == "crude" and not months:
        months = (1,)
    return losses_of(asked, elements, months)


def answer_of(asked: GasQuestion) -> SupplyAnswer:
    """Solve a question; gas by the even course of the year, so that its months are no accident of the solver."""
    case = asked.named.case
    balance = solve_evenly(case) if asked.commodity == "gas" else solve_balance(case)
    answer = replace(
        _answer(asked.named, balance), volumes=asked.volumes, title=asked.title, notes=asked.notes,
        commodity=asked.commodity,
    )  # fmt: skip
    if asked.package is None:
        return _in_unit(answer)
    tables = asked.package.tables
    answer = replace(answer, names=dict(tables["countries"][["iso3", "name"]].to_numpy()))
    if asked.commodity == "crude":
        more = crude_parts(asked, balance)
        answer = replace(answer, **{**more, "notes": (*answer.notes, *more["notes"])})
    return _in_unit(answer)


def _in_unit(answer: Answer) -> Answer:
    """Name the columns of an answer by its unit; the functions here reckon in whatever unit the case has and write bcm."""
    unit = UNITS[answer.commodity]
    if unit == "bcm":
        return answer
    tables = {f.name: getattr(answer, f.name) for f in fields(answer)}
    return replace(
        answer,
        **{
            name: table.rename(columns=lambda c: c.replace("bcm", unit))
            for name, table in tables.items()
            if isinstance(table, pd.DataFrame)
        },
    )


def supply_intervals(asked: GasQuestion, draws: int, seed: int) -> pd.DataFrame:
    """What each country is short of, makes, gets and sends: 5, 50 and 95 % points over draws of what is not known.

    Raises
    ------
    InputError
        For a folder, which says nothing of what is not known, and for a number of draws that is none.
    """
    if asked.package is None:
        raise InputError("--draws goes with the record: a folder says nothing of what is not known")
    if not 1 <= draws <= MOST_DRAWS:
        raise InputError(f"--draws is {draws}; give 1 to {MOST_DRAWS}, or 0 for none")
    if asked.commodity == "crude":
        return crude_intervals(asked, draws, seed)
    drawn = draw_supply(asked.named, asked.volumes, asked.package.tables["parameters"], seed, draws)
    by_draw = balance_draws(asked.named, drawn, _country_measure(asked.named))
    points = by_draw.quantile([0.05, 0.5, 0.95])
    rows = [
        (
            *str(name).split("/"),
            float(points.loc[0.5, name]),
            float(points.loc[0.05, name]),
            float(points.loc[0.95, name]),
        )
        for name in by_draw.columns
    ]
    return pd.DataFrame(rows, columns=["country", "measure", "median", "lo", "hi"])


def _country_measure(named: NamedCase) -> Callable[[NamedCase, Balance], pd.Series]:
    """What ``_countries`` tells of every country, of a draw of a case; in arrays, as it is asked for a thousand times."""
    case = named.case
    country = named.tables["nodes"]["country"].to_numpy(str)
    codes = np.unique(country[np.concatenate([case.demand_node, case.supply_node, case.store_node])])
    of_demand, of_supply = (
        codes[:, None] == country[case.demand_node],
        codes[:, None] == country[case.supply_node],
    )
    first, last = country[case.arc_from], country[case.arc_to]
    leaves, arrives = ((codes[:, None] == side) & (first != last) for side in (first, last))
    names = [f"{c}/{m}" for c in codes for m in ("short_bcm", "output_bcm", "arrives_bcm", "leaves_bcm")]

    def measure(drawn: NamedCase, balance: Balance) -> pd.Series:
        sent = balance.flow.sum(axis=1)
        short = of_demand @ balance.unserved
        values = [
            np.where(short > NOTHING, short, 0.0).sum(axis=1),
            of_supply @ balance.supply.sum(axis=1),
            arrives @ ((1 - drawn.case.arc_loss) * sent),
            leaves @ sent,
        ]
        return pd.Series(np.column_stack(values).ravel(), names)

    return measure


def losses_of(asked: GasQuestion, elements: Sequence[str], months: Sequence[int]) -> LossAnswer:
    """Lose elements of a question's network; of the worst, say which project would mend how much."""
    named = asked.named
    known = named.elements()
    chosen = [_element(known, name) for name in elements] or known
    usual = solve_balance(named.case)
    found = _losses(named, lose_each(named.case, usual, chosen, [m - 1 for m in months] or None))
    mends = _mends(asked, found)
    return _in_unit(
        replace(found, mends=mends, title=asked.title, notes=asked.notes, commodity=asked.commodity)
    )


def _mends(asked: GasQuestion, found: LossAnswer) -> pd.DataFrame:
    """Lose the worst elements again with each project that does not stand yet: what is short then."""
    columns = ["element", "month", "project_id", "name", "short_bcm", "short_with_bcm"]
    if asked.package is None:
        return pd.DataFrame(columns=columns)
    tables = asked.package.tables
    worst = found.losses[found.losses["short_bcm"] > 0].drop_duplicates("element").head(WORST)
    names = tables["projects"].set_index("project_id")["name"]
    rows = []
    for project in _not_standing(tables, asked):
        absent = [p for p in asked.absent if p != project]
        with_it = again(asked, standing=(*asked.standing, project), absent=absent, new_buyers=False)
        usual = solve_balance(with_it.named.case)
        elements = {e.name: e for e in with_it.named.elements()}
        for loss in worst.itertuples(index=False):
            outages = lose_each(with_it.named.case, usual, [elements[loss.element]], [loss.month - 1])
            short = float(outages[0].short.sum())
            if short < loss.short_bcm - NOTHING:
                rows.append(
                    (loss.element, loss.month, project, names[project], loss.short_bcm, max(short, 0.0))
                )
    return pd.DataFrame(rows, columns=columns)


def _not_standing(tables: Mapping[str, pd.DataFrame], asked: GasQuestion) -> list[str]:
    """Projects of the commodity that do not stand in a question."""
    return [
        p
        for p in projects_of(tables, asked.commodity)
        if p not in asked.standing and (p in asked.absent or not project_stands(tables, p))
    ]


def project_stands(tables: Mapping[str, pd.DataFrame], project: str) -> bool:
    """Whether everything that a project changes is on record as it is with it."""
    edits = tables["energy_edits"]
    mine = edits[edits["project_id"] == project]
    now = [
        str(tables[e.table].set_index(KEYS[e.table]).loc[e.row_id, e.column])
        for e in mine.itertuples(index=False)
    ]
    return all(_same(a, b) for a, b in zip(now, mine["after"], strict=True))


def _same(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return one == other


def _element(known: Sequence[Element], name: str) -> Element:
    hit = [e for e in known if name in (e.name, e.name.partition(" ")[2])]
    if len(hit) > 1:
        raise InputError(f"{name}: {len(hit)} are called so: {', '.join(e.name for e in hit)}; name one")
    if not hit:
        raise UnknownName("line, field, storage or node", name, [e.name.partition(" ")[2] for e in known])
    return hit[0]


def _answer(named: NamedCase, b: Balance) -> SupplyAnswer:
    months = _months(named, b)
    return SupplyAnswer(
        _countries(named, b, months), months, _demands(named, b), _lines(named, b), _origins(named, b), _levels(named, b),
        _contracts(named, b), b.cost,
    )  # fmt: skip


def _contracts(named: NamedCase, b: Balance) -> pd.DataFrame:
    contracts = named.tables["contracts"]
    return pd.DataFrame(
        {
            "contract": contracts["contract"],
            "line": contracts["line"],
            "bcm_per_year": contracts[f"{named.unit}_per_year"],
            "lacking_bcm": b.lacking,
        }
    )


def _months(named: NamedCase, b: Balance) -> pd.DataFrame:
    case = named.case
    country = named.tables["nodes"]["country"].to_numpy(str)
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
    return months


def _countries(named: NamedCase, b: Balance, months: pd.DataFrame) -> pd.DataFrame:
    case = named.case
    country = named.tables["nodes"]["country"].to_numpy(str)
    year = months.groupby("country")[["demand_bcm", "short_bcm", "output_bcm"]].sum().reset_index()
    sent = b.flow.sum(axis=1)
    across = country[case.arc_from] != country[case.arc_to]
    year["arrives_bcm"] = [
        float(((1 - case.arc_loss) * sent)[across & (country[case.arc_to] == c)].sum())
        for c in year["country"]
    ]
    year["leaves_bcm"] = [float(sent[across & (country[case.arc_from] == c)].sum()) for c in year["country"]]
    year["through_bcm"] = year[["arrives_bcm", "leaves_bcm"]].min(axis=1)
    year["short_share"] = (year["short_bcm"] / year["demand_bcm"]).where(year["demand_bcm"] > 0)
    return year


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
    found = pd.DataFrame(rows, columns=columns)
    made = lines["is_made"].to_numpy(bool)[named.line_of_arc] if "is_made" in lines else False
    return found.assign(is_made=made)


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
    """What of the rest is at its limit and would save by more, the most valuable first and of these the largest.

    What is lost itself is not told, nor what stands for something not on record, nor what is small beside the shortage.
    """
    b, lost, tables, case = outage.balance, outage.element, named.tables, named.case
    m = outage.month
    parts = (
        ("line", tables["lines"], "line", named.line_of_arc, b.arc_value, lost.arcs, case.arc_max[:, m]),
        ("field", tables["supplies"], "supply", None, b.supply_value, lost.supplies, case.supply_max[:, m]),
        ("storage", tables["storages"], "storage", None, b.store_value, lost.stores, case.store_out),
    )
    least = SMALL * float(outage.short.sum())
    found = []
    for kind, table, key, rows, value, gone, size in parts:
        names = table[key].to_numpy(str)
        made = table["is_made"].to_numpy(bool) if "is_made" in table else np.zeros(len(table), bool)
        of_row = np.arange(len(table)) if rows is None else rows
        found += [
            (f"{kind} {names[of_row[k]]}", float(value[k, 0]), float(size[k]))
            for k in range(len(of_row))
            if value[k, 0] > LEAST_VALUE and k not in gone and not made[of_row[k]] and size[k] >= least
        ]
    found.sort(key=lambda f: (-round(f[1], 1), -f[2], f[0]))
    return [(name, value) for name, value, _ in found]


def _losses(named: NamedCase, outages: Sequence[Outage]) -> LossAnswer:
    case, demands = named.case, named.tables["demands"]
    country = named.tables["nodes"]["country"].to_numpy(str)[case.demand_node]
    least_penalty = OF_PENALTY * (case.penalty.min() if case.penalty.size else np.inf)
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
            binding += [(who, month, *bound, bound[1] >= least_penalty) for bound in _bounds(named, outage)]
    found = pd.DataFrame(losses, columns=["element", "month", "short_bcm", "short_share"])
    found = found.sort_values(
        ["short_bcm", "element", "month"], ascending=[False, True, True], ignore_index=True
    )
    return LossAnswer(
        found,
        pd.DataFrame(
            shortages, columns=["element", "month", "country", "sector", "short_bcm", "short_share"]
        ),
        pd.DataFrame(binding, columns=["element", "month", "what", "value", "saves_shortage"]),
    )
