"""The page of ``torugart energy balance --commodity crude``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from torugart.cli.supply_words import LEAST_SHOWN, MOST_ROWS, bare, remarks, worth
from torugart.cli.wording import number, per_cent, signed

if TYPE_CHECKING:
    from rich.console import RenderableType


def crude_page(answer: Any, *, quiet: bool) -> Iterator[RenderableType]:
    """Yield the parts of the page on a year of crude: who gets it, through which lines, whose it is, and what is made of it."""
    from torugart.cli.tables import Column, build_table, heading, plain

    called = dict(answer.names)
    demands = answer.demands.groupby(["demand", "country", "sector"], sort=False, as_index=False)[
        ["demand_mt", "short_mt"]
    ].sum()
    short = float(demands["short_mt"].sum())
    known = {(r.what, r.item): r for r in answer.intervals.itertuples(index=False)}
    yield heading(f"Crude of {answer.title}, Mt" if answer.title.isdigit() else "Crude, Mt")
    yield plain("nobody is short" if not short else f"{number(short, 2)} Mt short in the year")
    yield ""
    demands = demands.sort_values(["sector", "country", "demand"], ascending=[False, True, True])
    yield build_table(
        [
            Column("who"),
            Column("what"),
            Column("at"),
            *(Column(t, numeric=True) for t in ("wanted", "gets", "short")),
            *([Column("gets, 90 %", numeric=True)] if known else []),
        ],
        [
            [
                d.demand,
                d.sector,
                str(called.get(d.country, d.country)),
                number(d.demand_mt, 2),
                number(d.demand_mt - d.short_mt, 2),
                number(d.short_mt, 2) if d.short_mt > LEAST_SHOWN else "",
                *([spread(known["demand", d.demand], "lo_mt", "hi_mt")] if known else []),
            ]
            for d in demands.itertuples(index=False)
        ],
    )
    if len(answer.changes):
        yield ""
        yield from changes_page(answer.changes, known)
    lines = answer.lines[(answer.lines["mt"] > LEAST_SHOWN) & ~answer.lines["is_made"].astype(bool)]
    yield ""
    yield heading("Lines")
    yield build_table(
        [
            Column("line"),
            Column("from - to"),
            Column("Mt", numeric=True),
            Column("full", numeric=True),
            Column("a Mt more saves", numeric=True),
        ],
        [
            [
                r.line,
                f"{r.from_node} - {r.to_node}",
                number(r.mt, 2),
                per_cent(r.full_share),
                worth(r.value, r.saves_shortage),
            ]
            for r in lines.sort_values(["full_share", "mt"], ascending=False)
            .head(MOST_ROWS)
            .itertuples(index=False)
        ],
    )
    if len(lines) > MOST_ROWS:
        yield plain(f"and {len(lines) - MOST_ROWS} more: --table lines --csv", "dim")
    yield ""
    yield heading("Whose oil is used where, Mt")
    origins = answer.origins.pivot_table(index="country", columns="origin", values="mt", aggfunc="sum")
    yield build_table(
        [Column("at"), *(Column(f"from {o}", numeric=True) for o in origins.columns)],
        [
            [str(called.get(c, c)), *(number(v, 2) if v > LEAST_SHOWN else "" for v in row)]
            for c, row in origins.iterrows()
        ],
    )
    if len(answer.backcast) and answer.changes.empty:
        yield ""
        yield heading("Against what systems say they carried, Mt")
        yield build_table(
            [Column("line"), Column("of it"), *(Column(t, numeric=True) for t in ("said", "here", "off")), Column("")],
            [
                [
                    r.line,
                    r.kinds,
                    number(r.said_mt, 2),
                    number(r.model_mt, 2),
                    signed(r.error_mt, 2),
                    "read" if r.is_input else "",
                ]
                for r in answer.backcast.itertuples(index=False)
            ],
        )  # fmt: skip
    made = answer.products
    if len(made):
        made = bare(made[made["run_mt"].notna()])
        yield ""
        yield heading("Products, Mt")
        yield build_table(
            [
                Column("country"),
                *(Column(t, numeric=True) for t in ("crude run", "made", "used", "left", "from", "to")),
            ],
            [
                [
                    str(called.get(p.country, p.country)),
                    *(number(v, 1) for v in (p.run, p.made, p.use, p.left, p.left_lo, p.left_hi)),
                ]
                for p in made.itertuples(index=False)
            ],
        )
    if quiet:
        return
    yield ""
    if len(answer.changes):
        yield plain("a line below zero runs backwards", "dim")
    elif answer.backcast["is_input"].any() if len(answer.backcast) else False:
        yield plain(
            "read: an input, so off tests nothing; a total may hold oil that joins a line outside this network",
            "dim",
        )
    yield from remarks(answer.notes)
    if len(answer.volumes):
        yield plain("where each amount comes from: --table volumes --csv", "dim")


def spread(row: Any, lo: str, hi: str) -> str:
    """Write both ends of an interval, or nothing where they are one."""
    low, high = getattr(row, lo), getattr(row, hi)
    return f"{number(low, 2)} to {number(high, 2)}" if high - low > LEAST_SHOWN else ""


def changes_page(changes: Any, known: Mapping[tuple[str, str], Any]) -> Iterator[RenderableType]:
    """Yield what is got, supplied and carried otherwise than without the change, with intervals by what it is and its id."""
    from torugart.cli.tables import Column, build_table, heading

    shown = bare(changes)
    shown = shown[shown["change"].abs() > LEAST_SHOWN]
    yield heading("What changes, Mt")
    yield build_table(
        [
            Column("what"),
            Column("which"),
            *(Column(t, numeric=True) for t in ("without", "with", "change")),
            *([Column("90 %", numeric=True)] if known else []),
        ],
        [
            [
                {"demand": "gets", "supply": "gives", "line": "carries"}[what],
                c.item,
                number(c.without, 2),
                number(c.with_, 2),
                signed(c.change, 2),
                *([spread(known[what, c.item], "change_lo_mt", "change_hi_mt")] if known else []),
            ]
            for what in ("demand", "supply", "line")
            for c in shown[shown["what"] == what]
            .rename(columns={"with": "with_"})
            .sort_values("change", ascending=False)
            .itertuples(index=False)
        ],
    )
