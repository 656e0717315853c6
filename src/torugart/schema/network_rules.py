"""What must hold between places, links, crossings and transfers for them to be one network."""

from __future__ import annotations

from collections.abc import Iterator

from torugart.schema.cells import number_in
from torugart.schema.problems import Problem, quoted
from torugart.schema.text_table import Rule, Tables, TextTable, rows_of
from torugart.units import great_circle_km

# Coordinates are those of towns and lengths those of lines, so a short link may fall short of the line
# between towns.
SHORTEST_SHARE, SHORTEST_SLACK_KM = 0.85, 20.0


def link_ends_differ(tables: Tables) -> Iterator[Problem]:
    """Find links and crossings that join a place to itself."""
    for name in ("links", "crossings"):
        if name not in tables:
            continue
        table = tables[name]
        for i in rows_of(table):
            end = table.cells["place_a"][i]
            if end and end == table.cells["place_b"][i]:
                yield table.problem(
                    i, "place_b", f"place_a and place_b are both {quoted(end)}", "name two different places"
                )


def railways_have_a_gauge(tables: Tables) -> Iterator[Problem]:
    """Find railways without a gauge, and gauges of what is no railway."""
    for name, pairs in (
        ("links", (("mode", "gauge_mm"),)),
        ("transfers", (("from_mode", "from_gauge_mm"), ("to_mode", "to_gauge_mm"))),
    ):
        if name not in tables:
            continue
        table = tables[name]
        for mode_column, gauge_column in pairs:
            modes, gauges = table.cells[mode_column], table.cells[gauge_column]
            for i in rows_of(table):
                if modes[i] == "rail" and not gauges[i]:
                    yield table.problem(
                        i, gauge_column, f"{gauge_column} of a railway is empty", "write its gauge in mm"
                    )
                elif gauges[i] and modes[i] in ("road", "ferry", "sea"):
                    what = f"{gauge_column} is {quoted(gauges[i])} though {mode_column} is {modes[i]}"
                    yield table.problem(i, gauge_column, what, "leave it empty; only railways have a gauge")


def borders_are_crossed_once(tables: Tables) -> Iterator[Problem]:
    """Find border links without exactly one crossing, and crossings without a link."""
    if not {"links", "places", "crossings"} <= tables.keys():
        return
    links, crossings = tables["links"], tables["crossings"]
    country = _cells_by_id(tables["places"], "iso3")
    crossing_of: dict[tuple[str, str, str], int] = {}
    for i in rows_of(crossings):
        passage = _passage(crossings, i)
        a, b = (country.get(end, "") for end in passage[:2])
        if a and a == b and passage[0] != passage[1]:
            what = f"{quoted(passage[0])} and {quoted(passage[1])} are both in {a}"
            yield crossings.problem(
                i, "place_b", what, "name the border points of two countries, or delete the crossing"
            )
        if passage in crossing_of:
            first = crossings.row_ids[crossing_of[passage]]
            what = f"the passage is that of {quoted(first)} already"
            yield crossings.problem(i, "place_a", what, "keep one crossing for both sides")
        else:
            crossing_of[passage] = i
    passages = set()
    for i in rows_of(links):
        if links.cells["mode"][i] not in ("rail", "road"):
            continue
        passage = _passage(links, i)
        a, b = (country.get(end, "") for end in passage[:2])
        passages.add(passage)
        if a and b and a != b and passage not in crossing_of:
            what = f"the {passage[2]} link passes from {a} to {b} without a crossing"
            mend = f"add a row to crossings.csv with {passage[0]}, {passage[1]} and {passage[2]}"
            yield links.problem(i, "place_b", what, mend)
    for passage, i in crossing_of.items():
        if passage not in passages and all(passage):
            what = f"no {passage[2]} link joins {quoted(passage[0])} and {quoted(passage[1])}"
            yield crossings.problem(i, "place_a", what, "add the link to links.csv, or delete the crossing")


def links_are_not_too_short(tables: Tables) -> Iterator[Problem]:
    """Find links shorter than the straight line between their ends."""
    if not {"links", "places"} <= tables.keys():
        return
    links, places = tables["links"], tables["places"]
    for i in rows_of(links):
        length = number_in(links.cells["length_km"][i])
        straight = _straight_km(places, links.cells["place_a"][i], links.cells["place_b"][i])
        if length is None or length < 0 or straight is None:
            continue
        if length < SHORTEST_SHARE * straight - SHORTEST_SLACK_KM:
            what = f"length_km is {links.cells['length_km'][i]} but the straight line is {straight:,.0f} km"
            yield links.problem(
                i, "length_km", what, "write the length in km, or mend the coordinates of its ends"
            )


