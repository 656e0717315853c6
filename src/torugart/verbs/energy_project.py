"""``appraise`` of a project on gas, oil or power: the same year with and without it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from torugart.checks.verdict import check_claims
from torugart.energy.crude_case import MONTHS
from torugart.energy.crude_draws import draw_crude, month_of_draw
from torugart.energy.gas_supply import solve_balance
from torugart.energy.outages import lose_each
from torugart.energy.plant_record import Plant, efficiency_of, find_plant, gas_burnt, output_of
from torugart.energy.power_plants import GasPower
from torugart.energy.supply_case import NamedCase, element_label
from torugart.energy.supply_change import MEASURES, carbon_of_change, country_measures, less_power
from torugart.energy.supply_draws import balance_draws, draw_supply
from torugart.record.summary import project_record
from torugart.report.energy_page import write_energy_page
from torugart.tables.package import Package
from torugart.tables.provenance import find_row
from torugart.tables.read import read_package
from torugart.verbs.bundled import Appraisal, Say, finish, make_manifest, told_again
from torugart.verbs.claims_asked import claims_for_model
from torugart.verbs.energy_balance import WORST, SupplyAnswer, answer_of, project_stands
from torugart.verbs.gas_case import SHOWN, UNITS, GasQuestion, again, gas_question
from torugart.verbs.report import sources_of
from torugart.verbs.status import newest_check

METHOD = "docs/methods/energy_projects.md"
LEAST_CHANGE = 5e-3  # bcm; below it nothing has changed
LEAST_MAKER = 1.0  # bcm or Mt a year, from which a country is asked to make more
SECTORS = {"gas": "gas", "power": "gas", "oil": "crude"}  # of a project, and what is balanced for it


def is_energy_project(package: Package, project: str) -> bool:
    """Whether a project changes something of gas, oil or power that is on record."""
    tables = package.tables
    if "energy_edits" not in tables or project not in set(tables["energy_edits"]["project_id"]):
        return False
    return bool(tables["projects"].set_index("project_id").loc[project, "sector"] in SECTORS)


def appraise_energy(
    project: str,
    *,
    year: int | None = None,
    draws: int = 100,
    seed: int = 1,
    output: Sequence[str] = (),
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
    out: Path | str | None = None,
    report: bool = True,
    progress: Say | None = None,
) -> Appraisal:
    """Say what a project on gas, oil or power changes in a year of the record.

    Parameters
    ----------
    project : str
        Id of a project of ``energy_edits``.
    year, output
        As in ``energy_balance``.
    draws, seed, data, overlays, out, report, progress
        As in ``appraise``.

    Returns
    -------
    Appraisal
        Tables energy_countries, energy_lines, energy_losses, energy_more_output, energy_carbon, energy_plant,
        energy_products, energy_months, energy_nodes, volumes, claims, record, assumptions, figures and sources.

    Raises
    ------
    InputError
        If the question cannot be asked of the record.
    """
    say = progress or (lambda *_: None)
    started = time.perf_counter()
    say("reading the data package")
    package = read_package(Path(data) if data else None, [Path(o) for o in overlays])
    commodity = SECTORS[str(package.tables["projects"].set_index("project_id").loc[project, "sector"])]
    asked = gas_question(commodity=commodity, year=year, output=output, data=data, overlays=overlays)
    plants = _plants(package, project)
    # The use on record is that of years before the plant: it is compared as if it had made its energy then.
    stands = plants is None and project_stands(package.tables, project)
    base = again(asked, absent=(project,)) if stands else asked
    changed = asked if stands or plants else again(asked, standing=(project,))
    saved = _saved(package, plants, seed, draws)
    iso3 = _country_of(package, plants)
    if saved is not None:
        changed = _with_saved(changed, {iso3: float(saved.gas_bcm[0])})
    say("the year with and without it, for every draw")
    change = _draw_changes(base, changed, saved, iso3, seed, draws)
    say("losing each line, field and storage")
    answers = [answer_of(question) for question in (base, changed)]
    tables = {
        "energy_countries": _countries(base, changed, change),
        "energy_lines": _lines(base, changed, answers),
        "energy_months": _months((base, changed), answers),
        "energy_losses": _losses(base, changed, project, stands, saved),
        "energy_more_output": _more_output(base, project, stands, package),
        "energy_carbon": _carbon(package, change, saved, seed) if commodity == "gas" else _no_carbon(),
        "energy_plant": _plant_rows(saved),
        "energy_products": pd.concat(
            [a.products.assign(side=side) for side, a in zip(("without", "with"), answers, strict=True)],
            ignore_index=True,
        ),
        "energy_nodes": base.named.tables["nodes"].merge(changed.named.tables["nodes"], how="outer"),
        "volumes": volumes_of(changed),
        "assumptions": pd.DataFrame({"note": list(answers[1].notes)}),
        "record": project_record(package.tables, project, newest_check(package.tables)),
        "claims": _claims(package, project),
    }
    tables["figures"] = _figures(tables, project, package, SHOWN[UNITS[commodity]])
    tables["sources"] = sources_of(package.tables, tables)
    name = str(package.tables["projects"].set_index("project_id").loc[project, "name"])
    question: dict[str, Any] = {
        "project": project,
        "year": asked.year,
        "commodity": commodity,
        "unit": SHOWN[UNITS[commodity]],
        "draws": draws,
        "seed": seed,
        "output": list(output),
        "data": str(data) if data else "",
        "overlays": [str(o) for o in overlays],
    }
    command = [
        f"torugart appraise {project}", f"--year {asked.year}", f"--draws {draws}", f"--seed {seed}",
        *(f"--output {o}" for o in output), *told_again(question),
    ]  # fmt: skip
    manifest = make_manifest(
        "appraise energy",
        name,
        question,
        package,
        " ".join(command),
        _headline(tables, name, asked, project),
        _notes(answers[1].notes, stands),
    )
    html = write_energy_page(tables, manifest) if report else None
    return finish(out, project, manifest, tables, html, started)


def _plants(package: Package, project: str) -> tuple[Plant, Plant] | None:
    """The plant a project builds and that whose energy it makes, if it is one."""
    edits = package.tables["energy_edits"]
    mine = edits[(edits["project_id"] == project) & (edits["instead_of"].fillna("").astype(str) != "")]
    if mine.empty:
        return None
    row = mine.iloc[0]
    return find_plant(package.tables, str(row["row_id"])), find_plant(package.tables, str(row["instead_of"]))


def _saved(package: Package, plants: tuple[Plant, Plant] | None, seed: int, draws: int) -> GasPower | None:
    """What a plant saves for the same energy, the central run first."""
    if plants is None:
        return None
    new, old = plants
    output = output_of(new, None)
    burnt = [
        gas_burnt(package.tables, output, efficiency_of(package.tables, p, None), seed, draws)
        for p in (old, new)
    ]
    return burnt[0].less(burnt[1])


def _country_of(package: Package, plants: tuple[Plant, Plant] | None) -> str:
    if plants is None:
        return ""
    return str(package.tables["energy_nodes"].set_index("node_id").loc[plants[0].plant_id, "iso3"])


def _with_saved(asked: GasQuestion, saved: dict[str, float]) -> GasQuestion:
    return replace(asked, named=less_power(asked.named, saved))


def _draw_changes(
    base: GasQuestion, changed: GasQuestion, saved: GasPower | None, iso3: str, seed: int, draws: int
) -> dict[str, pd.DataFrame]:
    """Every measure without and with, the central run in row 0, a row a draw after it; draws of both sides are the same."""
    assert base.package is not None
    parameters = base.package.tables["parameters"]
    sides = {}
    for side, question in (("without", base), ("with", changed)):
        central = country_measures(question.named, solve_balance(question.named.case))
        rows = [pd.DataFrame([central])]
        if draws and question.commodity == "crude":
            rows.append(_crude_measures(question, seed, draws))
        elif draws:
            drawn = draw_supply(question.named, question.volumes, parameters, seed, draws)
            alter = None
            if side == "with" and saved is not None:
                # The central saving is off already: the rest of this draw's comes on top.
                extra = saved.gas_bcm[1:] - saved.gas_bcm[0]
                alter = partial(_alter, iso3=iso3, extra=extra)
            rows.append(balance_draws(question.named, drawn, country_measures, alter))
        sides[side] = pd.concat(rows, ignore_index=True)
    known = sorted({*sides["without"].columns, *sides["with"].columns})
    return {side: table.reindex(columns=known).fillna(0.0) for side, table in sides.items()}


def _crude_measures(question: GasQuestion, seed: int, draws: int) -> pd.DataFrame:
    """The measures of a year of crude, a row a draw; its months are alike, so that one is solved."""
    assert question.package is not None
    tables, named = question.package.tables, question.named
    drawn = draw_crude(named, question.volumes, tables["oil_rests"], tables["parameters"], seed, draws)
    months = [replace(named, case=month_of_draw(named.case, drawn, k)) for k in range(draws)]
    return pd.DataFrame([MONTHS * country_measures(month, solve_balance(month.case)) for month in months])


def _alter(named: NamedCase, k: int, *, iso3: str, extra: np.ndarray) -> NamedCase:
    return less_power(named, {iso3: float(extra[k])})


def _countries(base: GasQuestion, changed: GasQuestion, change: dict[str, pd.DataFrame]) -> pd.DataFrame:
    assert base.package is not None
    names = base.package.tables["countries"].set_index("iso3")["name"]
    difference = change["with"] - change["without"]
    rows = []
    for key in difference.columns:
        iso3, measure = str(key).split("/")
        lo, hi = (float(difference[key].quantile(q)) for q in (0.05, 0.95))
        centre = float(difference[key].iloc[0])
        rows.append(
            (
                iso3, str(names.get(iso3, iso3)), measure, MEASURES[measure],
                float(change["without"][key].iloc[0]), float(change["with"][key].iloc[0]),
                centre, min(lo, centre), max(hi, centre),
            )
        )  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=["iso3", "country", "measure", "label", "without", "with_project", "change", "lo", "hi"],
    )


def _lines(base: GasQuestion, changed: GasQuestion, answers: Sequence[SupplyAnswer]) -> pd.DataFrame:
    """Flows of the lines of both sides, with their ends on the map; those that stand for something not on record are told so."""
    tables = []
    for side, question, answer in zip(("without", "with"), (base, changed), answers, strict=True):
        tables.append(
            lines_of(question, answer).rename(columns={"carries": f"carries_{side}", "full": f"full_{side}"})
        )
    shared = ["line", "name", "from_node", "to_node", "is_made"]
    lines = tables[0].drop(columns="capacity").merge(tables[1], on=shared, how="outer")
    lines[["carries_without", "carries_with"]] = lines[["carries_without", "carries_with"]].fillna(0.0)
    nodes = pd.concat([base.named.tables["nodes"], changed.named.tables["nodes"]]).drop_duplicates("node")
    lines = with_places(lines, nodes)
    return lines.assign(change=lines["carries_with"] - lines["carries_without"])


def lines_of(question: GasQuestion, answer: SupplyAnswer) -> pd.DataFrame:
    """What every line carries in the year, both ways together: line, name, from_node, to_node, capacity, carries, full, is_made."""
    unit = UNITS[question.commodity]
    flows = answer.lines.groupby("line", as_index=False).agg(
        carries=(unit, "sum"), full=("full_share", "max"), is_made=("is_made", "max")
    )
    lines = question.named.tables["lines"].rename(columns={f"{unit}_per_year": "capacity"})
    return lines[["line", "name", "from_node", "to_node", "capacity"]].merge(flows, on="line")


def with_places(lines: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Add where the ends of lines lie."""
    place = nodes.set_index("node")[["lon", "lat"]]
    ends = {
        f"{axis}_{end}": lines[node].map(place[axis])
        for end, node in (("a", "from_node"), ("b", "to_node"))
        for axis in ("lon", "lat")
    }
    return lines.assign(**ends)


