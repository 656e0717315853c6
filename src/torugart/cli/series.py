"""``torugart data series``: trade as both sides count it, gas delivered in all, money by sector."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.options import AsCsv, AsJson, DataFolder, Overlays, Quiet, check_output, examples
from torugart.cli.screen import show
from torugart.cli.wording import UNKNOWN, is_missing, number, per_cent

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

EXAMPLES = examples(
    "torugart data series", "torugart data series gas", "torugart data series investment --csv > money.csv"
)
BAR = 14  # letters of the longest bar


def series(
    name: Annotated[
        str,
        typer.Argument(metavar="[trade|gas|investment]", help="Which series.", show_default=True),
    ] = "trade",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Show figures of the record as series: trade, gas or investment, with their sources."""
    check_output(as_json=as_json, as_csv=as_csv)
    frame = torugart.data_series(name, data=data, overlays=tuple(overlays or ()))
    if as_json:
        from torugart.cli.records import records_of, write_json

        write_json(records_of(frame))
    elif as_csv:
        from torugart.cli.records import write_table_csv

        write_table_csv(frame)
    else:
        page = {"trade": trade_page, "gas": gas_page, "investment": investment_page}[name]
        show(*page(frame, quiet=quiet))


def trade_page(frame: pd.DataFrame, *, quiet: bool) -> Iterator[RenderableType]:
    """Yield the trade of China with each partner, both counts side by side."""
    from torugart.cli.tables import Column, build_table, heading, plain

    for partner, part in frame.groupby("partner_name", sort=False):
        yield heading(f"China and {partner}, both ways, billion USD")
        longest = part[["china_busd", "partner_busd"]].max().max()
        rows = [
            [
                str(row.year),
                marked(row.china_busd, row.china_basis),
                marked(row.partner_busd, row.partner_basis),
                "" if is_missing(row.gap_busd) else number(row.gap_busd, 2),
                "" if is_missing(row.gap_share) else per_cent(row.gap_share),
                pair_of_bars(row.china_busd, row.partner_busd, longest),
            ]
            for row in part.itertuples()
        ]
        yield build_table(
            [
                Column("year", numeric=True),
                Column("China counts", numeric=True),
                Column("partner counts", numeric=True),
                Column("gap", numeric=True),
                Column("of China's", numeric=True),
                Column("█ China, ░ its lead", width=BAR + 6),
            ],
            rows,
        )
        yield plain(f"sources: {sources_of(part, 'china_source_id', 'partner_source_id')}", "dim")
        yield ""
    if not quiet:
        yield plain(
            "~ derived, ? recalled without a document. Without a published total both ways of one count are added. The gap"
            " is China's count less the partner's; nothing stands where one side's count is not in the package.",
            "dim",
        )


def gas_page(frame: pd.DataFrame, *, quiet: bool) -> Iterator[RenderableType]:
    """Yield gas delivered in all by date for each set of suppliers, and what does not add up."""
    from torugart.cli.appraise import bullet
    from torugart.cli.tables import Column, build_table, heading, plain

    for (supplier, buyer), part in frame.groupby(["supplier", "buyer"], sort=False):
        yield heading(f"Gas from {supplier} to {buyer}, bcm in all")
        longest = part["rate_bcm_per_year"].max()
        rows = [
            [
                row.by_date,
                ("over " if row.at_least == "yes" else "") + marked(row.bcm, row.basis, digits=1),
                "" if is_missing(row.rate_bcm_per_year) else number(row.rate_bcm_per_year, 1),
                ends(row.rate_lo, row.rate_hi),
                row.since_date,
                bar(row.rate_bcm_per_year, longest),
                "!" if row.conflict else "",
            ]
            for row in part.itertuples()
        ]
        yield build_table(
            [
                Column("until", whole=True),
                Column("bcm", numeric=True),
                Column("a year", numeric=True),
                Column("", numeric=True),
                Column("since", whole=True),
                Column("", width=BAR),
                Column(""),
            ],
            rows,
        )
        for row in part[part["conflict"] != ""].itertuples():
            yield from bullet(
                f"! {row.bcm:g} until {row.by_date} ({row.source_id}) does not add up: {row.conflict}"
            )
        yield plain(f"sources: {sources_of(part, 'source_id')}", "dim")
        yield ""
    if not quiet:
        yield plain(
            "A year: mean since the milestone before, in brackets with the rounding of both and every day their dates may"
            " mean. Cubic metres as each source counts them.",
            "dim",
        )


def investment_page(frame: pd.DataFrame, *, quiet: bool) -> Iterator[RenderableType]:
    """Yield the cost of projects by sector."""
    from torugart.cli.tables import Column, build_table, heading, plain

    yield heading("Cost of the projects of the record, million USD")
    longest = frame["total_musd"].max() if len(frame) else 0
    rows = [
        [
            row.sector,
            f"{row.summed} of {row.projects}",
            number(row.documented_musd),
            number(row.estimated_musd),
            number(row.total_musd),
            per_cent(row.share),
            number(row.chinese_party_musd),
            bar(row.total_musd, longest, 10),
        ]
        for row in frame.itertuples()
    ]
    total = [
        "all", f"{frame['summed'].sum()} of {frame['projects'].sum()}",
        *(number(frame[name].sum()) for name in ("documented_musd", "estimated_musd", "total_musd")),
        "", number(frame["chinese_party_musd"].sum()), "",
    ]  # fmt: skip
    yield build_table(
        [
            Column("sector"),
            Column("projects", numeric=True),
            Column("document", numeric=True),
            Column("recalled", numeric=True),
            Column("total", numeric=True),
            Column("", numeric=True),
            Column("Chinese", numeric=True),
            Column("", width=10),
        ],
        [*rows, total],
    )
    if not quiet:
        yield plain(
            "Summed are projects whose cost is known and that are no part of another that is counted. Document: the cost stands"
            " in one. Chinese: with a Chinese party, whatever its part. Cost is not money invested; prices are those of"
            " various years.",
            "dim",
        )


def marked(value: Any, basis: str, digits: int = 2) -> str:
    """Write a figure with a mark of how it was got; nothing for a missing one."""
    if is_missing(value):
        return ""
    return {"modelled": "~", "estimated": "?"}.get(basis, "") + number(value, digits)


def ends(lo: Any, hi: Any) -> str:
    """Write both ends of a rate."""
    return "" if is_missing(lo) or is_missing(hi) else f"[{number(lo, 1)} to {number(hi, 1)}]"


def bar(value: Any, longest: Any, width: int = BAR) -> str:
    """Draw a figure as a bar."""
    if is_missing(value) or is_missing(longest) or not longest or value <= 0:
        return ""
    return "█" * max(1, round(width * value / longest))


def pair_of_bars(china: Any, partner: Any, longest: Any) -> str:
    """Draw what both sides count solid, and what only China counts light; a partner's lead is not drawn."""
    if is_missing(china) or is_missing(partner) or partner >= china:
        return bar(china, longest) or UNKNOWN
    both = bar(partner, longest)
    return both + "░" * max(0, len(bar(china, longest)) - len(both))


def sources_of(part: pd.DataFrame, *columns: str) -> str:
    """Return the sources of some rows, each once."""
    found: dict[str, None] = {}
    for column in columns:
        for cell in part[column]:
            found.update(dict.fromkeys(source for source in str(cell).split(";") if source))
    return ", ".join(found)
