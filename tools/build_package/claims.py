"""Published statements on the railway and the road, and the readings that could make each true."""

from __future__ import annotations

from tools.build_package.draft import Draft
from tools.build_package.facts import Row, decisions
from tools.build_package.text import joined

COPIED = ("expr", "relation", "value", "value_hi", "unit", "about_date", "stated_base", "expected")


def build_claims(draft: Draft) -> None:
    """One row for each figure claimed: who said it from the facts, how to test it from the decisions."""
    facts = {row["id"]: row for row in draft.facts.rows("claims")}
    for row in decisions("claims"):
        fact = facts[row["fact_id"]]
        provenance = draft.cited(fact["source"], "claimed", joined(row["note"], fact["evidence"]))
        draft.add(
            "claims",
            {
                "claim_id": row["claim_id"],
                "text": row["text"] or fact["claim"],
                "said_by": said_by(fact),
                "said_on": fact["date_said"],
                "subject_id": row["subject_id"],
                **{column: row[column] for column in COPIED},
            }
            | provenance
            | {"basis": "claimed"},
        )


def said_by(fact: Row) -> str:
    """Return the speaker."""
    return fact["speaker_or_publisher"]


def build_claim_bases(draft: Draft) -> None:
    """The readings of each claim; a set of readings may serve several claims."""
    sets: dict[str, list[Row]] = {}
    for row in decisions("claim_readings"):
        sets.setdefault(row["set_id"], []).append(row)
    for claim in decisions("claims"):
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
