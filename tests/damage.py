"""Every kind of fault a package can have, each as one act of damage and what must be said about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Rows = list[dict[str, str]]
Tables = dict[str, Rows]
Row = dict[str, str]


class NothingToDamage(Exception):
    """The package has no row this damage could be done to."""


@dataclass(frozen=True)
class Damage:
    """What is done, and the file, row, column and words that must be named."""

    kind: str
    do: Callable[[Tables], tuple[str, int]]  # returns the table and the position of the row blamed
    column: str
    what: str
    mend: str


def find(tables: Tables, table: str, where: Callable[[Row], bool] = lambda row: True) -> int:
    for i, row in enumerate(tables[table]):
        if where(row):
            return i
    raise NothingToDamage(table)


def put(
    table: str, column: str, text: str, where: Callable[[Row], bool] = lambda row: True
) -> Callable[[Tables], tuple[str, int]]:
    """Return the act of writing a text into a cell of the first row that fits."""

    def do(tables: Tables) -> tuple[str, int]:
        i = find(tables, table, where)
        tables[table][i][column] = text
        return table, i

    return do


def add(table: str, **changed: str) -> Callable[[Tables], tuple[str, int]]:
    """Return the act of adding a copy of the first row with other cells."""

    def do(tables: Tables) -> tuple[str, int]:
        tables[table].append({**tables[table][find(tables, table)], **changed})
        return table, len(tables[table]) - 1

    return do


def rail(row: Row) -> bool:
    return row["mode"] == "rail"


def _iso3(tables: Tables) -> dict[str, str]:
    return {row["place_id"]: row["iso3"] for row in tables["places"]}


def _drop_crossing(tables: Tables) -> tuple[str, int]:
    gone = tables["crossings"].pop(0)
    tables["crossing_obs"] = [
        row for row in tables["crossing_obs"] if row["crossing_id"] != gone["crossing_id"]
    ]
    tables["capacities"] = [row for row in tables["capacities"] if row["element_id"] != gone["crossing_id"]]
    drop_records(tables, "crossings", gone["crossing_id"])
    ends = {gone["place_a"], gone["place_b"]}
    return "links", find(
        tables, "links", lambda row: {row["place_a"], row["place_b"]} == ends and row["mode"] == gone["mode"]
    )


def drop_records(tables: Tables, table: str, row_id: str) -> None:
    """Take away what is said about a row, so that one fault stays one."""
    for name in ("alternatives", "project_edits"):
        tables[name] = [row for row in tables[name] if (row["table"], row["row_id"]) != (table, row_id)]
    for name in ("aliases", "evidence"):
        tables[name] = [row for row in tables[name] if row["entity_id"] != row_id]


def _second_capacity(tables: Tables) -> tuple[str, int]:
    first = tables["capacities"][find(tables, "capacities", lambda row: row["direction"] == "both")]
    return add("capacities", **first | {"capacity_id": "once_more", "direction": "a_to_b"})(tables)


def _second_crossing(tables: Tables) -> tuple[str, int]:
    first = tables["crossings"][0]
    turned = {"crossing_id": "the_same_again", "place_a": first["place_b"], "place_b": first["place_a"]}
    return add("crossings", **turned)(tables)


def _crossing_inside(tables: Tables) -> tuple[str, int]:
    country = _iso3(tables)
    i = find(tables, "links", lambda row: rail(row) and country[row["place_a"]] == country[row["place_b"]])
    link = tables["links"][i]
    inside = {"place_a": link["place_a"], "place_b": link["place_b"], "mode": "rail"}
    return add("crossings", crossing_id="inside", **inside)(tables)


def _crossing_of_no_link(tables: Tables) -> tuple[str, int]:
    country = _iso3(tables)
    joined = {frozenset((row["place_a"], row["place_b"])) for row in tables["links"]}
    for one in country:
        for other in country:
            if country[one] < country[other] and frozenset((one, other)) not in joined:
                ends = {"place_a": one, "place_b": other, "mode": "road"}
                return add("crossings", crossing_id="nowhere", **ends)(tables)
    raise NothingToDamage("places")


def _transfer_to_no_terminal(tables: Tables) -> tuple[str, int]:
    reached = {row[end] for row in tables["links"] if row["mode"] == "sea" for end in ("place_a", "place_b")}
    return put("transfers", "to_mode", "sea", _leaves_by_road(lambda row: row["place_id"] not in reached))(
        tables
    )


def _leaves_by_road(also: Callable[[Row], bool]) -> Callable[[Row], bool]:
    return lambda row: not row["to_gauge_mm"] and row["to_mode"] == "road" and also(row)


def _transfer_to_itself(tables: Tables) -> tuple[str, int]:
    i = find(tables, "transfers", lambda row: row["from_mode"] == "rail" and row["to_mode"] == "rail")
    tables["transfers"][i]["to_gauge_mm"] = tables["transfers"][i]["from_gauge_mm"]
    return "transfers", i


def _too_short(tables: Tables) -> tuple[str, int]:
    i = find(tables, "links", lambda row: float(row["length_km"]) > 100)
    tables["links"][i]["length_km"] = "1.5"
    drop_records(tables, "links", tables["links"][i]["link_id"])
    return "links", i


def _total_as_flow(tables: Tables) -> tuple[str, int]:
    total = tables["trade_totals"][find(tables, "trade_totals")]
    moved = {
        "exporter": total["country_a"],
        "importer": total["country_b"],
        "china_base": "no",
        "partner_base": "no",
        **{column: total[column] for column in ("year", "reporter", "usd", "source_id", "basis")},
    }
    return add("trade_flows", flow_id="moved_total", **moved)(tables)


def _second_base(tables: Tables) -> tuple[str, int]:
    first = tables["trade_flows"][find(tables, "trade_flows", lambda row: row["china_base"] == "yes")]
    tables["trade_flows"].append({**first, "flow_id": "second_base", "partner_base": "no"})
    return "trade_flows", len(tables["trade_flows"]) - 1


def _weights(tables: Tables) -> tuple[str, int]:
    row = tables["zones"][0]
    row["weight"] = str(float(row["weight"]) / 2)
    drop_records(tables, "zones", row["place_id"])
    return "zones", 0


def _shares(tables: Tables) -> tuple[str, int]:
    i = find(tables, "trade_shares", lambda row: 0 < float(row["share"]) < 1)
    pair = [tables["trade_shares"][i][end] for end in ("exporter", "importer")]
    for row in tables["trade_shares"]:
        if [row["exporter"], row["importer"]] == pair:
            row["share"] = "0.99"
            drop_records(tables, "trade_shares", "/".join((*pair, row["class_id"])))
    first = find(tables, "trade_shares", lambda row: [row["exporter"], row["importer"]] == pair)
    return "trade_shares", first


def _ring(tables: Tables) -> tuple[str, int]:
    one, other = tables["projects"][:2]
    one["requires_project"], other["requires_project"] = other["project_id"], one["project_id"]
    return "projects", 0


def _own_part(tables: Tables) -> tuple[str, int]:
    tables["projects"][0]["part_of"] = tables["projects"][0]["project_id"]
    return "projects", 0


def _has_amount(row: Row) -> bool:
    return bool(row["amount"])


def _alternative(**changed: str) -> Callable[[Tables], tuple[str, int]]:
    """Return the act of adding a rival of the first link's length, itself sound, with some cells wrong."""

    def do(tables: Tables) -> tuple[str, int]:
        sound = {
            "alternative_id": "added",
            "table": "links",
            "row_id": tables["links"][0]["link_id"],
            "column": "length_km",
            "value": "77.7",
            "unit": "km",
            "as_of": "2024",
            "basis": "reported",
            "source_id": tables["sources"][0]["source_id"],
            "chosen": "no",
            "note": "",
        }
        tables["alternatives"].append({**sound, **changed})
        return "alternatives", len(tables["alternatives"]) - 1

    return do


