"""Countries and places: the rail and the road lists of places become one."""

from __future__ import annotations

import re
from math import acos, cos, radians, sin

from tools.build_package.draft import READ_ON, Draft
from tools.build_package.facts import Row, decisions
from tools.build_package.text import is_number, joined, number

KIND_RANK = ("seaport", "ferry_terminal", "dry_port", "border", "city", "junction", "station")
RIVAL_KM = 3.0
RIVAL_POPULATION = 0.03
EU27 = {
    "AUT",
    "BEL",
    "BGR",
    "HRV",
    "CYP",
    "CZE",
    "DNK",
    "EST",
    "FIN",
    "FRA",
    "DEU",
    "GRC",
    "HUN",
    "IRL",
    "ITA",
    "LVA",
    "LTU",
    "LUX",
    "MLT",
    "NLD",
    "POL",
    "PRT",
    "ROU",
    "SVK",
    "SVN",
    "ESP",
    "SWE",
}
EAEU = {"KAZ", "KGZ", "RUS", "BLR", "ARM"}
APPROXIMATE = re.compile(r"approximate", re.I)


def build_countries(draft: Draft) -> None:
    """Countries of the facts, and those that only a place names."""
    for row in draft.facts.rows("countries"):
        provenance = draft.cited(row["source"], "reported")
        provenance.pop("note")
        draft.add(
            "countries", country(row["iso3"], row["name"], row["capital"], row["landlocked"]) | provenance
        )
    for row in decisions("more_countries"):
        provenance = draft.cited("general knowledge")
        provenance.pop("note")
        draft.add(
            "countries", country(row["iso3"], row["name"], row["capital"], row["landlocked"]) | provenance
        )


def country(iso3: str, name: str, capital: str, landlocked: str) -> Row:
    """Return the cells of a country."""
    union = "eu" if iso3 in EU27 or iso3 == "EU27" else "eaeu" if iso3 in EAEU else ""
    name = "Türkiye" if iso3 == "TUR" else name
    return {"iso3": iso3, "name": name, "capital": capital, "landlocked": landlocked, "customs_union": union}


def build_places(draft: Draft) -> None:
    """One row a place, whether the rail file, the road file or both name it."""
    rail = {row["id"]: row for row in draft.facts.rows("rail_nodes")}
    road = {row["id"]: row for row in draft.facts.rows("road_nodes")}
    for place_id in sorted(rail | road):
        both = [rows[place_id] for rows in (rail, road) if place_id in rows]
        draft.add("places", merged_place(draft, place_id, both))
        if len(both) == 2:
            add_rivals(draft, place_id, both[0], both[1])


def merged_place(draft: Draft, place_id: str, rows: list[Row]) -> Row:
    """Return the place: coordinates by ``better_located``, the higher kind, the newer population."""
    located = better_located(rows)
    kind = min((row["kind"] for row in rows), key=KIND_RANK.index)
    source, basis = coordinate_source(located)
    notes = joined(*(population_free_note(row) for row in rows), precision_note(located))
    provenance = draft.cited(source, basis, notes)
    return {
        "place_id": place_id,
        "name": rows[0]["name"],
        "iso3": located["country_iso3"],
        "lon": number(located["lon"]),
        "lat": number(located["lat"]),
        "kind": kind,
        "population_k": rows[-1]["population_thousand"] or rows[0]["population_thousand"],
        "locode": rows[0].get("locode", ""),
    } | provenance


def better_located(rows: list[Row]) -> Row:
    """Return the row whose coordinates are kept: a city's town centre, else the railway station."""
    if len(rows) == 1:
        return rows[0]
    rail, road = rows
    if rail["kind"] == "city" and not APPROXIMATE.search(road["coord_source"]):
        return road
    if APPROXIMATE.search(rail["coord_source"]) and not APPROXIMATE.search(road["coord_source"]):
        return road
    return rail


def coordinate_source(row: Row) -> tuple[str, str]:
    """Return source and basis of a place's coordinates."""
    text = row["coord_source"]
    if APPROXIMATE.search(text):
        return "general knowledge", "estimated"
    if text.startswith("Wikipedia"):
        return (
            f"Wikipedia, {text.removeprefix('Wikipedia: ')}, https://en.wikipedia.org/wiki/{row['name']}",
            "reported",
        )
    return "GeoNames id", "reported"


def precision_note(row: Row) -> str:
    """Say how well a place is located when that is not plain."""
    text = row["coord_source"]
    if "km off" in text:
        return f"position {text}"
    return "position approximate" if APPROXIMATE.search(text) else ""


