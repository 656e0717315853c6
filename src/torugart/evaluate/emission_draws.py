"""CO2e of ways under draws of what its factors hang on. Method: docs/methods/co2.md.

Every gram is of one kind (diesel on flat lines, current of a grid, lorry, ...), and all grams of a kind rise and fall together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.draws.quantities import Quantity, draw
from torugart.evaluate.sides import Draws, Network
from torugart.network.emissions import KINDS, arc_emissions
from torugart.network.factors import parameter_quantity
from torugart.network.ways import WaySet

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EmissionDraws:
    """Draws of the parameters of emissions, and of the kinds of grams relative to the central ones.

    Attributes
    ----------
    quantities : mapping of str to Quantity
    values : mapping of str to ndarray, shape (n_draws + 1,)
        Central value first.
    ratio : ndarray, shape (n_kinds, n_draws + 1)
        1 in column 0.
    """

    quantities: Mapping[str, Quantity]
    values: Mapping[str, FloatArray]
    ratio: FloatArray

    def beside(self, draws: Draws) -> Draws:
        """The draws of the network and these, as one set."""
        return replace(
            draws,
            quantities={**draws.quantities, **self.quantities},
            values={**draws.values, **self.values},
        )


def draw_emissions(parameters: pd.DataFrame, seed: int, n: int) -> EmissionDraws:
    """Draw every parameter that emissions hang on."""
    names = sorted({name for of_kind in KINDS.values() for name in of_kind})
    quantities = {name: parameter_quantity(parameters, name) for name in names}
    values = {name: np.concatenate([[q.value], draw(q, seed, n)]) for name, q in quantities.items()}
    relative = {name: drawn / quantities[name].value for name, drawn in values.items()}
    ratio = np.array([np.prod([relative[name] for name in of_kind], axis=0) for of_kind in KINDS.values()])
    return EmissionDraws(quantities, values, ratio)


def grams_by_kind(ways: WaySet, network: Network) -> FloatArray:
    """Central grams CO2e of a tonne over each way by kind, shape (n_kinds, n_ways)."""
    by_arc = arc_emissions(network.tables, network.arcs, network.parameters)
    return np.array([ways.total(row) for row in by_arc])
