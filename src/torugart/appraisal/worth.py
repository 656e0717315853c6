"""From an appraisal to its accounts: the inputs, the ledger by country and party, the years and the draws.

Column 0 is the central run. The others pair every draw of the network with draws of the account's own quantities.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.accounts.discounting import present_value
from torugart.accounts.economy import Inputs, Plan, Streams, YearSums, build_streams
from torugart.accounts.ledger import WORLD, Ledger, YearFlows, joined_flows, ledger_sum, year_parties
from torugart.accounts.risk import correlated_scores, from_normal, scores
from torugart.appraisal.benefits import by_country, shared_by_country
from torugart.appraisal.flows import FlowSums
from torugart.appraisal.switches import on_course
from torugart.draws.quantities import Quantity
from torugart.errors import InputError, TorugartError
from torugart.network.factors import parameter_quantity

if TYPE_CHECKING:
    from torugart.appraisal.benefits import Benefits
    from torugart.appraisal.flows import FlowRecorder
    from torugart.appraisal.project import Question, Sides
    from torugart.evaluate.sides import Draws

FloatArray = NDArray[np.float64]
MATRIX_RATE = 0.06
RECONCILED = 1e-9
DRAWS_WANTED, MOST_PAIRINGS = 4000, 20
MOUNTAIN_TUNNEL_SHARE = 0.1
# The account's own uncertain inputs and the parameters they follow; ``line`` and ``maintenance`` depend on the terrain.
PARAMETERS = {
    "overrun": "cost_overrun_factor",
    "outturn": "traffic_outturn_factor",
    "growth": "traffic_growth",
    "ramp_first": "ramp_up_first_share",
    "renewal_share": "renewal_share_of_capital",
    "conversion": "conversion_factor",
    "carbon_usd_per_t": "carbon_price_2030_usd_per_t",
    "rail": "rail_cost_usd_per_tkm",
    "gauge_change": "gauge_change_cost_usd_per_feu",
    "road_toll_share": "road_toll_share",
    "fee_cost_share": "border_fee_cost_share",
    "road_accident": "road_accident_usd_per_tkm",
    "rail_accident": "rail_accident_usd_per_tkm",
}
# Reference classes: the central run takes the forecast as it stands.
REFERENCE_CLASSES = ("overrun", "outturn")


OWN_RAIL_COST = re.compile(r"rail_cost_([a-z]{3})_usd_per_tkm")
ELASTICITY = "generated_traffic_elasticity"
REQUIRED = frozenset(PARAMETERS.values()) | {
    ELASTICITY,
    "account_years",
    "asset_life_years",
    "carbon_price_growth",
    "construction_years",
    "demand_year",
    "overrun_delay_correlation",
    "rail_cost_mountain_usd_per_tkm",
    "rail_maintenance_mountain_usd_per_km",
    "rail_maintenance_usd_per_km",
    "ramp_up_years",
}


def missing_parameters(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Parameters that the accounts need and a package lacks; with any missing there are no accounts."""
    return sorted(REQUIRED - set(tables["parameters"]["parameter_id"]))


