"""Observations as studies and operators print them: rates, speeds, emissions, goods, gates, parameters."""

from __future__ import annotations

import re

from tools.build_package.draft import BASIS, Draft
from tools.build_package.facts import Row, decisions
from tools.build_package.text import hashed_slug, is_number, joined, number, slug

UNREAD = re.compile(r"not opened|recalled|from memory|general knowledge|unverified(?!:)", re.I)
RATE_KINDS = (
    ("composite", r"ERAI|composite|sub-index|Northern corridor"),
    ("survey", r"CPMM"),
    ("spot", r"market offer|spot"),
    ("tariff", r""),
)
RATE_UNITS = {
    "usd_per_feu": "USD/FEU",
    "usd_per_feu_km": "USD/FEU-km",
    "usd_per_teu_km": "USD/TEU-km",
    "usd_per_truck": "USD/truck",
    "usd_per_500km_20t": "USD per 500 km and 20 t",
    "usd_per_tkm": "USD/tkm",
    "usd_per_tonne": "USD/t",
}
FACTOR_SCOPES = {"wtw": "wtw", "ttw": "ttw"}


def build_operations(draft: Draft) -> None:
    """Gates, terminals, ports, ferries, lines and trains; the ids of the facts are kept."""
    for row in draft.facts.rows("operations"):
        draft.add(
            "operations",
            {
                "op_id": row["id"],
                "kind": row["kind"],
                "place_a": row["place_a"],
                "place_b": row["place_b"],
                "mode": row["mode"],
                "direction": row["direction"],
                "metric": row["metric"],
                "unit": row["unit"],
                "value": row["value"],
                "value_lo": row["value_lo"],
                "value_hi": row["value_hi"],
                "year": row["year"],
                "sample": row["sample"],
            }
            | draft.cited(row["source"], row["basis"], row["note"]),
        )


def build_rates(draft: Draft) -> None:
    """Freight rates; whether border costs are inside decides what a rate may be added to."""
    for row in draft.facts.rows("freight_rates"):
        text = f"{row['scope']} {row['note']}"
        kind = next(kind for kind, pattern in RATE_KINDS if re.search(pattern, text, re.I))
        basis = (
            "derived" if row["note"].startswith("derived") else "measured" if kind == "survey" else "reported"
        )
        key = tuple(row.values())
        draft.add(
            "rate_obs",
            {
                "rate_id": hashed_slug(
                    f"{row['mode']}_{row['scope']}_{row['origin']}_{row['destination']}_{row['year']}",
                    *key,
                    length=70,
                ),
                "mode": row["mode"],
                "scope": row["scope"],
                "origin": row["origin"],
                "destination": row["destination"],
                "year": row["year"],
                "value": row["value"],
                "unit": RATE_UNITS[row["unit"]],
                "kind": kind,
                "includes_border": includes_border(row, kind),
            }
            | draft.cited(row["source"], basis, row["note"]),
        )


def includes_border(row: Row, kind: str) -> str:
    """Tell whether a rate holds border costs."""
    if kind == "survey":
        return "yes"
    return "no" if row["mode"] == "sea" or "special" in row["note"] else "unknown"


def build_speeds(draft: Draft) -> None:
    """Speeds and running times; a line-haul average is without borders and terminals."""
    for row in draft.facts.rows("rail_speeds"):
        basis = "estimated" if row["source"].startswith("estimate") else speed_basis(row["note"])
        draft.add(
            "speed_obs",
            {
                "speed_id": hashed_slug(
                    f"{row['scope']}_{row['metric']}_{row['year']}", *row.values(), length=70
                ),
                "scope": row["scope"],
                "year": row["year"],
                "metric": row["metric"],
                "value": row["value"],
            }
            | draft.cited(row["source"], basis, row["note"]),
        )


def speed_basis(note: str) -> str:
    """Return the basis a note of a speed begins with; survey figures have none there."""
    word = note.split(";")[0].strip()
    return {"reported": "reported", "derived": "derived", "estimate": "estimated"}.get(word, "measured")


