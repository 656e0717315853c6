"""``energy backcast``: years of gas that are past, beside every figure that sources report of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from torugart.energy.backcast import Backcast, backcast_year
from torugart.energy.even_output import solve_evenly
from torugart.errors import InputError
from torugart.tables.read import read_package
from torugart.verbs.gas_case import EARLIEST, LATEST, question_of_record

YEARS = (2021, 2022, 2023, 2024)


@dataclass(frozen=True, slots=True)
class BackcastAnswer:
    """Past years beside the model's.

    Attributes
    ----------
    figures, ends, totals, borders, months, left_out : DataFrame
        As `torugart.energy.backcast.Backcast` has them, the years one after another.
    notes : tuple of str
    """

    figures: pd.DataFrame
    ends: pd.DataFrame
    totals: pd.DataFrame
    borders: pd.DataFrame
    months: pd.DataFrame
    left_out: pd.DataFrame
    notes: tuple[str, ...]


NOTES = (
    "traced: by mixing at every node; netted: after each country has used its own gas first; border: what arrives over the"
    " common border, whoever it belongs to. Errors are the model less the figure",
    "input: the case was made of that figure, and what is left of the error is what could not be supplied; beside an input: another"
    " figure for the same pair was; outcome: neither",
    "a figure of some months is held against the same months of the model, one of a day or across the new year against none",
)


def energy_backcast(
    years: Sequence[int] = YEARS,
    *,
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
) -> BackcastAnswer:
    """Solve past years of the record and hold the flows between countries against every delivered volume on record.

    Parameters
    ----------
    years : sequence of int
    data, overlays
        As in ``appraise``.

    Raises
    ------
    InputError
        If a year is none, or cannot be put together; every such year is told.
    """
    faults = [
        f"--year is {y}; give a year from {EARLIEST} to {LATEST}"
        for y in years
        if not EARLIEST <= y <= LATEST
    ]
    if not years:
        faults.append("--year is not given; give at least one")
    if faults:
        raise InputError("\n".join(faults))
    package = read_package(Path(data) if data else None, [Path(o) for o in overlays])
    found: list[Backcast] = []
    for year in dict.fromkeys(years):
        try:
            asked = question_of_record(package, year)
        except InputError as error:
            faults.append(str(error))
            continue
        balance = solve_evenly(asked.named.case)
        found.append(backcast_year(asked.named, balance, package.tables, asked.volumes, year))
    if faults:
        raise InputError("\n".join(dict.fromkeys(faults)))
    tables = {f.name: _joined([getattr(b, f.name) for b in found]) for f in fields(Backcast)}
    return BackcastAnswer(**tables, notes=NOTES)


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [t for t in tables if len(t)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]
