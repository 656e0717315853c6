"""``torugart status``: which projects and pledges move, which are overdue, and when anybody last looked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.options import AsCsv, AsJson, DataFolder, Overlays, Quiet, check_output, examples
from torugart.cli.screen import show
from torugart.cli.wording import is_missing, number

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

EXAMPLES = examples(
    "torugart status",
    "torugart status --country TJK --sector transport",
    "torugart status --due 2026-12",
    "torugart status --as-of 2024-06-30",
)
ORDER = (
    *("suspended", "under construction", "trial", "financed", "agreed", "announced", "undated", "operating"),
    *("completed", "closed", "cancelled", "dropped"),
)
STYLES = {
    "kept": "green",
    "operating": "green",
    "completed": "green",
    "overdue": "red",
    "suspended": "red",
    "cancelled": "red",
    "dropped": "red",
    "silent": "yellow",
    "partly kept": "yellow",
}


def status(
    country: Annotated[
        str | None, typer.Option(metavar="COUNTRY", help="Only those of a country: code or name.")
    ] = None,
    sector: Annotated[str | None, typer.Option(metavar="SECTOR", help="Only those of a sector.")] = None,
    due: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Only what is due by a date: 2026, 2026-12 or 2026-12-31."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Replay what would have been said then.")
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Show where projects and commitments stand by dated evidence, and how long they have been silent."""
    check_output(as_json=as_json, as_csv=as_csv)
    ledger = torugart.status(
        country=country, sector=sector, due=due, as_of=as_of, data=data, overlays=tuple(overlays or ())
    )
    if as_json:
        from torugart.cli.records import records_of, write_json

        write_json(
            {
                "as_of": ledger.as_of,
                "projects": records_of(ledger.projects),
                "commitments": records_of(ledger.commitments),
            }
        )
    elif as_csv:
        from torugart.cli.records import write_table_csv

        write_table_csv(as_one_table(ledger))
    else:
        show(*status_page(ledger, quiet=quiet))


def as_one_table(ledger: Any) -> pd.DataFrame:
    """Return projects and commitments in one table, the record's kind first."""
    import pandas as pd

    projects = ledger.projects.rename(columns={"project_id": "record_id"}).assign(record="project")
    commitments = ledger.commitments.rename(
        columns={"commitment_id": "record_id", "text": "name", "who": "countries"}
    ).assign(record="commitment")
    columns = [
        *("record", "record_id", "name", "countries", "sector", "status", "activity", "since", "due_date"),
        *("late_days", "last_evidence", "last_searched", "silence_days", "silence", "health", "owners"),
        *("summable", "why_not", "source_id", "basis"),
    ]
    both = [part.reindex(columns=columns) for part in (projects, commitments) if len(part)]
    return pd.concat(both, ignore_index=True) if both else pd.DataFrame(columns=columns)


def status_page(ledger: Any, *, quiet: bool) -> Iterator[RenderableType]:
    """Yield the projects by status, then the commitments by meeting, then what to know."""
    from torugart.cli.tables import heading, plain

    yield heading(f"As of {ledger.as_of}: {counted(ledger.projects, 'project')}")
    if len(ledger.projects):
        yield plain(counts_line(ledger.projects["status"]), "dim")
        yield from projects_by_status(ledger.projects)
    yield ""
    promised = ledger.commitments[ledger.commitments["status"] != "nothing promised"]
    yield heading(f"{counted(promised, 'commitment')}")
    if len(promised):
        yield plain(counts_line(promised["status"]), "dim")
        yield from commitments_by_event(promised)
    if not quiet:
        yield ""
        yield plain(
            "Status comes from dated evidence alone. Not reviewed: nobody looked for news since the last evidence."
            " Health (0 to 100): independent sources and completeness. `torugart show ID` gives the evidence.",
            "dim",
        )


def counted(frame: pd.DataFrame, noun: str) -> str:
    """Return how many there are, in words."""
    return f"{len(frame)} {noun}{'' if len(frame) == 1 else 's'}"


def counts_line(words: pd.Series) -> str:
    """Return how often each word occurs, the most frequent first."""
    counts = words.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return ", ".join(f"{count} {word}" for word, count in counts.items())


def projects_by_status(projects: pd.DataFrame) -> Iterator[RenderableType]:
    """Yield the projects of each status, those that should move first."""
    from torugart.cli.tables import Column, build_table, plain

    for word in sorted(set(projects["status"]), key=place_in_order):
        part = projects[projects["status"] == word]
        yield ""
        yield plain(f"{word} ({len(part)})", f"bold {STYLES.get(word, '')}".strip())
        rows = [
            [
                row.project_id,
                row.last_evidence,
                row.last_searched or "never",
                plain("" if row.activity == "settled" else row.activity, STYLES.get(row.activity, "")),
                number(row.health),
            ]
            for row in part.itertuples()
        ]
        columns = [
            *(Column("project"), Column("evidence", width=10), Column("searched", width=10)),
            *(Column("activity", width=12), Column("health", numeric=True)),
        ]
        yield build_table(columns, rows)


def place_in_order(word: str) -> tuple[int, str]:
    """Return where the projects of a status stand on the page."""
    return (ORDER.index(word) if word in ORDER else len(ORDER), word)


def commitments_by_event(commitments: pd.DataFrame) -> Iterator[RenderableType]:
    """Yield the commitments of each meeting."""
    from torugart.cli.tables import Column, build_table, plain

    for event, part in commitments.groupby("event", sort=False):
        yield ""
        yield plain(str(event), "bold")
        rows = [
            [
                row.commitment_id,
                row.text,
                plain(outcome(row), STYLES.get(row.status, "")),
                row.due_date,
                row.last_searched or "never",
            ]
            for row in part.itertuples()
        ]
        columns = [
            *(Column("id", whole=True), Column("committed"), Column("status")),
            *(Column("due", width=10), Column("last searched", width=10)),
        ]
        yield build_table(columns, rows)


def outcome(row: Any) -> str:
    """Return what became of a commitment, with how late it was kept."""
    if is_missing(row.late_days):
        return str(row.status)
    return f"{row.status}, {number(row.late_days)} days late"
