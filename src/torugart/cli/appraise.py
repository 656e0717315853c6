"""``torugart appraise``: what a project changes, for whom, and whether what is said of it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.account_pages import account_parts
from torugart.cli.options import (
    OUTPUT,
    AsCsv,
    AsJson,
    ClassId,
    Course,
    DataFolder,
    OutFolder,
    Overlays,
    Quiet,
    Seed,
    TradeBase,
    TradeBaseOption,
    Year,
    check_output,
    examples,
)
from torugart.cli.screen import make_console, progress_line, show, write_answer
from torugart.cli.trade_pages import trade_parts
from torugart.cli.wording import (
    before_after,
    clean,
    interval,
    is_missing,
    number,
    per_cent,
    plain_number,
    signed,
)
from torugart.errors import InputError, UnknownName

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

EXAMPLES = examples(
    "torugart appraise cku",
    "torugart appraise cku --year 2035 --trade-base partner --draws 100 --out my_bundle",
    "torugart appraise cku --csv --table gates > gates.csv",
    "torugart appraise --all",
)
DRAWS_OF_ONE, DRAWS_OF_ALL = 400, 100
MAIN_FIGURE = "benefit.total"
ACCOUNTS = "Accounts"
SWITCH_WORDS = {
    "generated": "generated traffic counted",
    "residual": "residual value counted",
    "growth": "{} growth",
    "carbon": "{} carbon price",
    "importer_share": "importers get {:g} of the users' gain",
}
AS_THEY_STAND = {
    "generated": False,
    "residual": False,
    "growth": "central",
    "carbon": "central",
    "importer_share": None,
}
_MOST_DRIVERS = 6
_MOST_GATES = 5
_WIDE = 100
# The more particular words stand before those they begin with.
_VERDICT_STYLES = {"does not hold": "red", "holds on another base": "yellow", "holds": "green"}


def appraise(
    project: Annotated[
        str | None,
        typer.Argument(
            metavar="PROJECT", help="Id, name or alias of a project, or a scenario file ending in .toml."
        ),
    ] = None,
    every: Annotated[
        bool,
        typer.Option("--all", metavar="", help="Every transport project with edits, alone and all together."),
    ] = False,
    year: Year = None,
    trade_base: TradeBaseOption = TradeBase.china,
    class_id: ClassId = "manufactures",
    draws: Annotated[
        int | None,
        typer.Option(
            metavar="N", help=f"Random draws (default: {DRAWS_OF_ONE}, or {DRAWS_OF_ALL} with --all).", min=1
        ),
    ] = None,
    seed: Seed = 1,
    out: OutFolder = None,
    table: Annotated[
        str | None,
        typer.Option(
            metavar="TABLE",
            help="The table --csv writes (default: pairs, or projects with --all).",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ISO=+BCM",
            help="For a project on gas: gas a country makes beyond the record. May be repeated.",
        ),
    ] = None,
    generated: Annotated[
        bool,
        typer.Option(
            "--generated",
            metavar="",
            help="Count traffic that there would not be without the project.",
            rich_help_panel=ACCOUNTS,
        ),
    ] = False,
    residual: Annotated[
        bool,
        typer.Option(
            "--residual",
            metavar="",
            help="Count what the line is still worth in the last year.",
            rich_help_panel=ACCOUNTS,
        ),
    ] = False,
    growth: Annotated[
        Course, typer.Option(help="Growth of traffic: low, central or high.", rich_help_panel=ACCOUNTS)
    ] = Course.central,
    carbon: Annotated[
        Course, typer.Option(help="Price of carbon: low, central or high.", rich_help_panel=ACCOUNTS)
    ] = Course.central,
    importer_share: Annotated[
        float | None,
        typer.Option(
            metavar="PART",
            help="Part of the users' gain that goes to importing countries, 0 to 1 (default: half each).",
            rich_help_panel=ACCOUNTS,
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Appraise a project: what it changes against the do-minimum, who gains and loses, which claims hold.

    Prints the answer and writes a result bundle with a report; the report's file name is the last line.
    """
    check_output(as_json=as_json, as_csv=as_csv)
    if every == (project is not None):
        raise InputError("give one project, as in `torugart appraise cku`, or --all")
    with progress_line("starting", quiet=quiet) as progress:
        shared: dict[str, Any] = {
            "year": year,
            "trade_base": trade_base.value,
            "seed": seed,
            "data": data,
            "overlays": tuple(overlays or ()),
            "out": out,
            "progress": progress,
        }
        switches: dict[str, Any] = {
            "generated": generated,
            "residual": residual,
            "growth": growth.value,
            "carbon": carbon.value,
            "importer_share": importer_share,
        }
        if project is None and switches != AS_THEY_STAND:
            raise InputError(
                "--generated, --residual, --growth, --carbon and --importer-share change the accounts of one project;"
                " leave them out with --all"
            )
        if project is None:
            answer = torugart.appraise_all(draws=draws or DRAWS_OF_ALL, **shared)
        else:
            answer = torugart.appraise(project, draws=draws, output=output or (), **switches, **shared)
    of_energy = answer.manifest["verb"] == "appraise energy"

    def page() -> Iterator[RenderableType]:
        from torugart.cli.all_projects_page import all_projects_page
        from torugart.cli.energy_project_page import energy_project_page

        if of_energy:
            return energy_project_page(answer)
        return all_projects_page(answer) if every else project_page(answer, class_id, make_console().width)

    main_table = "projects" if every else "energy_countries" if of_energy else "pairs"
    show_answer(answer, page, table or main_table, as_json=as_json, as_csv=as_csv, quiet=quiet)


