"""Tables that stand on decisions: parameters, classes, assumptions, pairs to appraise."""

from __future__ import annotations

from tools.build_package.draft import Draft
from tools.build_package.facts import decisions
from tools.build_package.text import hashed_slug, joined, number, slug


def build_parameters(draft: Draft) -> None:
    """The scalar values the engines use."""
    for row in decisions("parameters"):
        provenance = draft.cited(row["source"], row["basis"], row["note"])
        cells = {key: row[key] for key in ("parameter_id", "dist", "unit", "price_year", "meaning")}
        ranges = {key: number(row[key]) for key in ("value", "lo", "hi")}
        draft.add("parameters", cells | ranges | provenance)


def build_classes(draft: Draft) -> None:
    """The four commodity classes, from the rows of the facts made for one figure a class."""
    facts = draft.facts.rows("commodities")
    for row in decisions("classes"):
        own = [fact for fact in facts if fact["class"] == row["fact_class"] and not fact["hs"]]
        value = next(
            fact for fact in own if fact["metric"] == "usd_per_tonne" and "one figure" in fact["scope"]
        )
        load = next(fact for fact in own if fact["metric"] == "tonnes_per_feu")
        vot = next(
            fact for fact in own if fact["metric"] == "vot_percent_per_day" and "base run" in fact["scope"]
        )
        provenance = draft.cited(value["source"], value["basis"])
        provenance.pop("note")
        draft.add(
            "classes",
            {
                "class_id": row["class_id"],
                "name": row["name"],
                "value_usd_per_t": value["value"],
                "value_lo": value["lo"],
                "value_hi": value["hi"],
                "t_per_feu": load["value"],
                "vot_share_per_day": float(vot["value"]) / 100,
                "vot_lo": float(vot["lo"]) / 100,
                "vot_hi": float(vot["hi"]) / 100,
            }
            | provenance,
        )


def build_assumptions(draft: Draft) -> None:
    """How holes are filled."""
    for row in decisions("assumptions"):
        cited = draft.sources.cite(draft.resolved(row["source"]))
        draft.add(
            "assumptions",
            {
                "assumption_id": hashed_slug(
                    f"{row['table']}_{row['column']}_{row['where']}",
                    row["table"],
                    row["column"],
                    row["where"],
                ),
                "table": row["table"],
                "where": row["where"],
                "column": row["column"],
                "value": number(row["value"]),
                "lo": number(row["lo"]),
                "hi": number(row["hi"]),
                "unit": row["unit"],
                "method": row["method"],
                "reason": joined(row["reason"], cited.note),
                "source_id": cited.source_id,
            },
        )


def build_appraisal_pairs(draft: Draft) -> None:
    """The pairs of places an appraisal reports."""
    for row in decisions("appraisal_pairs"):
        provenance = draft.cited(row["source"], row["basis"])
        provenance.pop("note")
        draft.add(
            "appraisal_pairs",
            {
                "pair_id": slug(f"{row['origin']}_{row['destination']}"),
                "origin": row["origin"],
                "destination": row["destination"],
                "reason": row["reason"],
            }
            | provenance,
        )


def build_licences(draft: Draft) -> None:
    """The licences of the sources cited."""
    for row in decisions("licences"):
        draft.add("licences", dict(row))
