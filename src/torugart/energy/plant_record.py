"""Power plants of the record: their technology, output and efficiency as quantities that can be drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from torugart.draws.quantities import Quantity, draw
from torugart.energy.power_plants import BOUNDS, GasPower, burn_gas
from torugart.errors import InputError, UnknownName

Tables = Mapping[str, pd.DataFrame]
METHOD = "docs/methods/power_from_gas.md"
UNITS_OF = re.compile(r" \((?:construction|pre-construction|announced) units\)$")
BUILT = ("operating", "construction")
MEASURED = ("measured", "reported")  # an efficiency that is derived stands beside, and is not computed with
COMMON = {
    "heating_mj_per_m3": "gas_lower_heating_mj_per_m3",
    "kg_co2_per_gj": "gas_kg_co2_per_gj",
    "leak_share": "gas_leak_share",
    "methane_share": "gas_methane_share",
    "gwp": "methane_gwp100",
}


@dataclass(frozen=True, slots=True)
class Plant:
    """A power plant of the record: its rows, its technology, and what sources say of it."""

    plant_id: str
    name: str
    technology: str
    capacity_mw: float
    built: str
    figures: pd.DataFrame


def find_plant(tables: Tables, name: str) -> Plant:
    """Return a power plant by id or name, its units under construction in; those only planned are left out.

    Raises
    ------
    UnknownName
        If no power plant is called so.
    InputError
        If nothing is built of it, or no source says its technology.
    """
    nodes = tables["energy_nodes"]
    nodes = nodes[nodes["kind"] == "power_plant"]
    stems = nodes["name"].str.replace(UNITS_OF, "", regex=True)
    wanted = name.strip().casefold()
    hit = (nodes["node_id"] == name.strip()) | (stems.str.casefold() == wanted)
    hit |= stems.str.casefold() == f"{wanted} power station"
    if not hit.any():
        raise UnknownName("power plant", name, nodes["node_id"])
    stem = stems[hit].iloc[0]
    rows = nodes[(stems == stem) & (nodes["iso3"] == nodes[hit]["iso3"].iloc[0])].sort_values("node_id")
    plant_id = str(rows["node_id"].iloc[0])
    built = rows[rows["status"].isin(BUILT) & rows["capacity"].notna() & (rows["unit"] == "MW")]
    if built.empty:
        raise InputError(f"{plant_id}: nothing of it is built or being built; the record holds plans only")
    told = ", ".join(f"{r.capacity:,.0f} MW {r.status}" for r in built.itertuples(index=False))
    figures = tables["plant_figures"]
    mine = figures[figures["node_id"].isin(set(rows["node_id"]))].sort_values("figure_id")
    technologies = sorted(set(mine["technology"].astype("str")))
    if len(technologies) != 1:
        what = "several technologies" if technologies else "no technology"
        known = ", ".join(sorted(set(figures["node_id"].astype("str"))))
        raise InputError(
            f"{plant_id}: {what} on record; a row of plant_figures with its technology mends that (on record: {known})"
        )
    return Plant(plant_id, str(stem), technologies[0], float(built["capacity"].sum()), told, mine)


def output_of(plant: Plant, given: float | None) -> Quantity:
    """Electricity of the year: as given, or between the least and the greatest that sources say."""
    if given is not None:
        if not np.isfinite(given) or given < 0:
            raise InputError(f"--output is {given}; give TWh a year, 0 or more")
        return _exactly("output_twh", "electricity of the year", given, "--output")
    rows = plant.figures[plant.figures["variable"] == "output"]
    if rows.empty:
        raise InputError(f"{plant.plant_id}: no source says what it makes in a year; give --output TWH")
    lo, hi = float(rows["value"].min()), float(rows["value"].max())
    refs = ", ".join(f"cell:plant_figures/{figure}/value" for figure in rows["figure_id"])
    return Quantity(
        f"output_{plant.plant_id}", "electricity of the year", (lo + hi) / 2, lo, hi, "normal", refs
    )


def efficiency_of(tables: Tables, plant: Plant, given: float | None) -> Quantity:
    """Efficiency: as given; else what a source reports of the plant, within what its technology has; else that."""
    if given is not None:
        lower, upper, hint = BOUNDS["efficiency"]
        if not lower <= given <= upper:
            raise InputError(f"--efficiency is {given:g}; expected {lower:g} to {upper:g} ({hint})")
        return _exactly(f"efficiency_{plant.plant_id}", "as given", given, "--efficiency")
    usual = parameter(tables, f"plant_efficiency_{plant.technology}")
    rows = plant.figures[(plant.figures["variable"] == "efficiency") & plant.figures["basis"].isin(MEASURED)]
    if rows.empty:
        return Quantity(
            f"efficiency_{plant.plant_id}",
            usual.label,
            usual.value,
            usual.lo,
            usual.hi,
            usual.dist,
            usual.ref,
        )
    row = rows.iloc[0]
    value = float(row["value"])
    return Quantity(
        f"efficiency_{plant.plant_id}", str(row["note"]), value, min(usual.lo, value), max(usual.hi, value),
        usual.dist, f"cell:plant_figures/{row['figure_id']}/value, ends of {usual.ref}",
    )  # fmt: skip


def _exactly(quantity_id: str, label: str, value: float, ref: str) -> Quantity:
    return Quantity(quantity_id, label, value, value, value, "fixed", ref)


def parameter(tables: Tables, name: str) -> Quantity:
    """Return a row of ``parameters`` as a quantity, or raise an InputError that says which row lacks."""
    rows = tables["parameters"]
    mine = rows[rows["parameter_id"] == name]
    if mine.empty:
        raise InputError(f"parameters.csv: no row {name}; {METHOD} says what it is")
    row = mine.iloc[0]
    value = float(row["value"])
    lo, hi = (value if pd.isna(row[end]) else float(row[end]) for end in ("lo", "hi"))
    return Quantity(name, str(row["meaning"]), value, lo, hi, str(row["dist"]), f"param:{name}")


def gas_burnt(tables: Tables, output: Quantity, efficiency: Quantity, seed: int, draws: int) -> GasPower:
    """Return a year of a plant, the central run first, shape (1 + n_draws,).

    Heating value, carbon and leakage have streams of their own, so that they are the same for two plants in a draw.
    """
    common = {name: with_centre(name, parameter(tables, row), seed, draws) for name, row in COMMON.items()}
    return burn_gas(
        with_centre("output_twh", output, seed, draws),
        with_centre("efficiency", efficiency, seed, draws),
        **common,
        celsius=parameter(tables, "gas_reference_c").value,
    )


def with_centre(name: str, quantity: Quantity, seed: int, draws: int) -> np.ndarray:
    """Return the central value and the draws, shape (1 + n_draws,); the tails end where the bounds of its unit do."""
    lower, upper, _ = BOUNDS[name]
    return np.concatenate([[quantity.value], np.clip(draw(quantity, seed, draws), lower, upper)])
