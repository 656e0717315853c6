"""``trade``: what a change of trade costs does to trade and real income, under both counts of trade."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from torugart.appraisal.benefits import by_country
from torugart.appraisal.drivers import rank_drivers, with_sources
from torugart.appraisal.project import Question, default_year, folded, resolve_project
from torugart.appraisal.trade_effects import TradeAnswer, draw_trade, solve_worlds
from torugart.appraisal.trade_run import NetworkRun, factor_matrix, run_network
from torugart.appraisal.trade_section import Beside, Screen, drawn_of, write_trade
from torugart.errors import InputError, UnknownName
from torugart.evaluate.sides import Draws
from torugart.report.trade_page import write_trade_page
from torugart.scenario.cost_edits import CostEdit, check_economies, costs_of_file, parse_costs
from torugart.scenario.edits import Scenario, read_toml, scenario_of
from torugart.trade.country_base import build_country_base
from torugart.verbs.appraise import check_arguments
from torugart.verbs.bundled import Appraisal, Say, finish, make_manifest, told_again
from torugart.verbs.prepare import Ready, prepare

MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the trade model: stated changes, a project or scenario, and the screen."""

    project: str
    edits: tuple[CostEdit, ...]
    scenario: Scenario | None
    most_valuable: int
    country: str

    @property
    def changes(self) -> bool:
        """Whether anything changes at all."""
        return bool(self.project or self.edits or self.scenario)

    @property
    def needs_network(self) -> bool:
        """Whether the answer hangs on ways."""
        on_ways = any(e.kind != "tau" for e in self.edits)
        return bool(self.project or self.scenario or self.most_valuable or on_ways)


def trade_effects(
    project: str | None = None,
    *,
    costs: Sequence[str] = (),
    scenario: Path | str | None = None,
    most_valuable: int = 0,
    country: str = "",
    elasticity: float | None = None,
    year: int | None = None,
    draws: int = 400,
    seed: int = 1,
    trade_base: str = "china",
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
    out: Path | str | None = None,
    progress: Say | None = None,
) -> Appraisal:
    """Say what a change of trade costs does to trade and real income, and write it as a bundle.

    Parameters
    ----------
    project : str, optional
        Id, name or alias of a project, whose trade costs come from the network.
    costs : sequence of str
        Stated changes such as ``CHN,UZB:tau=-3%``; ``tau``, ``freight`` or ``time``.
    scenario : path, optional
        TOML file with ``[[trade_cost]]`` tables, and whatever a scenario of ``appraise`` may hold.
    most_valuable : int
        How many crossings, and how many links, to name whose improvement would raise real income most.
    country : str
        Of whose real income; the one that changes most when not given.
    elasticity : float, optional
        Trade elasticity held at this value instead of drawn.
    year, draws, seed, trade_base, data, overlays, out, progress
        As in ``appraise``.

    Returns
    -------
    Appraisal
        Tables trade_effects, trade_costs, trade_flips, trade_hangs_on, trade_notes, trade_flows_after, trade_residuals, drivers,
        figures, and trade_valuable where it was asked for.

    Raises
    ------
    InputError
        If the question, a change or the data cannot be used; all faults of a kind at once.
    NotConverged
        If an equilibrium is not found.
    """
    say = progress or (lambda *_: None)
    started = time.perf_counter()
    check_arguments(draws, year, trade_base, out)
    edits, network_scenario, name = _changes(costs, scenario)
    say("reading the data package")
    ready = prepare(data, overlays)
    tables = ready.package.tables
    base = build_country_base(tables, trade_base)
    asked = Asked(
        resolve_project(tables, project) if project else "",
        edits,
        network_scenario,
        most_valuable,
        _country(tables, base.countries, country),
    )
    _refuse(asked, elasticity)
    check_economies(edits, base.countries)
    question = _question(ready, asked, year, draws, seed, trade_base)
    run = (
        run_network(ready.network, base, question, network_scenario, edits, most_valuable > 0, say)
        if asked.needs_network
        else None
    )
    say("solving the trade model")
    drawn = draw_trade(tables, run.draws if run else Draws({}, {}, draws, seed), elasticity)
    stated = factor_matrix(edits, "tau", base.countries)[..., None]
    tau = run.watcher.tau * stated if run else np.repeat(stated, draws + 1, axis=2)
    found = solve_worlds(tables, tau, drawn, trade_base, watcher=run.watcher if run else None)
    answer = _tables(found, tables, asked, run, question.importer_share(ready.network))
    told = {
        "project": asked.project,
        "costs": [e.words for e in edits],
        "scenario": str(scenario) if scenario else "",
        "most_valuable": most_valuable,
        "country": asked.country,
        "elasticity": elasticity,
        "year": question.year if run else None,
        "trade_base": trade_base,
        "draws": draws,
        "seed": seed,
        "data": str(data) if data else "",
        "overlays": [str(o) for o in overlays],
    }
    title = _title(tables, asked, name)
    manifest = make_manifest(
        "trade",
        title,
        told,
        ready.package,
        _command(told, costs),
        _headline(answer, trade_base),
        list(answer["trade_notes"]["note"]),
    )
    say("writing the page")
    return finish(out, "trade", manifest, answer, write_trade_page(answer, manifest), started)


