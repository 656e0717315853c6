"""Trade and real income on the terminal, for ``appraise`` and ``trade``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from torugart.cli.wording import interval, number, per_cent, signed

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType
    from rich.text import Text

SMALLEST_MUSD, LARGE_MUSD = 0.05, 100
COSTS_SHOWN = 8
WHOSE = {"china": "China's count", "partner": "the partners' count"}
PER_CENT_TITLE = "Real income, and all trade of a country, per cent"
PER_CENT = (("real_income_pct", 3), ("trade_cost_pct", 2), ("exports_pct", 2), ("imports_pct", 2))
BY = {"china": "by China", "partner": "by partners"}


def trade_parts(tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, Iterable[RenderableType]]]:
    """Yield the titled parts that an appraisal shows of trade."""
    if "trade_effects" not in tables:
        return
    yield (
        "Trade and real income: the users' gain read a second time, not to be added",
        effects_part(tables),
    )
    yield PER_CENT_TITLE, trade_part(tables)
    yield valuable_title(tables), valuable_part(tables, "crossing")


def effects_part(tables: Mapping[str, pd.DataFrame]) -> Iterator[RenderableType]:
    """Yield real income by country under both counts, losers kept; what flips, and what the gain hangs on."""
    from torugart.cli.tables import Column, build_table, plain

    effects = tables["trade_effects"]
    asked = str(effects.iloc[0]["trade_base"])
    other = next(w for w in WHOSE if w != asked)
    beside = effects[effects["trade_base"] == other].set_index("iso3")["gain_musd"]
    mine = effects[effects["trade_base"] == asked].sort_values("gain_musd", ascending=False, kind="stable")
    with_users = bool(mine["users_musd"].notna().any())
    rows, small = [], []
    for r in mine.itertuples(index=False):
        if max(abs(r.gain_musd), abs(beside[r.iso3])) < SMALLEST_MUSD:
            small.append(short(r.name))
            continue
        row = [
            short(r.name),
            signed(r.real_income_pct, 3),
            ranged(r.gain_musd, r.gain_musd_lo, r.gain_musd_hi, digits_of(r.gain_musd)),
            signed(beside[r.iso3], digits_of(beside[r.iso3])),
        ]
        rows.append([*row, signed(r.users_musd, digits_of(r.users_musd))] if with_users else row)
    if not rows:
        yield plain("no country's real income changes by 50,000 USD a year")
        return
    titles = ["income, %", "m USD a year", BY[other]] + (["users' gain"] if with_users else [])
    yield build_table([Column("country"), *(Column(t, numeric=True) for t in titles)], rows)
    if small:
        yield plain(f"less than {SMALLEST_MUSD} either way: {', '.join(small)}", "dim")
    incomes = incomes_line(mine)
    if incomes:
        yield plain(incomes, "dim")
    yield plain(flips_line(tables, asked, other), "dim")
    line = hangs_on_line(tables["trade_hangs_on"])
    if line:
        yield plain(line, "dim")


def digits_of(musd: float) -> int:
    """Decimal places of an amount, so that large ones leave room for the names."""
    return 0 if abs(musd) >= LARGE_MUSD else 1


def short(name: object) -> str:
    """Return a name without what stands in brackets behind it."""
    return str(name).split(" (")[0]


def ranged(value: object, lo: object, hi: object, digits: int) -> str:
    """Write a change with its interval, alone when all of the interval is the same."""
    shown, ends = signed(value, digits), interval(lo, hi, digits)
    one = len({signed(v, digits) for v in (value, lo, hi)}) == 1
    return shown if one or not ends else f"{shown} {ends}"


def trade_part(tables: Mapping[str, pd.DataFrame]) -> Iterator[RenderableType]:
    """Yield real income, trade cost, exports and imports in per cent, intervals below, of the countries where any moves."""
    from torugart.cli.tables import Column, build_table, two_lines

    effects = tables["trade_effects"]
    asked = effects.iloc[0]["trade_base"]
    mine = effects[effects["trade_base"] == asked].sort_values("trade_cost_pct", kind="stable")
    rows: list[list[str | Text]] = []
    for _, r in mine.iterrows():
        told = [ranged(r[e], r[f"{e}_lo"], r[f"{e}_hi"], digits) for e, digits in PER_CENT]
        if any(cell != "0" for cell in told):
            parts = [cell.partition(" ") for cell in told]
            # Intervals of trade costs stand pair by pair above; four would not fit 80 columns.
            shown = [two_lines(value, "" if k == 1 else ends) for k, (value, _, ends) in enumerate(parts)]
            rows.append([short(r["name"]), *shown])
    if rows:
        titles = ("real income", "trade cost", "exports", "imports")
        yield build_table([Column("country", width=12), *(Column(t, numeric=True) for t in titles)], rows)


def incomes_line(mine: pd.DataFrame) -> str:
    """Say where carriers, owners and treasuries win and lose most, as the accounts have it."""
    incomes = mine[mine["incomes_musd"].abs() >= SMALLEST_MUSD].sort_values("incomes_musd", kind="stable")
    if not len(incomes):
        return ""
    ends = both_ends(incomes)
    told = ", ".join(f"{short(r.name)} {signed(r.incomes_musd, 1)}" for r in ends)
    return f"carriers, owners and treasuries, from the accounts and not in it: {told} m USD a year"


def both_ends(incomes: pd.DataFrame) -> list[Any]:
    """Return the rows of the three that lose most and the three that win most, once each."""
    rows = list(incomes.itertuples(index=False))
    return rows if len(rows) <= 6 else [*rows[:3], *rows[-3:]]


def flips_line(tables: Mapping[str, pd.DataFrame], asked: str, other: str) -> str:
    """Say which conclusions hang on whose count of trade is taken."""
    flips = tables["trade_flips"]
    flips = flips[flips["flips"] == "yes"]
    if not len(flips):
        return "no conclusion flips with whose count of trade is taken"
    told = "; ".join(f"{r['conclusion']}: {r[asked]} → {r[other]}" for _, r in flips.iterrows())
    return f"flips by {WHOSE[other]}: {told}"


def hangs_on_line(shares: pd.DataFrame) -> str:
    """Say what the gain of all countries hangs on; value of time and trade elasticity always."""
    if not len(shares):
        return ""
    mine = shares[shares["result"] == "the world"].set_index("group")["share"].sort_values(ascending=False)
    told = [
        f"{group} {per_cent(share) if share > 0 else 'no more than chance'}" for group, share in mine.items()
    ]
    return f"share of its spread (squared rank correlation): {', '.join(told)}"


def valuable_title(tables: Mapping[str, pd.DataFrame], kind: str = "crossing") -> str:
    """Title of the screen, with the country it is for."""
    table = tables.get("trade_valuable")
    name = country_name(tables, str(table.iloc[0]["country"])) if table is not None and len(table) else ""
    return f"{kind.capitalize()}s worth most to the real income of {name}, 10 % off hours and money"


def country_name(tables: Mapping[str, pd.DataFrame], iso3: str) -> str:
    """Name of a country of the base."""
    effects = tables["trade_effects"]
    return str(effects.loc[effects["iso3"] == iso3, "name"].iloc[0])


def valuable_part(tables: Mapping[str, pd.DataFrame], kind: str) -> Iterator[RenderableType]:
    """Yield the crossings or links whose improvement would raise a country's real income most."""
    from torugart.cli.tables import Column, build_table

    table = tables.get("trade_valuable")
    if table is None or not len(table):
        return
    mine = table[table["kind"] == kind]
    rows = [
        [
            str(r.rank),
            r.name,
            r.mode,
            signed(r.first_order_musd, 2),
            signed(r.solved_musd, 2),
            signed(r.solved_pct, 4),
        ]
        for r in mine.itertuples(index=False)
    ]
    if rows:
        columns = [Column("", numeric=True), Column(kind), Column("mode")]
        titles = ("first order, m USD", "solved, m USD", "%")
        yield build_table([*columns, *(Column(t, numeric=True) for t in titles)], rows)


def costs_part(tables: Mapping[str, pd.DataFrame]) -> Iterator[RenderableType]:
    """Yield the trade costs that change most, and what they are made of where the network says."""
    from torugart.cli.tables import Column, build_table, plain

    costs = tables["trade_costs"]
    if not len(costs):
        yield plain("no trade cost changes")
        return
    order = costs["tau_pct"].abs().sort_values(ascending=False, kind="stable").index
    made = "carried_musd" in costs
    rows = []
    for r in costs.loc[order[:COSTS_SHOWN]].itertuples(index=False):
        row = [
            r.pair,
            ranged(r.tau_pct, r.tau_lo, r.tau_hi, 2),
            number(r.trade_musd),
        ]
        if made:
            row += [
                number(100 * r.freight_share_before, 1),
                number(100 * r.time_share_before, 1),
                number(r.days_before, 1),
            ]
        rows.append(row)
    titles = ["tau, %", "trade, m USD"] + (["freight, %", "time, %", "days"] if made else [])
    yield build_table([Column("trade"), *(Column(t, numeric=True) for t in titles)], rows)
    if len(costs) > COSTS_SHOWN:
        yield plain(f"and {len(costs) - COSTS_SHOWN} more: --csv --table trade_costs", "dim")
