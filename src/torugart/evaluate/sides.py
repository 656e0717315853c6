"""A priced network, the states compared on it, and everything uncertain about them, drawn once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.demand.freight import vot_usd_per_feu_day
from torugart.draws.quantities import Quantity, draw_all
from torugart.network.arcs import LINK, Arcs, build_arcs
from torugart.network.costs import Components, build_components
from torugart.network.crossing_model import build_crossing_model
from torugart.network.factors import build_network_quantities, parameter_quantity, parameter_values

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Network:
    """A package's network, priced at central values, with the quantities its costs hang on."""

    tables: Mapping[str, pd.DataFrame]
    parameters: Mapping[str, float]
    arcs: Arcs
    crossing_model: pd.DataFrame
    components: Components
    hours: FloatArray
    usd: FloatArray

    def generalised_cost(self, vot_usd_per_h: float, open_link: BoolArray) -> FloatArray:
        """USD per FEU of each arc, closed links infinite."""
        cost = self.usd + vot_usd_per_h * self.hours
        is_link = self.arcs.kind == LINK
        closed = is_link & ~open_link[np.where(is_link, self.arcs.row, 0)]
        return np.where(closed, np.inf, cost)

    def arcs_of_links(self, mask: BoolArray) -> BoolArray:
        """Arcs that belong to the links of a mask."""
        is_link = self.arcs.kind == LINK
        return is_link & mask[np.where(is_link, self.arcs.row, 0)]


def build_network(tables: Mapping[str, pd.DataFrame], arcs: Arcs | None = None) -> Network:
    """Compile and price the network of a package whose assumptions are filled in.

    A topology already built from the same places, links and transfers may be given, as when a scenario only changes
    numbers.
    """
    arcs = arcs or build_arcs(tables)
    parameters = parameter_values(tables["parameters"])
    model = build_crossing_model(tables, parameters)
    components = build_components(tables, arcs, parameters, model)
    return Network(
        tables=tables,
        parameters=parameters,
        arcs=arcs,
        crossing_model=model,
        components=components,
        hours=components.per_arc(components.hours),
        usd=components.per_arc(components.usd),
    )


@dataclass(frozen=True, slots=True)
class State:
    """One side of a comparison: a priced network and which of its links are open."""

    network: Network
    open_link: BoolArray
    projects: frozenset[str]

    def shut(self, closed: BoolArray) -> State:
        """The same state with some links closed."""
        return replace(self, open_link=self.open_link & ~closed)


@dataclass(frozen=True, slots=True)
class Draws:
    """All uncertain quantities, drawn once and shared by every state of a run; column 0 is the central run."""

    quantities: Mapping[str, Quantity]
    values: Mapping[str, FloatArray]
    n: int
    seed: int


def draw_quantities(network: Network, year_projects: Sequence[str], n: int, seed: int) -> Draws:
    """Draw network quantities, values of time, goods values, the choice scale and the slip of projects."""
    tables = network.tables
    quantities = build_network_quantities(tables, network.components, network.crossing_model)
    for c in tables["classes"].itertuples(index=False):
        ref = f"cell:classes/{c.class_id}/"
        quantities.append(
            Quantity(
                f"goods_value_{c.class_id}",
                f"goods value of {c.name}",
                c.value_usd_per_t,
                c.value_lo,
                c.value_hi,
                "lognormal",
                ref + "value_usd_per_t",
            )
        )
        quantities.append(
            Quantity(
                f"vot_{c.class_id}",
                f"value of a day for {c.name}",
                c.vot_share_per_day,
                c.vot_lo,
                c.vot_hi,
                "lognormal",
                ref + "vot_share_per_day",
            )
        )
    quantities.append(parameter_quantity(tables["parameters"], "choice_theta"))
    names = dict(zip(tables["projects"]["project_id"], tables["projects"]["name"], strict=True))
    for project in year_projects:
        label = f"years that {names[project]} opens late"
        quantities.append(
            parameter_quantity(tables["parameters"], "project_slip_years", f"slip_{project}", label)
        )
    quantities.sort(key=lambda q: q.quantity_id)
    drawn = draw_all(quantities, seed, n)
    values = {q.quantity_id: np.concatenate([[q.value], drawn[q.quantity_id]]) for q in quantities}
    return Draws({q.quantity_id: q for q in quantities}, values, n, seed)


def class_vot_usd_per_h(tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Value of an hour of one FEU by class, USD."""
    return {str(c): float(v) / 24 for c, v in vot_usd_per_feu_day(tables["classes"]).items()}


def vot_draws(network: Network, draws: Draws, class_id: str) -> FloatArray:
    """Value of an hour of one FEU of a class in every draw, USD."""
    t_per_feu = network.tables["classes"].set_index("class_id").at[class_id, "t_per_feu"]
    return draws.values[f"goods_value_{class_id}"] * t_per_feu * draws.values[f"vot_{class_id}"] / 24


def demand_draws(network: Network, draws: Draws, class_id: str, feu: FloatArray) -> FloatArray:
    """Boxes in every draw: the value traded is known, so dearer goods fill fewer boxes."""
    value = draws.values[f"goods_value_{class_id}"]
    return feu[:, None] * (value[0] / value)[None, :]
