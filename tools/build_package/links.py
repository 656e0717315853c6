"""Links of every mode, with their seasons, and the services that run on them."""

from __future__ import annotations

import re

from tools.build_package.draft import Draft, scaled
from tools.build_package.facts import Row, decisions
from tools.build_package.places import distance_km
from tools.build_package.text import joined, number, slug

SLACK = 0.98
DETOUR = 1.05
SPEED_NOTE = re.compile(r";? ?(?:speed: ([A-Z/]+) line-haul average|speed estimated)[^;]*")
ROAD_SPEED_NOTE = re.compile(r";? ?speed and lanes estimated")
DOCUMENTED_SPEEDS = {"CHN", "KAZ", "RUS", "TKM", "UZB", "AZE", "GEO", "IRN", "POL"}
COLUMNS = [
    "link_id",
    "place_a",
    "place_b",
    "mode",
    "gauge_mm",
    "tracks",
    "electrified",
    "length_km",
    "share_in_a",
    "speed_km_per_h",
    "lanes",
    "surface",
    "terrain",
    "capacity_t_per_year",
    "one_way",
    "season_id",
    "project_id",
    "opened_year",
]


def build_links(draft: Draft) -> None:
    """Rail, ferry, sea and road links; status is left to the project a link belongs to."""
    dropped = {row["link_id"] for row in decisions("dropped_links")}
    phases = {row["link_id"]: row["project_id"] for row in decisions("project_links")}
    places = draft.by_key("places", "place_id")
    speeds = line_haul_sources(draft)
    facts = [rail_cells(row) for row in draft.facts.rows("rail_links")]
    facts += [road_cells(row) for row in draft.facts.rows("road_links")]
    for fact in facts:
        if fact["link_id"] in dropped:
            continue
        fact["project_id"] = phases.get(fact["link_id"], fact["project_id"])
        mend_short_length(draft, fact, places)
        apply_changes(draft, fact)
        cite_speed(draft, fact, speeds)
        provenance = draft.cited(fact["source"], fact["basis"], fact["note"])
        draft.add("links", {column: fact.get(column, "") for column in COLUMNS} | provenance)


def rail_cells(row: Row) -> Row:
    """Return the cells of a rail, ferry or sea link."""
    return {
        "link_id": row["id"],
        "place_a": row["from"],
        "place_b": row["to"],
        "mode": row["mode"],
        "gauge_mm": row["gauge_mm"],
        "tracks": row["tracks"],
        "electrified": row["electrified"],
        "length_km": number(row["length_km"]),
        "speed_km_per_h": row["freight_speed_kmh"],
        "capacity_t_per_year": scaled(row["capacity_mt_year"], 1e6),
        "one_way": "no",
        "project_id": row["project"],
        "opened_year": row["opened_year"],
        "basis": row["length_basis"],
        "source": row["source"],
        "note": row["note"],
        "status": row["status"],
    }


def road_cells(row: Row) -> Row:
    """Return the cells of a road link."""
    seasons = {season["closure_text"]: season["season_id"] for season in decisions("seasons")}
    closure = row["seasonal_closure"]
    return {
        "link_id": row["id"],
        "place_a": row["from"],
        "place_b": row["to"],
        "mode": "road",
        "length_km": number(row["length_km"]),
        "speed_km_per_h": row["truck_speed_kmh"],
        "lanes": row["lanes"],
        "surface": row["surface"],
        "terrain": row["terrain"],
        "one_way": "no",
        "season_id": seasons.get(closure, ""),
        "project_id": row["project"],
        "basis": row["length_basis"],
        "source": row["source"],
        "note": joined(row["note"], row["route_no"], f"closures: {closure}" if closure else ""),
        "status": row["status"],
    }


def mend_short_length(draft: Draft, fact: Row, places: dict[str, Row]) -> None:
    """A link shorter than the straight line cannot be: give it the straight line and a small detour."""
    straight = distance_km(places[fact["place_a"]], places[fact["place_b"]])
    stated = float(fact["length_km"])
    if straight < 100 or stated >= SLACK * straight:
        return
    draft.rival(
        "links",
        fact["link_id"],
        "length_km",
        stated,
        fact["source"],
        basis=fact["basis"],
        unit="km",
        note=f"shorter than the straight line of {straight:.0f} km",
    )
    fact |= {"length_km": number(round(straight * DETOUR)), "basis": "estimated", "source": "judgement"}
    fact["note"] = joined(
        fact["note"], f"the facts say {stated:g} km, less than the straight line; taken as 1.05 of it"
    )


