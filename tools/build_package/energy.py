"""Fields, stations, storages, refineries, power plants and places of demand, and the lines between them, as the facts hold them."""

from __future__ import annotations

import re

from tools.build_package.draft import Draft
from tools.build_package.facts import decisions
from tools.build_package.text import hashed_slug, joined, number, slug

STATUS = {"operational": "operating", "idle": "suspended"}
UNITS = {"bcm/yr": "bcm/year", "bcm": "bcm", "Mt/yr": "Mt/year", "MW": "MW"}
UNIT = re.compile(r"(bcm/yr|Mt/yr|bcm|MW)\b ?(.*)")
PRECISION = {"exact": "", "approximate": "approximate position", "city": "position of the city"}


def build_energy(draft: Draft) -> None:
    """Add the tables of energy nodes and of the lines between them."""
    for row in draft.facts.rows("energy_nodes"):
        unit, measure, said = unit_of(row["capacity_unit"])
        note = joined(said, PRECISION[row["precision"]])
        draft.add(
            "energy_nodes",
            {
                "node_id": slug(row["id"]),
                "name": row["name"],
                "iso3": row["country_iso3"],
                "lon": row["lon"],
                "lat": row["lat"],
                "kind": row["kind"],
                "capacity": row["capacity"],
                "unit": unit if row["capacity"] else "",
                "measure": measure if row["capacity"] else "",
                "status": STATUS.get(row["status"], row["status"]),
                "years": row["year"],
                "owner": row["owner"],
            }
            | draft.cited(row["source"], "", note),
        )
    for row in draft.facts.rows("energy_links"):
        unit, _, said = unit_of(row["capacity_unit"])
        draft.add(
            "energy_links",
            {
                "link_id": slug(row["id"]),
                "name": row["project"],
                "node_a": slug(row["from"]),
                "node_b": slug(row["to"]),
                "commodity": row["commodity"],
                "length_km": row["length_km"],
                "diameter_mm": row["diameter_mm"],
                "capacity": row["capacity"],
                "unit": unit if row["capacity"] else "",
                "status": STATUS.get(row["status"], row["status"]),
                "opened_year": row["opened_year"],
            }
            | draft.cited(row["source"], "", joined(row["note"], said)),
        )


def build_plant_figures(draft: Draft) -> None:
    """Add what sources say of single power plants, side by side."""
    for row in decisions("plant_figures"):
        provenance = draft.cited(row["source"], row["basis"], row["note"])
        key = (row["technology"], row["variable"], row["value"], row["bound"], provenance["source_id"])
        cells = {name: row[name] for name in ("node_id", "technology", "variable", "unit", "bound")}
        figure_id = hashed_slug(f"{row['node_id']}_{row['variable']}", *key)
        draft.add(
            "plant_figures", {"figure_id": figure_id, "value": number(row["value"])} | cells | provenance
        )


def build_oil_flows(draft: Draft) -> None:
    """Add what systems say they carried in whole years."""
    systems = {row["fact_variable"]: row for row in decisions("oil_systems")}
    for row in draft.facts.rows("energy_balances"):
        system = systems.get(row["variable"])
        if system is None:
            continue
        provenance = draft.cited(row["source"], "reported", row["note"])
        key = (system["system"], system["kind"], row["value"], provenance["source_id"])
        draft.add(
            "oil_flows",
            {
                "flow_id": hashed_slug(f"{row['country']}_oil_{row['year']}", *key),
                "system": system["system"],
                "iso3": row["country"],
                "link_id": system["link_id"],
                "year": row["year"],
                "kind": system["kind"],
                "mt": number(row["value"]),
            }
            | provenance,
        )


def unit_of(text: str) -> tuple[str, str, str]:
    """Return the unit of a capacity, whether it is what can pass or what is produced or planned, and what else is said."""
    if not text:
        return "", "", ""
    match = UNIT.match(text)
    if match is None:
        raise ValueError(f"unit of a capacity not known: {text!r}")
    said = match[2].strip("() ")
    measure = next((m for m in ("produced", "planned") if said.startswith(m)), "capacity")
    return UNITS[match[1]], measure, said.removeprefix(measure).strip("() ")