def show_answer(
    answer: Any,
    page: Callable[[], Iterable[RenderableType]],
    table: str,
    *,
    as_json: bool,
    as_csv: bool,
    quiet: bool,
) -> None:
    """Write an answer that is a bundle: as JSON, one table as CSV, or a page for people that ends with where the whole is."""
    if as_json:
        show_json(answer)
        return
    if as_csv:
        show_csv(answer.tables, table)
        return
    if not quiet:
        show(*page())
    write_answer(last_line(answer))


def show_json(answer: Any) -> None:
    """Write the whole answer as one JSON object: the manifest's words and every table as records."""
    from torugart.cli.records import records_of, write_json

    write_json(
        {
            "folder": answer.folder,
            "report": answer.report,
            "manifest": answer.manifest,
            "tables": {name: records_of(table) for name, table in answer.tables.items()},
        }
    )


def show_csv(tables: dict[str, pd.DataFrame], name: str) -> None:
    """Write one table of the bundle as CSV."""
    from torugart.cli.records import write_table_csv

    if name not in tables:
        raise UnknownName("table of this bundle", name, tables)
    write_table_csv(tables[name])


def last_line(answer: Any) -> str:
    """Return where the answer can be read in full."""
    return clean(answer.report if answer.report is not None else answer.folder) + "\n"


def project_page(answer: Any, class_id: str, width: int) -> Iterator[RenderableType]:
    """Yield the parts of the page on one project."""
    from torugart.cli.tables import heading

    tables, manifest = answer.tables, answer.manifest
    yield heading(manifest.get("title", "Appraisal"))
    yield from asked_line(manifest)
    yield ""
    for sentence in manifest.get("headline", ()):
        yield from bullet(sentence["text"])
    for title, part in (
        (f"Best way without → with, {class_id.replace('_', ' ')}", pairs_part(tables, class_id, width)),
        ("Other classes: where the best way changes", changed_part(tables, class_id, width)),
        ("Border gates, thousand tonnes a year", gates_part(tables)),
        (
            "Queues at gates whose capacity is on record, both directions",
            queues_part(tables, str(answer.manifest["asked"].get("project", ""))),
        ),
        ("Users' benefit, million USD a year", benefits_part(tables)),
        ("What is claimed", claims_part(tables)),
        ("What is on record", record_part(tables)),
        ("What the benefit hangs on (share of its spread: squared rank correlation)", drivers_part(tables)),
        *account_parts(tables),
        *trade_parts(tables),
    ):
        rows = list(part)
        if rows:
            yield ""
            yield heading(title)
            yield from rows
    notes = manifest.get("notes", ())
    if notes:
        yield ""
        for note in notes:
            yield from bullet(note)
    yield ""