def _changes(
    costs: Sequence[str], path: Path | str | None
) -> tuple[tuple[CostEdit, ...], Scenario | None, str]:
    """Stated changes of the command line and of the file, and what else the file asks of the network."""
    edits = parse_costs(costs)
    if path is None:
        return edits, None, ""
    held = read_toml(Path(path))
    edits += costs_of_file(held.pop("trade_cost", []), str(path))
    rest = scenario_of(held, Path(path))
    asks = bool(rest.edits or rest.with_projects or rest.without_projects)
    if not asks and not edits:
        raise InputError(f"{path}: changes nothing; add a [[trade_cost]] or [[edit]] table, or with_projects")
    return edits, rest if asks else None, rest.name


def _refuse(asked: Asked, elasticity: float | None) -> None:
    faults = []
    if not asked.changes and not asked.most_valuable:
        faults.append(
            "nothing changes: name a project, a --cost such as CHN,UZB:tau=-3%, a --scenario, or ask for --most-valuable 10"
        )
    if not 0 <= asked.most_valuable <= MOST_LISTED:
        faults.append(f"--most-valuable is {asked.most_valuable}; give a number from 1 to {MOST_LISTED}")
    if asked.most_valuable and not asked.changes and not asked.country:
        faults.append("--most-valuable: say for whom with --country, such as --country KGZ")
    if elasticity is not None and not (np.isfinite(elasticity) and elasticity > 0):
        faults.append(f"--elasticity is {elasticity:g}; give a number above 0, such as 5")
    if faults:
        raise InputError("\n".join(faults))


def _country(tables: Mapping[str, pd.DataFrame], known: Sequence[str], name: str) -> str:
    """A country of the base by its code or its name."""
    if not name:
        return ""
    names = {folded(iso3): iso3 for iso3 in known}
    countries = tables["countries"]
    names |= {folded(n): i for i, n in zip(countries["iso3"], countries["name"], strict=True) if i in known}
    if folded(name) not in names:
        raise UnknownName("country of the trade base", name, [*known, *countries["name"]])
    return names[folded(name)]


def _question(
    ready: Ready, asked: Asked, year: int | None, draws: int, seed: int, trade_base: str
) -> Question:
    project = asked.project
    if not project and asked.scenario is not None and asked.scenario.with_projects:
        project = resolve_project(ready.package.tables, asked.scenario.with_projects[0])
    at = year or (default_year(ready.package.tables, project) if project else int(ready.as_of[:4]))
    return Question(project, at, ready.as_of, trade_base, draws, seed)


def _tables(
    found: TradeAnswer,
    package: Mapping[str, pd.DataFrame],
    asked: Asked,
    run: NetworkRun | None,
    importer_share: float,
) -> dict[str, pd.DataFrame]:
    """Every table of the bundle."""
    rows: list[dict[str, Any]] = []

    def add(
        figure_id: str,
        label: str,
        value: float,
        unit: str,
        section: str,
        formula: str,
        inputs: list[str],
        lo: float = np.nan,
        hi: float = np.nan,
        note: str = "",
    ) -> None:
        row = {
            "figure_id": figure_id,
            "label": label,
            "value": float(value),
            "lo": float(lo),
            "hi": float(hi),
        }
        row |= {"unit": unit, "section": section, "formula": formula}
        rows.append(row | {"inputs": json.dumps(inputs, ensure_ascii=False), "note": note})

    out: dict[str, pd.DataFrame] = {}
    gained = run is not None and (asked.project or asked.scenario)
    users = (
        {k: float(v[0]) / 1e6 for k, v in by_country(run.benefits, importer_share).items()}
        if run and gained
        else {}
    )
    write_trade(
        found,
        package,
        out,
        add,
        Beside(users),
        Screen(asked.most_valuable, asked.country, ("crossings", "links")),
    )
    out["trade_flows_after"] = _flows_after(found)
    out["trade_residuals"] = _residuals(found)
    ranked = rank_drivers(drawn_of(found), found.draws).assign(kind="quantity")
    out["drivers"] = with_sources(ranked, package)
    out["figures"] = pd.DataFrame(rows).sort_values("figure_id", ignore_index=True)
    return out


