"""Calibrate the scale of route choice to the trains seen at China's rail gates.

Observed: China-Europe and China-Central Asia trains a day in 2023-2024 at four gates (``operations``: both western gates
together ``op_201``, Khorgos ``op_200``, Manzhouli ``op_063``, Erenhot ``op_069``). Modelled: boxes over the same gates
today, trade as China reports it. The scale is the one of least squared difference of shares; its range is where the sum of
squares is within a tenth of the least.

Run ``python -m tools.calibrate_choice``; the result is entered by hand into ``decisions/parameters.csv`` with its date.
"""

from __future__ import annotations

import numpy as np

from torugart.appraisal.project import Question, build_sides
from torugart.demand.freight import build_demand
from torugart.evaluate.class_ways import find_class_ways
from torugart.evaluate.comparison import compare
from torugart.evaluate.sides import draw_quantities
from torugart.network.ways import WaySettings
from torugart.verbs.prepare import Ready, prepare

GATES = (
    "alashankou_dostyk_rail",
    "khorgos_altynkol_rail",
    "manzhouli_zabaikalsk_rail",
    "erenhot_zamyn_uud_rail",
)
SCALES = np.arange(4.0, 40.5, 1.0)


def observed_shares(ready: Ready) -> np.ndarray:
    """Shares of the four gates in their trains a day."""
    op = ready.package.tables["operations"].set_index("op_id")["value"]
    khorgos = op["op_200"]
    trains = np.array([op["op_201"] / 366 - khorgos, khorgos, op["op_063"], op["op_069"]])
    return trains / trains.sum()


def modelled_shares(ready: Ready) -> np.ndarray:
    """Shares of the four gates in boxes for every scale, shape (n_scales, n_gates)."""
    network, tables = ready.network, ready.package.tables
    sides = build_sides(network, frozenset(), Question("", 2025, ready.as_of, baseline="today", draws=0))
    demand = build_demand(tables)
    seasonal = (tables["links"]["season_id"] != "").to_numpy(bool)
    rows = [int(np.flatnonzero(tables["crossings"]["crossing_id"] == g)[0]) for g in GATES]
    draws = draw_quantities(network, [], 0, 1)
    case = sides.case(draws, 2025)
    boxes = np.zeros((SCALES.size, len(GATES)))
    for class_id, part in demand.groupby("class_id"):
        pairs = part.groupby(["origin", "destination"], as_index=False)["feu"].sum()
        today = sides.today
        ways = find_class_ways(str(class_id), pairs, today, today, today, WaySettings(), seasonal)
        for k, scale in enumerate(SCALES):
            draws.values["choice_theta"][:] = scale  # type: ignore[index]
            feu = pairs[["feu"]].to_numpy(float)
            out = compare(ways, case, feu)
            boxes[k] += out.crossing_feu_base[rows, 0]
    return boxes / boxes.sum(axis=1, keepdims=True)


def main() -> None:
    """Print observed and modelled shares, the best scale and its range."""
    ready = prepare()
    observed, modelled = observed_shares(ready), modelled_shares(ready)
    squares = ((modelled - observed) ** 2).sum(axis=1)
    best = int(squares.argmin())
    near = SCALES[squares <= 1.1 * squares[best]]
    print("gate", *GATES, sep="\t")
    print("observed", *np.round(observed, 3), sep="\t")
    print("modelled", *np.round(modelled[best], 3), sep="\t")
    print(
        f"least squares at theta = {SCALES[best]:g} (sum of squares {squares[best]:.4f}); "
        f"within a tenth of it from {near.min():g} to {near.max():g}"
    )


if __name__ == "__main__":
    main()
