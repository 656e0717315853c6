"""Published statements on meetings, trade, gas, projects and the railway, and the readings that could make each true."""

from __future__ import annotations

from tools.build_package.draft import Draft
from tools.build_package.facts import Row, decisions
from tools.build_package.text import joined

COPIED = ("expr", "relation", "value", "value_hi", "unit", "about_date", "stated_base", "expected")


def build_claims(draft: Draft) -> None:
    """One row for each figure claimed: who said it from the facts, how to test it from the decisions."""
    facts = statements(draft)
    for row in decisions("claims"):
        fact = facts[row["fact_id"]]
        provenance = draft.cited(fact["source"], "claimed", joined(row["note"], fact["evidence"]))
        draft.add(
            "claims",
            {
                "claim_id": row["claim_id"],
                "text": row["text"] or fact["claim"],
                "said_by": fact["said_by"],
                "said_on": fact["said_on"],
                "subject_id": row["subject_id"],
                **{column: row[column] for column in COPIED},
            }
            | provenance
            | {"basis": "claimed"},
        )
        # A statement that stands in two files of the facts is one claim; its other id leads here.
        for alias in filter(None, row["also"].split(";")):
            draft.add("aliases", {"entity_id": row["claim_id"], "lang": "id", "alias": alias})


def statements(draft: Draft) -> dict[str, Row]:
    """Return the statements of both files of the facts by id: what, who, when, where, and what was found."""
    found = {
        row["id"]: row | {"said_by": row["speaker_or_publisher"], "said_on": row["date_said"]}
        for row in draft.facts.rows("claims")
    }
    for row in draft.facts.rows("energy_claims"):
        # A time of saying given as a span of years is no date.
        found[row["id"]] = row | {"said_on": "" if len(row["date"]) == 9 else row["date"]}
    return found


def build_claim_bases(draft: Draft) -> None:
    """The readings of each claim; a set of readings may serve several claims."""
    sets: dict[str, list[Row]] = {}
    for row in decisions("claim_readings"):
        sets.setdefault(row["set_id"], []).append(row)
    for claim in decisions("claims"):
        if claim["readings"] and claim["readings"] not in sets:
            raise KeyError(f"{claim['claim_id']}: no set of readings {claim['readings']!r}")
        for row in sets.get(claim["readings"], []):
            provenance = draft.cited("judgement", "estimated")
            provenance.pop("note")
            draft.add(
                "claim_bases",
                {
                    "claim_id": claim["claim_id"],
                    "base_id": row["base_id"],
                    "args": row["args"],
                    "note": row["note"],
                }
                | provenance,
            )
