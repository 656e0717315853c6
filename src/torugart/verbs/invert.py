"""``invert``: the input that would make a statement true, beside what is observed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from torugart.appraisal.benefits import pairs_by_class, total_benefit
from torugart.appraisal.project import Question, build_sides, default_year, resolve_project
from torugart.appraisal.sweep_case import with_parameters
from torugart.checks.compute import asks_model, compute
from torugart.checks.context import Context
from torugart.checks.dimension import factor_between
from torugart.checks.inversion import Solution, solve_between, solve_scaled
from torugart.checks.registry import compute_quantity
from torugart.checks.value import Missing, Value, converted
from torugart.checks.verdict import Claim, read_claims
from torugart.demand.freight import build_demand
from torugart.errors import InputError, UnknownName
from torugart.evaluate.class_ways import Searched
from torugart.evaluate.sides import build_network, draw_quantities
from torugart.network.ways import WaySettings
from torugart.schema.definition import read_schema
from torugart.tables.package import Package
from torugart.tables.provenance import cell, describe_source
from torugart.verbs.appraise import Say
from torugart.verbs.check import model_of
from torugart.verbs.claims_asked import claims_called
from torugart.verbs.prepare import Ready, prepare

NETWORK_INPUTS = (
    "crossing_h_rail_external",
    "gauge_change_h",
    "rail_rate_usd_per_feu_km",
    "road_rate_usd_per_feu_km",
)
WIDER = 10.0  # how far beyond the range of a parameter to look, as a factor
MOST_READINGS = 3
COLUMNS = (
    "statement",
    "reading",
    "input",
    "unit",
    "now",
    "lo",
    "hi",
    "needed",
    "reached",
    "target",
    "finding",
    "source",
    "rivals",
)


@dataclass(frozen=True, slots=True)
class Inversion:
    """What would have to be true: one row for each input and reading.

    Attributes
    ----------
    title : str
    rows : DataFrame
        statement, reading, input, unit, now, lo, hi, needed (empty: no value does), reached, target, finding, source, rivals.
    notes : tuple of str
    """

    title: str
    rows: pd.DataFrame
    notes: tuple[str, ...]


def invert(
    name: str,
    *,
    to: float | None = None,
    input_name: str | None = None,
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
    progress: Say | None = None,
) -> Inversion:
    """Find the inputs that would make a claim or figure what is said.

    Parameters
    ----------
    name : str
        A claim (``cl_010``), ``income.PROJECT.COUNTRY`` or ``benefit.PROJECT``.
    to : float, optional
        What the figure should be, million USD a year; claims bring their own.
    input_name : str, optional
        A parameter of the network instead of the usual ones.
    data, overlays, progress
        As in ``appraise``.

    Raises
    ------
    InputError
        If the claim says no number or nothing can compute it, or ``to`` is missing.
    UnknownName
        If no claim, project, country or parameter is called so.
    """
    say = progress or (lambda *_: None)
    ready = prepare(data, overlays)
    parameters = ready.package.tables["parameters"]
    if input_name is not None and input_name not in set(parameters["parameter_id"]):
        raise UnknownName("parameter", input_name, parameters["parameter_id"])
    kind, _, rest = name.partition(".")
    if kind in ("income", "benefit") and rest:
        if to is None or not np.isfinite(to):
            raise InputError(f"{name}: say what it should be: --to 200 is 200 million USD a year")
        if kind == "income":
            return _income(ready, rest, to)
        return _benefit(ready, rest, to, input_name, say)
    ids = claims_called(ready.package, name)
    found = [_claim(ready, claim_id, input_name, say) for claim_id in ids]
    rows = pd.concat([f.rows for f in found], ignore_index=True)
    return Inversion(found[0].title if len(found) == 1 else name, rows, found[0].notes)


def _claim(ready: Ready, claim_id: str, input_name: str | None, say: Say) -> Inversion:
    """Every input of a claim's readings."""
    package = ready.package
    claim = next(c for c in read_claims(package, [claim_id]))
    if claim.node is None or claim.claimed is None:
        raise InputError(
            f"{claim_id}: {claim.row['text']}: no quantity computes it, so there is nothing to solve"
        )
    if claim.claimed.measure.is_text or claim.claimed.measure.is_date:
        raise InputError(
            f"{claim_id}: says {claim.claimed.written}, which is no number; only figures can be solved for"
        )
    rows: list[dict[str, Any]] = []
    models: dict[tuple[str, float], Context] = {}
    for base in claim.bases[:MOST_READINGS]:
        if asks_model(claim.node, base.arguments):
            rows += _network_rows(
                ready, claim, base.arguments, base.note or base.base_id, input_name, models, say
            )
        else:
            rows += list(_cell_rows(ready, claim, base.arguments, base.note or base.base_id))
    if not rows:
        raise InputError(f"{claim_id}: no reading of it can be computed from the package")
    notes = [
        f"{claim.row['said_by']}, {claim.row['said_on'] or 'no date'}: one input at a time, central values."
    ]
    if len(claim.bases) > MOST_READINGS:
        notes.append(
            f"{len(claim.bases) - MOST_READINGS} further readings are left out; see `torugart check {claim_id}`."
        )
    return Inversion(claim.row["text"], pd.DataFrame(rows, columns=list(COLUMNS)), tuple(notes))


