"""Fields, stations, storages, refineries, power plants and places of demand, and the lines between them, as the facts hold them."""

from __future__ import annotations

import re

from tools.build_package.draft import Draft
from tools.build_package.facts import Row, decisions
from tools.build_package.text import hashed_slug, joined, number, slug

STATUS = {"operational": "operating", "idle": "suspended"}
UNITS = {"bcm/yr": "bcm/year", "bcm": "bcm", "Mt/yr": "Mt/year", "MW": "MW"}
UNIT = re.compile(r"(bcm/yr|Mt/yr|bcm|MW)\b ?(.*)")
PRECISION = {"exact": "", "approximate": "approximate position", "city": "position of the city"}


# Months of gas used, as the facts call them: country to measure and year.
MONTHS_OF_USE = {
    "CHN": ("calculated demand", "2023"),
    **dict.fromkeys(("KAZ", "KGZ", "TKM", "UZB"), ("home demand index, rough", "2023")),
}
SAME_MONTHS = {"TJK": "KGZ"}  # a country without months of its own: as its neighbour


def build_energy(draft: Draft) -> None:
    """Add the tables of energy nodes and of the lines between them."""
    turns = {row["link_id"]: row for row in decisions("link_directions")}
    held = {row["link_id"]: row for row in decisions("energy_capacities")}
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
        capacity = row["capacity"]
        if slug(row["id"]) in held:
            capacity, said = hold_capacity(draft, row, unit, held[slug(row["id"])]), ""
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
                "capacity": capacity,
                "unit": unit if capacity else "",
                "status": STATUS.get(row["status"], row["status"]),
                "opened_year": row["opened_year"],
                "both_ways_since": turns.get(slug(row["id"]), {}).get("both_ways_since", ""),
                "part_of": turns.get(slug(row["id"]), {}).get("part_of", ""),
            }
            | draft.cited(
                row["source"], "", joined(row["note"], said, turns.get(slug(row["id"]), {}).get("note", ""))
            ),
        )


def hold_capacity(draft: Draft, row: Row, unit: str, decided: Row) -> str:
    """Return the capacity decided for a line; that of the facts stays beside it as a rival."""
    cell = ("energy_links", slug(row["id"]), "capacity")
    draft.rival(*cell, row["capacity"], row["source"], unit=unit)
    draft.rival(
        *cell, decided["capacity"], decided["source"], unit=unit,
        as_of=decided["as_of"], chosen="yes", note=decided["note"],
    )  # fmt: skip
    return decided["capacity"]


def build_gas_supply(draft: Draft) -> None:
    """Add what the balance of gas needs beyond lines: ties, places of use, months, ends abroad, and what projects change."""
    for row in decisions("gas_grids"):
        draft.add(
            "energy_nodes",
            dict(row)
            | {"kind": "grid", "status": "operating"}
            | draft.cited(
                "judgement", "estimated", "stands for the lines of the country that are not on record"
            ),
        )
    for row in decisions("gas_ties"):
        cells = {key: row[key] for key in ("tie_id", "name", "node_a", "node_b", "both_ways", "length_km")}
        draft.add("gas_ties", cells | draft.cited(row["source"], row["basis"], row["note"]))
    for row in decisions("gas_uses"):
        cells = {key: row[key] for key in ("node_id", "share")}
        draft.add("gas_uses", cells | draft.cited(row["source"], row["basis"], row["note"]))
    for row in decisions("gas_ends"):
        cells = {key: row[key] for key in ("end_id", "at", "role", "iso3", "rule", "share")}
        draft.add("gas_ends", cells | draft.cited(row["source"], row["basis"], row["note"]))
    build_gas_months(draft)
    build_oil_supply(draft)
    for row in decisions("energy_edits"):
        key = (row["project_id"], row["table"], row["row_id"], row["column"])
        draft.add(
            "energy_edits",
            {"edit_id": hashed_slug(f"{row['project_id']}_{row['row_id']}_{row['column']}", *key)}
            | {
                key: row[key]
                for key in (
                    "project_id",
                    "table",
                    "row_id",
                    "column",
                    "before",
                    "after",
                    "instead_of",
                    "reason",
                )
            }
            | _without_note(draft.cited(row["source"])),
        )


def build_oil_supply(draft: Draft) -> None:
    """Add what the balance of crude needs beyond lines: ties, where the rest of a country's output comes in, and its ends."""
    for table, columns in (
        ("oil_ties", ("tie_id", "name", "node_a", "node_b", "both_ways", "length_km")),
        ("oil_rests", ("node_id", "share", "share_lo", "share_hi")),
        ("oil_ends", ("end_id", "at", "role", "iso3", "rule")),
    ):
        for row in decisions(table):
            draft.add(
                table,
                {key: row[key] for key in columns} | draft.cited(row["source"], row["basis"], row["note"]),
            )


def build_gas_months(draft: Draft) -> None:
    """Add the share of each month in the gas a country uses in a year."""
    facts = draft.facts.rows("seasonal_profiles")
    for iso3 in sorted({*MONTHS_OF_USE, *SAME_MONTHS}):
        like = SAME_MONTHS.get(iso3, iso3)
        measure, year = MONTHS_OF_USE[like]
        rows = [
            row
            for row in facts
            if (row["country_iso3"], row["commodity"], row["measure"], row["year"])
            == (like, "gas", measure, year)
        ]
        total = sum(float(row["index"]) for row in rows)
        for row in rows:
            note = joined(row["note"], "" if like == iso3 else f"months of {like}, for want of its own")
            draft.add(
                "gas_months",
                {
                    "gas_month_id": f"{slug(iso3)}_{int(row['month']):02d}",
                    "iso3": iso3,
                    "month": row["month"],
                    "share": round(float(row["index"]) / total, 5),
                }
                | draft.cited(row["source"], "estimated" if like != iso3 else row["basis"], note),
            )


def _without_note(provenance: dict[str, str]) -> dict[str, str]:
    return {key: cell for key, cell in provenance.items() if key != "note"}


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
    """Add what systems say they carried in a year, or in its first months."""
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
                "months": system["months"],
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
