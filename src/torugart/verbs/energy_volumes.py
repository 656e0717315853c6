"""``energy volumes``: gas delivered year by year and in all, against every published milestone; energy claims judged."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from torugart.checks.context import Context
from torugart.checks.gas_quantities import gas_cumulative_bcm
from torugart.checks.value import Missing
from torugart.checks.verdict import check_claims
from torugart.energy.milestones import (
    UNTESTED,
    Milestone,
    Tested,
    against,
    against_own_later,
    against_years,
    read_milestone_rows,
    sources_of_voice,
)
from torugart.energy.volumes import (
    YearVolumes,
    cumulative_until,
    day_reached,
    joined_countries,
    reference_of,
    volumes_by_year,
    whole_years,
)
from torugart.errors import InputError
from torugart.record.dates import read_date
from torugart.report.volumes_page import write_volumes_page
from torugart.tables.package import Package
from torugart.units import volume_at
from torugart.verbs.appraise import check_arguments
from torugart.verbs.bundled import Appraisal, finish, make_manifest, told_again
from torugart.verbs.claims_asked import claims_for_model, claims_on_energy
from torugart.verbs.prepare import data_date, prepare_package

METHOD = "docs/methods/gas_volumes.md"
BASES = (15.0, 20.0)
MATCHING = 0.10  # as the claims read "matches"
USE = "gas_use_bcm"
BY_YEARS, BY_OTHERS, BY_OWN = (
    "yearly volumes",
    "milestones of other publishers",
    "later figure of the same voice",
)


def energy_volumes(
    supplier: str | None = None,
    buyer: str | None = None,
    *,
    base_celsius: float = 20.0,
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
    out: Path | str | None = None,
) -> Appraisal:
    """Sum the yearly volumes of gas between countries and hold the sum against every published milestone.

    Parameters
    ----------
    supplier, buyer : str, optional
        Countries by ISO 3166-1 alpha-3 code, several joined by +; every pair on record where left out.
    base_celsius : {20, 15}
        Temperature of the cubic metres of the answer, at 101,325 Pa.
    data, overlays, out
        As in ``appraise``.

    Returns
    -------
    Appraisal
        Tables volumes, reported, milestones, milestone_tests, use, claims, sources and figures.

    Raises
    ------
    InputError
        If nothing is on record for the pair, or the data are faulty.
    """
    started = time.perf_counter()
    check_arguments(0, None, "china", out)
    if base_celsius not in BASES:
        raise InputError(f"--base is {base_celsius:g}; volumes of gas are told at 15 or 20 °C")
    package, _ = prepare_package(data, overlays)
    if package.tables["gas_flows"].empty and package.tables["gas_milestones"].empty:
        raise InputError("the package holds no gas: its tables gas_flows and gas_milestones are empty")
    answer = volume_tables(package, supplier, buyer, base_celsius)
    asked = {
        "from": supplier or "",
        "to": buyer or "",
        "base_celsius": base_celsius,
        "data": str(data) if data else "",
        "overlays": [str(o) for o in overlays],
    }
    pairs = _pairs(package, supplier, buyer)
    title = f"Gas from {_named(package, pairs[0])}" if len(pairs) == 1 else "Gas between countries"
    manifest = make_manifest(
        "energy_volumes", f"{title}, in all", asked, package, _command(asked), _headline(answer),
        _notes(base_celsius, _reference_celsius(package)),
    )  # fmt: skip
    return finish(out, "volumes", manifest, answer, write_volumes_page(answer, manifest), started)


def volume_tables(
    package: Package, supplier: str | None = None, buyer: str | None = None, base_celsius: float = 20.0
) -> dict[str, pd.DataFrame]:
    """Return the tables of ``energy_volumes`` for a package."""
    otherwise = _reference_celsius(package)
    pairs = _pairs(package, supplier, buyer)
    years = {
        pair: volumes_by_year(package.tables["gas_flows"], *pair, base_celsius, otherwise) for pair in pairs
    }
    marks = {pair: _milestones(package, pair, base_celsius, otherwise) for pair in pairs}
    answer = {
        "volumes": _volume_table(package, years),
        "reported": _reported_table(package, pairs, base_celsius, otherwise),
        "milestones": _milestone_table(package, marks, years),
        "milestone_tests": _test_table(package, marks, years, base_celsius, otherwise),
        "use": _use_table(package, marks, years, base_celsius, otherwise),
        "claims": _claims(package),
    }
    answer["sources"] = _sources(package, answer)
    answer["figures"] = _figures(package, answer, years)
    return answer


def _reference_celsius(package: Package) -> float:
    """The temperature of volumes whose source does not say."""
    parameters = package.tables["parameters"].set_index("parameter_id")["value"]
    if "gas_reference_c" not in parameters.index:
        raise InputError(
            "parameters.csv: no row gas_reference_c; add the temperature in °C at which volumes are counted"
        )
    return float(parameters["gas_reference_c"])


def _pairs(package: Package, supplier: str | None, buyer: str | None) -> list[tuple[str, str]]:
    """The pairs asked for: those with milestones first, then by name."""
    flows, milestones = package.tables["gas_flows"], package.tables["gas_milestones"]
    with_milestones = {*zip(milestones["supplier"], milestones["buyer"], strict=True)}
    known = with_milestones | {*zip(flows["supplier"], flows["buyer"], strict=True)}
    asked = (joined_countries(supplier) if supplier else "", joined_countries(buyer) if buyer else "")
    mine = [p for p in known if all(not a or a == k for a, k in zip(asked, p, strict=True))]
    if not mine:
        listed = ", ".join(f"{s} to {b}" for s, b in sorted(known))
        what = " ".join(f"{w} {a[:40]}" for w, a in zip(("from", "to"), asked, strict=True) if a)
        raise InputError(f"no gas {what} is on record; known are {listed}")
    return sorted(((str(s), str(b)) for s, b in mine), key=lambda p: (p not in with_milestones, p))


def _named(package: Package, pair: tuple[str, str]) -> str:
    """The countries of a pair in words."""
    countries = package.tables["countries"]
    names = dict(zip(countries["iso3"], countries["name"], strict=True))
    words = []
    for side in pair:
        told = [str(names.get(code, code)) for code in side.split("+")]
        words.append(" and ".join([part for part in (", ".join(told[:-1]), told[-1]) if part]))
    return " to ".join(words)


def _milestones(
    package: Package, pair: tuple[str, str], base_celsius: float, otherwise: float
) -> list[Milestone]:
    rows = package.tables["gas_milestones"]
    mine = rows[(rows["supplier"] == pair[0]) & (rows["buyer"] == pair[1])]
    return read_milestone_rows(mine, package.tables["sources"], base_celsius, otherwise)


def _volume_table(package: Package, years: Mapping[tuple[str, str], YearVolumes]) -> pd.DataFrame:
    source_of = _source_of_flows(package)
    rows = []
    for (supplier, buyer), volumes in years.items():
        for k, year in enumerate(volumes.year.tolist()):
            total = cumulative_until(volumes, read_date(f"{year}-12-31", "year"))
            assert total is not None
            sources = ";".join(dict.fromkeys(source_of[flow] for flow in volumes.flow_ids[k]))
            rows.append(
                (
                    supplier, buyer, year, volumes.bcm[k], volumes.lo[k], volumes.hi[k], volumes.how[k],
                    total.bcm, total.lo, total.hi, total.estimated_share, sources,
                )
            )  # fmt: skip
    columns = ["supplier", "buyer", "year", "bcm", "lo", "hi", "how", "total_bcm", "total_lo", "total_hi"]
    return pd.DataFrame(rows, columns=[*columns, "estimated_share", "source_ids"])


def _reported_table(
    package: Package, pairs: Sequence[tuple[str, str]], base_celsius: float, otherwise: float
) -> pd.DataFrame:
    """Every figure on a whole year, plans too, side by side."""
    rows = whole_years(package.tables["gas_flows"])
    rows = rows[rows["bcm"].notna()].sort_values(["supplier", "buyer", "of_year", "flow_id"])
    wanted, made = set(pairs), []
    for row in rows.to_dict("records"):
        if (row["supplier"], row["buyer"]) not in wanted:
            continue
        counted, how = reference_of(row, otherwise)
        at_base = volume_at(float(row["bcm"]), counted, base_celsius)
        made.append(
            (
                row["supplier"], row["buyer"], int(row["of_year"]), row["kind"], float(row["bcm"]), counted, how,
                at_base, row["basis"], row["source_id"], row["note"], row["flow_id"],
            )
        )  # fmt: skip
    columns = ["supplier", "buyer", "year", "kind", "as_counted_bcm", "reference_c", "reference_how", "bcm"]
    return pd.DataFrame(made, columns=[*columns, "basis", "source_id", "note", "flow_id"])


def _milestone_table(
    package: Package,
    marks: Mapping[tuple[str, str], Sequence[Milestone]],
    years: Mapping[tuple[str, str], YearVolumes],
) -> pd.DataFrame:
    rows = []
    for pair, mine in marks.items():
        for m in mine:
            ours = cumulative_until(years[pair], m.span)
            told = (None,) * 4 if ours is None else (ours.bcm, ours.lo, ours.hi, ours.estimated_share)
            rows.append(
                (
                    *pair, m.by_date, m.bcm, m.lo, m.hi, "yes" if m.at_least else "no", *told,
                    m.reference_celsius, m.reference_how, m.voice, _named(package, pair), m.basis, m.source_id,
                    m.milestone_id,
                )
            )  # fmt: skip
    columns = [
        "supplier",
        "buyer",
        "by_date",
        "bcm",
        "lo",
        "hi",
        "at_least",
        "ours_bcm",
        "ours_lo",
        "ours_hi",
    ]
    columns += ["estimated_share", "reference_c", "reference_how", "voice", "pair"]
    columns += ["basis", "source_id", "milestone_id"]
    table = pd.DataFrame(rows, columns=columns)
    numbers = ["ours_bcm", "ours_lo", "ours_hi", "estimated_share"]
    return table.astype(dict.fromkeys(numbers, "float64"))


def _test_table(
    package: Package,
    marks: Mapping[tuple[str, str], Sequence[Milestone]],
    years: Mapping[tuple[str, str], YearVolumes],
    base_celsius: float,
    otherwise: float,
) -> pd.DataFrame:
    """Every milestone against the yearly volumes, against others, and against the same voice's later figure."""
    context = Context(package, None, data_date(package))
    rows = []
    for pair, mine in marks.items():
        for m in mine:
            tests: list[tuple[str, Tested | None]] = [
                (BY_YEARS, against_years(m, years[pair])),
                (BY_OTHERS, _against_others(context, m, mine, base_celsius, otherwise)),
                (BY_OWN, against_own_later(m, mine, years[pair])),
            ]
            rows += [
                (*pair, m.by_date, m.bcm, test, t.verdict, t.bcm, t.lo, t.hi, t.told, m.milestone_id)
                for test, t in tests
                if t is not None
            ]
    columns = ["supplier", "buyer", "by_date", "milestone_bcm", "test", "verdict", "bcm", "lo", "hi", "told"]
    table = pd.DataFrame(rows, columns=[*columns, "milestone_id"])
    return table.astype(dict.fromkeys(["bcm", "lo", "hi"], "float64"))


