"""`torugart.report_energy`: a year of gas on one page, with the bundle it is made from."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from torugart.energy.supply_case import NamedCase, element_label
from torugart.report.energy_page import write_energy_page
from torugart.verbs.bundled import Appraisal, Say, finish, make_manifest, told_again
from torugart.verbs.energy_balance import LossAnswer, SupplyAnswer, answer_of, losses_of, supply_intervals
from torugart.verbs.energy_project import lines_of, months_of, volumes_of, with_places
from torugart.verbs.energy_volumes import volume_tables
from torugart.verbs.gas_case import GasQuestion, gas_question
from torugart.verbs.report import sources_of

METHOD = "docs/methods/energy_balance.md"
WORST = 20  # elements shown on the page


def report_energy(
    *,
    year: int | None = None,
    with_projects: Sequence[str] = (),
    without_projects: Sequence[str] = (),
    output: Sequence[str] = (),
    draws: int = 100,
    seed: int = 1,
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
    out: Path | str | None = None,
    progress: Say | None = None,
) -> Appraisal:
    """Write a year of gas as a bundle with one page: countries, flows, months, losses, volumes in all, claims.

    Parameters
    ----------
    year, with_projects, without_projects, output, draws, seed, data, overlays
        As in ``energy_balance``.
    out, progress
        As in ``appraise``.

    Returns
    -------
    Appraisal
        Tables countries, intervals, origins, energy_months, energy_lines, energy_losses, energy_mends, volumes, cumulative,
        milestones, claims, figures and sources.

    Raises
    ------
    InputError
        If the question cannot be asked of the record, or the folder holds something else.
    """
    say = progress or (lambda *_: None)
    started = time.perf_counter()
    say("putting the year together")
    asked = gas_question(
        year=year, with_projects=with_projects, without_projects=without_projects, output=output,
        data=data, overlays=overlays,
    )  # fmt: skip
    assert asked.package is not None
    answer = answer_of(asked)
    say("the year for every draw")
    intervals = supply_intervals(asked, draws, seed)
    say("losing each line, field and storage")
    losses = losses_of(asked, (), ())
    tables = energy_tables(asked, answer, intervals, losses)
    question: dict[str, Any] = {
        "year": asked.year, "unit": "bcm", "with": list(asked.standing), "without": list(asked.absent), "output": list(output),
        "draws": draws, "seed": seed, "data": str(data) if data else "", "overlays": [str(o) for o in overlays],
    }  # fmt: skip
    command = [
        f"torugart report energy --year {asked.year}", *(f"--with {p}" for p in asked.standing),
        *(f"--without {p}" for p in asked.absent), *(f"--output {o}" for o in output),
        f"--draws {draws} --seed {seed}", *told_again(question),
    ]  # fmt: skip
    manifest = make_manifest(
        "report energy",
        f"Gas of {asked.year} between six countries",
        question,
        asked.package,
        " ".join(command),
        headline(tables, asked),
        [
            "Costs of the programme order preferences; they are no prices, so nothing here is money.",
            *asked.notes,
            f"Method: {METHOD}.",
        ],
    )
    return finish(out, "energy", manifest, tables, write_energy_page(tables, manifest), started)


def energy_tables(
    asked: GasQuestion, answer: SupplyAnswer, intervals: pd.DataFrame, losses: LossAnswer
) -> dict[str, pd.DataFrame]:
    """The tables of the bundle."""
    assert asked.package is not None
    countries = answer.countries.assign(name=answer.countries["country"].map(answer.names))
    lines = with_places(lines_of(asked, answer), asked.named.tables["nodes"])
    lines = lines.rename(columns={"carries": "carries_with", "full": "full_with"})
    lines = lines.assign(carries_without=lines["carries_with"], change=0.0)
    in_all = volume_tables(asked.package)
    tables = {
        "countries": countries,
        "intervals": intervals,
        "origins": answer.origins,
        "energy_months": months_of(asked, answer),
        "energy_lines": lines,
        "energy_losses": _worst(losses, asked.named, answer.names),
        "energy_mends": losses.mends.assign(
            label=[element_label(asked.named, element) for element in losses.mends["element"]]
        ),
        "volumes": volumes_of(asked),
        "cumulative": in_all["volumes"],
        "milestones": in_all["milestones"],
        "claims": in_all["claims"],
    }
    tables["sources"] = sources_of(asked.package.tables, tables)
    tables["figures"] = _figures(countries, intervals, asked.volumes)
    return tables


def _worst(losses: LossAnswer, named: NamedCase, names: Mapping[str, str]) -> pd.DataFrame:
    """The worst elements, each at its worst month, with who is short then."""
    worst = losses.losses[losses.losses["short_bcm"] > 0].drop_duplicates("element").head(WORST)
    who = []
    for loss in worst.itertuples(index=False):
        mine = losses.shortages[
            (losses.shortages["element"] == loss.element) & (losses.shortages["month"] == loss.month)
        ]
        most = mine.sort_values("short_bcm", ascending=False).head(3)
        who.append(
            "; ".join(
                f"{names.get(w.country, w.country)} {w.sector} {w.short_share:.0%}"
                for w in most.itertuples(index=False)
            )
        )
    labels = [element_label(named, element) for element in worst["element"]]
    return worst.assign(label=labels, who=who).reset_index(drop=True)


def _figures(countries: pd.DataFrame, intervals: pd.DataFrame, volumes: pd.DataFrame) -> pd.DataFrame:
    """What each country is short of, with the cells the year rests on, for ``why``."""
    cells = json.dumps([f"cell:{c}" for text in volumes["cells"] for c in str(text).split("; ") if c])
    known = intervals[intervals["measure"] == "short_bcm"].set_index("country")
    rows = [
        {
            "figure_id": f"gas.{str(c.country).lower()}.short_bcm", "label": f"{c.name}: gas it is short of",
            "value": c.short_bcm, "lo": known["lo"].get(c.country), "hi": known["hi"].get(c.country), "unit": "bcm/year",
            "section": "gas", "formula": "demand less what the least-cost supply of the year brings", "inputs": cells, "note": METHOD,
        }
        for c in countries.itertuples(index=False)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def headline(tables: dict[str, pd.DataFrame], asked: GasQuestion) -> list[dict[str, str]]:
    """Who is short, whose gas goes furthest, and the worst single loss."""
    countries, intervals = tables["countries"], tables["intervals"]
    short = countries[countries["short_bcm"] > 0].sort_values("short_bcm", ascending=False)
    lines = []
    if short.empty:
        lines.append({"text": f"In the gas of {asked.year} nobody is short."})
    else:
        top = short.iloc[0]
        mine = intervals[(intervals["country"] == top.country) & (intervals["measure"] == "short_bcm")].iloc[
            0
        ]
        told = ", ".join(f"{c.name} {c.short_bcm:.1f}" for c in short.itertuples(index=False))
        lines.append(
            {
                "figure_id": f"gas.{str(top.country).lower()}.short_bcm",
                "text": f"In the gas of {asked.year}, put together from the record, {short['short_bcm'].sum():.1f} bcm are short:"
                f" {told} (90 % of draws for {top['name']}: {mine.lo:.1f} to {mine.hi:.1f}).",
            }
        )
    losses = tables["energy_losses"]
    if len(losses):
        worst = losses.iloc[0]
        lines.append(
            {
                "text": f"The worst single loss of a month is {worst.label}: {worst.short_bcm:.1f} bcm short ({worst.who})."
            }
        )
    mends = tables["energy_mends"]
    if len(mends):
        best = (
            mends.assign(spared=mends["short_bcm"] - mends["short_with_bcm"]).sort_values("spared").iloc[-1]
        )
        lines.append(
            {
                "text": f"Of what does not stand yet, {best['name']} mends most: with {best.label} lost,"
                f" {best.short_bcm:.1f} bcm short become {best.short_with_bcm:.1f}."
            }
        )
    return lines
