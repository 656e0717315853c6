"""Where sources disagree: the rival values of a cell, and the same trade counted by two reporters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from torugart.schema.cells import number_in
from torugart.schema.definition import read_schema
from torugart.tables.package import Package
from torugart.tables.provenance import cell, cell_text, find_row
from torugart.units import name_without_unit

CONFLICT_COLUMNS = (
    *("cell", "table", "row_id", "column", "label", "value", "unit", "as_of"),
    *("source_id", "basis", "chosen", "spread"),
)
# Tables in which several rows count the same trade: key, the two ends, whether their order matters.
TRADE_TABLES = {
    "trade_flows": ("flow_id", "exporter", "importer", True),
    "trade_totals": ("total_id", "country_a", "country_b", False),
}
# Where zero is a convention, one value over another says nothing.
NO_RATIO = ("degrees", "year")

Rival = tuple[str, ...]


def rival_values(package: Package) -> pd.DataFrame:
    """Return the values of every disputed figure, the most disputed first.

    Parameters
    ----------
    package : Package
        The package as read.

    Returns
    -------
    DataFrame
        cell (what is disputed; rows of one figure stand together), table, row_id, column, label, value,
        unit, as_of, source_id, basis, chosen (yes for the value used), spread (largest over smallest).
    """
    rows = [*_cell_rivals(package)]
    for table in TRADE_TABLES:
        rows.extend(_trade_rivals(package, table))
    found = pd.DataFrame(rows, columns=list(CONFLICT_COLUMNS[:-1]), dtype="str")
    if found.empty:
        return found.assign(spread=pd.Series([], dtype=float))
    values = found.groupby("cell")["value"].agg(list)
    found["spread"] = found["cell"].map({name: _spread(texts) for name, texts in values.items()})
    found.loc[found["unit"].isin(NO_RATIO), "spread"] = float("nan")
    found = found[found["cell"].map({name: _differ(texts) for name, texts in values.items()})]
    return found.sort_values(
        ["spread", "cell", "chosen"], ascending=[False, True, False], kind="stable", na_position="last"
    ).reset_index(drop=True)


def label_of(package: Package, table: str, row_id: str, column: str) -> str:
    """Return a cell in words: the name of its record, and what is measured unless that is the record itself.

    Parameters
    ----------
    package : Package
        The package that holds the cell.
    table, row_id, column : str
        Which cell.

    Returns
    -------
    str
        For instance "Kashgar to Torugart (rail): length".
    """
    row, schema = find_row(package, table, row_id), read_schema()[table]
    if table in TRADE_TABLES:
        return _trade_label(package, table, row.to_dict())
    if "name" in schema.columns:
        name = str(row["name"])
    elif {"place_a", "place_b", "mode"} <= schema.columns.keys():
        ends = (_name_of(package, "places", str(row[end])) for end in ("place_a", "place_b"))
        name = f"{' to '.join(ends)} ({row['mode']})"
    elif schema.key == ("place_id",):
        name = _name_of(package, "places", row_id)
    else:
        name = row_id.replace("_", " ")
    return name if column == "value" else f"{name}: {name_without_unit(column)}"


def _cell_rivals(package: Package) -> Iterator[Rival]:
    """Yield the values of each cell that has alternatives, the one it holds among them."""
    by_cell: dict[tuple[str, str, str], list[Mapping[Any, Any]]] = {}
    for row in package.tables["alternatives"].to_dict("records"):
        by_cell.setdefault((row["table"], row["row_id"], row["column"]), []).append(row)
    for (table, row_id, column), rows in sorted(by_cell.items()):
        if table in TRADE_TABLES and column == "usd":
            continue  # shown among the rows that count the same trade
        where = (
            f"{table}/{row_id}/{column}",
            table,
            row_id,
            column,
            label_of(package, table, row_id, column),
        )
        held = cell(package, table, row_id, column)
        if held.value is not None and all(row["chosen"] != "yes" for row in rows):
            told = (held.checked_on, held.source_id, held.basis, "yes")
            yield (*where, cell_text(held.value), held.unit, *told)
        for row in rows:
            told = (row["as_of"], row["source_id"], row["basis"], row["chosen"])
            yield (*where, _plain(row["value"]), row["unit"] or held.unit, *told)


def _trade_rivals(package: Package, table: str) -> Iterator[Rival]:
    """Yield the trade of each pair and year as each row gives it, and the rival values of those rows."""
    key = TRADE_TABLES[table][0]
    rows = [(row, _trade_cell(table, row)) for row in package.tables[table].to_dict("records")]
    # A rival of one row is often another row of the same pair and year; it is shown once.
    seen = {(where, cell_text(row["usd"]), row["source_id"]) for row, where in rows}
    alternatives = package.tables["alternatives"]
    rivals = alternatives[(alternatives["table"] == table) & (alternatives["column"] == "usd")]
    for row, where in rows:
        place = (where, table, row[key], "usd", _trade_label(package, table, row))
        chosen = "yes" if "yes" in (row.get("china_base"), row.get("partner_base")) else "no"
        told = (row["checked_on"], row["source_id"], row["basis"], chosen)
        yield (*place, cell_text(row["usd"]), "USD", *told)
        for rival in rivals[rivals["row_id"] == row[key]].to_dict("records"):
            usd = _plain(rival["value"])
            if (where, usd, rival["source_id"]) not in seen:
                yield (*place, usd, "USD", rival["as_of"], rival["source_id"], rival["basis"], "no")


def _trade_cell(table: str, row: Mapping[Any, Any]) -> str:
    _, one, other, ordered = TRADE_TABLES[table]
    ends = (row[one], row[other])
    return f"{table}/{'/'.join(ends if ordered else sorted(ends))}/{row['year']}/usd"


def _trade_label(package: Package, table: str, row: Mapping[Any, Any]) -> str:
    _, one, other, ordered = TRADE_TABLES[table]
    names = [_name_of(package, "countries", row[end]) for end in (one, other)]
    ends = " to ".join(names) if ordered else f"{' and '.join(names)} both ways"
    return f"{ends}, {row['year']}, counted by {row['reporter']}"


def _name_of(package: Package, table: str, row_id: str) -> str:
    return str(find_row(package, table, row_id)["name"])


def _plain(text: str) -> str:
    number = number_in(text)
    return text if number is None else cell_text(number)


def _differ(texts: list[str]) -> bool:
    """Whether values are not all the same, as numbers when they are numbers."""
    numbers = [number_in(text) for text in texts]
    if all(number is not None for number in numbers):
        return len(set(numbers)) > 1
    return len({text.strip().casefold() for text in texts}) > 1


def _spread(texts: list[str]) -> float:
    """Return the largest over the smallest value; NaN when they are not all positive numbers."""
    numbers = [number_in(text) for text in texts]
    sizes = [number for number in numbers if number is not None and number > 0]
    return max(sizes) / min(sizes) if sizes and len(sizes) == len(numbers) else float("nan")