def months_of(question: GasQuestion, answer: SupplyAnswer) -> pd.DataFrame:
    """Months of every country under names without a unit: country, month, demand, short, output, from_storage."""
    return answer.months.rename(columns=lambda c: c.removesuffix(f"_{UNITS[question.commodity]}"))


def volumes_of(question: GasQuestion) -> pd.DataFrame:
    """Where the volumes of the year come from, under names without a unit, with the sources of their cells."""
    assert question.package is not None
    volumes = question.volumes.rename(columns={UNITS[question.commodity]: "amount"})
    sources = []
    for cells in volumes["cells"].astype(str):
        rows = [cell.rpartition("/")[0].partition("/") for cell in cells.split("; ") if cell]
        named = {str(find_row(question.package, table, row).get("source_id", "")) for table, _, row in rows}
        sources.append(";".join(sorted(named - {""})))
    return volumes.assign(source_id=sources)


def _months(questions: Sequence[GasQuestion], answers: Sequence[SupplyAnswer]) -> pd.DataFrame:
    both = [
        months_of(q, a).assign(side=side)
        for side, q, a in zip(("without", "with"), questions, answers, strict=True)
    ]
    return pd.concat(both, ignore_index=True)


def _losses(
    base: GasQuestion, changed: GasQuestion, project: str, stands: bool, saved: GasPower | None
) -> pd.DataFrame:
    """The worst month of the worst elements, lost without and with the project; new buyers left out, who would be short too."""
    columns = ["element", "label", "month", "short_without", "short_with"]
    case = base.named.case
    every = lose_each(case, solve_balance(case), base.named.elements())
    every.sort(key=lambda lost: (-float(lost.short.sum()), lost.element.name, lost.month))
    worst = list({lost.element.name: lost for lost in reversed(every)}.values())
    worst.sort(key=lambda lost: (-float(lost.short.sum()), lost.element.name))
    if saved is not None:
        with_it = changed
    elif stands:
        with_it = again(base, absent=())
    else:
        with_it = again(base, standing=(*base.standing, project), new_buyers=False)
    usual = solve_balance(with_it.named.case)
    elements = {e.name: e for e in with_it.named.elements()}
    rows = []
    for loss in worst[:WORST]:
        name, short = loss.element.name, float(loss.short.sum())
        if name not in elements or short < LEAST_CHANGE:
            continue
        lost = lose_each(with_it.named.case, usual, [elements[name]], [loss.month])[0]
        label = element_label(base.named, name)
        rows.append((name, label, loss.month + 1, short, max(float(lost.short.sum()), 0.0)))
    return pd.DataFrame(rows, columns=columns)


