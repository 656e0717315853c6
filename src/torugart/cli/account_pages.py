"""The last blocks of ``torugart appraise``: who gains, is it worth it, can it pay, what drives it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from torugart.cli.wording import UNKNOWN, interval, is_missing, number, per_cent, signed

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

PARTIES = ("users", "carriers", "owners", "treasuries", "third parties")
COUNTRIES_SHOWN = 10
NO_COST = "no cost is low enough"
DRIVERS_SHOWN = 10
VARIANTS = (
    ("npv_6_growth_low", "low growth of traffic"),
    ("npv_6_growth_high", "high growth"),
    ("npv_6_carbon_low", "low carbon price"),
    ("npv_6_carbon_high", "high carbon price"),
    ("npv_6_with_residual", "residual value counted"),
    ("npv_6_without_residual", "no residual value"),
    ("npv_6_with_generated", "generated traffic counted"),
    ("npv_6_without_generated", "no generated traffic"),
)
TORNADO_SHOWN = 6


def account_parts(tables: dict[str, pd.DataFrame]) -> list[tuple[str, Iterator[RenderableType]]]:
    """Return the blocks with their titles; those that hold nothing are left out by the page."""
    return [
        ("Who gains: present value at 6 %, million USD", matrix_part(tables)),
        ("Is it worth it", worth_part(tables)),
        ("Can it pay: the project company", company_part(tables)),
        ("What drives it: NPV at 6 %, million USD", drives_part(tables)),
    ]


def matrix_part(tables: dict[str, pd.DataFrame]) -> Iterator[RenderableType]:
    """Yield countries by parties, the largest sums first, the others as one row, and the total."""
    from torugart.cli.tables import Column, build_table, plain

    matrix = tables.get("accounts_matrix")
    if matrix is None or matrix.empty:
        return
    wide = matrix.pivot_table(index=["iso3", "name"], columns="party", values="pv_musd", aggfunc="sum")
    wide = wide.reindex(columns=list(PARTIES))
    size = wide.abs().max(axis=1).sort_values(ascending=False, kind="stable")
    shown, rest = size.index[:COUNTRIES_SHOWN], size.index[COUNTRIES_SHOWN:]
    rows = [matrix_row(str(key[1]), wide.loc[key]) for key in shown]
    if len(rest):
        rows.append(matrix_row(f"{len(rest)} others", wide.loc[rest].sum(min_count=1)))
    rows.append(matrix_row("all", wide.sum(min_count=1)))
    groups = tables.get("accounts_users")
    titles = ("country", "users", "carriers", "owners", "treasury", "3rd", "all")
    yield build_table([Column(t, numeric=bool(k)) for k, t in enumerate(titles)], rows)
    yield plain(
        "carriers: railways and yards other than the project's line, rivals' losses in; owners: the line's"
        " surplus less its capital; 3rd: CO2e and accidents.",
        "dim",
    )
    if groups is not None and groups["feu"].any():
        words = []
        for r in groups.itertuples(index=False):
            left_out = "" if r.counted else " (not counted; --generated counts it)"
            words.append(
                f"{r.group} {number(r.feu / 1000, 1)} thousand FEU, {signed(r.musd, 1)} million USD{left_out}"
            )
        yield plain(f"users of the pairs it serves, a year of the trade: {'; '.join(words)}", "dim")


def matrix_row(name: str, values: Any) -> list[str]:
    """Return a country's row; a party it has not is left empty."""
    cells = ["" if is_missing(values[p]) else signed(values[p]) for p in PARTIES]
    return [name, *cells, signed(float(values.sum()))]


def worth_part(tables: dict[str, pd.DataFrame]) -> Iterator[RenderableType]:
    """Yield the net present values, the rate of return and how often it passes."""
    from torugart.cli.tables import Column, build_table, plain

    results = tables.get("accounts_results")
    if results is None or results.empty:
        return
    by_id = results.set_index("result_id")
    rows = []
    for result_id in ("npv_3", "npv_6", "npv_9", "npv_12", "eirr", "bcr_6", "most_capital_6", "co2_t"):
        if result_id in by_id.index:
            r = by_id.loc[result_id]
            shown = "none" if r["note"] == NO_COST else amount(r["value"], r["unit"])
            rows.append([str(r["label"]), shown, span(r["lo"], r["hi"], r["unit"])])
    yield build_table([Column(""), Column("central", numeric=True), Column("90 %", numeric=True)], rows)
    if "eirr" not in by_id.index:
        yield plain("the project's cost is not in the package, so there is no net present value", "dim")
        return
    variants = [
        f"{label} {number(by_id.at[name, 'value'])}" for name, label in VARIANTS if name in by_id.index
    ]
    yield plain(f"at 6 %: {'; '.join(variants)}", "dim")
    note = by_id.at["eirr", "note"]
    words = ["central: cost as announced, traffic as modelled; brackets: reference classes of both"]
    words += [f"rate of return: {note}"] if note else []
    yield plain("; ".join(words), "dim")
    risk = tables["risk"]
    chances = risk[risk["kind"] == "probability"]
    for r in chances.itertuples(index=False):
        yield plain(f"in {per_cent(r.value)} of the {r.label.replace('in which ', '')}")


