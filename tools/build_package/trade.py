"""Trade: one-way flows, two-way totals, what is traded, where it begins and ends, and what passes through."""

from __future__ import annotations

import re
from collections import defaultdict

from tools.build_package.draft import BASIS, Draft, scaled
from tools.build_package.facts import Row, decisions
from tools.build_package.text import hashed_slug, joined, number, slug

BASE_YEAR = "2023"
BASIS_RANK = {"reported": 0, "measured": 0, "modelled": 1, "estimated": 2, "claimed": 3}
GROUPS = {"EUU": "EU27"}
CLASSES = ("time_sensitive", "manufactures", "farm_food", "bulk")
XINJIANG = ("urumqi", "kashgar", "korla", "aksu", "yining", "hotan")
XINJIANG_PEOPLE_SHARE = 0.0184
XINJIANG_TRADE_SHARE = 5050 / 14700


def build_trade(draft: Draft) -> None:
    """Split the bilateral file into one-way flows and two-way totals, then choose the base rows."""
    for row in draft.facts.rows("trade_bilateral"):
        add_trade(
            draft,
            row["exporter_iso3"],
            row["importer_iso3"],
            row["year"],
            row["reporter"],
            row["value_usd_million"],
            row["source"],
            row["basis"],
            row["note"],
            row["flow"],
        )
    for row in decisions("more_trade"):
        add_trade(
            draft,
            row["exporter"],
            row["importer"],
            row["year"],
            row["reporter"],
            row["usd_million"],
            row["source"],
            row["basis"],
            row["note"],
            "one_way",
        )
    choose_bases(draft)
    add_total_rivals(draft)


def add_trade(
    draft: Draft,
    a: str,
    b: str,
    year: str,
    reporter: str,
    musd: str,
    source: str,
    basis: str,
    note: str,
    flow: str,
) -> None:
    """Add one flow, or one total when both directions are counted together."""
    provenance = draft.cited(source, basis, note)
    usd = scaled(musd, 1e6)
    key = (a, b, year, reporter, usd, provenance["source_id"], flow)
    if flow == "two_way":
        first, second = sorted((a, b))
        draft.add(
            "trade_totals",
            {
                "total_id": hashed_slug(f"{first}_{second}_{year}_{reporter}", *key),
                "country_a": first,
                "country_b": second,
                "year": year,
                "reporter": reporter,
                "usd": usd,
            }
            | provenance,
        )
        return
    draft.add(
        "trade_flows",
        {
            "flow_id": hashed_slug(f"{a}_{b}_{year}_{reporter}", *key),
            "exporter": a,
            "importer": b,
            "year": year,
            "reporter": reporter,
            "usd": usd,
            "china_base": "no",
            "partner_base": "no",
        }
        | provenance,
    )


def choose_bases(draft: Draft) -> None:
    """Mark one row a pair for trade as China reports it and one for trade as partners report it."""
    traders = {row["trade_iso3"] for row in decisions("zones")}
    pairs: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in draft.tables["trade_flows"]:
        if row["year"] == BASE_YEAR and {row["exporter"], row["importer"]} <= traders:
            pairs[row["exporter"], row["importer"]].append(row)
    for rows in pairs.values():
        ranked = sorted(rows, key=lambda row: (BASIS_RANK[row["basis"]], row["flow_id"]))
        china = [row for row in ranked if row["reporter"] == "CHN"]
        others = [row for row in ranked if row["reporter"] != "CHN"]
        (china or others)[0]["china_base"] = "yes"
        (others or china)[0]["partner_base"] = "yes"
        add_flow_rivals(draft, ranked)


def add_flow_rivals(draft: Draft, rows: list[Row]) -> None:
    """Keep the other counts of a pair's flow as rivals of each base row."""
    for base in rows:
        if "yes" not in (base["china_base"], base["partner_base"]):
            continue
        for other in rows:
            if other is not base:
                keep_rival(draft, "trade_flows", base["flow_id"], other, f"counted by {other['reporter']}")


