"""Put the tables of the back-cast into docs/methods/gas_backcast.md.

python -m tools.refresh_backcast                    tables of the record
python -m tools.refresh_backcast --facts FOLDER     those with the statistical review of one's own too
"""

from __future__ import annotations

import csv
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import torugart
from torugart.cli.energy_backcast import months_of
from torugart.cli.wording import is_missing, number, signed
from torugart.verbs.energy_backcast import BackcastAnswer

PAGE = Path(__file__).resolve().parent.parent / "docs" / "methods" / "gas_backcast.md"
BLOCK = r"(?<=<!-- {0} -->\n).*?(?=<!-- /{0} -->)"
VARIABLES = {"gas_production": "gas_output_bcm", "gas_consumption": "gas_use_bcm"}
COUNTRIES = ("KAZ", "TKM", "UZB")
REVIEW = "energy_institute_2025"


def tables_of_record(answer: BackcastAnswer) -> dict[str, str]:
    """Return the blocks of the page that the record makes, by name."""
    figures = [
        [
            r.year, f"{r.supplier} to {r.buyer}", months_of(r.first_day, r.last_day) or "year", r.kind, number(r.reported_bcm, 2),
            *beside(r, "traced"), *beside(r, "netted"), *beside(r, "border"), r.role,
        ]
        for r in answer.figures.itertuples(index=False)
    ]  # fmt: skip
    ends = [
        [r.year, f"`{r.end_id}`", r.role, r.of_year, *(number(v, 2) for v in (r.asked_bcm, r.model_bcm)), signed(r.error_bcm, 2)]
        for r in answer.ends.itertuples(index=False)
        if r.asked_bcm or r.model_bcm
    ]  # fmt: skip
    totals = [
        [
            r.year, r.country, r.variable.split("_")[1], r.source_id, number(r.reported_bcm, 2),
            *beside(r, "traced"), *beside(r, "netted"), r.role,
        ]
        for r in answer.totals.itertuples(index=False)
    ]  # fmt: skip
    borders = answer.borders.pivot_table(
        index=["from_country", "to_country"], columns="year", values="bcm", aggfunc="sum"
    )
    crossing = [
        [f"{one} to {other}", *(number(v, 2) for v in row)]
        for (one, other), row in zip(borders.index, borders.to_numpy(), strict=True)
    ]
    measured = ["traced", "error", "netted", "error"]
    return {
        "figures": markdown(
            ["year", "pair", "months", "kind", "figure", *measured, "border", "error", "role"], figures
        ),
        "ends": markdown(["year", "end", "sort", "figures of", "asked", "model", "error"], ends),
        "totals": markdown(["year", "country", "sort", "source", "figure", *measured, "role"], totals),
        "borders": markdown(["border", *map(str, borders.columns)], crossing),
    }


def table_of_review(answer: BackcastAnswer) -> dict[str, str]:
    """Return the block on the run with the review's figures: errors alone, none of its data."""
    rows = [
        [
            r.year, f"{r.supplier} to {r.buyer}", months_of(r.first_day, r.last_day) or "year",
            number(r.reported_bcm, 2), error_of(r, "traced"), error_of(r, "netted"),
        ]
        for r in answer.figures.itertuples(index=False)
    ]  # fmt: skip
    china = answer.ends[answer.ends["end_id"] == "china"]
    rows += [
        [r.year, "all to CHN, as asked", "year", number(r.asked_bcm, 2), *[short_error(r.error_bcm, r.error_share)] * 2]
        for r in china.itertuples(index=False)
    ]  # fmt: skip
    return {"review": markdown(["year", "pair", "months", "figure", "error traced", "error netted"], rows)}


def beside(row: object, measure: str) -> list[str]:
    """Return the model's figure and its error; nothing where there is none."""
    value = getattr(row, f"{measure}_bcm")
    return ["", ""] if is_missing(value) else [number(value, 2), error_of(row, measure)]


def error_of(row: object, measure: str) -> str:
    """Return an error in bcm with its share."""
    return short_error(getattr(row, f"{measure}_error_bcm"), getattr(row, f"{measure}_error_share"))


def short_error(bcm: float, share: float) -> str:
    """Return an error in bcm with its share of the figure."""
    return signed(bcm, 2) if is_missing(share) else f"{signed(bcm, 2)} ({signed(100 * share)} %)"


def markdown(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def write_review(facts: Path, folder: Path) -> None:
    """Write the review's output and use of gas, from a user's own file, as a table laid over the package."""
    with (facts / "energy_balances.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            (r["country"], r["year"], VARIABLES[r["variable"]], r["value"], "bcm", 15, REVIEW, "reported")
            for r in csv.DictReader(file)
            if "Statistical Review" in r["source"]
            and r["country"] in COUNTRIES
            and r["variable"] in VARIABLES
        ]
    with (folder / "country_series.csv").open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file)
        write.writerow(["iso3", "year", "variable", "value", "unit", "reference_c", "source_id", "basis"])
        write.writerows(rows)


def blocks(facts: Path | None) -> dict[str, str]:
    """Return the blocks of the page by name; that of the review where the facts are given."""
    found = tables_of_record(torugart.energy_backcast())
    if facts is not None:
        with tempfile.TemporaryDirectory() as folder:
            write_review(facts, Path(folder))
            found |= table_of_review(torugart.energy_backcast(overlays=[folder]))
    return found


def main(arguments: Sequence[str]) -> int:
    """Refresh the page; 0 when done."""
    facts = Path(arguments[1]) if arguments[:1] == ["--facts"] else None
    text = PAGE.read_text(encoding="utf-8")
    for name, block in blocks(facts).items():
        text = re.sub(BLOCK.format(name), lambda _, block=block: block, text, flags=re.DOTALL)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