def _target(claim: Claim, now: float) -> float:
    """The figure to meet: the edge of what the claim allows that is nearer."""
    assert claim.claimed is not None
    named = claim.claimed.named
    return float(min((named.lo, named.hi), key=lambda end: abs(end - now)))


def _figure(claim: Claim, context: Context, arguments: Mapping[str, str]) -> Value | Missing:
    assert claim.node is not None
    assert claim.claimed is not None
    value = compute(claim.node, context, arguments)
    if isinstance(value, Missing):
        return value
    factor_between(value.measure, claim.claimed.measure)
    return converted(value, claim.claimed.measure)


def _cell_rows(
    ready: Ready, claim: Claim, arguments: Mapping[str, str], reading: str
) -> Iterator[dict[str, Any]]:
    """A row for each number that the value of a reading rests on."""
    package = ready.package
    value = _figure(claim, Context(package, None, ready.as_of), arguments)
    if isinstance(value, Missing):
        return
    target = _target(claim, value.mid)
    for ref in dict.fromkeys(value.cells):
        table, _, rest = ref.removeprefix("cell:").partition("/")
        row_id, _, column = rest.rpartition("/")
        held = cell(package, table, row_id, column)
        if isinstance(held.value, bool | str) or held.value is None or not float(held.value):
            continue

        def with_it(x: float, table: str = table, row_id: str = row_id, column: str = column) -> float:
            changed = _with_cell(package, table, row_id, column, x)
            found = _figure(claim, Context(changed, None, ready.as_of), arguments)
            return np.nan if isinstance(found, Missing) else float(found.mid)

        now = float(held.value)
        solution = solve_scaled(with_it, now, target)
        rivals = [
            f"{a.value} {a.unit}".strip()
            for a in held.alternatives.itertuples(index=False)
            if a.chosen != "yes"
        ]
        yield _row(
            claim.row["text"], reading, f"{table}/{row_id}.{column}", held.unit, now, np.nan, np.nan, solution, target,
            describe_source(package, held.source_id), rivals,
        )  # fmt: skip


def _with_cell(package: Package, table: str, row_id: str, column: str, value: float) -> Package:
    """The same package with one number changed, its rival values left out."""
    frame = package.tables[table].copy()
    at = frame[list(read_schema()[table].key)].astype(str).agg("/".join, axis=1) == row_id
    frame[column] = frame[column].astype(float)
    frame.loc[at, column] = value
    rivals = package.tables["alternatives"]
    same = (rivals["table"] == table) & (rivals["row_id"] == row_id) & (rivals["column"] == column)
    return replace(package, tables={**package.tables, table: frame, "alternatives": rivals[~same]})


