"""Projects, what each changes in the tables, and the dated evidence of where it stands."""

from __future__ import annotations

import re

from tools.build_package.draft import Draft
from tools.build_package.facts import Row, decisions
from tools.build_package.text import hashed_slug, joined, slug

PROJECT_COLUMNS = [
    "project_id",
    "name",
    "countries",
    "sector",
    "mode",
    "stated_status",
    "start",
    "open_year",
    "part_of",
    "green",
    "cost_musd",
    "length_km",
    "capacity",
    "capacity_value",
    "capacity_unit",
    "capacity_mt_per_year",
    "tunnels",
    "tunnels_km",
    "bridges",
    "requires_project",
]


def build_projects(draft: Draft) -> None:
    """One row a project; the cells decided by hand replace those of the facts."""
    for row in draft.facts.rows("projects_transport"):
        cells = {
            "project_id": row["id"],
            "name": row["name"],
            "countries": row["countries"],
            "mode": row["mode"],
            "stated_status": row["status"],
            "start": row["start"],
            "open_year": row["expected_open"],
            "cost_musd": row["cost_usd_million"],
            "length_km": row["length_km"],
            "capacity": row["capacity"],
            "note": row["note"],
            "source": row["source"],
            "basis": "claimed" if row["status"] in ("planned", "proposed") else "reported",
        }
        add_project(draft, cells)
    for row in decisions("more_projects"):
        add_project(draft, dict(row))


def add_project(draft: Draft, cells: Row) -> None:
    """Add a project after the changes decided by hand."""
    for change in decisions("project_changes"):
        if change["project_id"] == cells["project_id"]:
            cells[change["column"]] = change["value"]
            cells["note"] = joined(cells["note"], change["note"])
    provenance = draft.cited(cells["source"], cells["basis"], cells["note"])
    cells["sector"] = "transport"
    draft.add("projects", {column: cells.get(column, "") for column in PROJECT_COLUMNS} | provenance)


def build_project_edits(draft: Draft) -> None:
    """Open every link that exists only with its project; set what an upgrade changes."""
    for link in draft.tables["links"]:
        if link["project_id"]:
            add_edit(
                draft,
                link["project_id"],
                link["link_id"],
                "",
                "open",
                "",
                "",
                "the link exists only with the project",
                "judgement",
            )
    for row in decisions("upgrades"):
        add_edit(
            draft,
            row["project_id"],
            row["link_id"],
            row["column"],
            "set",
            row["before"],
            row["after"],
            row["reason"],
            row["source"],
        )


def add_edit(
    draft: Draft,
    project_id: str,
    row_id: str,
    column: str,
    op: str,
    before: str,
    after: str,
    reason: str,
    source: str,
) -> None:
    """Add one edit; its source is the project's own unless another is given."""
    project = draft.by_key("projects", "project_id")[project_id]
    provenance = draft.cited(source, "reported")
    provenance.pop("note")
    if source == "judgement":
        provenance = {key: project[key] for key in ("source_id", "basis", "checked_on")}
    draft.add(
        "project_edits",
        {
            "edit_id": slug(f"{project_id}_{op}_{row_id}_{column}"),
            "project_id": project_id,
            "table": "links",
            "row_id": row_id,
            "column": column,
            "op": op,
            "before": before,
            "after": after,
            "reason": reason,
        }
        | provenance,
    )


def build_evidence(draft: Draft) -> None:
    """Dated milestones: those decided by hand, else those that the stated status implies."""
    covered: set[tuple[str, str]] = set()
    for row in decisions("evidence"):
        provenance = draft.cited(row["source"], row["basis"] or "reported", row["note"])
        covered.add((row["entity_id"], row["milestone"]))
        add_evidence(draft, row["entity_id"], row["date"], row["milestone"], provenance)
    for project in draft.tables["projects"]:
        for date, milestone, note in implied_milestones(project):
            if (project["project_id"], milestone) not in covered:
                own = {key: project[key] for key in ("source_id", "basis", "checked_on")}
                add_evidence(draft, project["project_id"], date, milestone, {"note": note} | own)


def implied_milestones(project: Row) -> list[tuple[str, str, str]]:
    """Return the milestones that start, opening and stated status of a project tell."""
    status, start, opened = project["stated_status"], project["start"], project["open_year"]
    if status == "operational":
        begun = [(start, "works_started", "start as stated")] if start else []
        return [*begun, (opened, "operating", "opening year as stated")]
    if status == "construction":
        return [(start, "works_started", "start as stated")]
    return [(announced_year(project), "announced", "listed as planned or proposed in the sources read")]


def announced_year(project: Row) -> str:
    """Return the year in which a plan was known, at the latest the year of reading."""
    stated = re.findall(r"\b20[12]\d\b", project["note"])
    return min(stated) if stated and min(stated) <= "2026" else "2026"


def add_evidence(draft: Draft, entity_id: str, date: str, milestone: str, provenance: Row) -> None:
    """Add one dated milestone."""
    draft.add(
        "evidence",
        {
            "evidence_id": hashed_slug(
                f"{entity_id}_{milestone}_{date}", entity_id, milestone, date, provenance["source_id"]
            ),
            "entity_id": entity_id,
            "date": date,
            "milestone": milestone,
        }
        | provenance,
    )


def build_rivals(draft: Draft) -> None:
    """Rival values written down by hand, and those that the notes of links state."""
    for row in decisions("rivals"):
        draft.rival(
            row["table"],
            row["row_id"],
            row["column"],
            row["value"],
            row["source"],
            basis=row["basis"],
            unit=row["unit"],
            as_of=row["as_of"],
            chosen=row["chosen"] or "no",
            scope=row["scope"],
            note=row["note"],
        )


def status_contradictions(draft: Draft) -> list[str]:
    """Return the links whose own status in the facts is not that of their project."""
    projects = {row["id"]: row["status"] for row in draft.facts.rows("projects_transport")}
    found = []
    for name in ("rail_links", "road_links"):
        for row in draft.facts.rows(name):
            if row["project"] and row["status"] != projects[row["project"]]:
                found.append(
                    f"{row['id']}: {row['status']}, project {row['project']}: {projects[row['project']]}"
                )
    return sorted(found)