def keep_rival(draft: Draft, table: str, row_id: str, other: Row, note: str) -> None:
    """Copy the value of another row of the table as a rival."""
    key = (table, row_id, other["usd"], other["source_id"], note)
    draft.add(
        "alternatives",
        {
            "alternative_id": hashed_slug(f"{table}_{row_id}_usd", *key),
            "table": table,
            "row_id": row_id,
            "column": "usd",
            "value": other["usd"],
            "unit": "USD",
            "as_of": other["year"],
            "basis": other["basis"],
            "source_id": other["source_id"],
            "chosen": "no",
            "note": joined(note, other["note"]),
        },
    )


def add_total_rivals(draft: Draft) -> None:
    """Set the two-way totals of a pair and year against each other."""
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in draft.tables["trade_totals"]:
        groups[row["country_a"], row["country_b"], row["year"]].append(row)
    for rows in groups.values():
        base = min(rows, key=total_rank)
        for other in rows:
            if other is not base and other["usd"] != base["usd"]:
                keep_rival(draft, "trade_totals", base["total_id"], other, f"counted by {other['reporter']}")


def total_rank(row: Row) -> tuple[bool, int, int, str]:
    """Rank the counts of one total: China's first, reported before derived, then the most finely printed."""
    digits = len(number(row["usd"]).rstrip("0").replace(".", ""))
    return row["reporter"] != "CHN", BASIS_RANK[row["basis"]], -digits, row["total_id"]


def build_composition(draft: Draft) -> None:
    """What each pair trades, as the facts have it, with the class each group belongs to."""
    for row in draft.facts.rows("trade_composition"):
        exporter, importer = (GROUPS.get(row[key], row[key]) for key in ("exporter_iso3", "importer_iso3"))
        class_id, class_note = class_of(row["product_group"])
        provenance = draft.cited(row["source"], row["basis"], joined(row["note"], class_note))
        key = (
            exporter,
            importer,
            row["year"],
            row["product_group"],
            row["basis"],
            row["usd_million"],
            row["tonnes"],
        )
        draft.add(
            "trade_composition",
            {
                "composition_id": hashed_slug(
                    f"{exporter}_{importer}_{row['year']}_{row['product_group']}", *key
                ),
                "exporter": exporter,
                "importer": importer,
                "year": row["year"],
                "product_group": row["product_group"],
                "class_id": "" if row["product_group"].startswith("all goods") else class_id,
                "share_percent": number(row["share_percent"]),
                "usd": scaled(row["usd_million"], 1e6),
                "tonnes": number(row["tonnes"]),
            }
            | provenance,
        )


def class_of(product_group: str) -> tuple[str, str]:
    """Return the class of a product group and, when it needs saying, why."""
    for row in decisions("product_classes"):
        if re.search(row["pattern"], product_group, re.I):
            return row["class_id"], row["note"]
    return "manufactures", ""


def build_shares(draft: Draft) -> None:
    """Shares of the four classes: from a full split of 2023 where the facts hold one, else from a default."""
    splits = full_splits(draft)
    pairs = {
        (row["exporter"], row["importer"])
        for row in draft.tables["trade_flows"]
        if "yes" in (row["china_base"], row["partner_base"])
    }
    pairs |= {(row["from_iso3"], row["to_iso3"]) for row in decisions("through_flows")} & set(splits)
    for exporter, importer in sorted(pairs):
        shares, note, source = splits.get((exporter, importer)) or default_shares(exporter, importer)
        for class_id in CLASSES:
            provenance = draft.cited(source, "estimated", note)
            draft.add(
                "trade_shares",
                {"exporter": exporter, "importer": importer, "class_id": class_id, "share": shares[class_id]}
                | provenance,
            )