def amount(value: Any, unit: str) -> str:
    """Write a result with its unit's usual digits."""
    if is_missing(value):
        return "none"
    if unit in ("1/year", "share"):
        return f"{100 * float(value):.1f} %"
    return number(value, 2) if unit == "ratio" else number(value)


def span(lo: Any, hi: Any, unit: str) -> str:
    """Write an interval of a result."""
    if is_missing(lo) or is_missing(hi):
        return ""
    if unit == "1/year":
        return f"[{100 * float(lo):.1f} to {100 * float(hi):.1f} %]"
    return interval(lo, hi)


def company_part(tables: dict[str, pd.DataFrame]) -> Iterator[RenderableType]:
    """Yield break-even tariffs under both traffics, debt service, and what states stand to lose."""
    from torugart.cli.tables import Column, build_table, plain

    results = tables.get("finance_results")
    if results is None or results.empty:
        return
    rows = []
    even = results[results["result_id"].str.startswith("break_even")]
    for r in even.itertuples(index=False):
        label = r.label.removeprefix("break-even tariff at a ")
        rows.append([label, number(r.value, 1), interval(r.lo, r.hi, 1)])
    columns = [
        Column("break-even tariff, US cents per tkm"),
        Column("central", numeric=True),
        Column("90 %", numeric=True),
    ]
    yield build_table(columns, rows)
    for r in results[results["result_id"] == "debt_service"].itertuples(index=False):
        yield plain(f"{r.label} {number(r.value)} million USD {interval(r.lo, r.hi)}; {r.note}")
    for r in results[
        results["result_id"].isin(["traffic_full", "coverage_tenth", "first_covered"])
    ].itertuples():
        if r.result_id == "traffic_full":
            yield plain(f"{r.label}: {number(r.value, 1)} Mt")
        elif r.result_id == "coverage_tenth":
            yield plain(f"  covers {number(r.value, 2)} of its debt service that year ({r.note})")
    by_id = results.set_index("result_id")
    for r in results[results["result_id"].str.fullmatch(r"exposure_\w{3}")].itertuples(index=False):
        against = "; ".join(
            f"{what} not in the package" if is_missing(share) else f"{per_cent(share)} of {what}"
            for kind, what in (("share", "the state's external debt"), ("budget", "its yearly budget"))
            for share in [by_id.at[f"exposure_{kind}_{r.result_id[-3:]}", "value"]]
        )
        yield plain(f"{r.label}: {number(r.value)} million USD, {against}")


def drives_part(tables: dict[str, pd.DataFrame]) -> Iterator[RenderableType]:
    """Yield what a change of one thing does, at which factors the answer turns, and what the spread hangs on."""
    from torugart.cli.tables import Column, build_table, plain

    risk = tables.get("risk")
    if risk is None or risk.empty:
        return
    cases = [
        [r.label, number(r.npv_6), amount(r.eirr, "1/year")]
        for r in risk[risk["kind"] == "sensitivity"].itertuples(index=False)
    ]
    yield build_table([Column("case"), Column("NPV", numeric=True), Column("return", numeric=True)], cases)
    ends = risk[risk["kind"] == "tornado"].head(TORNADO_SHOWN)
    if len(ends):
        rows = [[r.label, r.note, number(r.lo), number(r.hi)] for r in ends.itertuples(index=False)]
        columns = [
            Column("one input at its ends, the rest central"),
            Column(""),
            Column("NPV", numeric=True),
            Column("to", numeric=True),
        ]
        yield build_table(columns, rows)
    turns = risk[(risk["kind"] == "switching") & risk["item"].str.endswith("_6")]
    words = [f"{r.label}: {number(r.value, 2)}" for r in turns.itertuples(index=False)]
    yield plain("; ".join(words))
    spread = risk[risk["kind"] == "sobol"].head(DRIVERS_SHOWN)
    if len(spread):
        rows = [[r.label, f"{r.value:.2f}", f"{r.error:.2f}"] for r in spread.itertuples(index=False)]
        columns = [
            Column("share of the variance (first-order Sobol index)"),
            Column("index", numeric=True),
            Column("error", numeric=True),
        ]
        yield build_table(columns, rows)
    elif not (risk["kind"] == "probability").any():
        yield plain(f"{UNKNOWN} no draws, so no indices", "dim")