def _against_others(
    context: Context, m: Milestone, mine: Sequence[Milestone], base_celsius: float, otherwise: float
) -> Tested:
    """Hold a milestone against those of other publishers on the same day or around it, as the claims do."""
    left_out = "|".join(sources_of_voice(m, mine, context.voices))
    found = gas_cumulative_bcm(context, m.supplier, m.buyer, m.by_date, left_out)
    if isinstance(found, Missing):
        lacking = found.reason.partition(": ")[2].partition(" by another publisher")[0]
        return Tested(UNTESTED, told=f"missing: {lacking}, of another voice than {m.voice}")
    lo, mid, hi = (volume_at(v, otherwise, base_celsius) for v in (found.lo, found.mid, found.hi))
    return against(m, mid, lo, hi, "; ".join(found.steps))


def _use_table(
    package: Package,
    marks: Mapping[tuple[str, str], Sequence[Milestone]],
    years: Mapping[tuple[str, str], YearVolumes],
    base_celsius: float,
    otherwise: float,
) -> pd.DataFrame:
    """What was delivered in all, as claimed and as last reported, beside one year of the buyer's use."""
    series = package.tables["country_series"]
    rows = []
    for (supplier, buyer), mine in marks.items():
        uses = series[(series["iso3"] == buyer) & (series["variable"] == USE)]
        compared = [m for m in mine if m.basis == "claimed" or m is mine[-1]]
        for use in uses.sort_values(["year", "source_id"]).to_dict("records"):
            counted, how = reference_of(use, otherwise)
            bcm = volume_at(float(use["value"]), counted, base_celsius)
            day = day_reached(years[supplier, buyer], bcm)
            rows += [
                (
                    supplier, buyer, int(use["year"]), float(use["value"]), counted, how, bcm, m.by_date, m.bcm,
                    m.bcm / bcm, "yes" if abs(m.bcm / bcm - 1) <= MATCHING else "no", day.isoformat() if day else "",
                    use["note"], use["basis"], use["source_id"], m.source_id,
                )
                for m in compared
            ]  # fmt: skip
    columns = [
        "supplier",
        "buyer",
        "year",
        "as_counted_bcm",
        "reference_c",
        "reference_how",
        "use_bcm",
        "by_date",
    ]
    columns += ["milestone_bcm", "ratio", "matches", "reached_by_ours", "note", "basis", "source_id"]
    return pd.DataFrame(rows, columns=[*columns, "milestone_source_id"])