def rail_relative(tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Cost of rail on flat lines over the common estimate, for the countries that have a value of their own."""
    value = dict(zip(tables["parameters"]["parameter_id"], tables["parameters"]["value"], strict=True))
    own = ((OWN_RAIL_COST.fullmatch(name), v) for name, v in value.items())
    return {m.group(1).upper(): float(v) / float(value[PARAMETERS["rail"]]) for m, v in own if m}


def elasticity_draws(tables: Mapping[str, pd.DataFrame], seed: int, n: int) -> FloatArray:
    """Elasticity of boxes to cost, taken positive, central value first: shape (n + 1,); 0 where the package has none."""
    parameters = tables["parameters"]
    if not (parameters["parameter_id"] == ELASTICITY).any():
        return np.zeros(n + 1)
    quantity = parameter_quantity(parameters, ELASTICITY)
    drawn = from_normal(quantity, scores(quantity.quantity_id, seed, n))
    return np.maximum(-np.concatenate([[quantity.value], drawn]), 0.0)


def refuse_early_year(tables: Mapping[str, pd.DataFrame], year: int) -> None:
    """Refuse a year before the trade the accounts start from."""
    parameters = tables["parameters"].set_index("parameter_id")["value"]
    first = int(parameters.get("demand_year", year))
    if year < first:
        raise InputError(
            f"--year is {year}, before the trade of {first} that boxes follow; give {first} or later"
        )


class DoesNotReconcile(TorugartError):
    """The account's two sums differ: a fault of the program, never of the data."""


@dataclass(frozen=True, slots=True)
class Worth:
    """The accounts of an answer.

    Attributes
    ----------
    capital_ref : str
        Reference of the cell the capital cost stands in; empty where no cost is known.
    rows : ndarray of int
        Column of the network's draws that each column of the account takes.
    ledger : mapping of (country, party) to ndarray
        A year of the demand year's trade, USD; no fixed and capital cost, no CO2e.
    new_traffic : YearFlows
        What new traffic adds in a year, in ``flows`` or not; central where it is not.
    second_usd : float
        The same sum a second way.
    quantities : mapping of field to Quantity
    """

    plan: Plan
    inputs: Inputs
    sums: YearSums
    flows: YearFlows
    streams: Streams
    ledger: Ledger
    second_usd: float
    new_traffic: YearFlows
    new_sums: YearSums
    generated: bool
    residual: bool
    owners: dict[str, float]
    quantities: dict[str, Quantity]
    capital_ref: str
    rows: NDArray[np.int64]
    line_km: float
    mountain: bool

    @property
    def has_cost(self) -> bool:
        """Whether the project's capital cost is known."""
        return bool(self.capital_ref)

    def streams_of(self, sums: YearSums, inputs: Inputs, *, capital_on_time: bool = False) -> Streams:
        """The account by year under other flows and inputs, the same switches."""
        return build_streams(sums, self.plan, inputs, residual=self.residual, capital_on_time=capital_on_time)

    def central(self) -> tuple[YearSums, Inputs]:
        """Flows and inputs of the central run alone."""
        first = np.zeros(1, np.int64)
        return self.sums.take(first), self.inputs.take(first)


class Compared(Protocol):
    """What an account is made of: a project's two sides, and what came of the comparison."""

    @property
    def question(self) -> Question:
        """What was asked."""

    @property
    def sides(self) -> Sides:
        """The network without and with it."""

    @property
    def draws(self) -> Draws:
        """Draws of what is not known of the network."""

    @property
    def benefits(self) -> Benefits:
        """Users' benefit and loads."""

    @property
    def flows(self) -> FlowRecorder:
        """Changes of payments, tonne-km and CO2e."""


def account_of(answer: Compared) -> Worth:
    """Build the accounts of an answer.

    Raises
    ------
    InputError
        If the year appraised is before the trade, or a parameter makes no sense.
    DoesNotReconcile
        If the two sums of the account differ.
    """
    tables, q = answer.sides.base.network.tables, answer.question
    parameters = tables["parameters"]
    value = dict(zip(parameters["parameter_id"], parameters["value"].astype(float), strict=True))
    project = _project(tables, q.project)
    new = answer.flows.new_links
    links = tables["links"][new]
    km = float(links["length_km"].sum())
    tunnels = _number(project, "tunnels_km", 0.0)
    mountain = km > 0 and tunnels / km >= MOUNTAIN_TUNNEL_SHARE
    rows, quantities, drawn = _draw(answer, parameters, mountain)
    quantities["capital_musd"], capital_ref = capital_cost(tables, q.project)
    capital = from_normal(
        quantities["capital_musd"], scores(quantities["capital_musd"].quantity_id, q.seed, rows.size - 1)
    )
    per_km = drawn.pop("maintenance")
    n = rows.size
    delay = drawn.pop("delay_years")
    plan = _plan(answer, value, project, delay)
    inputs = Inputs(
        capital_musd=np.concatenate([[quantities["capital_musd"].value], capital]),
        benefit=np.ones(n),
        delay_years=np.maximum(delay, plan.start + 1 - plan.opening),
        maintenance_musd=per_km * km / 1e6,
        **drawn,
    )
    fixed, new_traffic = _flows(answer, rows)
    owners = owner_shares(answer)
    costs, central = inputs.costs(), inputs.take(np.zeros(1, np.int64)).costs()
    relative = answer.flows.rail_relative
    ledgers = [year_parties(f, costs, owners, relative) for f in (fixed, new_traffic)]
    seconds = [s.year_usd(central) for s in (answer.flows.second, answer.flows.second_new)]
    for mine, other in zip(ledgers, seconds, strict=True):
        _reconcile(mine, other, n)
    flows = joined_flows(fixed, new_traffic) if q.switches.generated else fixed
    ledger = year_parties(flows, costs, owners, relative)
    second = sum(seconds) if q.switches.generated else seconds[0]
    sums = YearSums.of(flows, relative)
    streams = build_streams(sums, plan, inputs, residual=q.switches.residual)
    return Worth(
        plan,
        inputs,
        sums,
        flows,
        streams,
        ledger,
        second,
        new_traffic,
        YearSums.of(new_traffic, relative),
        q.switches.generated,
        q.switches.residual,
        owners,
        quantities,
        capital_ref,
        rows,
        km,
        mountain,
    )


def _reconcile(ledger: Ledger, second: float, n: int) -> None:
    """Refuse an account whose two sums differ."""
    first = float(ledger_sum(ledger, n)[0])
    parts = max((abs(float(v[0])) for v in ledger.values()), default=0.0)
    if abs(first - second) > RECONCILED * max(parts, abs(first), 1.0):
        raise DoesNotReconcile(f"the account sums to {first!r} USD by parties and to {second!r} by resources")


def _project(tables: Mapping[str, pd.DataFrame], project_id: str) -> dict[str, Any]:
    hit = tables["projects"][tables["projects"]["project_id"] == project_id]
    return hit.iloc[0].to_dict() if len(hit) else {}


def _number(record: Mapping[str, Any], column: str, default: float) -> float:
    """A number of a record, or the default where the cell is empty."""
    value = record.get(column)
    return default if pd.isna(value) else float(value)  # type: ignore[arg-type]


def _draw(
    answer: Compared, parameters: pd.DataFrame, mountain: bool
) -> tuple[NDArray[np.int64], dict[str, Quantity], dict[str, FloatArray]]:
    """Columns of the network taken, the quantities, and their draws with the central value first."""
    q = answer.question
    times = min(max(1, -(-DRAWS_WANTED // q.draws)), MOST_PAIRINGS) if q.draws else 0
    rows = np.concatenate([[0], np.tile(np.arange(1, q.draws + 1), times)]).astype(np.int64)
    n = rows.size - 1
    terrain = "_mountain" if mountain else ""
    names = PARAMETERS | {
        "line": f"rail_cost{terrain}_usd_per_tkm",
        "maintenance": f"rail_maintenance{terrain}_usd_per_km",
    }
    quantities = {field: parameter_quantity(parameters, name) for field, name in names.items()}
    for field, course in (("growth", q.switches.growth), ("carbon_usd_per_t", q.switches.carbon)):
        quantities[field] = on_course(quantities[field], course)
    normal = {x.quantity_id: scores(x.quantity_id, q.seed, n) for x in quantities.values()}
    drawn = {
        field: np.concatenate(
            [[1.0 if field in REFERENCE_CLASSES else x.value], from_normal(x, normal[x.quantity_id])]
        )
        for field, x in quantities.items()
    }
    slip = parameter_quantity(parameters, "project_slip_years", "delay", "years of delay")
    quantities["delay_years"] = slip
    overrun = normal[quantities["overrun"].quantity_id]
    link = parameter_quantity(parameters, "overrun_delay_correlation").value
    late = from_normal(slip, correlated_scores("delay", q.seed, overrun, link)) - slip.value
    drawn["delay_years"] = np.concatenate([[0.0], late])
    return rows, quantities, drawn


def capital_cost(tables: Mapping[str, pd.DataFrame], project_id: str) -> tuple[Quantity, str]:
    """Capital cost of all that a project opens, million USD, and the cell it stands in; no cell and 0 where it is not known."""
    name = f"project_{project_id}_cost_musd"
    if project_id and (tables["parameters"]["parameter_id"] == name).any():
        return parameter_quantity(tables["parameters"], name), f"param:{name}"
    known = _number(_project(tables, project_id), "cost_musd", np.nan)
    ref = f"cell:projects/{project_id}/cost_musd" if np.isfinite(known) else ""
    known = known if ref else 0.0
    return Quantity("capital_musd", "announced capital cost", known, known, known, "fixed", ref), ref


def _plan(
    answer: Compared, value: Mapping[str, float], project: Mapping[str, Any], delay: FloatArray
) -> Plan:
    opening = answer.question.year
    stated = str(project.get("start") or "")[:4]
    operating = answer.question.project in answer.sides.state.operating
    start = int(stated) + (str(project.get("start"))[5:7] == "12") if stated.isdigit() else opening
    if operating or start >= opening:
        start = opening - round(value["construction_years"])
    capacity = _number(project, "capacity_mt_per_year", np.inf)
    new = answer.flows.new_links
    busiest = float(answer.benefits.link_t_with[new].max()) if new.any() else 0.0
    fits = capacity * 1e6 / busiest if busiest > 0 else np.inf
    return Plan(
        start=start,
        opening=opening,
        operation_years=int(value["account_years"]),
        ramp_years=int(value["ramp_up_years"]),
        demand_year=int(value["demand_year"]),
        carbon_growth=value["carbon_price_growth"],
        most_growth=fits,
        asset_life_years=value["asset_life_years"],
        most_delay=max(int(np.ceil(delay.max())), 2),
    )


def _flows(answer: Compared, rows: NDArray[np.int64]) -> tuple[YearFlows, YearFlows]:
    """Flows of a year of the boxes of the do-minimum, and of new ones."""
    f, share = answer.flows, answer.question.importer_share(answer.sides.base.network)

    def year(sums: FlowSums, users: Mapping[str, FloatArray]) -> YearFlows:
        parts, n = sorted(sums.usd), answer.draws.n + 1
        usd = np.array([sums.usd[p] for p in parts]).reshape(len(parts), n)
        amount = np.array([sums.amount[p] for p in parts]).reshape(len(parts), n)
        gains = {k: v[rows] for k, v in users.items()}
        return YearFlows(parts, usd[:, rows], amount[:, rows], sums.co2_t[rows], gains)

    return (
        year(f.fixed, by_country(answer.benefits, share)),
        year(f.new, shared_by_country(f.new_by_trade, share)),
    )


def owner_shares(answer: Compared) -> dict[str, float]:
    """Shares of countries in the line: equity on record, else km of the new line, else the project's countries alike."""
    tables, project_id = answer.sides.base.network.tables, answer.question.project
    p = tables["project_parties"]
    mine = p[(p["project_id"] == project_id) & (p["role"] == "owner") & p["share"].notna()]
    country = tables["parties"].set_index("party_id")["iso3"]
    found: dict[str, float] = {}
    for row in mine.itertuples(index=False):
        iso3 = str(country.get(row.party_id, ""))
        if iso3:
            found[iso3] = found.get(iso3, 0.0) + float(row.share)
    if not found:
        place = tables["places"].set_index("place_id")["iso3"]
        for link in tables["links"][answer.flows.new_links].itertuples(index=False):
            share_a = 1.0 if place[link.place_a] == place[link.place_b] else link.share_in_a
            share_a = 0.5 if pd.isna(share_a) else float(share_a)
            for end, part in ((link.place_a, share_a), (link.place_b, 1 - share_a)):
                if part > 0:
                    found[place[end]] = found.get(place[end], 0.0) + part * float(link.length_km)
    if not found:
        countries = str(_project(tables, project_id).get("countries") or "").split(";")
        found = {c: 1.0 for c in countries if c} or {WORLD: 1.0}
    total = sum(found.values())
    return {k: v / total for k, v in sorted(found.items())}


def present_ledger(worth: Worth, rate: float = MATRIX_RATE) -> Ledger:
    """Present value of every party and country in every column, million USD; its sum is the NPV."""
    s = worth.streams
    scale = present_value(s.scale, rate) / 1e6
    out = {key: usd * scale for key, usd in worth.ledger.items()}
    i, sums = worth.inputs, worth.sums
    price = i.carbon_usd_per_t[:, None] * (1 + worth.plan.carbon_growth) ** (s.years[None, :] - 2030)
    carbon = -present_value(s.scale * price, rate) * sums.co2_t / 1e6
    out[WORLD, "third parties"] = out.get((WORLD, "third parties"), np.zeros(carbon.size)) + carbon
    own, tax = -present_value(s.capital + s.fixed, rate), present_value(s.converted, rate)
    if worth.residual:
        own = own + present_value(s.residual, rate)
    for country, share in worth.owners.items():
        for party, amount in (("owners", own), ("treasuries", tax)):
            key = (country, party)
            out[key] = out.get(key, np.zeros(own.size)) + share * amount
    whole, npv = ledger_sum(out, own.size), present_value(s.net, rate)
    size = np.max([np.abs(v) for v in out.values()], axis=0)
    if (np.abs(whole - npv) > RECONCILED * np.maximum(size, 1e-6)).any():
        raise DoesNotReconcile("the matrix of countries and parties does not sum to the net present value")
    return out