def _more_output(base: GasQuestion, project: str, stands: bool, package: Package) -> pd.DataFrame:
    """What the project would bring if a country made more: gas got by all, with more output, without and with the project."""
    links = package.tables["energy_links"]
    edits = package.tables["energy_edits"]
    mine = edits[(edits["project_id"] == project) & (edits["table"] == "energy_links")]["row_id"]
    size = links.loc[links["link_id"].isin(mine), "capacity"].max()
    columns = ["iso3", "country", "more", "without", "with_project", "brings"]
    if pd.isna(size):
        return pd.DataFrame(columns=columns)
    # A tenth more than the line carries, for what its compressors and those before it burn.
    more = round(1.1 * float(size), 1)
    names = package.tables["countries"].set_index("iso3")["name"]
    rows = []
    for iso3 in _makers(base.named):
        extra = {**base.more, iso3: base.more.get(iso3, 0.0) + more}
        one = again(base, more=extra)
        other = again(base, absent=(), more=extra) if stands else again(base, standing=(project,), more=extra)
        got = [_got(q) for q in (one, other)]
        rows.append((iso3, names[iso3], more, *got, got[1] - got[0]))
    return pd.DataFrame(rows, columns=columns)


def _makers(named: NamedCase) -> list[str]:
    """Countries that make something to speak of in the year."""
    country = named.tables["nodes"]["country"].to_numpy(str)[named.case.supply_node]
    made = pd.Series(named.case.group_max[named.case.supply_group], country).groupby(level=0).sum()
    return sorted(made[made >= LEAST_MAKER].index)


