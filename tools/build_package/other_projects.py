"""Projects of every sector, and who takes part in them."""

from __future__ import annotations

from tools.build_package.draft import Draft
from tools.build_package.facts import Row, decisions
from tools.build_package.projects import PROJECT_COLUMNS, add_evidence
from tools.build_package.text import joined

COPIED = (
    *("sector", "mode", "part_of", "green", "stated_status", "start", "open_year"),
    *("capacity_value", "capacity_unit", "length_km"),
)


def build_other_projects(draft: Draft) -> None:
    """Add the projects of the second list; one that stands in the first list gives it rival values."""
    facts = {row["id"]: row for row in draft.facts.rows("projects_other")}
    for row in decisions("other_projects"):
        fact = facts.pop(row["fact_id"])
        if row["project_id"]:
            rival_values(draft, fact, row)
        else:
            add_other(draft, fact, row)
    if facts:
        raise ValueError(f"projects_other.csv: no decision on {sorted(facts)}")
    for row in decisions("energy_projects"):
        provenance = draft.cited(row["source"], row["basis"], row["note"])
        draft.add("projects", {column: row.get(column, "") for column in PROJECT_COLUMNS} | provenance)


def add_other(draft: Draft, fact: Row, row: Row) -> None:
    """Add one project of the second list."""
    provenance = draft.cited(fact["source"], "reported", joined(row["note"], capacity_note(fact, row)))
    draft.add(
        "projects",
        {
            "project_id": fact["id"],
            "name": fact["name"],
            "countries": row.get("countries") or fact["country_iso3"],
            "cost_musd": row["cost_musd"],
            "capacity": fact["capacity"],
            **{column: row[column] for column in COPIED},
        }
        | provenance,
    )


def capacity_note(fact: Row, row: Row) -> str:
    """Return who pays, in words, where the roles of the parties leave something out."""
    return f"money: {fact['financier']}" if fact["financier"] and not row["parties"] else ""


def rival_values(draft: Draft, fact: Row, row: Row) -> None:
    """Write the cost of a project that stands in the first list as well beside the one held."""
    held = draft.by_key("projects", "project_id")[row["project_id"]]
    if fact["cost_usd_million"] and fact["cost_usd_million"] != held["cost_musd"]:
        draft.rival(
            "projects", held["project_id"], "cost_musd", fact["cost_usd_million"], fact["source"],
            unit="million USD", note=row["note"],
        )  # fmt: skip


def build_parties(draft: Draft) -> None:
    """The bodies that take part in projects, and what each does there."""
    facts = {row["id"]: row for row in draft.facts.rows("projects_other")}
    for row in decisions("parties"):
        draft.add("parties", dict(row) | judged(draft))
    for row in decisions("other_projects"):
        project_id = row["project_id"] or row["fact_id"]
        for part in filter(None, row["parties"].split(";")):
            party, role, amount, share = [*part.split(":"), "", ""][:4]
            provenance = draft.cited(facts[row["fact_id"]]["source"], "reported")
            provenance.pop("note")
            draft.add(
                "project_parties",
                {
                    "project_id": project_id,
                    "party_id": party,
                    "role": role,
                    "amount_musd": amount,
                    "share": share,
                }
                | provenance,
            )


def judged(draft: Draft) -> Row:
    """Return the provenance of what the compilers know without a document."""
    provenance = draft.cited("general knowledge", "estimated")
    provenance.pop("note")
    return provenance


def build_other_evidence(draft: Draft) -> None:
    """Dated milestones of the projects of the second list, from the dates its rows state."""
    facts = {row["id"]: row for row in draft.facts.rows("projects_other")}
    known = {(row["entity_id"], row["milestone"]) for row in draft.tables["evidence"]}
    for row in decisions("other_projects"):
        entity = row["project_id"] or row["fact_id"]
        for text in filter(None, row["milestones"].split(";")):
            milestone, _, date = text.partition("@")
            if (entity, milestone) in known:
                continue
            provenance = draft.cited(
                facts[row["fact_id"]]["source"], "reported", "as stated in the list of projects"
            )
            add_evidence(draft, entity, date, milestone, provenance)


def build_found_evidence(draft: Draft) -> None:
    """Milestones found by later searches, and the searches themselves."""
    records = {row["project_id"] for row in draft.tables["projects"]}
    records |= {row["commitment_id"] for row in draft.tables["commitments"]}
    known = {row["evidence_id"] for row in draft.tables["evidence"]}
    searched_on = {row["entity_id"]: row["searched_on"] for row in decisions("searches")}
    for row in decisions("evidence_found"):
        if row["entity_id"] not in records:
            raise ValueError(f"evidence_found.csv: {row['entity_id']} is no project or commitment")
        # Found later than the facts were read, and on a day of its own.
        read_on = {"checked_on": searched_on[row["entity_id"]]}
        provenance = draft.cited(row["source"], row["basis"], row["note"]) | read_on
        before = len(draft.tables["evidence"])
        add_evidence(draft, row["entity_id"], row["date"], row["milestone"], provenance)
        if draft.tables["evidence"][-1]["evidence_id"] in known:
            del draft.tables["evidence"][before:]
        known.add(draft.tables["evidence"][-1]["evidence_id"])
    for row in decisions("searches"):
        draft.add("searches", dict(row))