def _network_rows(
    ready: Ready,
    claim: Claim,
    arguments: Mapping[str, str],
    reading: str,
    input_name: str | None,
    models: dict[tuple[str, float], Context],
    say: Say,
) -> list[dict[str, Any]]:
    """A row for each parameter of the network; networks once priced are kept in ``models``."""

    def figure(name: str) -> Callable[[float], float]:
        def at(x: float) -> float:
            if (name, x) not in models:
                changed = _with_parameter(ready, name, x)
                model = model_of(changed, claim.row["subject_id"], 0, 1)
                models[name, x] = Context(changed.package, model, ready.as_of)
            value = _figure(claim, models[name, x], arguments)
            return np.nan if isinstance(value, Missing) else float(value.mid)

        return at

    now = _figure(
        claim, Context(ready.package, model_of(ready, claim.row["subject_id"], 0, 1), ready.as_of), arguments
    )
    if isinstance(now, Missing):
        return []
    target = _target(claim, now.mid)
    return _parameter_rows(ready, claim.row["text"], reading, figure, target, input_name, say)


def _parameter_rows(
    ready: Ready,
    statement: str,
    reading: str,
    figure: Callable[[str], Callable[[float], float]],
    target: float,
    input_name: str | None,
    say: Say,
) -> list[dict[str, Any]]:
    parameters = ready.package.tables["parameters"].set_index("parameter_id")
    names = [input_name] if input_name else [n for n in NETWORK_INPUTS if n in parameters.index]
    rows = []
    for k, name in enumerate(names):
        say("solving for one input after another", k, len(names))
        p = parameters.loc[name]
        now = float(p["value"])
        lo, hi = (now if pd.isna(p[c]) else float(p[c]) for c in ("lo", "hi"))
        if lo <= 0:
            raise InputError(f"{name}: ranges from {lo:g}; only inputs above 0 can be searched")
        solution = solve_between(figure(name), lo / WIDER, hi * WIDER, target)
        source = describe_source(ready.package, str(p["source_id"]))
        rows.append(_row(statement, reading, name, str(p["unit"]), now, lo, hi, solution, target, source, []))
    return rows


def _row(
    statement: str,
    reading: str,
    input_name: str,
    unit: str,
    now: float,
    lo: float,
    hi: float,
    solution: Solution,
    target: float,
    source: str,
    rivals: list[str],
) -> dict[str, Any]:
    if np.isnan(solution.value):
        finding = "never" + ("" if np.isnan(solution.reached) else f": gets to {solution.reached:,.4g}")
    else:
        if np.isfinite(lo) and np.isfinite(hi) and lo != hi:
            where = "within" if lo <= solution.value <= hi else "outside"
            finding = f"{where} the range on record"
        else:
            finding = f"{solution.value / now:,.2f} times the figure on record" if now else ""
        if solution.jumps:
            finding += f"; leaps past it (to {solution.reached:,.4g}): another way becomes the best"
    return {
        "statement": statement,
        "reading": reading,
        "input": input_name,
        "unit": unit,
        "now": now,
        "lo": lo,
        "hi": hi,
        "needed": solution.value,
        "reached": solution.reached,
        "target": target,
        "finding": finding,
        "source": source,
        "rivals": "; ".join(rivals),
    }


def _with_parameter(ready: Ready, name: str, value: float) -> Ready:
    tables = with_parameters(ready.package.tables, ((name, value),))
    package = replace(ready.package, tables=dict(tables))
    return Ready(package, ready.filled, build_network(tables, arcs=ready.network.arcs), ready.as_of)


def _benefit(ready: Ready, project: str, to: float, input_name: str | None, say: Say) -> Inversion:
    """Parameters at which the central benefit of a project is so much."""
    tables = ready.package.tables
    project_id = resolve_project(tables, project)
    year = default_year(tables, project_id)

    def figure(name: str) -> Callable[[float], float]:
        def at(x: float) -> float:
            changed = _with_parameter(ready, name, x)
            question = Question(project_id, year, ready.as_of, draws=0)
            sides = build_sides(changed.network, frozenset({project_id}), question)
            drawn = draw_quantities(changed.network, [], 0, 1)
            demand = pairs_by_class(build_demand(changed.package.tables, "china"))
            case = sides.case(drawn, year, project_id)
            return float(total_benefit(demand, case, WaySettings(), Searched())[0] / 1e6)

        return at

    title = f"Users' benefit of {project_id} of {to:g} million USD a year"
    rows = _parameter_rows(ready, title, f"{year}, trade as China reports it", figure, to, input_name, say)
    return Inversion(
        title, pd.DataFrame(rows, columns=list(COLUMNS)), ("One input at a time, central values.",)
    )