def _got(question: GasQuestion) -> float:
    balance = solve_balance(question.named.case)
    return float(question.named.case.demand.sum() - balance.unserved.sum())


def _carbon(
    package: Package, change: dict[str, pd.DataFrame], saved: GasPower | None, seed: int
) -> pd.DataFrame:
    """Change of carbon over all countries: gas burnt by users and lines, and methane lost where gas is made."""
    difference = change["with"] - change["without"]
    burnt = difference[[c for c in difference.columns if c.endswith(("/served", "/fuel"))]].sum(axis=1)
    made = difference[[c for c in difference.columns if c.endswith("/output")]].sum(axis=1)
    parts = carbon_of_change(package.tables, burnt.to_numpy(float), made.to_numpy(float), seed)
    labels = {
        "co2_mt": "CO2 of gas burnt",
        "methane_mt_co2e": "methane lost where gas is made, as CO2e",
        "total_mt_co2e": "both",
    }
    rows = [(key, labels[key], *_centre_and_ends(values)) for key, values in parts.items()]
    if saved is not None:
        rows.append(
            ("plant_mt_co2e", "at the plant, against the old one", *_centre_and_ends(-saved.total_mt_co2e))
        )
    return pd.DataFrame(rows, columns=["quantity", "label", "mt_co2e", "lo", "hi"])