def full_splits(draft: Draft) -> dict[tuple[str, str], tuple[dict[str, float], str, str]]:
    """Return the pairs whose estimated groups of 2023 add up to the whole."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in draft.facts.rows("trade_composition"):
        if row["year"] == BASE_YEAR and BASIS[row["basis"]] == "estimated" and row["share_percent"]:
            pair = tuple(GROUPS.get(row[key], row[key]) for key in ("exporter_iso3", "importer_iso3"))
            groups[pair[0], pair[1]].append(row)
    splits = {}
    for pair, rows in groups.items():
        if abs(sum(float(row["share_percent"]) for row in rows) - 100) > 3:
            continue
        shares = dict.fromkeys(CLASSES, 0.0)
        for row in rows:
            class_id, _ = class_of(row["product_group"])
            if class_id:
                shares[class_id] += float(row["share_percent"]) / 100
        shares = {class_id: round(share, 4) for class_id, share in shares.items()}
        splits[pair] = (shares, "from the product groups of trade_composition", rows[0]["source"])
    return splits


def default_shares(exporter: str, importer: str) -> tuple[dict[str, float], str, str]:
    """Return the shares decided by hand for a pair or for all exports of a country."""
    rows = {(row["exporter"], row["importer"]): row for row in decisions("default_shares")}
    row = rows.get((exporter, importer)) or rows[exporter, "*"]
    note = joined(f"no split of this pair in the facts; default for {exporter}", row["note"])
    return {class_id: float(row[class_id]) for class_id in CLASSES}, note, "judgement"


def build_zones(draft: Draft) -> None:
    """Weights by the people of the chosen places; Xinjiang gets more, for its trade over the border."""
    people = {row["place_id"]: row["population_k"] for row in draft.tables["places"]}
    groups: dict[str, list[str]] = defaultdict(list)
    for row in decisions("zones"):
        groups[row["trade_iso3"]].append(row["place_id"])
    for iso3, places in groups.items():
        for place_id, weight in zone_weights(iso3, places, people).items():
            note = "share of the people of the places chosen for this country"
            if iso3 == "CHN":
                note += (
                    "; the six places of Xinjiang together 8 %, the geometric mean of its share of people "
                    "(1.84 %) and of Kazakh exports to China booked there in 2023 (34 %)"
                )
            draft.add(
                "zones",
                {"place_id": place_id, "trade_iso3": iso3, "weight": weight}
                | draft.cited("judgement", "estimated", note),
            )


def zone_weights(iso3: str, places: list[str], people: dict[str, str]) -> dict[str, float]:
    """Return the weights of a country's places; they add up to 1."""
    counts = {place_id: float(people[place_id] or 0) for place_id in places}
    if any(count == 0 for count in counts.values()):
        raise ValueError(f"no people known for {[place for place, count in counts.items() if count == 0]}")
    if iso3 != "CHN":
        return normalised(counts, 1.0)
    xinjiang = (XINJIANG_PEOPLE_SHARE * XINJIANG_TRADE_SHARE) ** 0.5
    west = normalised({place: counts[place] for place in XINJIANG}, xinjiang)
    east = normalised(
        {place: count for place, count in counts.items() if place not in XINJIANG}, 1 - xinjiang
    )
    return east | west


def normalised(counts: dict[str, float], total: float) -> dict[str, float]:
    """Scale the counts to ``total``, rounded, the largest taking what rounding leaves."""
    weights = {place: round(total * count / sum(counts.values()), 5) for place, count in counts.items()}
    largest = max(sorted(weights), key=weights.__getitem__)
    weights[largest] = round(weights[largest] + round(total, 5) - sum(weights.values()), 5)
    return weights


def build_through_flows(draft: Draft) -> None:
    """Container trains that cross the region between others."""
    for row in decisions("through_flows"):
        draft.add(
            "through_flows",
            {
                "through_id": slug(f"{row['from_iso3']}_{row['to_iso3']}_{row['year']}_{row['class_id']}"),
                "from_iso3": row["from_iso3"],
                "to_iso3": row["to_iso3"],
                "year": row["year"],
                "class_id": row["class_id"],
                "feu": row["feu"],
            }
            | draft.cited(row["source"], row["basis"], row["note"]),
        )
