"""Write what is generated from the schema: docs/data_model.md and the descriptor of the built-in package.

Run ``python -m tools.generate_docs`` when the schema or licences.csv has changed. With ``--check`` nothing
is written, and a file that is out of date is an error.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from torugart.io.datapackage import build_descriptor, descriptor_text
from torugart.schema.cells import GROUPS, LONGEST_SLUG, LONGEST_TEXT
from torugart.schema.definition import PROVENANCE, Column, TableSchema, read_schema

ROOT = Path(__file__).parent.parent
DATA_VERSION = "2026.11"  # of the built-in data, by the month of the facts

INTRODUCTION = f"""# The data model

This page is generated from `src/torugart/schema/*.csv` by `python -m tools.generate_docs`; edit those
instead.

A data package is a folder with one CSV file a table: UTF-8, commas, one header line, one row a line. A
missing figure is an empty cell, never 0 and never a word; a reported zero is 0. An *overlay* is a folder
with some of the same files: a row whose key is known replaces that row's cells where its own are not empty,
any other row is added, and the value replaced stays as a rival value in `alternatives`.

The *row id* of a row is its key columns joined by a slash. A cell is named `table/row_id/column`.

| dtype | what may stand in the cell |
| --- | --- |
| slug | an id: a to z, 0 to 9 and _, at most {LONGEST_SLUG} characters |
| iso3 | a country as three capitals, or {" or ".join(GROUPS)} |
| text | words on one line, at most {LONGEST_TEXT:,} characters; never beginning like a formula |
| date | a year, month or day of ISO 8601: 2026, 2026-11, 2026-11-25 |
| int | a whole number |
| float | a number with a decimal point, no marks between thousands, no unit |

Tables with provenance end with these columns, which are not repeated below:

{{provenance}}

`basis` is *measured* (somebody counted), *reported* (a document states it), *estimated* (judged, recalled
or extrapolated; what rests on general knowledge is always this), *modelled* (computed from other figures)
or *claimed* (said by somebody with an interest). A hole is filled only by a row of `assumptions`.

Conditions in `assumptions.where` are `column=value` or `column!=value` joined by semicolons; `a|b` allows
either value, nothing after the sign means an empty cell, `place_a.iso3=KAZ` asks the row that `place_a`
refers to, and `place_a.iso3!=place_b.iso3` compares two such rows. Of several assumptions that fit a cell
the one with most conditions fills it.

## Tables

{{contents}}
"""


def generated_files() -> dict[Path, str]:
    """Return the text of every generated file by its path."""
    licences = ROOT / "src/torugart/package/licences.csv"
    with licences.open(encoding="utf-8", newline="") as stream:
        terms = list(csv.DictReader(stream))
    return {
        ROOT / "docs/data_model.md": data_model(),
        ROOT / "src/torugart/package/datapackage.json": descriptor_text(
            build_descriptor(DATA_VERSION, terms)
        ),
    }


def data_model() -> str:
    """Return the page on tables and columns."""
    schema = read_schema()
    contents = "\n".join(f"- [{name}](#{name}): {table.meaning}" for name, table in schema.items())
    head = INTRODUCTION.format(provenance=_columns(list(PROVENANCE), ()), contents=contents)
    return head + "".join(_table(table) for table in schema.values())


def _table(table: TableSchema) -> str:
    own = [c for c in table.columns.values() if not (table.provenance and c in PROVENANCE)]
    key = ", ".join(f"`{name}`" for name in table.key)
    kept = "with provenance" if table.provenance else "without provenance columns of its own"
    about = f"{_sentence(table.meaning)} Key: {key}; {kept}."
    return f"\n### {table.name}\n\n{about}\n\n{_columns(own, table.key)}\n"


def _columns(columns: list[Column], key: tuple[str, ...]) -> str:
    lines = [
        "| column | dtype | unit | needed | allowed | meaning |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for column in columns:
        needed = "yes" if column.required or column.name in key else ""
        cells = (f"`{column.name}`", column.dtype, column.unit, needed, _allowed(column), column.meaning)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _allowed(column: Column) -> str:
    if column.references:
        return f"in `{'.'.join(column.references)}`"
    if column.choices:
        return ", ".join(column.choices)
    low, high = (None if bound is None else f"{bound:.12g}" for bound in (column.lower, column.upper))
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"{low} or more" if low is not None else f"{high} or less" if high is not None else ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def main(arguments: list[str]) -> int:
    """Write the files, or compare them with what would be written."""
    stale = []
    for path, text in generated_files().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.relative_to(ROOT))
            if "--check" not in arguments:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
    for path in stale:
        print(f"{path} {'is out of date' if '--check' in arguments else 'written'}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