def _no_carbon() -> pd.DataFrame:
    """Of crude: what a refinery makes is burnt elsewhere, whoever makes it."""
    return pd.DataFrame(columns=["quantity", "label", "mt_co2e", "lo", "hi"])


def _centre_and_ends(values: np.ndarray) -> tuple[float, float, float]:
    centre = float(values[0])
    if values.size < 2:
        return centre, np.nan, np.nan
    lo, hi = np.percentile(values[1:], [5, 95])
    return centre, min(float(lo), centre), max(float(hi), centre)


def _plant_rows(saved: GasPower | None) -> pd.DataFrame:
    columns = ["quantity", "label", "value", "lo", "hi", "unit"]
    if saved is None:
        return pd.DataFrame(columns=columns)
    told = (
        ("fuel_pj", "fuel saved for the same energy", saved.fuel_pj, "PJ/year"),
        ("gas_bcm", "gas saved for the same energy", saved.gas_bcm, "bcm/year"),
        ("total_mt_co2e", "CO2 and methane saved", saved.total_mt_co2e, "Mt/year"),
    )
    return pd.DataFrame([(k, w, *_centre_and_ends(v), u) for k, w, v, u in told], columns=columns)


def _claims(package: Package, project: str) -> pd.DataFrame:
    claims = package.tables["claims"]
    mine = claims[claims["subject_id"] == project]
    mine = mine[~mine["claim_id"].isin(claims_for_model(package, mine))]
    return check_claims(package, mine, None, newest_check(package.tables))


def _figures(tables: dict[str, pd.DataFrame], project: str, package: Package, unit: str) -> pd.DataFrame:
    """The figures of the answer with what each rests on, for ``why``."""
    cells = [f"cell:{c}" for text in tables["volumes"]["cells"] for c in str(text).split("; ") if c]
    edits = package.tables["energy_edits"]
    edited = [f"cell:energy_edits/{e}/after" for e in edits.loc[edits["project_id"] == project, "edit_id"]]
    rows: list[dict[str, Any]] = []

    def add(figure_id: str, label: str, value: float, lo: float, hi: float, unit: str, formula: str) -> None:
        rows.append(
            {
                "figure_id": figure_id, "label": label, "value": value, "lo": lo, "hi": hi, "unit": unit,
                "section": "energy", "formula": formula, "inputs": json.dumps([*edited, *cells]), "note": METHOD,
            }
        )  # fmt: skip

    for r in tables["energy_countries"].itertuples(index=False):
        name = f"energy.{r.iso3.lower()}.{r.measure}"
        least_cost = "least-cost supply of the year with the project less that without it"
        add(name, f"{r.country}: change of {r.label}", r.change, r.lo, r.hi, f"{unit}/year", least_cost)
    for r in tables["energy_carbon"].itertuples(index=False):
        formula = "change of gas burnt x heat x carbon; change of gas made x leakage x methane x warming"
        add(f"carbon.{r.quantity}", r.label, r.mt_co2e, r.lo, r.hi, "Mt/year", formula)
    for r in tables["energy_plant"].itertuples(index=False):
        formula = "output / efficiency of the old plant less output / efficiency of the new"
        add(f"plant.{r.quantity}", r.label, r.value, r.lo, r.hi, r.unit, formula)
    return pd.DataFrame(rows)