def transfers_join_terminals(tables: Tables) -> Iterator[Problem]:
    """Find transfers that change nothing, stand twice, or join modes that do not reach the place."""
    if not {"links", "transfers"} <= tables.keys():
        return
    terminals, transfers = _terminals(tables["links"]), tables["transfers"]
    seen: dict[tuple[str, ...], int] = {}
    for i in rows_of(transfers):
        place, *sides = (
            transfers.cells[c][i]
            for c in ("place_id", "from_mode", "from_gauge_mm", "to_mode", "to_gauge_mm")
        )
        ends = {"from": (sides[0], sides[1]), "to": (sides[2], sides[3])}
        if ends["from"] == ends["to"] and sides[0]:
            yield transfers.problem(
                i, "to_mode", f"nothing changes from {_spoken(*ends['from'])}", "delete the row"
            )
        first = seen.setdefault((place, *sides), i)
        if first != i:
            what = f"the change is that of {quoted(transfers.row_ids[first])} already"
            yield transfers.problem(i, "place_id", what, "delete one")
        for side, end in ends.items():
            there = terminals.get(place, set())
            if place and end[0] and (end[0] != "rail" or end[1]) and end not in there:
                found = ", ".join(sorted(_spoken(*terminal) for terminal in there)) or "nothing"
                what = f"{side}_mode is {_spoken(*end)}, which does not reach {quoted(place)} ({found} does)"
                yield transfers.problem(i, f"{side}_mode", what, "add the link, or delete the transfer")


def seasons_name_months(tables: Tables) -> Iterator[Problem]:
    """Find seasons whose months are not numbers from 1 to 12."""
    if "seasons" not in tables:
        return
    table = tables["seasons"]
    for i in rows_of(table):
        text = table.cells["months_closed"][i]
        months = [month.strip() for month in text.split(";")]
        if text and (len(set(months)) < len(months) or not set(months) <= {str(m) for m in range(1, 13)}):
            what = f"months_closed is {quoted(text)}"
            yield table.problem(i, "months_closed", what, "write each month once, as 12;1;2")


def _passage(table: TextTable, i: int) -> tuple[str, str, str]:
    a, b = sorted((table.cells["place_a"][i], table.cells["place_b"][i]))
    return a, b, table.cells["mode"][i]


def _cells_by_id(table: TextTable, column: str) -> dict[str, str]:
    return dict(zip(table.row_ids, table.cells[column], strict=True))


def _terminals(links: TextTable) -> dict[str, set[tuple[str, str]]]:
    terminals: dict[str, set[tuple[str, str]]] = {}
    for i in rows_of(links):
        for end in ("place_a", "place_b"):
            terminal = (links.cells["mode"][i], links.cells["gauge_mm"][i])
            terminals.setdefault(links.cells[end][i], set()).add(terminal)
    return terminals


def _spoken(mode: str, gauge_mm: str) -> str:
    return f"{mode} {gauge_mm}".strip()


def _straight_km(places: TextTable, a: str, b: str) -> float | None:
    if a not in places.row_of or b not in places.row_of:
        return None
    degrees = [number_in(places.cells[c][places.row_of[end]]) for end in (a, b) for c in ("lon", "lat")]
    known = [value for value in degrees if value is not None]
    return great_circle_km(*known) if len(known) == len(degrees) else None


def capacities_are_of_something(tables: Tables) -> Iterator[Problem]:
    """Find capacities of gates and links that do not exist, and two for the same direction of one."""
    if not {"capacities", "links", "crossings"} <= tables.keys():
        return
    table = tables["capacities"]
    seen: dict[tuple[str, str], str] = {}
    for i in rows_of(table):
        of, element = table.cells["element"][i], table.cells["element_id"][i]
        if of in ("links", "crossings") and element and element not in tables[of].row_of:
            yield table.problem(
                i,
                "element_id",
                f"{of} has no {quoted(element)}",
                f"name a row of {of}.csv, or delete this one",
            )
        direction = table.cells["direction"][i]
        if number_in(table.cells["value"][i]) == 0:
            yield table.problem(
                i, "value", "a capacity of 0 is a closure", "delete the row, or close it in a scenario"
            )
        for other in (direction, "both") if direction != "both" else ("both", "a_to_b", "b_to_a"):
            if (element, other) in seen:
                what = (
                    f"{quoted(element)} has a capacity for {other} already, in {quoted(seen[element, other])}"
                )
                yield table.problem(i, "direction", what, "keep one, and put the other into alternatives")
                break
        seen[element, direction] = table.row_ids[i]


RULES: tuple[Rule, ...] = (
    capacities_are_of_something,
    link_ends_differ,
    railways_have_a_gauge,
    borders_are_crossed_once,
    links_are_not_too_short,
    transfers_join_terminals,
    seasons_name_months,
)
