"""The accounts of an appraisal put into its bundle: tables, and figures that ``why`` explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from torugart.accounts.ledger import PARTIES
from torugart.appraisal.account_tables import (
    Drawn,
    ends,
    matrix_table,
    results_table,
    users_table,
    years_table,
)
from torugart.appraisal.drivers import rank_drivers
from torugart.appraisal.figures import FigureList
from torugart.appraisal.finance_tables import announced_points, finance_tables
from torugart.appraisal.risk_tables import COLUMNS, risk_table
from torugart.appraisal.worth import ELASTICITY, Worth, account_of, missing_parameters, present_ledger
from torugart.evaluate.sides import Draws
from torugart.network.emissions import KINDS
from torugart.network.factors import parameter_quantity

if TYPE_CHECKING:
    from torugart.appraisal.project import Answer

METHOD = "docs/methods/accounts.md"
EMISSION_PARAMETERS = sorted({name for of_kind in KINDS.values() for name in of_kind})
UNIT_COSTS = (
    "rail_cost_usd_per_tkm",
    "gauge_change_cost_usd_per_feu",
    "road_toll_share",
    "border_fee_cost_share",
)
EXTERNAL = ("carbon_price_2030_usd_per_t", "road_accident_usd_per_tkm", "rail_accident_usd_per_tkm")
TIME = ("account_years", "demand_year", "traffic_growth", "ramp_up_first_share", "ramp_up_years")
REFERENCE = ("cost_overrun_factor", "traffic_outturn_factor", "overrun_delay_correlation")
FORMULAS = {
    "npv": "sum over years of net benefit of all parties / (1 + r)^years from the first year of construction; the central figure "
    "takes cost and traffic as announced and modelled, the interval the reference classes of overrun and outturn",
    "eirr": "rate at which that sum is zero",
    "bcr": "present value of benefits / present value of capital and fixed cost, at 6 %",
    "first_year_return": "net benefit of the first year of full traffic / capital compounded to it at 6 %",
    "co2": "change of tonne-km by mode, traction and country x grams CO2e of each (docs/methods/co2.md)",
    "capital": "cost of all that the project opens, as announced or derived",
    "most_capital": "capital cost at which the net present value at 6 % is zero, renewals in proportion",
}
PARTY_REFS = {
    "users": ("importer_share_of_benefit",),
    "carriers": ("rail_cost_usd_per_tkm", "gauge_change_cost_usd_per_feu"),
    "owners": ("renewal_share_of_capital",),
    "treasuries": ("border_fee_cost_share", "road_toll_share", "conversion_factor"),
    "third parties": EXTERNAL,
}


def add_accounts(answer: Answer, tables: dict[str, pd.DataFrame], figures: FigureList) -> None:
    """Add the tables of the accounts, their figures, and what the intervals hang on."""
    package = answer.sides.base.network.tables
    if missing_parameters(package):
        return
    worth = account_of(answer)
    names = dict(zip(package["countries"]["iso3"], package["countries"]["name"], strict=True))
    tables["accounts_matrix"] = matrix_table(worth, names)
    tables["accounts_years"] = years_table(worth.streams, residual=worth.residual)
    tables["accounts_users"] = users_table(worth, answer.flows.groups)
    tables["accounts_results"], drawn = results_table(worth)
    tables |= finance_tables(package, answer.question.project, worth, answer.question.seed)
    draws = _draws_of(answer, worth)
    tables["risk"] = (
        risk_table(worth, draws, drawn.values) if worth.has_cost else pd.DataFrame(columns=list(COLUMNS))
    )
    _add_figures(worth, answer, tables, figures)
    tables["drivers"] = _with_drivers(worth, answer, draws, tables["drivers"], drawn)


def _draws_of(answer: Answer, worth: Worth) -> Draws:
    """The draws of the network and of emissions, with that of the elasticity where new traffic counts."""
    draws = answer.flows.emissions.beside(answer.draws)
    if not worth.generated:
        return draws
    quantity = parameter_quantity(answer.sides.base.network.tables["parameters"], ELASTICITY)
    key = quantity.quantity_id
    values = {**draws.values, key: answer.flows.elasticity}
    return Draws({**draws.quantities, key: quantity}, values, draws.n, draws.seed)


def _add_figures(worth: Worth, answer: Answer, tables: dict[str, pd.DataFrame], figures: FigureList) -> None:
    known = set(answer.sides.base.network.tables["parameters"]["parameter_id"])
    terrain = "_mountain" if worth.mountain else ""
    line = [f"param:rail_cost{terrain}_usd_per_tkm", f"param:rail_maintenance{terrain}_usd_per_km"]
    capital = [worth.capital_ref] if worth.capital_ref else []
    cells = sorted(tables["accounts_matrix"][["iso3", "party"]].itertuples(index=False, name=None))
    by_country = sorted({iso3 for iso3, _ in cells})
    base = [f"param:{p}" for p in (*TIME, *UNIT_COSTS, *EXTERNAL, *REFERENCE, "renewal_share_of_capital")]
    inputs = [*capital, *(f"figure:account.country.{c}" for c in by_country), *line, *base]
    for r in tables["accounts_results"].itertuples(index=False):
        if not np.isfinite(r.value):
            continue
        stem = next((k for k in FORMULAS if r.result_id.startswith(k)), "npv")
        refs = capital if stem == "capital" else inputs
        if stem == "co2":
            refs = [f"param:{name}" for name in EMISSION_PARAMETERS]
        if stem == "first_year_return":
            refs = [*capital, "figure:benefit.total"]
        figures.add(
            f"account.{r.result_id}",
            r.label,
            r.value,
            r.unit,
            "accounts",
            f"{FORMULAS[stem]} ({METHOD})",
            refs,
            r.lo,
            r.hi,
            r.note,
        )
    for iso3 in by_country:
        mine = tables["accounts_matrix"][tables["accounts_matrix"]["iso3"] == iso3]
        refs = [f"figure:account.{iso3}.{p.replace(' ', '_')}" for p in mine["party"]]
        figures.add(
            f"account.country.{iso3}",
            f"net present value at 6 % for {mine.iloc[0]['name']}",
            float(mine["pv_musd"].sum()),
            "million USD",
            "accounts",
            f"sum over its users, carriers, owners, treasury and third parties ({METHOD})",
            refs,
        )
        for r in mine.itertuples(index=False):
            refs = [f"param:{p}" for p in PARTY_REFS[r.party]]
            if r.party == "users" and f"benefit.country.{iso3}" in {f["figure_id"] for f in figures.rows}:
                refs = [f"figure:benefit.country.{iso3}", *refs]
            own_cost = f"rail_cost_{iso3.lower()}_usd_per_tkm"
            if r.party == "carriers" and own_cost in known:
                refs = [f"param:{own_cost}", *refs]
            if r.party == "owners":
                refs = [*capital, *line, *refs]
            figures.add(
                f"account.{iso3}.{r.party.replace(' ', '_')}",
                f"present value at 6 % for {r.party} of {r.name}",
                r.pv_musd,
                "million USD",
                "accounts",
                f"change of flows by part of the haul x payments less cost ({METHOD})",
                [*refs, *(f"param:{p}" for p in TIME)],
                r.pv_lo,
                r.pv_hi,
                f"{r.musd:,.2f} million USD in a year of the trade appraised",
            )
    totals = present_ledger(worth)
    for party in PARTIES:
        mine = [v for (_, p), v in totals.items() if p == party]
        if not mine:
            continue
        value = np.sum(mine, axis=0)
        lo, hi = ends(value)
        figures.add(
            f"account.party.{party.replace(' ', '_')}",
            f"net present value at 6 % for all {party}",
            float(value[0]),
            "million USD",
            "accounts",
            f"sum over countries ({METHOD})",
            [f"figure:account.{iso3}.{party.replace(' ', '_')}" for iso3, p in cells if p == party],
            lo,
            hi,
        )
    _add_finance(answer.question.project, worth, known, tables, figures, line)
    for r in tables["risk"].itertuples(index=False):
        if r.kind == "probability":
            figures.add(
                f"risk.{r.item}",
                r.label,
                r.value,
                "share",
                "risk",
                f"count over {worth.rows.size - 1:,} draws of network and account ({METHOD})",
                [
                    "figure:account.eirr" if "eirr" in r.item else "figure:account.npv_6",
                    *(f"param:{p}" for p in REFERENCE),
                ],
            )


def _add_finance(
    project: str,
    worth: Worth,
    known: set[str],
    tables: dict[str, pd.DataFrame],
    figures: FigureList,
    line: list[str],
) -> None:
    if tables["finance_results"].empty:
        return
    stem = f"finance_{project}_"
    own = [f"param:{p}" for p in sorted(known) if p.startswith(stem) and "_traffic_" not in p]
    announced = announced_points(figures.package["parameters"], project)
    traffic = {
        "announced": [f"param:{stem}traffic_{y}_mt_per_year" for y in sorted(announced)],
        "model": ["figure:benefit.total", "param:traffic_growth"],
        "": [],
    }
    shared = [*line, "param:renewal_share_of_capital", "param:finance_tariff_usd_per_tkm"]
    shared += ["param:finance_loan_rate"]
    for r in tables["finance_results"].itertuples(index=False):
        if not np.isfinite(r.value):
            continue
        iso3 = r.result_id[-3:].lower()
        set_against = [f"param:debt_{iso3}_external_musd", f"param:budget_{iso3}_musd"]
        refs = [*own, *traffic[r.traffic], *shared]
        if r.result_id.startswith("exposure"):
            refs = [
                *own,
                "param:finance_loan_rate",
                *(d for d in set_against if d.removeprefix("param:") in known),
            ]
        figures.add(
            ".".join(t for t in ("finance", r.result_id, r.traffic) if t),
            r.label,
            r.value,
            r.unit,
            "finance",
            f"account of the project company ({METHOD}, The company)",
            refs,
            r.lo,
            r.hi,
            r.note,
        )


def _with_drivers(
    worth: Worth, answer: Answer, network: Draws, drivers: pd.DataFrame, drawn: Drawn
) -> pd.DataFrame:
    """Add what the account's intervals hang on: squared rank correlations over all its draws."""
    if worth.rows.size < 2 or not drawn.values:
        return drivers
    rows = worth.rows
    values = {k: v[rows] for k, v in network.values.items()}
    quantities = dict(network.quantities)
    for field, quantity in worth.quantities.items():
        name = "maintenance_musd" if field == "maintenance" else field
        values[f"account:{field}"], quantities[f"account:{field}"] = getattr(worth.inputs, name), quantity
    draws = Draws(quantities, values, rows.size - 1, answer.draws.seed)
    results = {f"account.{k}": np.nan_to_num(v, nan=-1.0) for k, v in drawn.values.items()}
    ranked = rank_drivers(results, draws)
    parameters = answer.sides.base.network.tables["parameters"].set_index("parameter_id")
    told = [
        parameters.loc[ref.removeprefix("param:"), ["unit", "source_id", "basis"]].tolist()
        if str(ref).startswith("param:")
        else ["", "", ""]
        for ref in ranked["ref"].fillna("")
    ]
    columns = pd.DataFrame(told, columns=["unit", "source_id", "basis"], index=ranked.index)
    return pd.concat([drivers, ranked.assign(kind="quantity", **columns)], ignore_index=True)[drivers.columns]
