"""The economic account by year: construction, then years of operation, in constant prices.

Everything that is not known is a field of ``Inputs``: a number, or an array of one number for each draw. The account is a sum of
products of them with the flows of one year, so thousands of draws, sensitivities and switching values are cheap.
Formulas: docs/methods/accounts.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from torugart.accounts.ledger import UnitCosts, YearFlows
from torugart.errors import InputError

FloatArray = NDArray[np.float64]
MTONNE = 1e6


@dataclass(frozen=True, slots=True)
class Inputs:
    """What an account hangs on beside the flows; each of shape (n_columns,).

    Attributes
    ----------
    capital_musd, overrun : ndarray
        Announced capital cost, million USD, and actual over announced.
    outturn, benefit : ndarray
        Factors on every flow of the year: actual over forecast traffic; a factor for sensitivities.
    delay_years : ndarray
        Years by which the line opens after the year appraised; rounded to whole years.
    growth, ramp_first : ndarray
        Growth of traffic a year; share of traffic in the first year.
    maintenance_musd, renewal_share : ndarray
        Fixed cost a year; reserve for renewals over capital.
    conversion : ndarray
        Shadow over market price of the project's own cost.
    carbon_usd_per_t : ndarray
        Shadow price of carbon in 2030.
    rail, line, gauge_change, road_toll_share, fee_cost_share, road_accident, rail_accident : ndarray
        Unit costs, as in ``UnitCosts``.
    """

    capital_musd: FloatArray
    overrun: FloatArray
    outturn: FloatArray
    benefit: FloatArray
    delay_years: FloatArray
    growth: FloatArray
    ramp_first: FloatArray
    maintenance_musd: FloatArray
    renewal_share: FloatArray
    conversion: FloatArray
    carbon_usd_per_t: FloatArray
    rail: FloatArray
    line: FloatArray
    gauge_change: FloatArray
    road_toll_share: FloatArray
    fee_cost_share: FloatArray
    road_accident: FloatArray
    rail_accident: FloatArray

    def costs(self) -> UnitCosts:
        """The unit costs among them."""
        return UnitCosts(
            self.rail,
            self.line,
            self.gauge_change,
            self.road_toll_share,
            self.fee_cost_share,
            self.road_accident,
            self.rail_accident,
        )

    def take(self, rows: NDArray[np.int64]) -> Inputs:
        """Some of the columns, in the order given."""
        return Inputs(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def with_(self, **changes: FloatArray | float) -> Inputs:
        """The same inputs with some changed."""
        n = self.capital_musd.size
        return replace(self, **{k: np.broadcast_to(np.asarray(v, float), (n,)) for k, v in changes.items()})


@dataclass(frozen=True, slots=True)
class Plan:
    """When a project is built and how long it runs; the same in every draw.

    Attributes
    ----------
    start, opening : int
        First year of construction; first year of operation without delay.
    operation_years, ramp_years, demand_year : int
    carbon_growth, most_growth : float
        Growth of the carbon price; the most that traffic of the demand year may grow to before the line is full.
    asset_life_years : float
    most_delay : int
        Years kept free at the end for delays.
    """

    start: int
    opening: int
    operation_years: int
    ramp_years: int
    demand_year: int
    carbon_growth: float
    most_growth: float = np.inf
    asset_life_years: float = 60.0
    most_delay: int = 0

    def __post_init__(self) -> None:
        """Refuse plans that no year fits."""
        faults = []
        if self.opening <= self.start:
            faults.append(f"opening {self.opening} is not after the first year of construction {self.start}")
        if self.operation_years < 1:
            faults.append(f"{self.operation_years} years of operation; give 1 or more")
        if self.opening < self.demand_year:
            faults.append(
                f"the line opens in {self.opening}, before the trade of {self.demand_year}; appraise {self.demand_year} or later"
            )
        if faults:
            raise InputError("account: " + "; ".join(faults))

    @property
    def years(self) -> NDArray[np.int64]:
        """Calendar years of the account."""
        return np.arange(self.start, self.opening + self.operation_years + self.most_delay)


@dataclass(frozen=True, slots=True)
class YearSums:
    """One year's flows summed to what the account needs, USD and units a year, shape (n_columns,).

    ``rail_cost_tkm`` are the tonne-km of ``rail_tkm``, each times the cost of rail in its country over the common one.
    """

    users: FloatArray
    rail_usd: FloatArray
    rail_tkm: FloatArray
    rail_cost_tkm: FloatArray
    line_usd: FloatArray
    line_tkm: FloatArray
    road_usd: FloatArray
    road_tkm: FloatArray
    gauge_usd: FloatArray
    gauge_boxes: FloatArray
    fee_usd: FloatArray
    co2_t: FloatArray

    @classmethod
    def of(cls, flows: YearFlows, rail_relative: Mapping[str, float] | None = None) -> YearSums:
        """Sum the flows of a year."""
        relative = rail_relative or {}
        cost_tkm = np.zeros(flows.co2_t.size)
        for part, amount in zip(flows.parts, flows.amount, strict=True):
            if part.kind == "rail" and not part.on_line:
                cost_tkm = cost_tkm + relative.get(part.where, 1.0) * amount
        return cls(
            rail_cost_tkm=cost_tkm,
            users=np.sum(list(flows.users_usd.values()), axis=0)
            if flows.users_usd
            else np.zeros(flows.co2_t.size),
            rail_usd=flows.total("rail", on_line=False),
            rail_tkm=flows.total("rail", "amount", on_line=False),
            line_usd=flows.total("rail", on_line=True),
            line_tkm=flows.total("rail", "amount", on_line=True),
            road_usd=flows.total("road"),
            road_tkm=flows.total("road", "amount"),
            gauge_usd=flows.total("gauge_change"),
            gauge_boxes=flows.total("gauge_change", "amount"),
            fee_usd=flows.total("fee"),
            co2_t=flows.co2_t,
        )

    def take(self, rows: NDArray[np.int64]) -> YearSums:
        """Some of the columns, in the order given."""
        return YearSums(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def plus(self, other: YearSums, times: float = 1.0) -> YearSums:
        """The sum with other flows, taken so many times."""
        return YearSums(
            **{f.name: getattr(self, f.name) + times * getattr(other, f.name) for f in fields(self)}
        )

    def parties_musd(self, i: Inputs) -> dict[str, FloatArray]:
        """Gain of each party in the year of these flows, before fixed and capital cost and CO2e, million USD."""
        return {
            "users": self.users / 1e6,
            "carriers": (
                self.rail_usd
                - self.rail_cost_tkm * i.rail
                + self.gauge_usd
                - self.gauge_boxes * i.gauge_change
            )
            / 1e6,
            "owners": (self.line_usd - self.line_tkm * i.line) / 1e6,
            "treasuries": (self.road_usd * i.road_toll_share + self.fee_usd * (1 - i.fee_cost_share)) / 1e6,
            "third parties": -(
                self.road_tkm * i.road_accident + (self.rail_tkm + self.line_tkm) * i.rail_accident
            )
            / 1e6,
        }


@dataclass(frozen=True, slots=True)
class Streams:
    """The account by year, million USD, each of shape (n_columns, n_years).

    Attributes
    ----------
    scale : ndarray
        Traffic over that of the demand year.
    parties : mapping of party to ndarray
        What each party gains by the flows: the owners' operating surplus, third parties with CO2e, treasuries without conversion.
    fixed, capital : ndarray
        Fixed cost and capital cost at market prices, positive.
    converted : ndarray
        Part of both that is no cost to the economy: income of treasuries.
    residual : ndarray
        Worth of the line in the last year; in ``net`` only where it was asked for.
    net : ndarray
    """

    years: NDArray[np.int64]
    scale: FloatArray
    parties: dict[str, FloatArray]
    fixed: FloatArray
    capital: FloatArray
    converted: FloatArray
    residual: FloatArray
    net: FloatArray

    @property
    def benefits(self) -> FloatArray:
        """What the flows bring to all parties, and what the line is worth at the end where that counts."""
        return self.net + self.costs

    @property
    def costs(self) -> FloatArray:
        """Capital and fixed cost at shadow prices."""
        return self.capital + self.fixed - self.converted


def traffic_scale(plan: Plan, inputs: Inputs) -> FloatArray:
    """Traffic of each year over that of the demand year, 0 where the line does not operate: shape (n_columns, n_years)."""
    years = plan.years[None, :]
    opening = plan.opening + np.rint(inputs.delay_years).astype(np.int64)[:, None]
    runs = (years >= opening) & (years < opening + plan.operation_years)
    grown = np.minimum((1 + inputs.growth[:, None]) ** (years - plan.demand_year), plan.most_growth)
    done = np.clip((years - opening) / max(plan.ramp_years - 1, 1), 0, 1) if plan.ramp_years > 1 else 1.0
    ramp = inputs.ramp_first[:, None] + (1 - inputs.ramp_first[:, None]) * done
    return np.where(runs, grown * ramp * (inputs.outturn * inputs.benefit)[:, None], 0.0)


def build_streams(
    sums: YearSums, plan: Plan, inputs: Inputs, *, residual: bool = False, capital_on_time: bool = False
) -> Streams:
    """The account of every column of inputs, year by year.

    Parameters
    ----------
    sums : YearSums
        Flows of the demand year.
    plan : Plan
    inputs : Inputs
    residual : bool
        Whether the line is worth something after the last year.
    capital_on_time : bool
        Whether a delay leaves the spending where it was.
    """
    years = plan.years[None, :]
    scale = traffic_scale(plan, inputs)
    delay = np.rint(inputs.delay_years).astype(np.int64)[:, None]
    opening = plan.opening + delay
    built = np.full_like(opening, plan.opening) if capital_on_time else opening
    spending = (years >= plan.start) & (years < built)
    whole = (inputs.capital_musd * inputs.overrun)[:, None]
    capital = np.where(spending, whole / (built - plan.start), 0.0)
    runs = (years >= opening) & (years < opening + plan.operation_years)
    fixed = np.where(runs, inputs.maintenance_musd[:, None] + whole * inputs.renewal_share[:, None], 0.0)
    parties = {name: scale * year[:, None] for name, year in sums.parties_musd(inputs).items()}
    price = inputs.carbon_usd_per_t[:, None] * (1 + plan.carbon_growth) ** (years - 2030)
    parties["third parties"] = parties["third parties"] - scale * sums.co2_t[:, None] * price / 1e6
    converted = (1 - inputs.conversion[:, None]) * (capital + fixed)
    last = years == opening + plan.operation_years - 1
    left = max(1 - plan.operation_years / plan.asset_life_years, 0.0)
    worth = np.where(last, whole * inputs.conversion[:, None] * left, 0.0)
    net = np.sum(list(parties.values()), axis=0) - capital - fixed + converted
    if residual:
        net = net + worth
    return Streams(plan.years, scale, parties, fixed, capital, converted, worth, net)
