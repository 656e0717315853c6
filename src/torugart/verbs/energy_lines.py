"""``energy flow --lines``: what can be checked of real pipelines, of which no pressure is published."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from torugart.energy.gas_checks import BOUNDS
from torugart.energy.gas_law import (
    ATMOSPHERE_PA,
    GAS_CONSTANT_J_PER_MOL_K,
    Gas,
    gas_law,
    norm_density_kg_per_m3,
)
from torugart.energy.line_check import check_lines
from torugart.errors import InputError
from torugart.schema.text_table import csv_records
from torugart.tables.read import read_package

COLUMNS = ("id", "commodity", "length_km", "diameter_mm", "pressure_bar", "capacity", "capacity_unit")
VOLUME = re.compile(r"bcm(/yr|/year|/a| a year)(?![a-z])")
MOST_CAPACITY_BCM = 200.0  # of one line; the largest in the world carry 60
REFERENCE_K = 293.15


@dataclass(frozen=True, slots=True)
class LineCheck:
    """Each line with what its diameter and length say of its capacity.

    ``lines`` as `torugart.energy.line_check.check_lines` gives it; ``summary`` counts lines, gas lines, those with a
    diameter or a pressure, and those checked; ``notes`` say what was assumed.
    """

    lines: pd.DataFrame
    summary: Mapping[str, int]
    notes: list[str]


def energy_lines(
    lines: Path | str | None = None,
    *,
    law: str = "cnga",
    density_kg_per_m3: float = 0.72,
    temperature_celsius: float = 15.0,
    roughness_mm: float = 0.05,
    inlet_bar: float | None = None,
    outlet_bar: float | None = None,
) -> LineCheck:
    """Check the capacity of real lines against diameter and length.

    Parameters
    ----------
    lines : path, optional
        CSV with id, commodity, length_km, diameter_mm, pressure_bar, capacity, capacity_unit; empty where nothing is known. Left out,
        the lines of the built-in package.
    law : {"cnga", "cnga-2023", "ideal"}
        Gas law.
    density_kg_per_m3 : float
        Of the gas at 20 °C and 101,325 Pa, to which capacities refer.
    temperature_celsius, roughness_mm : float
        Of the gas in the pipe; of its wall.
    inlet_bar, outlet_bar : float, optional
        Pressures behind one station and before the next.

    Returns
    -------
    LineCheck

    Raises
    ------
    InputError
        If the file cannot be read or holds what no line has; every fault.
    """
    if (inlet_bar is None) != (outlet_bar is None) or (
        inlet_bar is not None and outlet_bar is not None and not 0 < outlet_bar < inlet_bar <= 400
    ):
        raise InputError("give both pressures, with 0 < outlet < inlet <= 400 bar")
    for name, value, lower, upper in (
        ("density", density_kg_per_m3, 0.5, 1.2),
        ("temperature", temperature_celsius, -30.0, 60.0),
        ("roughness", roughness_mm, 0.001, 1.0),
    ):
        if not lower <= value <= upper:
            raise InputError(f"{name} is {value:g}; expected {lower:g} to {upper:g}")
    table, with_pressure = built_in_lines() if lines is None else read_lines(Path(lines))
    mass = density_kg_per_m3 * GAS_CONSTANT_J_PER_MOL_K * REFERENCE_K / ATMOSPHERE_PA * 1000
    gas = Gas(mass, 273.15 + temperature_celsius, norm_density_kg_per_m3(mass))
    checked = check_lines(
        table, gas, gas_law(law, gas), density_kg_per_m3, roughness_mm, inlet_bar, outlet_bar
    )
    is_gas = table["commodity"] == "gas"
    summary = {
        "lines": len(table),
        "gas": int(is_gas.sum()),
        "with_diameter": int(table["diameter_mm"].notna().sum()),
        "gas_with_diameter": int((is_gas & table["diameter_mm"].notna()).sum()),
        "with_pressure": with_pressure,
        "checked": int((checked["not_checked"] == "").sum()),
    }
    notes = [
        f"assumed: {density_kg_per_m3:g} kg/m3 at 20 °C (molar mass {mass:.2f} g/mol), {temperature_celsius:g} °C in the"
        f" pipe, roughness {roughness_mm:g} mm, stated diameters as inner ones; law {law}"
    ]
    if not with_pressure:
        notes.append(
            "no line states a pressure: these are bounds on what its pressure must be, no solved flow"
        )
    return LineCheck(checked, summary, notes)


def built_in_lines() -> tuple[pd.DataFrame, int]:
    """Lines of the built-in package; none of them states a pressure."""
    links = read_package().tables["energy_links"]
    by_volume = links["unit"] == "bcm/year"
    return (
        links[["link_id", "commodity", "length_km", "diameter_mm"]].assign(
            capacity_bcm_per_year=links["capacity"].where(by_volume)
        ),
        0,
    )


def read_lines(path: Path) -> tuple[pd.DataFrame, int]:
    """Read the table of lines, and how many state a pressure."""
    records, unreadable = csv_records(path)
    if unreadable:
        line, what, mend = unreadable
        raise InputError(f"{path}: {'' if line is None else f'row {line}: '}{what}; {mend}")
    header = records[0][1] if records else []
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise InputError(f"{path}: no column {', '.join(missing)}; expected {', '.join(COLUMNS)}")
    faults: list[str] = []
    found = []
    with_pressure = 0
    for number, cells in records[1:]:
        row = dict(zip(header, cells, strict=False))
        if not any(cells):
            continue
        where = f"row {number} {row.get('id', '')!r}"
        if len(cells) != len(header):
            faults.append(f"{where}: {len(cells)} cells; the header has {len(header)}")
            continue
        capacity = _number(row, "capacity", where, faults, (0.0, math.inf, ""))
        if not VOLUME.match(row["capacity_unit"]):
            capacity = math.nan
        elif capacity > MOST_CAPACITY_BCM:
            faults.append(
                f"{where}: capacity is {capacity:g} bcm a year; no line carries more than {MOST_CAPACITY_BCM:g}: is it in mcm?"
            )
        pressure = _number(row, "pressure_bar", where, faults, BOUNDS["pressure_max_bar"])
        with_pressure += not math.isnan(pressure)
        found.append(
            {
                "link_id": row["id"],
                "commodity": row["commodity"],
                "length_km": _number(row, "length_km", where, faults, BOUNDS["length_km"]),
                "diameter_mm": _number(row, "diameter_mm", where, faults, BOUNDS["diameter_mm"]),
                "capacity_bcm_per_year": capacity,
            }
        )
    if faults:
        count = "1 problem" if len(faults) == 1 else f"{len(faults)} problems"
        raise InputError("\n".join([f"{path}: {count}", *(f"  {fault}" for fault in faults)]))
    if not found:
        raise InputError(f"{path}: no line in it")
    return pd.DataFrame(found), with_pressure


def _number(
    row: Mapping[str, str], column: str, where: str, faults: list[str], bounds: tuple[float, float, str]
) -> float:
    if not row[column].strip():
        return math.nan
    try:
        value = float(row[column])
    except ValueError:
        value = math.nan
    lower, upper, hint = bounds
    if not lower <= value <= upper:
        expected = f"{lower:g} to {upper:g} ({hint})" if hint else "a number, 0 or more"
        faults.append(f"{where}: {column} is {row[column][:40]!r}; expected {expected}")
        return math.nan
    return value