def asked_line(manifest: dict[str, Any]) -> Iterator[RenderableType]:
    """Yield what was asked, in one line."""
    from torugart.cli.tables import plain

    asked = manifest.get("asked", {})
    words = []
    if asked.get("year"):
        words.append(str(asked["year"]))
    if asked.get("trade_base"):
        words.append(
            "trade as China reports it" if asked["trade_base"] == "china" else "trade as partners report it"
        )
    if asked.get("draws"):
        words.append(f"{asked['draws']} draws")
    for name, value in asked.get("accounts", {}).items():
        words.append(SWITCH_WORDS[name].format(value))
    yield plain(f"{', '.join(words)}; brackets are 90 % intervals", "dim")


def bullet(text: str) -> Iterator[RenderableType]:
    """Yield a sentence with a bullet, its further lines set in."""
    from rich.table import Table

    from torugart.cli.tables import plain

    row = Table.grid(padding=(0, 1, 0, 0))
    row.add_column(width=1)
    row.add_column(overflow="fold")
    row.add_row(plain("•"), plain(text))
    yield row


def pairs_part(tables: dict[str, pd.DataFrame], class_id: str, width: int) -> Iterator[RenderableType]:
    """Yield the pairs of one class, those nearest to the project first: days, USD per FEU, share and gap."""
    from torugart.cli.tables import plain

    pairs = tables["pairs"]
    if not len(pairs):
        return
    if class_id not in set(pairs["class_id"]):
        raise UnknownName("class", class_id, pairs["class_id"])
    chosen = pairs[pairs["class_id"] == class_id].sort_values("gap_usd", kind="stable", na_position="last")
    yield pairs_table(chosen, width)
    yield plain(
        "share: part of the traffic that goes by the project. gap: USD per FEU by which the way by the"
        " project is dearer than the best other way; while it is, the best way stays and its change is 0.",
        "dim",
    )


def changed_part(tables: dict[str, pd.DataFrame], class_id: str, width: int) -> Iterator[RenderableType]:
    """Yield the pairs of the other classes whose best way changes."""
    pairs = tables["pairs"]
    others = pairs[(pairs["class_id"] != class_id) & ((pairs["d_days"] != 0) | (pairs["d_usd"] != 0))]
    if len(others):
        yield pairs_table(
            others.sort_values("gap_usd", kind="stable", na_position="last"), width, classes=True
        )


def pairs_table(pairs: pd.DataFrame, width: int, *, classes: bool = False) -> RenderableType:
    """Return pairs as a table, with their classes if they are of several."""
    from torugart.cli.tables import Column, build_table

    columns = [
        Column("from - to"),
        Column("days", numeric=True),
        Column("change", numeric=True),
        Column("USD per FEU", numeric=True),
        *([Column("change", numeric=True)] if width >= _WIDE else []),
        Column("share", numeric=True),
        Column("gap", numeric=True),
    ]
    rows = []
    for pair in pairs.itertuples():
        row = pair_row(pair, wide=width >= _WIDE)
        rows.append([f"{row[0]}, {pair.class_id.replace('_', ' ')}", *row[1:]] if classes else row)
    return build_table(columns, rows)


def pair_row(pair: Any, *, wide: bool) -> list[str]:
    """Return one pair as a row; an interval of nothing but zero is left out."""
    usd = [change(pair.d_usd, pair.d_usd_lo, pair.d_usd_hi)] if wide else []
    return [
        f"{pair.origin_name} - {pair.destination_name}",
        before_after(pair.days_without, pair.days_with, 1),
        change(pair.d_days, pair.d_days_lo, pair.d_days_hi, 1),
        before_after(pair.usd_without, pair.usd_with),
        *usd,
        per_cent(pair.project_share),
        signed(pair.gap_usd),
    ]


