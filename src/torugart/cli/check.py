"""``torugart check``: published claims, or the statements of a text, against data, record, arithmetic and network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.appraise import DRAWS_OF_ALL, verdict_rank, verdict_style
from torugart.cli.options import (
    OUTPUT,
    AsCsv,
    AsJson,
    DataFolder,
    Overlays,
    Quiet,
    Seed,
    check_output,
    examples,
)
from torugart.cli.screen import progress_line, show
from torugart.cli.wording import is_missing, plain_number
from torugart.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

EXAMPLES = examples(
    "torugart check",
    "torugart check cl_045a",
    "torugart check --subject trade",
    "torugart check article.txt --on 2025-06-14",
    "torugart check --csv > claims.csv",
)
STANDARD_INPUT = "-"
MOST_SHOWN = 200  # statements on a terminal; --json and --csv give all


def check(
    claim: Annotated[
        str | None,
        typer.Argument(
            metavar="[CLAIM or FILE]",
            help="Claim id, file of a text or page, or - for standard input (default: every claim).",
            show_default=False,
        ),
    ] = None,
    on: Annotated[
        str,
        typer.Option(
            metavar="DATE", help="Day the text is from, as 2025, 2025-06 or 2025-06-16.", show_default=False
        ),
    ] = "",
    working: Annotated[
        bool,
        typer.Option("--working", metavar="", help="How each figure was computed.", rich_help_panel=OUTPUT),
    ] = False,
    subject: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only claims about a record, a country or a word such as gas."),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(metavar="KIND", help="Only claims tested by data, record, model, arithmetic or none."),
    ] = None,
    draws: Annotated[int, typer.Option(metavar="N", help="Random draws.", min=1)] = DRAWS_OF_ALL,
    seed: Seed = 1,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Check published claims, or the statements in a text: figures, dates and statuses, tied to the record and judged."""
    check_output(as_json=as_json, as_csv=as_csv)
    if claim is not None and is_text(claim):
        asked: dict[str, Any] = {
            "on": on,
            "draws": draws,
            "seed": seed,
            "data": data,
            "overlays": tuple(overlays or ()),
        }
        with progress_line("reading the text and checking what it says", quiet=quiet):
            answer = torugart.check_text(claim if claim == STANDARD_INPUT else Path(claim), **asked)
        show_text(answer, as_json=as_json, as_csv=as_csv, quiet=quiet, working=working)
        return
    if claim is not None and ("/" in claim or "\\" in claim or "." in claim):
        raise InputError(
            f"no file is called {claim[:200]!r}, and no claim; `torugart check` lists the claims"
        )
    with progress_line("checking against data, record and network", quiet=quiet):
        claims = torugart.check(
            claim,
            subject=subject,
            kind=kind,
            draws=draws,
            seed=seed,
            data=data,
            overlays=tuple(overlays or ()),
        )
    if as_json:
        from torugart.cli.records import records_of, write_json

        write_json([with_working(record) for record in records_of(claims)])
    elif as_csv:
        from torugart.cli.records import write_table_csv

        write_table_csv(claims)
    elif claim is None:
        show(claims_list(claims), "", counts(claims))
        if working:
            for row in claims.itertuples():
                show("", *claim_page(row))
    else:
        for row in claims.itertuples():
            show(*claim_page(row))


def is_text(argument: str) -> bool:
    """Whether the argument is a file, or standard input, and not a claim."""
    if argument == STANDARD_INPUT:
        return True
    try:
        return Path(argument).exists()
    except (OSError, ValueError):  # a name no file can have
        return False


def show_text(answer: Any, *, as_json: bool, as_csv: bool, quiet: bool, working: bool) -> None:
    """Show what a text says and whether it holds, then what could not be tied to anything and why."""
    if as_json:
        from torugart.cli.records import records_of, write_json

        write_json(
            {
                "statements": [with_working(record) for record in records_of(answer.statements)],
                "unmatched": records_of(answer.unmatched),
                "notes": list(answer.notes),
            }
        )
        return
    if as_csv:
        from torugart.cli.records import write_table_csv

        write_table_csv(answer.statements)
        return
    from torugart.cli.appraise import bullet
    from torugart.cli.tables import heading, plain

    statements, unmatched = answer.statements, answer.unmatched
    if len(statements):
        show(statements_table(statements.head(MOST_SHOWN)))
    else:
        show(plain("No statement of the text could be tied to the record."))
    if working:
        for row in statements.head(MOST_SHOWN).itertuples():
            show("", *statement_page(row))
    if len(unmatched):
        show("", heading("Not matched"), unmatched_table(unmatched.head(MOST_SHOWN)))
    left_out = max(0, len(statements) - MOST_SHOWN) + max(0, len(unmatched) - MOST_SHOWN)
    if left_out:
        show(plain(f"{left_out:,} more are not shown; --json has all."))
    if not quiet:
        for note in answer.notes:
            show(*bullet(note))


def statements_table(statements: pd.DataFrame) -> RenderableType:
    """Return the statements of a text with their verdicts, in the order of the text."""
    from rich.text import Text

    from torugart.cli.tables import Column, build_table, plain

    rows = []
    for row in statements.itertuples():
        known = f" ({row.claim_ids.replace(';', ', ')})" if row.claim_ids else ""
        rows.append(
            [
                plain(row.verdict, verdict_style(row.verdict)),
                Text.assemble(plain(row.quote), plain(f" | {about(row)}{known}", "dim")),
                plain(row.computed if row.computed else row.reason),
            ]
        )
    columns = [Column("verdict", width=18), Column("the text says (about)"), Column("computed")]
    return build_table(columns, rows)


