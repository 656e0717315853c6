"""``torugart energy volumes``: gas delivered year by year and in all, against every published milestone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.appraise import bullet, show_answer
from torugart.cli.options import (
    OUTPUT,
    AsCsv,
    AsJson,
    DataFolder,
    OutFolder,
    Overlays,
    Quiet,
    check_output,
    examples,
)
from torugart.cli.wording import is_missing, number, per_cent

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

EXAMPLES = examples(
    "torugart energy volumes --from TKM --to CHN",
    "torugart energy volumes --from KAZ+TKM+UZB --to CHN --base 15",
    "torugart energy volumes --table reported --csv > reported.csv",
)
FEW_PAIRS = 3  # of so many pairs the years are told of those without milestones too


def volumes(
    supplier: Annotated[
        str | None,
        typer.Option("--from", metavar="ISO3", help="Country the gas comes from; several joined by +."),
    ] = None,
    buyer: Annotated[
        str | None, typer.Option("--to", metavar="ISO3", help="Country that takes it; several joined by +.")
    ] = None,
    base: Annotated[float, typer.Option(metavar="C", help="°C of the cubic metres told: 20 or 15.")] = 20.0,
    out: OutFolder = None,
    table: Annotated[
        str, typer.Option(metavar="TABLE", help="The table --csv writes.", rich_help_panel=OUTPUT)
    ] = "volumes",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Add up gas by year as every source has it; hold the sum against each published milestone, and judge energy claims."""
    check_output(as_json=as_json, as_csv=as_csv)
    answer = torugart.energy_volumes(
        supplier, buyer, base_celsius=base, data=data, overlays=tuple(overlays or ()), out=out
    )
    show_answer(answer, lambda: volumes_page(answer), table, as_json=as_json, as_csv=as_csv, quiet=quiet)


def volumes_page(answer: Any) -> Iterator[RenderableType]:
    """Yield the parts of the page: years, milestones and a year of use for each pair that has them; then claims."""
    from torugart.cli.tables import Column, build_table, heading, plain

    tables = answer.tables
    base = answer.manifest["asked"]["base_celsius"]
    pairs = pairs_of(tables["milestones"])
    with_years = pairs_of(tables["volumes"])
    told = list(dict.fromkeys([*pairs, *(with_years if len(with_years) <= FEW_PAIRS else ())]))
    for key in told:
        mine = {
            name: of_pair(tables[name], *key) for name in ("volumes", "milestones", "milestone_tests", "use")
        }
        yield heading(f"Gas from {key[0]} to {key[1]}, bcm at {base:g} °C")
        if len(mine["volumes"]):
            yield years_part(mine["volumes"])
        if len(mine["milestones"]):
            yield ""
            yield heading("Published in all, and ours")
            yield milestones_part(mine["milestones"], mine["milestone_tests"])
            yield plain(
                "? only claimed; ours: the yearly volumes added up; held against them, against milestones of others, and against"
                " the same voice's next figure (* speaker's own figures only); – cannot be tested",
                "dim",
            )
        if len(mine["use"]):
            yield ""
            yield heading(f"In all, beside one year of use in {key[1]}")
            yield use_part(mine["use"])
            yield plain(
                "near: within a tenth, as claims read it; ?: counted at an assumed temperature", "dim"
            )
        yield ""
    rest = tables["reported"]
    rest = rest[[pair not in told for pair in zip(rest["supplier"], rest["buyer"], strict=True)]]
    if len(rest):
        yield heading("Other pairs, whole years as each source counts them, bcm")
        yield build_table(
            [Column("from - to"), Column("year", numeric=True), Column("bcm", numeric=True), Column("kind")],
            [
                [f"{r.supplier} - {r.buyer}", str(r.year), f"{r.as_counted_bcm:g}", r.kind]
                for r in rest.itertuples(index=False)
            ],
        )
        yield ""
    claims = tables["claims"]
    if len(claims):
        yield heading(f"{len(claims)} published claims on energy")
        counts = claims["verdict"].value_counts()
        yield build_table(
            [Column("verdict"), Column("claims", numeric=True)],
            [[verdict, str(count)] for verdict, count in counts.items()],
        )
        for claim in claims[claims["verdict"].str.startswith("does not hold")].itertuples(index=False):
            yield from bullet(f"does not hold: {claim.text} ({claim.claim_id}): {claim.reason}")
        yield plain("every claim with its working stands in the report, or torugart check CLAIM", "dim")
        yield ""
    for note in answer.manifest["notes"]:
        yield from bullet(note)
    yield ""