def change(value: Any, lo: Any, hi: Any, digits: int = 0) -> str:
    """Write a change with its interval; 0 stands alone when the whole interval is 0."""
    shown, ends = signed(value, digits), interval(lo, hi, digits)
    nothing = shown == "0" and signed(lo, digits) == "0" and signed(hi, digits) == "0"
    return shown if nothing or not ends else f"{shown} {ends}"


def gates_part(tables: dict[str, pd.DataFrame]) -> Iterator[RenderableType]:
    """Yield the gates whose volume changes, the largest change first."""
    from torugart.cli.tables import Column, build_table

    gates = tables["gates"]
    order = gates["d_t"].abs().sort_values(ascending=False, kind="stable").index
    rows = []
    for gate in gates.loc[order].itertuples():
        change = signed(gate.d_t / 1000)
        if change == "0":
            continue
        rows.append(
            [
                gate.name,
                number(gate.t_without / 1000),
                number(gate.t_with / 1000),
                f"{change} {interval(gate.d_t_lo / 1000, gate.d_t_hi / 1000)}".rstrip(),
            ]
        )
    columns = [
        Column("gate"),
        Column("without", numeric=True),
        Column("with", numeric=True),
        Column("change", numeric=True),
    ]
    if rows:
        yield build_table(columns, rows[:10])


def queues_part(tables: dict[str, pd.DataFrame], project: str) -> Iterator[RenderableType]:
    """Yield the fullest gates without and with, what the benefit is once their queues count, and how to close one."""
    from torugart.cli.tables import Column, build_table, plain

    queues = tables.get("queues")
    if queues is None or not len(queues):
        return
    rows = [
        [
            q.name,
            number(q.capacity_mt, 1),
            before_after(100 * q.full_without, 100 * q.full_with),
            before_after(q.hours_without, q.hours_with, 1),
            number(q.excess_mt_with, 1) if q.excess_mt_with or q.excess_mt_without else "",
        ]
        for q in queues.head(_MOST_GATES).itertuples(index=False)
    ]
    columns = [Column("gate")] + [
        Column(t, numeric=True) for t in ("Mt a year", "% full", "hours against today", "Mt unserved")
    ]
    yield build_table(columns, rows)
    seasons = tables.get("queues_seasons")
    if seasons is not None:
        for name, mine in seasons[seasons["varies"]].groupby("name", sort=False):
            told = "; ".join(
                f"{before_after(r.hours_without, r.hours_with, 1)} in {r.months}"
                for r in mine.itertuples(index=False)
            )
            yield plain(f"{name}, hours by months: {told}", "dim")
    with_queues = tables["figures"].set_index("figure_id").at["benefit.with_queues", "value"]
    yield plain(
        f"users' benefit with these queues counted: {number(with_queues, 1)} million USD a year", "dim"
    )
    yield plain("hours below zero: a shorter wait than is observed there today", "dim")
    second_way = f" --with {project}" if project else ""
    yield plain(
        f"if {queues.iloc[0]['name']} closes: torugart break {queues.iloc[0]['element_id']} --days 14{second_way}",
        "dim",
    )


def benefits_part(tables: dict[str, pd.DataFrame]) -> Iterator[RenderableType]:
    """Yield users' benefit by country, losers kept; those it does not reach in one line."""
    from torugart.cli.tables import Column, build_table, plain

    benefits = tables["benefits_country"].sort_values("musd", ascending=False, kind="stable")
    rows, untouched = [], []
    for country in benefits.itertuples(index=False):
        if all(signed(value, 1) == "0" for value in (country.musd, country.lo, country.hi)):
            untouched.append(country.name)
        else:
            rows.append([country.name, signed(country.musd, 1), interval(country.lo, country.hi, 1)])
    if rows:
        columns = [Column("country"), Column("a year", numeric=True), Column("90 %", numeric=True)]
        yield build_table(columns, rows)
    if untouched:
        yield plain(f"less than 0.05 either way: {', '.join(untouched)}", "dim")