def _claims(package: Package) -> pd.DataFrame:
    """The claims on energy with their verdicts; those that only the network can test are left to ``check``."""
    claims = package.tables["claims"]
    wanted = claims_on_energy(package, claims) - claims_for_model(package, claims)
    return check_claims(package, claims[claims["claim_id"].isin(wanted)], None, data_date(package))


def _sources(package: Package, answer: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    used: dict[str, int] = {}
    for name in ("reported", "milestones", "use", "claims"):
        for source, rows in answer[name]["source_id"].value_counts().items():
            used[str(source)] = used.get(str(source), 0) + int(rows)
    table = package.tables["sources"]
    table = table[table["source_id"].isin(used)]
    return table.assign(rows=table["source_id"].map(used)).reset_index(drop=True)


def _source_of_flows(package: Package) -> dict[str, str]:
    flows = package.tables["gas_flows"]
    return dict(zip(flows["flow_id"].astype("str"), flows["source_id"].astype("str"), strict=True))


def _figures(
    package: Package, answer: Mapping[str, pd.DataFrame], years: Mapping[tuple[str, str], YearVolumes]
) -> pd.DataFrame:
    """Figures for ``why``: each year, and the sum until each milestone."""
    rows: list[tuple[Any, ...]] = []
    for (supplier, buyer), volumes in years.items():
        stem = f"volumes.{supplier}_{buyer}".lower().replace("+", "_")
        words = f"gas from {supplier} to {buyer}"
        known = [int(year) for k, year in enumerate(volumes.year) if volumes.flow_ids[k]]
        for k, year in enumerate(volumes.year.tolist()):
            inputs = [f"cell:gas_flows/{flow}/bcm" for flow in volumes.flow_ids[k]]
            formula = f"{volumes.how[k]}, at one temperature"
            if not inputs:
                around = (max(y for y in known if y < year), min(y for y in known if y > year))
                inputs = [f"figure:{stem}.{y}" for y in around]
                formula = "on a straight line between the years around it; its ends are theirs"
            rows.append(
                (f"{stem}.{year}", f"{words} in {year}", volumes.bcm[k], volumes.lo[k], volumes.hi[k],
                 formula, json.dumps([*inputs, "param:gas_reference_c"]))
            )  # fmt: skip
        mine = answer["milestones"]
        mine = mine[(mine["supplier"] == supplier) & (mine["buyer"] == buyer) & mine["ours_bcm"].notna()]
        for day, part in mine.groupby("by_date"):
            first = part.iloc[0]
            passed = [int(year) for year in volumes.year if year <= int(str(day)[:4])]
            inputs = [f"figure:{stem}.{year}" for year in passed]
            rows.append(
                (f"{stem}.until_{str(day).replace('-', '_')}", f"{words} in all until {day}", first["ours_bcm"],
                 first["ours_lo"], first["ours_hi"], "sum of the years, the last by the days passed",
                 json.dumps(inputs))
            )  # fmt: skip
    columns = ["figure_id", "label", "value", "lo", "hi", "formula", "inputs"]
    table = pd.DataFrame(rows, columns=columns).assign(unit="bcm", section="volumes", note="")
    table["formula"] += f" ({METHOD})"
    order = ["figure_id", "label", "value", "unit", "formula", "inputs", "lo", "hi", "section", "note"]
    return table.sort_values("figure_id", ignore_index=True)[order]


def _headline(answer: Mapping[str, pd.DataFrame]) -> list[dict[str, str]]:
    """What the page says first: the claimed milestones and what they are held against; else the last one."""
    milestones, tests = answer["milestones"], answer["milestone_tests"]
    lines = []
    chosen = milestones[milestones["basis"] == "claimed"]
    for m in (chosen if len(chosen) else milestones.tail(1)).to_dict("records"):
        words = f"{m['pair']}: {m['bcm']:.6g} bcm claimed until {m['by_date']}"
        figure = (
            f"volumes.{m['supplier']}_{m['buyer']}.until_{m['by_date']}".lower()
            .replace("+", "_")
            .replace("-", "_")
        )
        if m["basis"] != "claimed":
            words = words.replace("claimed", "reported")
        if pd.notna(m["ours_bcm"]):
            words += (
                f"; the yearly volumes add up to {m['ours_bcm']:,.0f} ({m['ours_lo']:,.0f} to {m['ours_hi']:,.0f})"
                f", {100 * m['estimated_share']:.0f} % of it interpolated"
            )
        lines.append({"text": f"{words}.", "figure_id": figure if pd.notna(m["ours_bcm"]) else ""})
        mine = tests[tests["milestone_id"] == m["milestone_id"]]
        told = [f"{t['test']}: {t['verdict']}" for t in mine.to_dict("records")]
        lines.append({"text": f"Held against {'; '.join(told)}."})
    claims = answer["claims"]["verdict"].value_counts()
    if len(claims):
        told = [f"{verdict} {count}" for verdict, count in claims.items()]
        lines.append({"text": f"{claims.sum()} published claims on energy: {', '.join(told)}."})
    return lines


def _notes(base_celsius: float, otherwise: float) -> list[str]:
    apart = 100 * abs(volume_at(1.0, 20.0, 15.0) - 1)
    return [
        f"Volumes at {base_celsius:g} °C and 101,325 Pa. Hardly any source says at what temperature it counts; those that do"
        f" not are taken at {otherwise:g} °C (gas_reference_c). The same gas at 15 °C is {apart:.1f} % less than at 20.",
        "The statistical review also brings volumes to one heating value, which temperature alone does not undo.",
        "A year that nobody published is drawn on a straight line between its neighbours, marked interpolated, and may lie"
        " anywhere between their ends.",
        "Ends are those of every year at once, which is wider than likely. Before the first year known nothing is counted.",
    ]


def _command(asked: Mapping[str, Any]) -> str:
    """The command line that asks the same."""
    parts = ["torugart energy volumes"]
    parts += [f"--from {asked['from']}"] if asked["from"] else []
    parts += [f"--to {asked['to']}"] if asked["to"] else []
    parts += [f"--base {asked['base_celsius']:g}"] if asked["base_celsius"] != 20 else []
    return " ".join([*parts, *told_again(asked)])