def _flows_after(found: TradeAnswer) -> pd.DataFrame:
    """Trade between all countries before and after, under the count asked for, central."""
    base, after = found.main.base, found.main.central.flows
    i, j = np.nonzero(base.flows)
    names = np.array(base.countries, object)
    return pd.DataFrame(
        {
            "exporter": names[i],
            "importer": names[j],
            "musd": base.flows[i, j] / 1e6,
            "musd_after": after[i, j] / 1e6,
        }
    )


def _residuals(found: TradeAnswer) -> pd.DataFrame:
    """How well every equation is solved, in the central run: markets of what is made, budgets of what is bought."""
    parts = []
    for world, w in found.worlds.items():
        r = w.central
        parts.append(
            pd.DataFrame(
                {
                    "trade_base": world,
                    "iso3": list(w.base.countries),
                    "output_musd": r.output / 1e6,
                    "excess_demand": r.excess_demand,
                    "budget_gap": (r.flows.sum(axis=0) + r.tariff_revenue) / r.expenditure - 1,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _headline(answer: Mapping[str, pd.DataFrame], trade_base: str) -> list[dict[str, str]]:
    """The answer in a few sentences."""
    effects = answer["trade_effects"]
    mine = effects[effects["trade_base"] == trade_base]
    figures = answer["figures"].set_index("figure_id")
    out = []
    total = figures.loc[f"trade.{trade_base}.gain.world"]
    moved = mine[mine["word"] != "none"]
    if len(moved):
        text = f"Real income of all countries changes by {total['value']:+,.1f} million USD a year"
        if np.isfinite(total["lo"]):
            text += f" (90 % interval {total['lo']:,.1f} to {total['hi']:,.1f})"
        best = moved.sort_values("real_income_pct", key=np.abs, ascending=False, kind="stable").head(3)
        told = ", ".join(f"{r.name} {r.real_income_pct:+.3f} %" for r in best.itertuples(index=False))
        out.append(
            {"figure_id": f"trade.{trade_base}.gain.world", "text": f"{text}; most in proportion: {told}."}
        )
        lost = moved[moved["word"] == "loses"].sort_values("gain_musd").head(3)
        if len(lost):
            told = ", ".join(f"{r.name} {r.gain_musd:+,.2f}" for r in lost.itertuples(index=False))
            n = int((moved["word"] == "loses").sum())
            dearer = bool((answer["trade_costs"]["tau_pct"] > 0).any())
            why = "" if dearer else ", as trade turns elsewhere"
            text = f"{n} {'loses' if n == 1 else 'lose'}{why}: {told} million USD."
            out.append({"figure_id": f"trade.{trade_base}.gain.{lost.iloc[0]['iso3']}", "text": text})
    elif len(answer["trade_costs"]):
        out.append(
            {"figure_id": f"trade.{trade_base}.gain.world", "text": "No country's real income changes."}
        )
    valuable = answer.get("trade_valuable")
    if valuable is not None and len(valuable):
        first = valuable.sort_values("solved_musd", ascending=False, kind="stable").iloc[0]
        name = mine.set_index("iso3").at[first["country"], "name"]
        text = (
            f"Of single crossings and links, {first['name']} is worth most to {name}: {first['solved_musd']:+.2f} million USD of "
            "real income a year for a tenth off its hours and money."
        )
        out.append({"figure_id": f"trade.valuable.{first['element_id']}", "text": text})
    elif valuable is not None:
        out.append(
            {"figure_id": "", "text": "No crossing or link of the network carries trade of that country."}
        )
    return out


def _title(tables: Mapping[str, pd.DataFrame], asked: Asked, scenario_name: str) -> str:
    names = dict(zip(tables["projects"]["project_id"], tables["projects"]["name"], strict=True))
    parts = [names.get(asked.project, ""), scenario_name, *(e.words for e in asked.edits[:3])]
    if len(asked.edits) > 3:
        parts.append(f"{len(asked.edits) - 3} more")
    what = "; ".join(p for p in parts if p) or f"crossings and links worth most to {asked.country}"
    return f"Trade and real income: {what}"


def _command(asked: Mapping[str, Any], costs: Sequence[str]) -> str:
    """The command line that asks the same."""
    parts = ["torugart trade", *([asked["project"]] if asked["project"] else [])]
    parts += [f"--cost {shlex.quote(c.replace(' ', ''))}" for c in costs]
    parts += [f"--scenario {asked['scenario']}"] if asked["scenario"] else []
    for option in ("most_valuable", "country", "elasticity", "year"):
        value = asked[option]
        parts += [f"--{option.replace('_', '-')} {value}"] if value else []
    parts += [f"--draws {asked['draws']}", f"--seed {asked['seed']}", f"--trade-base {asked['trade_base']}"]
    return " ".join([*parts, *told_again(asked)])
