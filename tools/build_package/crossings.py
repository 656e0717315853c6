"""Border crossings, one for each rail or road link between two countries, and what was observed at them."""

from __future__ import annotations

import re
from collections import defaultdict

from tools.build_package.draft import Draft
from tools.build_package.facts import Row, decisions
from tools.build_package.text import hashed_slug, is_number, joined, slug

CLOSURE_YEARS = {"2020", "2021", "2022"}
LAND_MODES = ("rail", "road")
QUALIFIERS = re.compile(r"\s*\([^)]*\)|\s+(?:checkpoint|port|pass|station|dry port)\b", re.I)
METRIC_NOTES = {
    "do not mix with CPMM hours": "container_train_processing_hours",
    "technical crossing time": "technical_crossing_hours",
    "sea port, trucks waiting": "port_wait_hours",
    "inspection time": "inspection_hours",
    "waiting time before rebuilding": "waiting_hours",
    "earlier edition": "mean_hours_earlier_edition",
}


def build_crossings(draft: Draft) -> None:
    """One row for each link over a border, open or only planned."""
    places = draft.by_key("places", "place_id")
    names = crossing_names(draft)
    unions = {row["iso3"]: row["customs_union"] for row in draft.tables["countries"]}
    unopened = {
        row["project_id"] for row in draft.tables["projects"] if row["stated_status"] != "operational"
    }
    seen: set[str] = set()
    for link in draft.tables["links"]:
        a, b = places[link["place_a"]], places[link["place_b"]]
        crossing_id = crossing_of(a["place_id"], b["place_id"], link["mode"])
        if link["mode"] not in LAND_MODES or a["iso3"] == b["iso3"] or crossing_id in seen:
            continue
        seen.add(crossing_id)
        union = unions[a["iso3"]]
        regime = union if union and union == unions[b["iso3"]] else "external"
        provenance = {key: link[key] for key in ("source_id", "basis", "checked_on")}
        note = f"only with project {link['project_id']}" if link["project_id"] in unopened else ""
        draft.add(
            "crossings",
            {
                "crossing_id": crossing_id,
                "place_a": a["place_id"],
                "place_b": b["place_id"],
                "mode": link["mode"],
                "name": names.get(crossing_id) or plain_name(a, b, link["mode"]),
                "regime": regime,
                "note": note,
            }
            | provenance,
        )


def crossing_of(place_a: str, place_b: str, mode: str) -> str:
    """Return the id of a crossing: both places and the mode, as the link has them."""
    return slug(f"{place_a}_{place_b}_{mode}")


def crossing_names(draft: Draft) -> dict[str, str]:
    """Return names that freight people use, by crossing id in either order of places."""
    names: dict[str, str] = {}
    for row in draft.facts.rows("road_border_crossings"):
        if (
            row["node_from"]
            and row["node_to"]
            and "corridor" not in row["crossing"]
            and " and " not in row["crossing"]
        ):
            for pair in ((row["node_from"], row["node_to"]), (row["node_to"], row["node_from"])):
                names.setdefault(crossing_of(*pair, "road"), f"{row['crossing']} (road)")
    for row in decisions("crossing_names"):
        names[row["crossing_id"]] = row["name"]
    return names


def plain_name(a: Row, b: Row, mode: str) -> str:
    """Return the two places' names without qualifiers, once when they agree."""
    first, second = (QUALIFIERS.sub("", place["name"]).strip() for place in (a, b))
    return f"{first} ({mode})" if first == second else f"{first}-{second} ({mode})"


def build_crossing_obs(draft: Draft) -> None:
    """Hours, fees and traffic at crossings, and means over a country's crossings."""
    known = {row["crossing_id"] for row in draft.tables["crossings"]}
    for row in draft.facts.rows("border_crossings"):
        scope = row["scope"] if row["scope"] != "bcp" else side_of(row, draft)
        add_observation(draft, known, row, "rail", scope, row["sample"])
    for row in draft.facts.rows("road_border_crossings"):
        mode = "ferry" if row["node_from"] and not row["node_to"] else "road"
        scope = row["side_iso3"] or row["crossing"].split(",")[0]
        add_observation(draft, known, row, mode, scope, "")
    set_base_years(draft)


