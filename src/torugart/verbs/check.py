"""``check``: published claims against arithmetic, data, record and model."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pandas as pd

from torugart.appraisal.benefits import Benefits, users_benefits
from torugart.appraisal.model import AppraisalModel
from torugart.appraisal.project import Question, build_sides, default_year
from torugart.checks.verdict import check_claims
from torugart.demand.freight import build_demand
from torugart.evaluate.sides import build_network, draw_quantities
from torugart.verbs.claims_asked import claims_about, claims_called, claims_for_model, claims_of_kind
from torugart.verbs.prepare import Ready, data_date, prepare_package


def check(
    claim_id: str | None = None,
    *,
    subject: str | None = None,
    kind: str | None = None,
    draws: int = 400,
    seed: int = 1,
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
) -> pd.DataFrame:
    """Judge the claims of the package, or one of them, under every reading that could make it true.

    Parameters
    ----------
    claim_id : str, optional
        One claim, all parts of one statement (``cl_038``), or an alias; all claims when left out.
    subject : str, optional
        Only claims about a record (by id, name or alias), a country, or a word in the name of a quantity such as *trade*.
    kind : {"data", "record", "model", "arithmetic", "none"}, optional
        Only claims tested with data, the record, the network or arithmetic alone, or with nothing.
    draws, seed : int
        Draws behind the intervals of model quantities, and the seed of their streams.
    data, overlays : path, optional
        A data package of one's own, and folders laid over it.

    Returns
    -------
    DataFrame
        One row a claim with its verdict, the reason, and the working of each reading as JSON.

    Raises
    ------
    InputError
        If the claim, subject or kind is unknown or the data cannot be used.
    """
    package, filled = prepare_package(data, overlays)
    as_of = data_date(package)
    claims = package.tables["claims"]
    if claim_id is not None:
        claims = claims[claims["claim_id"].isin(claims_called(package, claim_id))]
    if subject is not None:
        claims = claims[claims["claim_id"].isin(claims_about(package, claims, subject))]
    if kind is not None:
        claims = claims[claims["claim_id"].isin(claims_of_kind(claims, kind))]
    asking = claims["claim_id"].isin(claims_for_model(package, claims))
    judged = [check_claims(package, claims[~asking], None, as_of)]
    if asking.any():
        ready = Ready(package, filled, build_network(package.tables), as_of)
        judged += [
            check_claims(package, part, model_of(ready, str(subject), draws, seed), as_of)
            for subject, part in claims[asking].groupby("subject_id", sort=True)
        ]
    return pd.concat(judged, ignore_index=True).sort_values("claim_id").reset_index(drop=True)


def model_of(ready: Ready, subject: str, draws: int, seed: int) -> AppraisalModel:
    """The network with the project a claim is about; today's network for what is no project with links of its own."""
    tables, network = ready.package.tables, ready.network
    project = subject if subject and (tables["links"]["project_id"] == subject).any() else ""
    year = default_year(tables, project) if project else int(ready.as_of[:4])
    baseline = "do_minimum" if project else "today"
    question = Question(project, year, ready.as_of, draws=draws, seed=seed, baseline=baseline)
    sides = build_sides(network, frozenset({project}) if project else frozenset(), question)
    slipping = [p for p in sides.state.under_way if p in sides.base.projects]
    drawn = draw_quantities(network, slipping, draws, seed)

    @cache
    def volumes() -> Benefits:
        case = sides.case(drawn, question.year, project, sides.state.under_way)
        demand = build_demand(tables, question.trade_base)
        return users_benefits(demand, case, question.settings, affected_only=True)

    return AppraisalModel(question, sides, drawn, volumes)
