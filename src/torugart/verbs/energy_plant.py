"""``energy plant``: gas burnt for a year of power, and what is saved against another plant for the same energy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from torugart.draws.quantities import Quantity
from torugart.energy.plant_record import (
    COMMON,
    METHOD,
    Plant,
    efficiency_of,
    find_plant,
    gas_burnt,
    output_of,
    parameter,
)
from torugart.energy.power_plants import GasPower, load_share
from torugart.errors import InputError
from torugart.tables.read import read_package

MOST_DRAWS = 100_000
RESULTS = (
    ("fuel burnt", "fuel_pj", "PJ/year"),
    ("gas burnt", "gas_bcm", "bcm/year"),
    ("CO2 of it", "co2_mt", "Mt/year"),
    ("methane lost before, as CO2e", "methane_mt_co2e", "Mt/year"),
    ("CO2 and methane", "total_mt_co2e", "Mt/year"),
)


@dataclass(frozen=True, slots=True)
class PlantAnswer:
    """A year of a plant, and of another for the same energy.

    ``plants`` has a row a plant: plant, name, role (*this* or *against*), technology, capacity_mw, of which built, output_twh,
    load_share, efficiency, lo and hi of it, efficiency_from. ``results`` a row a plant and quantity, and with another plant the
    difference (role *saved*): value, lo, hi (5 and 95 % of draws), unit. ``published`` what sources say of the plant beside
    ours. ``inputs`` every value drawn, with its source.
    """

    plants: pd.DataFrame
    results: pd.DataFrame
    published: pd.DataFrame
    inputs: pd.DataFrame
    notes: list[str]


def energy_plant(
    plant: str,
    *,
    against: str | None = None,
    output_twh: float | None = None,
    efficiency: float | None = None,
    draws: int = 1000,
    seed: int = 1,
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
) -> PlantAnswer:
    """Compute the gas that a plant burns in a year, and what is saved against another plant for the same energy.

    Parameters
    ----------
    plant, against : str
        Power plants by ``node_id`` or name. ``against``: the plant whose efficiency would otherwise have made the same energy.
    output_twh : float, optional
        Electricity of the year; what sources say of the plant where left out, between the least and the greatest of them.
    efficiency : float, optional
        Of the plant, as a share; what sources say of it, else what its technology has.
    draws, seed : int
        Draws behind the intervals, and the seed of their streams.
    data, overlays : path, optional
        A data package of one's own, and folders laid over it.

    Returns
    -------
    PlantAnswer

    Raises
    ------
    InputError
        If no technology or output is known, or a value is beyond what its unit allows.
    UnknownName
        If no power plant is called so.
    """
    if not 1 <= draws <= MOST_DRAWS:
        raise InputError(f"--draws is {draws}; give a number from 1 to {MOST_DRAWS:,}")
    tables = read_package(None if data is None else Path(data), [Path(o) for o in overlays]).tables
    mine = find_plant(tables, plant)
    output = output_of(mine, output_twh)
    load = load_share(output.value, mine.capacity_mw)
    sides = [("this", mine, efficiency_of(tables, mine, efficiency))]
    if against is not None:
        other = find_plant(tables, against)
        if other.plant_id == mine.plant_id:
            raise InputError(f"--against is {against!r}, the plant itself; give another one")
        sides.append(("against", other, efficiency_of(tables, other, None)))
    burnt = {role: gas_burnt(tables, output, share, seed, draws) for role, _, share in sides}
    if against is not None:
        burnt["saved"] = burnt["against"].less(burnt["this"])
    plants = pd.DataFrame(
        [
            (
                p.plant_id, p.name, role, p.technology, p.capacity_mw, p.built, output.value,
                load if role == "this" else np.nan, share.value, share.lo, share.hi, share.ref,
            )
            for role, p, share in sides
        ],
        columns=["plant", "name", "role", "technology", "capacity_mw", "built", "output_twh", "load_share",
                 "efficiency", "efficiency_lo", "efficiency_hi", "efficiency_from"],
    )  # fmt: skip
    results = _results(burnt)
    common = [(name, parameter(tables, row)) for name, row in COMMON.items()]
    inputs = [("output_twh", output), *common, *((f"efficiency, {role}", e) for role, _, e in sides)]
    return PlantAnswer(
        plants,
        results,
        _published(mine, results, against is not None),
        pd.DataFrame(
            [(name, q.value, q.lo, q.hi, q.dist, q.ref, q.label) for name, q in inputs],
            columns=["input", "value", "lo", "hi", "dist", "ref", "meaning"],
        ),
        _notes(mine, sides, draws),
    )


def _results(burnt: Mapping[str, GasPower]) -> pd.DataFrame:
    rows = []
    for role, power in burnt.items():
        for label, field, unit in RESULTS:
            values = np.asarray(getattr(power, field), dtype=np.float64)
            lo, hi = np.percentile(values[1:], [5, 95])
            value = float(values[0])
            rows.append((role, field, label, value, min(float(lo), value), max(float(hi), value), unit))
    return pd.DataFrame(rows, columns=["role", "quantity", "label", "value", "lo", "hi", "unit"])


def _published(plant: Plant, results: pd.DataFrame, compared: bool) -> pd.DataFrame:
    """What sources say of gas burnt and saved, beside ours: fits where theirs lies between our ends."""
    ours = {"gas_burnt": ("this", "gas_bcm"), "gas_saved": ("saved", "gas_bcm")}
    rows: list[tuple[Any, ...]] = []
    for figure in plant.figures.itertuples(index=False):
        role, quantity = ours.get(str(figure.variable), ("", ""))
        mine = results[(results["role"] == role) & (results["quantity"] == quantity)]
        said = float(figure.value)
        value, lo, hi, verdict = np.nan, np.nan, np.nan, ""
        if figure.variable in ours and figure.unit != "bcm/year":
            verdict = "not compared: a mass, and the density is not said"
        elif figure.variable == "gas_saved" and not compared:
            verdict = "not compared: no other plant is named"
        elif len(mine):
            value, lo, hi = (float(mine[c].iloc[0]) for c in ("value", "lo", "hi"))
            below = said < lo and figure.bound != "least"
            above = said > hi and figure.bound != "most"
            verdict = "below ours" if below else "above ours" if above else "fits"
        rows.append(
            (
                figure.variable,
                said,
                figure.unit,
                figure.bound,
                value,
                lo,
                hi,
                verdict,
                figure.note,
                figure.source_id,
            )
        )
    columns = ["variable", "said", "unit", "bound", "ours", "lo", "hi", "verdict", "note", "source_id"]
    return pd.DataFrame(rows, columns=columns)


def _notes(plant: Plant, sides: Sequence[tuple[str, Plant, Quantity]], draws: int) -> list[str]:
    notes = [
        f"Ends are 5 and 95 % of {draws:,} draws; heating value, carbon and leakage are the same for both plants in a draw."
    ]
    if any(share.ref.startswith("param:") for _, _, share in sides):
        notes.append("An efficiency of its technology is an estimate: no source reports the plant's own.")
    if sides[0][2].ref.startswith("cell:"):
        notes.append(f"The efficiency of {plant.name} is the planned one; a year's own is lower as a rule.")
    notes.append(
        "The same energy by the other plant: whether its units are shut is not said, so what is saved is an upper bound."
        if len(sides) > 1
        else "Against another plant (--against) the gas and carbon saved for the same energy are told."
    )
    return [*notes, f"Leakage is a share measured elsewhere; {METHOD}."]
