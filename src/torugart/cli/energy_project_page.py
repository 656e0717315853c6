"""The page of ``torugart appraise`` for a project on gas or power."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from torugart.cli.wording import MONTH_NAMES, number

if TYPE_CHECKING:
    from rich.console import RenderableType

LEAST_MOVED = 0.05  # bcm a year; smaller changes are in the bundle


def energy_project_page(answer: Any) -> Iterator[RenderableType]:
    """Yield what a project changes in a year of gas."""
    from torugart.cli.appraise import bullet
    from torugart.cli.tables import Column, build_table, heading, plain

    manifest, tables = answer.manifest, answer.tables
    yield heading(manifest["title"])
    asked = manifest["asked"]
    unit, drawn = asked["unit"], bool(asked["draws"])
    yield plain(f"{asked['commodity']} of {asked['year']}, {asked['draws'] or 'no'} draws", "dim")
    yield ""
    for line in manifest["headline"]:
        yield from bullet(line["text"])
    countries = tables["energy_countries"]
    moved = countries[countries[["change", "lo", "hi"]].abs().max(axis=1) >= LEAST_MOVED]
    if len(moved):
        yield ""
        yield heading(f"What changes, {unit} a year")
        yield build_table(
            [
                Column("country"),
                Column("what"),
                *(Column(t, numeric=True) for t in ("without", "with", "change")),
                *([Column("90 %", numeric=True)] if drawn else []),
            ],
            [
                [
                    r.country,
                    r.label,
                    number(r.without, 2),
                    number(r.with_project, 2),
                    signed(r.change),
                    *([f"{signed(r.lo)} to {signed(r.hi)}"] if drawn else []),
                ]
                for r in moved.sort_values(["country", "label"]).itertuples(index=False)
            ],
        )
    more = tables["energy_more_output"]
    if len(more):
        yield ""
        yield heading(f"If there were more, {unit} a year")
        yield build_table(
            [Column("if"), Column("made more", numeric=True), Column("it would bring", numeric=True)],
            [[r.country, number(r.more, 1), number(r.brings, 1)] for r in more.itertuples(index=False)],
        )
    losses = tables["energy_losses"]
    if len(losses):
        yield ""
        yield heading(f"Short when lost for a month, {unit}")
        yield build_table(
            [
                Column("lost"),
                Column("in"),
                Column("without it", numeric=True),
                Column("with it", numeric=True),
            ],
            [
                [
                    r.element,
                    MONTH_NAMES[r.month - 1],
                    number(r.short_without, 2),
                    number(r.short_with, 2),
                ]
                for r in losses.itertuples(index=False)
            ],
        )
    if len(tables["energy_carbon"]):
        yield ""
        yield heading("Carbon, million tonnes of CO2 equivalent a year")
        yield build_table(
            [Column("change of"), Column("a year", numeric=True), Column("90 %", numeric=True)],
            [
                [r.label, signed(r.mt_co2e), f"{signed(r.lo)} to {signed(r.hi)}"]
                for r in tables["energy_carbon"].itertuples(index=False)
            ],
        )
    products = tables["energy_products"]
    if len(products):
        yield ""
        yield heading("Products left after the country's own use, Mt a year")
        yield build_table(
            [
                Column("country"),
                Column("side"),
                Column("left", numeric=True),
                Column("from - to", numeric=True),
            ],
            [
                [r.country, r.side, signed(r.left_mt), f"{signed(r.left_lo)} to {signed(r.left_hi)}"]
                for r in products.dropna(subset=["left_mt"]).itertuples(index=False)
            ],
        )
    for r in tables["claims"].itertuples(index=False):
        yield from bullet(f"claim {r.claim_id}: {r.text} – {r.verdict}")
    yield ""
    for note in manifest["notes"]:
        yield plain(f"• {note}", "dim")


def signed(value: float) -> str:
    """A change with two decimals and its sign; nothing is no change."""
    return f"{value:+.2f}" if abs(value) >= 5e-3 else "0"