def _assumption(**changed: str) -> Callable[[Tables], tuple[str, int]]:
    def do(tables: Tables) -> tuple[str, int]:
        sound = {
            "assumption_id": "added",
            "table": "links",
            "where": "mode=rail",
            "column": "speed_km_per_h",
            "value": "30",
            "lo": "20",
            "hi": "40",
            "unit": "km/h",
            "method": "median",
            "reason": "not stated",
            "source_id": tables["sources"][0]["source_id"],
        }
        tables["assumptions"].append({**sound, **changed})
        return "assumptions", len(tables["assumptions"]) - 1

    return do


def _edit(**changed: str) -> Callable[[Tables], tuple[str, int]]:
    """Return the act of adding a sound edit of the first link's length with some cells wrong."""

    def do(tables: Tables) -> tuple[str, int]:
        link, project = tables["links"][0], tables["projects"][0]
        sound = {
            "edit_id": "added",
            "project_id": project["project_id"],
            "table": "links",
            "row_id": link["link_id"],
            "column": "length_km",
            "op": "set",
            "before": link["length_km"],
            "after": "99",
            "reason": "made shorter",
            **{column: project[column] for column in ("source_id", "basis", "checked_on")},
        }
        tables["project_edits"].append({**sound, **changed})
        return "project_edits", len(tables["project_edits"]) - 1

    return do