def pairs_of(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the pairs of a table, each once."""
    return list(dict.fromkeys(zip(table["supplier"], table["buyer"], strict=True)))


def of_pair(table: pd.DataFrame, supplier: str, buyer: str) -> pd.DataFrame:
    """Return the rows of a table about one pair."""
    return table[(table["supplier"] == supplier) & (table["buyer"] == buyer)]


def years_part(years: pd.DataFrame) -> RenderableType:
    """Return the volume of each year and the sum by its end; interpolated years are marked."""
    from torugart.cli.tables import Column, build_table

    rows = [
        [
            str(r.year),
            ("~" if r.how == "interpolated" else "") + number(r.bcm, 1),
            ends(r.lo, r.hi),
            r.how,
            number(r.total_bcm, 0),
            ends(r.total_lo, r.total_hi, 0),
        ]
        for r in years.itertuples(index=False)
    ]
    columns = [Column("year"), Column("bcm", numeric=True), Column("ends", numeric=True), Column("how")]
    return build_table([*columns, Column("in all", numeric=True), Column("ends", numeric=True)], rows)


def milestones_part(milestones: pd.DataFrame, tests: pd.DataFrame) -> RenderableType:
    """Return each published milestone beside ours, and how it stands to the three tests."""
    from torugart.cli.tables import Column, build_table

    verdicts = tests.set_index(["milestone_id", "test"])["verdict"]
    kinds = list(dict.fromkeys(tests["test"]))
    rows = []
    for m in milestones.itertuples(index=False):
        published = ("over " if m.at_least == "yes" else "") + f"{m.bcm:.6g}"
        rows.append(
            [
                m.by_date,
                published + ("?" if m.basis == "claimed" else ""),
                "" if is_missing(m.ours_bcm) else number(m.ours_bcm, 0),
                "" if is_missing(m.ours_bcm) else ends(m.ours_lo, m.ours_hi, 0),
                *(short_verdict(verdicts.get((m.milestone_id, kind), "")) for kind in kinds),
                m.voice,
            ]
        )
    titles = {"yearly volumes": "years", "milestones of other publishers": "others"}
    columns = [Column("until", whole=True), Column("published", numeric=True), Column("ours", numeric=True)]
    columns += [Column("ends", numeric=True)]
    columns += [Column(titles.get(kind, "later")) for kind in kinds]
    return build_table([*columns, Column("whose")], rows)


def short_verdict(verdict: str) -> str:
    """Write a verdict short enough for a column: what rests on the speaker alone is marked."""
    short = verdict.replace(" (speaker's own figures only)", "*")
    return {"cannot be tested": "–"}.get(short, short)


def use_part(use: pd.DataFrame) -> RenderableType:
    """Return what was delivered in all beside each count of one year of use."""
    from torugart.cli.tables import Column, build_table

    rows = [
        [
            str(r.year),
            f"{r.as_counted_bcm:g} at {r.reference_c:g} °C" + ("" if r.reference_how == "stated" else "?"),
            number(r.use_bcm, 0),
            f"{r.milestone_bcm:.6g} until {r.by_date}",
            per_cent(r.ratio),
            r.matches,
            r.reached_by_ours,
        ]
        for r in use.itertuples(index=False)
    ]
    titles = ("as counted", "one base", "delivered in all", "of it")
    columns = [Column("use in"), *(Column(t, numeric=True) for t in titles), Column("near")]
    return build_table([*columns, Column("ours then", whole=True)], rows)


def ends(lo: float, hi: float, digits: int = 1) -> str:
    """Write both ends, or nothing where they print as one."""
    low, high = number(lo, digits), number(hi, digits)
    return "" if low == high else f"{low} to {high}"