def claims_part(tables: dict[str, pd.DataFrame]) -> Iterator[RenderableType]:
    """Yield the claims that could be tested with their verdicts, and count the others."""
    from torugart.cli.tables import plain

    claims = tables.get("claims")
    if claims is None or not len(claims):
        return
    tested = claims[claims["verdict"].str.startswith(("holds", "does not hold"))]
    if len(tested):
        yield claims_table(tested)
    others = claims.drop(tested.index)["verdict"].value_counts()
    counted = [f"{count} {verdict}" for verdict, count in others.items()]
    yield plain("; ".join([*counted, "`torugart check` shows all, with their working"]), "dim")


def record_part(tables: dict[str, pd.DataFrame]) -> Iterator[RenderableType]:
    """Yield where the project stands by dated evidence, and the parties to it."""
    from torugart.cli.tables import plain

    record = tables.get("record")
    if record is None or not len(record):
        return
    for kind in ("status", "news", "health"):
        for text in record.loc[record["kind"] == kind, "text"]:
            yield plain(text)
    parties = record.loc[record["kind"] == "party", "text"]
    if len(parties):
        yield plain("; ".join(parties), "dim")


def claims_table(claims: pd.DataFrame) -> RenderableType:
    """Return claims as a table, those that do not hold first: the verdict, what is said, by whom."""
    from rich.text import Text

    from torugart.cli.tables import Column, build_table, plain

    ranked = claims.assign(rank=claims["verdict"].map(verdict_rank))
    order = ranked.sort_values(["rank", "verdict"], kind="stable").index
    rows = [
        [
            plain(claim.verdict, verdict_style(claim.verdict)),
            Text.assemble(plain(claim.text), plain(f" ({claim.said_by})", "dim")),
        ]
        for claim in claims.loc[order].itertuples()
    ]
    return build_table([Column("verdict", width=24), Column("claim (said by)")], rows)


def verdict_rank(verdict: str) -> int:
    """Return where claims of a verdict stand in a list."""
    first = [words for words in _VERDICT_STYLES if verdict.startswith(words)]
    return list(_VERDICT_STYLES).index(first[0]) if first else len(_VERDICT_STYLES)


def verdict_style(verdict: str) -> str:
    """Return the colour of a verdict; the words alone say it as well."""
    return next((style for words, style in _VERDICT_STYLES.items() if verdict.startswith(words)), "dim")


def drivers_part(tables: dict[str, pd.DataFrame]) -> Iterator[RenderableType]:
    """Yield what causes most of the spread of users' benefit."""
    from torugart.cli.tables import Column, build_table

    drivers = tables.get("drivers")
    if drivers is None:
        return
    ranked = drivers[(drivers["quantity"] == MAIN_FIGURE) & drivers["rank"].notna()].sort_values(
        "rank", kind="stable"
    )
    rows = [
        [
            driver.label,
            per_cent(driver.share),
            f"{plain_number(driver.value)} {range_of(driver)}",
            driver.basis,
        ]
        for driver in ranked.sort_values("rank", kind="stable").head(_MOST_DRIVERS).itertuples()
    ]
    if rows:
        columns = [Column("quantity"), Column("share", numeric=True), Column("value", numeric=True)]
        yield build_table([*columns, Column("basis", style="dim", whole=True)], rows)


def range_of(driver: Any) -> str:
    """Return the range of a quantity, with its unit."""
    unit = "" if driver.unit in {"1", "factor"} or is_missing(driver.unit) else f" {driver.unit}"
    return f"[{plain_number(driver.lo)} to {plain_number(driver.hi)}]{unit}"