def build_emissions(draft: Draft) -> None:
    """Emission factors, with claims kept as claims."""
    for row in draft.facts.rows("emission_factors"):
        basis = "claimed" if "claim" in row["scope"] else "reported"
        if re.match(r"DERIVED|Sum of|IMPLIED", row["source"]):
            basis = "claimed" if basis == "claimed" else "derived"
        provenance = draft.cited(row["source"], basis)
        provenance.pop("note")
        draft.add(
            "emission_factors",
            {
                "factor_id": hashed_slug(
                    f"{row['mode']}_{row['traction']}_{row['scope']}", *row.values(), length=70
                ),
                "mode": row["mode"],
                "traction": row["traction"],
                "region": row["region"],
                "scope": row["scope"],
                "g_co2e_per_tkm": row["g_co2e_per_tkm"],
                "year": row["year"],
            }
            | provenance,
        )


def build_commodity_obs(draft: Draft) -> None:
    """Values per tonne, tonnes per box and time values by class."""
    classes = {row["fact_class"]: row["class_id"] for row in decisions("classes")}
    for row in draft.facts.rows("commodities"):
        draft.add(
            "commodity_obs",
            {
                "obs_id": hashed_slug(
                    f"{row['class']}_{row['hs']}_{row['metric']}", *row.values(), length=70
                ),
                "class_id": classes.get(row["class"], row["class"]),
                "hs": row["hs"],
                "metric": row["metric"],
                "value": row["value"],
                "lo": row["lo"],
                "hi": row["hi"],
                "unit": row["unit"],
                "year": row["year"],
                "scope": row["scope"],
            }
            | draft.cited(row["source"], row["basis"], row["note"]),
        )


def build_parameter_obs(draft: Draft) -> None:
    """Values of parameters study by study, and what of each was read."""
    for row in draft.facts.rows("parameters"):
        basis = "estimated" if UNREAD.search(row["source"]) else "reported"
        add_parameter_obs(
            draft,
            row["parameter"],
            row["sector_or_mode"],
            row["value"],
            row["unit"],
            row["study"],
            row["study"],
            basis,
            row["source"],
        )
    for row in draft.facts.rows("appraisal_parameters"):
        basis = (
            "estimated"
            if UNREAD.search(row["source"])
            else "derived"
            if "DERIVED" in row["scope"]
            else "reported"
        )
        add_parameter_obs(
            draft,
            row["parameter"],
            row["scope"],
            row["value"],
            row["unit"],
            row["source"],
            row["source"],
            basis,
            "",
        )
    for row in draft.facts.rows("behaviour_parameters"):
        spread = f"range {row['lo']} to {row['hi']}" if row["lo"] else ""
        add_parameter_obs(
            draft,
            row["parameter"],
            row["context"],
            row["value"],
            row["unit"],
            row["source"],
            row["source"],
            row["basis"],
            joined(spread, row["method"], row["note"]),
        )


def add_parameter_obs(
    draft: Draft,
    parameter: str,
    scope: str,
    value: str,
    unit: str,
    study: str,
    source: str,
    basis: str,
    note: str,
) -> None:
    """Add one value of a parameter."""
    provenance = draft.cited(source, "estimated" if BASIS[basis] == "estimated" else basis, note)
    draft.add(
        "parameter_obs",
        {
            "obs_id": hashed_slug(
                f"{parameter}_{scope}", parameter, scope, value, unit, study, note, length=70
            ),
            "parameter": slug(parameter),
            "scope": scope,
            "value": signed_text(value),
            "unit": unit,
            "study": study,
        }
        | provenance,
    )


def signed_text(value: str) -> str:
    """Return a number in a text column so that no spreadsheet takes its sign for a formula."""
    if is_number(value) and value.startswith("-"):
        return f"minus {number(value[1:])}"
    return value
