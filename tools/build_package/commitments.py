"""Meetings and what was committed at them, with the dated evidence of what became of it."""

from __future__ import annotations

from tools.build_package.draft import Draft
from tools.build_package.facts import Row, decisions
from tools.build_package.projects import add_evidence
from tools.build_package.text import joined

EVENT_COLUMNS = ("event_id", "name", "kind", "date", "date_end", "countries", "in_series", "number_in_series")


def build_events(draft: Draft) -> None:
    """One row a meeting, signing or ceremony; its source is that of the first row of the facts about it."""
    first: dict[tuple[str, str, str], Row] = {}
    for fact in draft.facts.rows("summits_commitments"):
        first.setdefault((fact["date"], fact["event"], fact["place"]), fact)
    for row in decisions("events"):
        fact = first.pop((row["fact_date"], row["fact_event"], row["fact_place"]))
        provenance = draft.cited(best_source(draft, fact), "reported")
        draft.add(
            "events",
            {column: row[column] for column in EVENT_COLUMNS} | {"place": row["fact_place"]} | provenance,
        )
    if first:
        raise ValueError(f"summits_commitments.csv: no decision on the events {sorted(first)}")


def best_source(draft: Draft, fact: Row) -> str:
    """Return the source of the first row about the same event that cites a document."""
    same = [
        row["source"]
        for row in draft.facts.rows("summits_commitments")
        if all(row[key] == fact[key] for key in ("date", "event", "place"))
    ]
    documents = [source for source in same if not source.startswith("general knowledge")]
    return (documents or same)[0]


def build_commitments(draft: Draft) -> None:
    """One row a pledge, target, agreement, intention or statement."""
    events = {
        (row["fact_date"], row["fact_event"], row["fact_place"]): row["event_id"]
        for row in decisions("events")
    }
    facts = {row["id"]: row for row in draft.facts.rows("summits_commitments")}
    for row in decisions("commitments"):
        fact = facts[row["commitment_id"]]
        provenance = draft.cited(fact["source"], "reported", joined(fact["follow_up"]))
        draft.add(
            "commitments",
            {
                "commitment_id": row["commitment_id"],
                "event_id": events[fact["date"], fact["event"], fact["place"]],
                "kind": row["kind"],
                "text": fact["text"],
                "who": row["who"] or fact["parties"],
                "to_whom": row["to_whom"],
                "amount": fact["amount"] if row["unit"] else "",
                "unit": row["unit"],
                "due_date": row["due_date"],
                "project_id": row["project_id"],
                "sector": row["sector"],
                "test": row["test"],
                "stated_status": fact["status"],
            }
            | provenance,
        )


def build_commitment_evidence(draft: Draft) -> None:
    """The announcement of each commitment, and the milestones decided by hand."""
    facts = {row["id"]: row for row in draft.facts.rows("summits_commitments")}
    for row in decisions("commitments"):
        fact = facts[row["commitment_id"]]
        made = draft.cited(fact["source"], "reported", "made public")
        add_evidence(draft, row["commitment_id"], fact["date"], "announced", made)
        for text in filter(None, row["milestones"].split("|")):
            milestone, date, source, note, basis = [*text.split("@"), "", "", ""][:5]
            cited = draft.cited(source_text(draft, source, fact), basis or "reported", note)
            add_evidence(draft, row["commitment_id"], date, milestone, cited)


def source_text(draft: Draft, reference: str, fact: Row) -> str:
    """Return the source a milestone refers to: the row's own, another row's, a trade figure's or a project's."""
    kind, _, name = reference.partition(":")
    if not reference:
        return fact["source"]
    if kind == "trade":
        year, exporter, importer, flow = name.split("/")
        return next(
            row["source"]
            for row in draft.facts.rows("trade_bilateral")
            if (row["year"], row["exporter_iso3"], row["importer_iso3"], row["flow"])
            == (year, exporter, importer, flow)
            and row["reporter"] == "CHN"
        )
    if kind == "project":
        rows = [*draft.facts.rows("projects_other"), *draft.facts.rows("projects_transport")]
        return next(row["source"].split("; ")[0] for row in rows if row["id"] == name)
    facts = {row["id"]: row for row in draft.facts.rows("summits_commitments")}
    return facts[reference]["source"]
