"""``torugart check``: published claims against data, record, arithmetic and network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.appraise import DRAWS_OF_ALL, claims_table, verdict_style
from torugart.cli.options import AsCsv, AsJson, DataFolder, Overlays, Quiet, Seed, check_output, examples
from torugart.cli.screen import progress_line, show
from torugart.cli.wording import is_missing, plain_number

if TYPE_CHECKING:
    from rich.console import RenderableType

EXAMPLES = examples("torugart check", "torugart check cl_045a", "torugart check --csv > claims.csv")


def check(
    claim: Annotated[
        str | None,
        typer.Argument(metavar="[CLAIM]", help="Claim id (default: every claim).", show_default=False),
    ] = None,
    draws: Annotated[int, typer.Option(metavar="N", help="Random draws.", min=1)] = DRAWS_OF_ALL,
    seed: Seed = 1,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Check the claims on the China-Kyrgyzstan-Uzbekistan railway, or one of them with its working."""
    check_output(as_json=as_json, as_csv=as_csv)
    with progress_line("checking against data, record and network", quiet=quiet):
        claims = torugart.check(claim, draws=draws, seed=seed, data=data, overlays=tuple(overlays or ()))
    if as_json:
        from torugart.cli.records import records_of, write_json

        write_json([{**record, "working": read_working(record["working"])} for record in records_of(claims)])
    elif as_csv:
        from torugart.cli.records import write_table_csv

        write_table_csv(claims)
    elif claim is None:
        show(claims_table(claims))
    else:
        for row in claims.itertuples():
            show(*claim_page(row))


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