def apply_changes(draft: Draft, fact: Row) -> None:
    """Set the cells decided by hand, and keep where each came from."""
    for change in decisions("link_changes"):
        if change["link_id"] != fact["link_id"]:
            continue
        fact[change["column"]] = change["value"]
        draft.rival(
            "links",
            fact["link_id"],
            change["column"],
            change["value"],
            change["source"],
            basis=change["basis"],
            chosen="yes",
            note=change["note"],
        )


def line_haul_sources(draft: Draft) -> dict[str, Row]:
    """Return the row of each country's line-haul speed."""
    return {
        row["scope"]: row for row in draft.facts.rows("rail_speeds") if row["metric"] == "line_haul_speed"
    }


def cite_speed(draft: Draft, fact: Row, speeds: dict[str, Row]) -> None:
    """Keep the source of the speed, which is rarely that of the length."""
    countries = SPEED_NOTE.search(fact["note"])
    fact["note"] = ROAD_SPEED_NOTE.sub("", SPEED_NOTE.sub("", fact["note"]))
    if (
        fact["mode"] not in ("rail", "road")
        or not fact["speed_km_per_h"]
        or fact["link_id"].startswith("ferry")
    ):
        return
    named = countries[1].split("/") if countries and countries[1] else []
    if named and all(iso3 in DOCUMENTED_SPEEDS for iso3 in named):
        source, basis = speeds[named[0]]["source"], "derived"
        note = f"line-haul average of {' and '.join(named)} (speed_obs)"
    elif draft.sources.cite(fact["source"]).is_document and fact["basis"] == "source":
        source, basis, note = "judgement", "estimated", "speed by country, terrain and lanes"
    else:
        return
    draft.rival(
        "links",
        fact["link_id"],
        "speed_km_per_h",
        fact["speed_km_per_h"],
        source,
        basis=basis,
        chosen="yes",
        unit="km/h",
        note=note,
    )


def build_seasons(draft: Draft) -> None:
    """Closures whose months are known or assumed."""
    for row in decisions("seasons"):
        provenance = draft.cited(row["source"], row["basis"], row["note"])
        meaning = joined(row["meaning"], provenance.pop("note"))
        draft.add(
            "seasons",
            {"season_id": row["season_id"], "months_closed": row["months_closed"], "meaning": meaning}
            | provenance,
        )


def build_services(draft: Draft) -> None:
    """Departures a week where a document gives them; the rest is left to the parameters."""
    operations = {row["id"]: row for row in draft.facts.rows("operations")}
    for row in decisions("services"):
        fact = operations[row["op_id"]]
        provenance = draft.cited(
            fact["source"], fact["basis"], joined(fact["note"], row["note"], fact["year"])
        )
        draft.add(
            "services",
            {
                "service_id": slug(f"{row['mode']}_{row['place_a']}_{row['place_b']}"),
                "place_a": row["place_a"],
                "place_b": row["place_b"],
                "mode": row["mode"],
                "departures_per_week": row["departures_per_week"],
            }
            | provenance,
        )


def build_capacities(draft: Draft) -> None:
    """What gates and ferries can carry, where a document says so; links by assumption carry theirs in their own table."""
    operations = {row["id"]: row for row in draft.facts.rows("operations")}
    for row in decisions("capacities"):
        fact = operations[row["op_id"]]
        provenance = draft.cited(
            fact["source"], fact["basis"], joined(row["note"], fact["note"], fact["year"])
        )
        observed = draft.cited(operations[row["observed_op"]]["source"]) if row["observed_op"] else {}
        draft.add(
            "capacities",
            {
                "capacity_id": slug(f"{row['element_id']}_{row['direction']}"),
                **{k: row[k] for k in ("element", "element_id", "direction", "value", "lo", "hi", "unit")},
                "observed_t_per_year": row["observed_t_per_year"],
                "observed_source_id": observed.get("source_id", ""),
            }
            | provenance,
        )