def about(row: Any) -> str:
    """Return what a statement is about, in a few words."""
    subjects = ", ".join(row.subjects.split(";")[:4])
    return f"{row.measure_name}: {subjects}" if subjects else str(row.measure_name)


def unmatched_table(unmatched: pd.DataFrame) -> RenderableType:
    """Return the statements that could not be tied to anything, and why."""
    from rich.text import Text

    from torugart.cli.tables import Column, build_table, plain

    rows = [
        [Text.assemble(plain(row.quote), plain(f"  {clipped(row.sentence)}", "dim")), plain(row.why)]
        for row in unmatched.itertuples()
    ]
    return build_table([Column("the text says"), Column("why")], rows)


def clipped(sentence: str, most: int = 100) -> str:
    """Return the beginning of a sentence."""
    return sentence if len(sentence) <= most else sentence[:most].rstrip() + " ..."


def statement_page(row: Any) -> Iterator[RenderableType]:
    """Yield one statement with its sentence, verdict and working."""
    from torugart.cli.tables import heading, plain

    yield heading(f"{row.statement_id}  {row.quote}")
    yield plain(row.sentence, "dim")
    if row.said_by:
        yield plain(f"said by {row.said_by}", "dim")
    yield plain(f"{row.measure_id}: {row.expr}", "dim")
    yield plain(row.verdict, verdict_style(row.verdict))
    yield plain(row.reason)
    for reading in read_working(row.working):
        yield from reading_part(reading)


def with_working(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with its working as lists and words rather than as text."""
    return {**record, "working": read_working(record["working"])}


def claims_list(claims: pd.DataFrame) -> RenderableType:
    """Return claims as a table, those that hold last: id, verdict, what is said, by whom."""
    from rich.text import Text

    from torugart.cli.tables import Column, build_table, plain

    order = claims["verdict"].map(verdict_rank).sort_values(kind="stable").index
    rows = [
        [
            claim.claim_id,
            plain(claim.verdict, verdict_style(claim.verdict)),
            Text.assemble(plain(claim.text), plain(f" ({claim.said_by})" if claim.said_by else "", "dim")),
        ]
        for claim in claims.loc[order].itertuples()
    ]
    return build_table(
        [Column("id", whole=True), Column("verdict", width=20), Column("claim (said by)")], rows
    )


def counts(claims: pd.DataFrame) -> RenderableType:
    """Return how many claims have which verdict, the most frequent first."""
    from torugart.cli.tables import plain

    found = claims["verdict"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    listed = ", ".join(f"{count} {verdict}" for verdict, count in found.items())
    return plain(f"{len(claims)} claims: {listed}" if len(claims) else "no claims", "bold")


def read_working(working: Any) -> list[dict[str, Any]]:
    """Return the readings of a claim, which the table holds as JSON."""
    if is_missing(working):
        return []
    return json.loads(working) if isinstance(working, str) else list(working)


def claim_page(claim: Any) -> Iterator[RenderableType]:
    """Yield one claim: what is said, the verdict, and how each reading comes out."""
    from torugart.cli.tables import heading, plain

    yield heading(claim.text)
    said = " ".join(
        str(word) for word in (claim.said_by, claim.said_on, claim.source_id) if not is_missing(word)
    )
    yield plain(said, "dim")
    yield ""
    yield plain(claim.verdict, verdict_style(claim.verdict))
    if not is_missing(claim.reason):
        yield plain(claim.reason)
    readings = read_working(claim.working)
    if len(readings) > 1:
        yield ""
        yield readings_table(readings)
    for reading in readings:
        yield ""
        yield from reading_part(reading)


def readings_table(readings: list[dict[str, Any]]) -> RenderableType:
    """Return the readings of a claim as a table: what came out of each."""
    from torugart.cli.tables import Column, build_table

    rows = [[reading_words(reading), outcome(reading), passing(reading)] for reading in readings]
    return build_table([Column("reading"), Column("comes out as", numeric=True), Column("")], rows)


def reading_words(reading: dict[str, Any]) -> str:
    """Return what a reading is about."""
    return str(reading.get("note") or reading.get("base_id"))


def passing(reading: dict[str, Any]) -> str:
    """Return whether the claim passes under a reading, in a word or three."""
    return {True: "passes", False: "fails"}.get(reading.get("passes"), "cannot be tested")  # type: ignore[arg-type]


def outcome(reading: dict[str, Any]) -> str:
    """Return what came out of a reading, with its interval."""
    if reading.get("mid") is None:
        return ""
    if isinstance(reading["mid"], str):  # a word or a day
        ends = list(dict.fromkeys(str(reading.get(key)) for key in ("lo", "hi") if reading.get(key)))
        return " to ".join(ends) or str(reading["mid"])
    if reading.get("unit") == "year" and float(reading["mid"]).is_integer():
        return str(reading["shown"])  # a year of the calendar takes no separator
    lo, mid, hi = (plain_number(reading.get(key)) for key in ("lo", "mid", "hi"))
    spread = "" if lo == hi else f" [{lo} to {hi}]"
    return f"{mid} {reading.get('unit') or ''}".rstrip() + spread


def reading_part(reading: dict[str, Any]) -> Iterator[RenderableType]:
    """Yield one reading of a claim: its steps and what came out."""
    from rich.padding import Padding

    from torugart.cli.tables import plain

    yield plain(f"{reading_words(reading)}: {passing(reading)}", "bold")
    if outcome(reading):
        yield Padding(plain(outcome(reading)), (0, 0, 0, 2))
    for step in reading.get("steps", ()):
        yield Padding(plain(step, "dim"), (0, 0, 0, 2))