def _income(ready: Ready, rest: str, to: float) -> Inversion:
    """Tariff for each traffic on record, and traffic for each tariff, that give a section an income."""
    package = ready.package
    tables = package.tables
    project, _, country = rest.rpartition(".")
    project_id = resolve_project(tables, project or rest)
    iso3 = country.upper()
    if iso3 not in set(tables["countries"]["iso3"]):
        raise UnknownName("country", country, tables["countries"]["iso3"])
    if to <= 0:
        raise InputError(f"--to is {to:g}; an income to solve for is above 0, million USD a year")
    context = Context(package, model_of(ready, project_id, 0, 1), ready.as_of)
    km = compute_quantity(context, "project_section_km", {"project": project_id, "iso3": iso3})
    if isinstance(km, Missing):
        raise InputError(f"income.{rest}: {km.reason}")
    if not km.mid:
        raise InputError(
            f"income.{rest}: no part of {project_id} lies in {iso3}, so no tariff gives it an income"
        )
    parameters = tables["parameters"].set_index("parameter_id")
    tariff = parameters.loc["finance_tariff_usd_per_tkm"]
    title = f"{to:g} million USD a year for {iso3} from {project_id}, {km.mid:,.0f} km of it"
    rows = []
    for label, mt, source in _traffics(ready, context, project_id):
        needed = to * 1e6 / (mt * 1e6 * km.mid)
        where = "within" if tariff["lo"] <= needed <= tariff["hi"] else "outside"
        rows.append(
            (title, f"{label}: {mt:,.1f} Mt", "tariff", "USD/tkm", tariff["value"], tariff["lo"], tariff["hi"], needed, to, to,
             f"{where} the range on record", source, "")
        )  # fmt: skip
    source = describe_source(package, str(tariff["source_id"]))
    for end in ("lo", "value", "hi"):
        needed = to * 1e6 / (float(tariff[end]) * km.mid) / 1e6
        words = {
            "lo": "lowest tariff on record",
            "value": "tariff on record",
            "hi": "highest tariff on record",
        }[end]
        rows.append(
            (title, f"{words}: {100 * float(tariff[end]):.1f} cents/tkm", "traffic", "Mt/year", np.nan, np.nan, np.nan, needed, to,
             to, "", source, "")
        )  # fmt: skip
    return Inversion(
        title,
        pd.DataFrame(rows, columns=list(COLUMNS)),
        ("Income = tariff x traffic x km: what the section is paid, before any cost.",),
    )


def _traffics(ready: Ready, context: Context, project_id: str) -> Iterator[tuple[str, float, str]]:
    """Traffic of a project on record and in the model, Mt a year."""
    tables = ready.package.tables
    project = tables["projects"].set_index("project_id").loc[project_id]
    if pd.notna(project["capacity_mt_per_year"]):
        yield (
            "capacity",
            float(project["capacity_mt_per_year"]),
            describe_source(ready.package, str(project["source_id"])),
        )
    stem = f"finance_{project_id}_traffic_"
    announced = tables["parameters"][tables["parameters"]["parameter_id"].str.startswith(stem)]
    for p in announced.itertuples(index=False):
        year = str(p.parameter_id).removeprefix(stem)[:4]
        yield f"announced for {year}", float(p.value), describe_source(ready.package, str(p.source_id))
    modelled = compute_quantity(context, "project_volume_mt", {"project": project_id})
    if isinstance(modelled, Value) and modelled.mid > 0:
        yield "modelled", float(modelled.mid), "the model: busiest link, trade of 2023"