def _headline(
    tables: dict[str, pd.DataFrame], name: str, asked: GasQuestion, project: str
) -> list[dict[str, str]]:
    """What the project changes, who gains and who loses, in a few sentences with the figure behind each."""
    countries = tables["energy_countries"]
    served = countries[countries["measure"] == "served"].sort_values("change")
    got = served[served["change"].abs() >= LEAST_CHANGE]
    total = float(served["change"].sum())
    unit, word = SHOWN[UNITS[asked.commodity]], asked.commodity
    plant = tables["energy_plant"]
    lines = [_plant_line(plant, got)] if len(plant) else [_supply_line(served, got, name, asked)]
    more = tables["energy_more_output"]
    if len(more):
        best = more.sort_values("brings").iloc[-1]
        if best.brings > total + LEAST_CHANGE:
            lines.append(
                {
                    "text": f"If {best.country} made {best.more:.0f} {unit} a year more, it would bring {best.brings:.1f} {unit}:"
                    f" {word}, not the line, is what lacks."
                }
            )
    losses = tables["energy_losses"]
    better = losses[losses["short_with"] < losses["short_without"] - LEAST_CHANGE]
    if len(better):
        top = better.iloc[0]
        lines.append(
            {
                "text": f"As insurance: with {top.label} lost for a month, {top.short_without:.2f} {unit} are short without it"
                f" and {top.short_with:.2f} with it."
            }
        )
    if (cost := _cost_line(asked, project)) is not None:
        lines.append(cost)
    if tables["energy_carbon"].empty:
        return lines
    carbon = tables["energy_carbon"].set_index("quantity").loc["total_mt_co2e"]
    lines.append(
        {
            "figure_id": "carbon.total_mt_co2e",
            "text": f"Carbon of all gas burnt and methane lost changes by {_signed(carbon.mt_co2e)} Mt of CO2 equivalent a year"
            f" ({_signed(carbon.lo)} to {_signed(carbon.hi)}); what the gas displaces where it is burnt is not counted.",
        }
    )
    return lines


def _notes(assumed: Sequence[str], stands: bool) -> list[str]:
    first = (
        "The project stands in that year: it is compared with the same year without it."
        if stands
        else "The project does not stand in that year: the year is supplied again as if it did, with all else as it was."
    )
    return [
        first,
        "Costs of the programme order preferences; they are no prices, so nothing here is money but the stated cost of the project.",
        *assumed,
        f"Method: {METHOD} and docs/methods/energy_balance.md.",
    ]


def _signed(value: float) -> str:
    return f"{value:+.1f}" if abs(value) >= 0.05 else "0"


def _plant_line(plant: pd.DataFrame, got: pd.DataFrame) -> dict[str, str]:
    """What a plant saves for the same energy, and who gets the gas."""
    gas = plant[plant["quantity"] == "gas_bcm"].iloc[0]
    others = got[got["change"] > 0]
    told = ", ".join(f"{r.country} {r.change:+.2f}" for r in others.itertuples(index=False))
    goes = f"; of it others get {told}" if told else "; nobody else lacks it"
    return {
        "figure_id": "plant.gas_bcm",
        "text": f"For the same energy the plant burns {gas.value:.2f} bcm a year less than the one whose energy it makes"
        f" (90 % of draws: {gas.lo:.2f} to {gas.hi:.2f}){goes}.",
    }


def _supply_line(served: pd.DataFrame, got: pd.DataFrame, name: str, asked: GasQuestion) -> dict[str, str]:
    """What a line, seller or storage changes of the gas that anybody gets."""
    if got.empty:
        first = served.iloc[-1]
        return {
            "figure_id": f"energy.{first.iso3.lower()}.served",
            "text": f"In the {asked.commodity} of {asked.year} {name} changes nothing that anybody gets.",
        }
    told = ", ".join(f"{r.country} {r.change:+.2f}" for r in got.itertuples(index=False))
    # Of whose change least is known; where nothing is drawn, whose change is largest.
    width = (got["hi"] - got["lo"]).to_numpy()
    most = got.iloc[int((width if width.any() else got["change"].abs().to_numpy()).argmax())]
    drawn = most.lo < most.hi
    reach = f" (90 % of draws for {most.country}: {most.lo:+.2f} to {most.hi:+.2f})" if drawn else ""
    return {
        "figure_id": f"energy.{most.iso3.lower()}.served",
        "text": f"In the {asked.commodity} of {asked.year} {name} changes what is got by {served['change'].sum():+.2f}"
        f" {SHOWN[UNITS[asked.commodity]]} a year: {told}{reach}.",
    }


def _cost_line(asked: GasQuestion, project: str) -> dict[str, str] | None:
    """The stated cost, and over what the project can carry in a year where both are on record."""
    assert asked.package is not None
    row = asked.package.tables["projects"].set_index("project_id").loc[project]
    if pd.isna(row["cost_musd"]):
        return None
    text = f"Its stated cost is {row['cost_musd']:,.0f} million USD"
    if not pd.isna(row["capacity_value"]) and str(row["capacity_unit"]) == "bcm/year":
        text += (
            f", {row['cost_musd'] / row['capacity_value']:,.0f} million for each bcm a year of its capacity"
        )
    return {"text": f"{text}; it enters no sum here."}