def population_free_note(row: Row) -> str:
    """Return the note of a place without the sentence on its population."""
    return re.sub(r"population \d+ thousand is a rounded.*$", "", row["note"]).strip("; ")


def add_rivals(draft: Draft, place_id: str, rail: Row, road: Row) -> None:
    """Record the coordinates and populations that the merged place does not hold."""
    kept = better_located([rail, road])
    other = road if kept is rail else rail
    if distance_km(rail, road) > RIVAL_KM:
        source, basis = coordinate_source(other)
        for column in ("lon", "lat"):
            draft.rival(
                "places",
                place_id,
                column,
                float(other[column]),
                source,
                basis=basis,
                unit="degrees",
                note=f"the other file; {distance_km(rail, road):.0f} km away",
            )
    add_population_rivals(draft, place_id, rail, road)


def add_population_rivals(draft: Draft, place_id: str, rail: Row, road: Row) -> None:
    """Keep the population counted by GeoNames beside a rounded recent figure."""
    recent = re.search(r"rounded recent figure .*GeoNames has ([\d.]+)", road["note"])
    if recent:
        draft.rival(
            "places",
            place_id,
            "population_k",
            road["population_thousand"],
            "general knowledge",
            chosen="yes",
            unit="thousand",
            note="rounded recent figure",
        )
        draft.rival("places", place_id, "population_k", recent[1], "GeoNames id", unit="thousand")
        return
    if rail["population_thousand"] and road["population_thousand"]:
        a, b = float(rail["population_thousand"]), float(road["population_thousand"])
        if abs(a - b) > RIVAL_POPULATION * b:
            draft.rival(
                "places", place_id, "population_k", a, "GeoNames id", unit="thousand", note="rail file"
            )


def distance_km(a: Row, b: Row) -> float:
    """Return the great-circle distance between two rows with lon and lat."""
    lat_a, lat_b = radians(float(a["lat"])), radians(float(b["lat"]))
    turn = radians(float(b["lon"]) - float(a["lon"]))
    return 6371.0 * acos(min(1.0, sin(lat_a) * sin(lat_b) + cos(lat_a) * cos(lat_b) * cos(turn)))


def build_country_series(draft: Draft) -> None:
    """Figures of countries by year; recalled ones are estimated."""
    factbook = "CIA World Factbook"
    for row in draft.facts.rows("countries"):
        document = factbook if "Factbook" in row["source"] else "general knowledge"
        lpi = row["source"] if "LPI 2023 via" in row["source"] else "general knowledge"
        lpi = re.sub(r".*World Bank LPI 2023 via ", "", lpi) if lpi != "general knowledge" else lpi
        lpi = re.sub(r"; memberships.*", "", lpi)
        add_series(
            draft, row, 2026, "population", "population_million", "million", document, "latest estimate"
        )
        add_series(
            draft, row, 2023, "gdp", "gdp_usd_billion_2023", "billion USD", "general knowledge", "recalled"
        )
        add_series(draft, row, 2024, "gdp_ppp", "gdp_ppp", "billion 2021 USD", document, "purchasing power")
        add_series(draft, row, 2026, "area", "area_km2", "km2", document, "")
        add_series(
            draft, row, 2023, "lpi_score", "lpi_2023_score", "score", lpi, "logistics performance index"
        )
        add_latest_gdp(draft, row, document)


def add_series(
    draft: Draft, row: Row, year: int, variable: str, column: str, unit: str, source: str, note: str
) -> None:
    """Add one figure of a country when the facts hold it."""
    if not is_number(row[column]):
        return
    key = {"iso3": row["iso3"], "year": year, "variable": variable, "value": float(row[column]), "unit": unit}
    draft.add("country_series", key | draft.cited(source, "reported", note))


def add_latest_gdp(draft: Draft, row: Row, source: str) -> None:
    """Add the newest output at exchange rates, printed as text in the facts."""
    printed = re.match(r"\$([\d.,]+) (trillion|billion) \((\d{4})", row["gdp_latest_text"])
    if not printed:
        return
    value = float(printed[1].replace(",", "")) * (1000 if printed[2] == "trillion" else 1)
    key = {
        "iso3": row["iso3"],
        "year": int(printed[3]),
        "variable": "gdp",
        "value": value,
        "unit": "billion USD",
    }
    draft.add("country_series", key | draft.cited(source, "reported", "newest figure printed"))


def check_countries(draft: Draft) -> list[str]:
    """Return the countries that places name and no row describes."""
    known = {row["iso3"] for row in draft.tables["countries"]}
    return sorted({row["iso3"] for row in draft.tables["places"]} - known)


__all__ = ["READ_ON", "build_countries", "build_country_series", "build_places", "check_countries"]