def _open_of_another(tables: Tables) -> tuple[str, int]:
    free = tables["links"][find(tables, "links", lambda row: not row["project_id"])]
    return _edit(row_id=free["link_id"], column="", op="open", before="", after="")(tables)


def _vouch(kind: str) -> Callable[[Tables], tuple[str, int]]:
    def do(tables: Tables) -> tuple[str, int]:
        source = {**tables["sources"][0], "source_id": "hearsay", "kind": kind}
        tables["sources"].append(source)
        tables["places"][0].update(source_id="hearsay", basis="measured")
        return "places", 0

    return do


def _parameter(**changed: str) -> Callable[[Tables], tuple[str, int]]:
    sound = {
        "parameter_id": "added_usd_per_feu",
        "value": "5",
        "lo": "2",
        "hi": "9",
        "dist": "lognormal",
        "unit": "USD/FEU",
        "meaning": "added",
    }
    return add("parameters", **{**sound, **changed})


def _observation(**changed: str) -> Callable[[Tables], tuple[str, int]]:
    sound = {"obs_id": "added", "metric": "mean_hours", "value": "5", "unit": "h"}
    return add("crossing_obs", **{**sound, **changed})


DAMAGES = [
    Damage("required empty", put("places", "name", ""), "name", "name is empty", "write name in English"),
    Damage(
        "number in words", put("links", "length_km", "far"), "length_km", "'far'", "the number alone, in km"
    ),
    Damage("unit in the cell", put("links", "length_km", "454 km"), "length_km", "'454 km'", "in km"),
    Damage("thousands", put("links", "length_km", "1,234.5"), "length_km", "'1,234.5'", "write 1234.5"),
    Damage("decimal comma", put("links", "length_km", "12,5"), "length_km", "'12,5'", "write 12.5"),
    Damage("underscore", put("links", "length_km", "1_000"), "length_km", "'1_000'", "write 1000"),
    Damage("other digits", put("links", "length_km", "１２"), "length_km", "'１２'", "number alone"),
    Damage("blank round number", put("links", "length_km", " 12"), "length_km", "' 12'", "delete the blanks"),
    Damage("NaN", put("links", "length_km", "NaN"), "length_km", "'NaN'", "leave the cell empty"),
    Damage("infinity", put("links", "length_km", "inf"), "length_km", "'inf'", "leave the cell empty"),
    Damage("overflow", put("links", "length_km", "1e999"), "length_km", "too large", "leave the cell empty"),
    Damage(
        "not available",
        put("links", "speed_km_per_h", "n/a"),
        "speed_km_per_h",
        "'n/a'",
        "leave the cell empty",
    ),
    Damage(
        "negative length", put("links", "length_km", "-5"), "length_km", "length_km is -5", "0 km or more"
    ),
    Damage("above bound", put("places", "lat", "95"), "lat", "lat is 95", "90 degrees or less"),
    Damage("not whole", put("links", "tracks", "1.5", rail), "tracks", "'1.5'", "without a decimal point"),
    Damage(
        "endless whole",
        put("links", "opened_year", "9" * 5000),
        "opened_year",
        "...'",
        "leave the cell empty",
    ),
    Damage("choice", put("links", "mode", "raill"), "mode", "mode is 'raill'", "write rail"),
    Damage("gauge", put("links", "gauge_mm", "1500", rail), "gauge_mm", "'1500'", "1435, 1520, 1668 or 1676"),
    Damage(
        "blank in id",
        put("links", "link_id", "Kashgar Osh"),
        "link_id",
        "'Kashgar Osh'",
        "such as kashgar_osh",
    ),
    Damage(
        "path in id", put("links", "link_id", "../../etc/passwd"), "link_id", "holds a path", "etc_passwd"
    ),
    Damage("long id", put("links", "link_id", "a" * 81), "link_id", "81 characters", "80 characters at most"),
    Damage("iso3", put("places", "iso3", "kaz"), "iso3", "'kaz'", "three capitals"),
    Damage("date", put("places", "checked_on", "2026-13"), "checked_on", "'2026-13'", "2026-11-25"),
    Damage("control character", put("places", "name", "Osh\x07"), "name", "U+0007", "delete it"),
    Damage("turned text", put("places", "name", "Osh\u202ehsO"), "name", "U+202E", "delete it"),
    Damage("wrong decoding", put("places", "name", "T\ufffdrkiye"), "name", "decoded wrongly", "UTF-8"),
    Damage("line break", put("places", "note", "a\nb"), "note", "line break", "one line"),
    Damage(
        "formula",
        put("places", "name", '=HYPERLINK("x")'),
        "name",
        "like a formula",
        "do not begin it with =",
    ),
    Damage("formula +", put("places", "note", "+cmd|' /C calc'!A0"), "note", "like a formula", "with +"),
    Damage("formula -", put("places", "note", "-2+3+cmd"), "note", "like a formula", "with -"),
    Damage("formula @", put("places", "note", "@SUM(A1)"), "note", "like a formula", "with @"),
    Damage("formula after blank", put("places", "note", " =1+1"), "note", "like a formula", "with ="),
    Damage("only blanks", put("places", "note", "   "), "note", "only blanks", "leave the cell empty"),
    Damage("long text", put("places", "note", "a" * 5001), "note", "5,001 characters", "5,000"),
    Damage("duplicate key", add("links"), "link_id", "already", "its own id"),
    Damage(
        "foreign key", put("links", "season_id", "wintr"), "season_id", "is not in seasons.csv", "seasons.csv"
    ),
    Damage("no source", put("places", "source_id", ""), "source_id", "source_id is empty", "sources.csv"),
    Damage("no basis", put("places", "basis", ""), "basis", "basis is empty", "how the figures"),
    Damage("other basis", put("places", "basis", "heard"), "basis", "'heard'", "measured, reported"),
    Damage(
        "unknown source",
        put("places", "source_id", "nobody_at_all"),
        "source_id",
        "not in sources",
        "sources.csv",
    ),
    Damage(
        "recalled as measured", _vouch("general_knowledge"), "basis", "general knowledge", "write estimated"
    ),
    Damage("judged as measured", _vouch("judgement"), "basis", "judgement", "write estimated"),
    Damage("wrong unit", _parameter(unit="USD"), "unit", "its name is in USD/FEU", "in USD/FEU"),
    Damage("unknown unit", _parameter(unit="furlong"), "unit", "furlong", "write USD/FEU"),
    Damage("law without range", _parameter(lo=""), "lo", "lo is empty", "make dist fixed"),
    Damage("law of zero", _parameter(lo="0"), "lo", "lo is 0", "above 0"),
    Damage("value under range", _parameter(lo="7"), "lo", "lo 7 is above value 5", "lo value or less"),
    Damage("value over range", _parameter(hi="4"), "value", "value 5 is above hi 4", "value hi or less"),
    Damage("days at a border", _observation(unit="day"), "unit", "'day'", "in h"),
    Damage("hours of money", _observation(metric="cost_usd"), "unit", "'h'", "in USD"),
    Damage(
        "link to itself", lambda tables: _same_ends(tables, "links"), "place_b", "are both", "two different"
    ),
    Damage("rail without gauge", put("links", "gauge_mm", "", rail), "gauge_mm", "is empty", "gauge in mm"),
    Damage(
        "road with gauge",
        put("links", "gauge_mm", "1520", lambda row: row["mode"] == "road"),
        "gauge_mm",
        "though mode is road",
        "leave it empty",
    ),
    Damage("border without crossing", _drop_crossing, "place_b", "without a crossing", "crossings.csv"),
    Damage(
        "capacity of nothing",
        put("capacities", "element_id", "nowhere"),
        "element_id",
        "has no",
        "name a row",
    ),
    Damage("capacity of 0", put("capacities", "value", "0"), "value", "is a closure", "delete the row"),
    Damage("two capacities", _second_capacity, "direction", "already", "alternatives"),
    Damage("two crossings", _second_crossing, "place_a", "already", "one crossing for both sides"),
    Damage("crossing inside", _crossing_inside, "place_b", "are both in", "two countries"),
    Damage("crossing without link", _crossing_of_no_link, "place_a", "no road link joins", "links.csv"),
    Damage("too short", _too_short, "length_km", "straight line", "in km"),
    Damage("no terminal", _transfer_to_no_terminal, "to_mode", "does not reach", "add the link"),
    Damage("no change", _transfer_to_itself, "to_mode", "nothing changes", "delete the row"),
    Damage("same transfer", add("transfers", transfer_id="again"), "place_id", "already", "delete one"),
    Damage("months", put("seasons", "months_closed", "12;13"), "months_closed", "'12;13'", "12;1;2"),
    Damage("weights", _weights, "weight", "sum to", "sum to 1"),
    Damage("shares", _shares, "share", "sum to", "1 or less"),
    Damage("two bases", _second_base, "china_base", "already", "one row of the pair"),
    Damage("total as flow", _total_as_flow, "usd", "two-way total", "one-way value"),
    Damage(
        "note of total", put("trade_flows", "note", "two-way trade"), "note", "two-way", "trade_totals.csv"
    ),
    Damage(
        "trade with itself",
        lambda tables: _same(tables, "trade_flows", "exporter", "importer"),
        "importer",
        "are both",
        "two different",
    ),
    Damage(
        "pair to itself",
        lambda tables: _same(tables, "appraisal_pairs", "origin", "destination"),
        "destination",
        "are both",
        "two different",
    ),
    Damage("rival of no table", _alternative(table="linkz"), "table", "'linkz'", "did you mean links?"),
    Damage("rival of no row", _alternative(row_id="no_such_link"), "row_id", "no row", ""),
    Damage("rival of no column", _alternative(column="lenght_km"), "column", "'lenght_km'", "length_km?"),
    Damage("rival in words", _alternative(value="long"), "value", "does not fit length_km", "number alone"),
    Damage("rival in miles", _alternative(unit="mi"), "unit", "'mi'", "in km"),
    Damage("rival of no source", _alternative(source_id="gossip"), "source_id", "'gossip'", "sources.csv"),
    Damage("chosen but not held", _alternative(chosen="yes"), "chosen", "chosen is yes but", "write no"),
    Damage("fills no table", _assumption(table="linkz"), "table", "'linkz'", "did you mean links?"),
    Damage("fills no column", _assumption(column="speed"), "column", "'speed'", "speed_km_per_h?"),
    Damage("fills nowhere", _assumption(where="moode=rail"), "where", "'moode'", "did you mean mode?"),
    Damage("condition", _assumption(where="rail"), "where", "no condition", "write column=value"),
    Damage("fills badly", _assumption(value="fast"), "value", "does not fit", "number alone"),
    Damage("fills out of bounds", _assumption(value="900", lo="", hi=""), "value", "is 900", "or less"),
    Damage("fills in miles", _assumption(unit="mi/h"), "unit", "'mi/h'", "in km/h"),
    Damage("fills outside range", _assumption(lo="35"), "lo", "above value", "or less"),
    Damage("edit of no table", _edit(table="linkz"), "table", "'linkz'", "links?"),
    Damage("edit of no row", _edit(row_id="no_such_link"), "row_id", "no row", ""),
    Damage("edit of no column", _edit(column="lenght_km"), "column", "'lenght_km'", "length_km?"),
    Damage("edit without value", _edit(after=""), "after", "after is empty", "write it"),
    Damage("edit with words", _edit(after="shorter"), "after", "does not fit", "number alone"),
    Damage("edit from elsewhere", _edit(before="1"), "before", "before is '1'", "agree"),
    Damage(
        "scale of words", _edit(column="mode", op="scale", after="2"), "after", "cannot be scaled", "use set"
    ),
    Damage(
        "open a column",
        _edit(op="open", before="", after=""),
        "column",
        "though op is open",
        "leave it empty",
    ),
    Damage("open what is open", _open_of_another, "row_id", "open anyway", "delete the edit"),
    Damage("evidence of nothing", put("evidence", "entity_id", "zzzz"), "entity_id", "no record", "the row"),
    Damage("evidence undated", put("evidence", "date", "soon"), "date", "'soon'", "2026-11"),
    Damage("alias of nothing", put("aliases", "entity_id", "zzzz"), "entity_id", "no record", "the row"),
    Damage(
        "reading of nothing",
        put("claims", "stated_base", "another"),
        "stated_base",
        "no reading",
        "claim_bases",
    ),
    Damage("ring", _ring, "requires_project", "back to the project", "ring"),
    Damage("project of nowhere", put("projects", "countries", "CHN;XXX"), "countries", "'XXX'", "KGZ;UZB"),
    Damage("meeting of nowhere", put("events", "countries", "CHN;XXX"), "countries", "'XXX'", "KGZ;UZB"),
    Damage("pledge of nobody", put("commitments", "who", "XXX"), "who", "'XXX'", "KGZ;UZB"),
    Damage(
        "pledge of something", put("commitments", "unit", "", _has_amount), "unit", "is empty", "million USD"
    ),
    Damage("pledge of ducats", put("commitments", "unit", "ducats", _has_amount), "unit", "'ducats'", ""),
    Damage(
        "meeting back in time", put("events", "date_end", "1999-01"), "date_end", "is before", "later day"
    ),
    Damage("part of itself", _own_part, "part_of", "back to the project", "ring"),
    Damage("search of nothing", put("searches", "entity_id", "zzzz"), "entity_id", "no record", "the row"),
    Damage(
        "line to nowhere",
        put("energy_links", "node_b", "zzzz"),
        "node_b",
        "not in energy_nodes.csv",
        "add it",
    ),
    Damage("gas in mcm", put("gas_flows", "bcm", "25500"), "bcm", "is 25500", "300 bcm or less"),
    Damage(
        "plant of nowhere",
        put("plant_figures", "node_id", "zzzz"),
        "node_id",
        "not in energy_nodes.csv",
        "add it",
    ),
    Damage("gas of a rule", put("gas_ends", "rule", "all of it"), "rule", "'all of it'", "flow KAZ+TKM CHN"),
    Damage("gas at no place", put("gas_ends", "at", "zzzz"), "at", "energy_nodes has no row", "name a row"),
    Damage("a month twice", put("gas_months", "month", "2"), "month", "has months 2, 2", "once"),
    Damage("months too large", put("gas_months", "share", "0.9"), "share", "sum to", "sum to 1"),
    Damage(
        "crude of a rule",
        put("oil_ends", "rule", "all of it"),
        "rule",
        "'all of it'",
        "carried cpc_ru export",
    ),
    Damage(
        "crude of no line",
        put("oil_ends", "rule", "carried zzzz export"),
        "rule",
        "energy_links has no row",
        "name a row",
    ),
    Damage("crude at no place", put("oil_ends", "at", ""), "at", "a buyer stands nowhere", "energy_nodes"),
    Damage("rests too large", put("oil_rests", "share", "0.5"), "share", "sum to", "sum to 1"),
    Damage(
        "rest beyond its ends", put("oil_rests", "share_hi", "0.01"), "share", "and 0.01", "between its ends"
    ),
    Damage("edit of no line", put("energy_edits", "row_id", "zzzz"), "row_id", "has no row", "name a row"),
    Damage(
        "edit of no column", put("energy_edits", "column", "zzzz"), "column", "no column", "name a column"
    ),
    Damage(
        "edit to no status", put("energy_edits", "after", "dancing"), "after", "does not fit", "operating"
    ),
    Damage("gas from nowhere", put("gas_flows", "supplier", "XXX"), "supplier", "'XXX'", "KGZ+UZB"),
]


def _same_ends(tables: Tables, table: str) -> tuple[str, int]:
    return _same(tables, table, "place_a", "place_b")


def _same(tables: Tables, table: str, one: str, other: str) -> tuple[str, int]:
    i = find(tables, table)
    tables[table][i][other] = tables[table][i][one]
    return table, i
