"""Rows about one thing to one value: which row is held, which rows are its rivals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from torugart.checks.context import Context
from torugart.checks.interval import printed_figure, shortest
from torugart.checks.value import Rival, Value, number, show_value
from torugart.errors import InputError, UnknownName
from torugart.record.series import rank_of


def value_of_rows(table: str, key: str, column: str, rows: pd.DataFrame, unit: str, what: str) -> Value:
    """Return the best of several rows about one thing; the others are its rivals.

    Parameters
    ----------
    table, key, column : str
        Where the figure stands; ``key`` is the column with the row's id.
    rows : DataFrame
        At least one row, all about the same thing; a column ``rank`` goes before everything else.
    unit : str
        Unit of the column.
    what : str
        The thing in words, for the working.

    Returns
    -------
    Value
        What was measured or reported comes before what was derived, that before what was estimated; of equals the most
        finely printed figure is held, since the coarser ones are mostly it, rounded.
    """
    ordered = sorted(rows.astype({key: "str"}).to_dict("records"), key=lambda row: rank_of(row, key, column))
    best = ordered[0]
    alike = [row for row in ordered if float(row[column]) == float(best[column])]
    sources = tuple(dict.fromkeys(str(row["source_id"]) for row in alike))
    made = number(printed_figure(shortest(float(best[column]))), unit, "data")
    by = f", counted by {best['reporter']}" if "reporter" in best else ""
    step = f"{what}{by}: {show_value(made)}, {best['basis']} by {', '.join(sources)}"
    return replace(
        made,
        steps=(step,),
        cells=(f"cell:{table}/{best[key]}/{column}",),
        source_ids=sources,
        rivals=tuple(_rival(row, column) for row in ordered if row not in alike),
    )


def read_year(text: str) -> int:
    """Return a year, or raise an InputError."""
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise InputError(f"year is {text[:40]!r}; write four digits")
    return int(text)


def known_countries(context: Context, codes: Sequence[str]) -> None:
    """Raise UnknownName for a code that no country of the package has."""
    known = context.words("countries", "iso3")
    for code in codes:
        if code not in known:
            raise UnknownName("country", code, known)


def _rival(row: Mapping[Any, Any], column: str) -> Rival:
    by = f"counted by {row['reporter']}" if "reporter" in row else ""
    note = "; ".join(part for part in (by, str(row.get("note", ""))) if part)
    return Rival(
        printed_figure(shortest(float(row[column]))),
        str(row["source_id"]),
        str(row.get("year", "")),
        note,
    )
