"""What users pay split into who is paid: the change of one year's flows, by part of the haul and country, and its parties.

A *part* is one thing a box pays for: the rail haul in a country, the fees of a border, a change of gauge. Flows are changes,
with less without. Formulas and sources: docs/methods/accounts.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
PARTIES = ("users", "carriers", "owners", "treasuries", "third parties")
WORLD, AT_SEA = "world", "at sea"
HAULS = ("rail", "road", "sea", "ferry")


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One thing boxes pay for.

    Attributes
    ----------
    kind : str
        rail, road, sea, ferry (hauls), gauge_change, transfer, first_mile, fee.
    where : str
        Country; both countries of a border joined by ``;``; empty at sea.
    on_line : bool
        Whether it is haul over the project's own new line.
    factor : str
        The money factor that its draws follow.
    """

    kind: str
    where: str
    on_line: bool
    factor: str


@dataclass(frozen=True, slots=True)
class YearFlows:
    """Change of a year's flows; every array ends in draws, column 0 being the central run.

    Attributes
    ----------
    parts : sequence of Part
    usd : ndarray, shape (n_parts, n_columns)
        Change of what is paid, USD a year.
    amount : ndarray, shape (n_parts, n_columns)
        Change of tonne-km of a haul, of boxes of anything else.
    co2_t : ndarray, shape (n_columns,)
        Change of tonnes CO2e a year.
    users_usd : mapping of country to ndarray
        Users' benefit a year.
    """

    parts: Sequence[Part]
    usd: FloatArray
    amount: FloatArray
    co2_t: FloatArray
    users_usd: Mapping[str, FloatArray]

    def total(self, kind: str, what: str = "usd", on_line: bool | None = None) -> FloatArray:
        """Sum over the parts of one kind, on the line, off it or both."""
        values = self.usd if what == "usd" else self.amount
        rows = [
            k
            for k, p in enumerate(self.parts)
            if p.kind == kind and (on_line is None or p.on_line == on_line)
        ]
        return values[rows].sum(axis=0) if rows else np.zeros(self.co2_t.size)


def joined_flows(one: YearFlows, other: YearFlows) -> YearFlows:
    """The sum of two changes of a year's flows."""
    parts = sorted({*one.parts, *other.parts})
    row = {p: k for k, p in enumerate(parts)}
    n = one.co2_t.size
    usd, amount = np.zeros((len(parts), n)), np.zeros((len(parts), n))
    users: dict[str, FloatArray] = {}
    for flows in (one, other):
        at = [row[p] for p in flows.parts]
        usd[at] += flows.usd
        amount[at] += flows.amount
        for country, gain in flows.users_usd.items():
            users[country] = users.get(country, np.zeros(n)) + gain
    return YearFlows(parts, usd, amount, one.co2_t + other.co2_t, users)


@dataclass(frozen=True, slots=True)
class UnitCosts:
    """Resource and external costs; numbers, or arrays of one number a column."""

    rail_usd_per_tkm: FloatArray
    line_usd_per_tkm: FloatArray
    gauge_change_usd: FloatArray
    road_toll_share: FloatArray
    fee_cost_share: FloatArray
    road_accident_usd_per_tkm: FloatArray
    rail_accident_usd_per_tkm: FloatArray


Ledger = dict[tuple[str, str], FloatArray]


def year_parties(
    flows: YearFlows,
    costs: UnitCosts,
    owners: Mapping[str, float],
    rail_relative: Mapping[str, float] | None = None,
) -> Ledger:
    """Gain of every party and country in a year of these flows, before fixed and capital cost and without CO2e.

    Parameters
    ----------
    flows : YearFlows
    costs : UnitCosts
    owners : mapping of country to float
        Shares in the project's line; they sum to 1.
    rail_relative : mapping of country to float
        Cost of rail in a country over ``costs.rail_usd_per_tkm``; 1 where it is not among them.

    Returns
    -------
    mapping of (country, party) to ndarray, USD a year
    """
    out: Ledger = {}
    relative = rail_relative or {}

    def give(country: str, party: str, usd: FloatArray) -> None:
        key = (country or AT_SEA, party)
        out[key] = out.get(key, np.zeros(usd.size)) + usd

    for country, usd in flows.users_usd.items():
        give(country, "users", usd)
    for k, part in enumerate(flows.parts):
        usd, amount = flows.usd[k], flows.amount[k]
        if part.kind == "rail" and part.on_line:
            surplus = usd - amount * costs.line_usd_per_tkm
            for country, share in owners.items():
                give(country, "owners", share * surplus)
        elif part.kind == "rail":
            give(
                part.where, "carriers", usd - amount * relative.get(part.where, 1.0) * costs.rail_usd_per_tkm
            )
        elif part.kind == "road":
            give(part.where, "treasuries", usd * costs.road_toll_share)
        elif part.kind == "gauge_change":
            give(part.where, "carriers", usd - amount * costs.gauge_change_usd)
        elif part.kind == "fee":
            sides = part.where.split(";")
            for country in sides:
                give(country, "treasuries", usd * (1 - costs.fee_cost_share) / len(sides))
        if part.kind in ("rail", "road"):
            accident = (
                costs.rail_accident_usd_per_tkm if part.kind == "rail" else costs.road_accident_usd_per_tkm
            )
            give(part.where, "third parties", -amount * accident)
    return out


def ledger_sum(ledger: Ledger, n_columns: int) -> FloatArray:
    """Sum over countries and parties."""
    return np.sum(list(ledger.values()), axis=0) if ledger else np.zeros(n_columns)