def side_of(row: Row, draft: Draft) -> str:
    """Return the country on whose side a gate was observed, as far as the note tells."""
    for words, iso3 in (
        ("PRC side", "CHN"),
        ("at Dostyk", "KAZ"),
        ("at Erenhot", "CHN"),
        ("at Zamyn-Uud", "MNG"),
        ("at Farap", "TKM"),
        ("Akhalkalaki", "GEO"),
        ("technical crossing", "MNG"),
    ):
        if words in row["note"]:
            return iso3
    return ""


def add_observation(draft: Draft, known: set[str], row: Row, mode: str, scope: str, sample: str) -> None:
    """Add one observation; a figure of another kind than the mean passage gets a metric of its own."""
    a, b = row["node_from"], row["node_to"]
    pair = [crossing_of(a, b, mode), crossing_of(b, a, mode)] if a and b else []
    crossing_id = next((each for each in pair if each in known), "")
    name = row.get("crossing", "")
    if "corridor" in name or " and " in name or "all road checkpoints" in name:
        crossing_id = ""
    value = row["value"] if is_number(row["value"]) else ""
    note = joined(row["note"], "" if value else row["value"], name if name and not crossing_id else "")
    metric = metric_of(row)
    provenance = draft.cited(
        row["source"], "measured" if "carecprogram" in row["source"] else "reported", note
    )
    key = (
        crossing_id,
        scope,
        mode,
        row["direction"],
        row["year"],
        metric,
        row["value"],
        row["source"],
        row["note"],
    )
    draft.add(
        "crossing_obs",
        {
            "obs_id": hashed_slug(f"{crossing_id or scope}_{row['direction']}_{row['year']}_{metric}", *key),
            "crossing_id": crossing_id,
            "scope_iso3": scope,
            "mode": mode,
            "direction": row["direction"],
            "year": row["year"],
            "metric": metric,
            "value": value,
            "unit": unit_of(metric),
            "sample": sample,
        }
        | provenance,
    )


def metric_of(row: Row) -> str:
    """Return the metric, kept apart when the note says that the figure is of another kind."""
    for words, metric in METRIC_NOTES.items():
        if words in row["note"] and row["metric"] == "mean_hours":
            return metric
    if "single pilot convoy" in row["note"]:
        return "pilot_convoy_hours"
    return row["metric"]


def unit_of(metric: str) -> str:
    """Return the unit of a metric."""
    if "cost_usd" in metric:
        return "USD"
    if "hours" in metric:
        return "h"
    per = {
        "trucks_per_day": "trucks/day",
        "capacity_trucks_per_day": "trucks/day",
        "trains_per_day": "trains/day",
        "wagons_per_day": "wagons/day",
        "vehicles_per_year": "vehicles/year",
        "open_days": "days/year",
        "cars_per_half_year": "cars per half year",
        "cargo_tonnes_per_year": "t/year",
        "queue_vehicles": "vehicles",
    }
    return per.get(metric, "")


def set_base_years(draft: Draft) -> None:
    """Choose the years whose observations stand for a crossing in normal times."""
    years: dict[str, set[str]] = defaultdict(set)
    for row in draft.tables["crossing_obs"]:
        if row["metric"] == "mean_hours" and row["value"]:
            years[row["crossing_id"]].add(row["year"])
    places = draft.by_key("places", "place_id")
    for crossing in draft.tables["crossings"]:
        china = "CHN" in (places[crossing["place_a"]]["iso3"], places[crossing["place_b"]]["iso3"])
        seen = years[crossing["crossing_id"]]
        shut = CLOSURE_YEARS if china else {"2020", "2021"}
        chosen = sorted(seen - shut)
        crossing["base_years"] = ";".join(chosen)
        crossing["base_reason"] = base_reason(seen, chosen, china)


def base_reason(seen: set[str], chosen: list[str], china: bool) -> str:
    """Say why these years were chosen."""
    shut = (
        "2020 to 2022, when China all but shut its land borders,"
        if china
        else "2020 and 2021, the epidemic years,"
    )
    if chosen:
        return f"observed at this gate; {shut} only say how slow it was beside its country's others"
    if seen:
        years = " and ".join(sorted(seen))
        return f"observed only in {years}; {shut} only say how slow it was beside its country's others, at the level of its kind"
    return "nothing observed at this gate; the level of its kind is used"
