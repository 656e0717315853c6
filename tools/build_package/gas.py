"""Gas delivered between countries: by period, and in all until a date; and single figures of energy by country."""

from __future__ import annotations

import re
from calendar import monthrange
from functools import cache

from tools.build_package.draft import Draft
from tools.build_package.facts import Row, decisions
from tools.build_package.text import hashed_slug, joined, number

SUPPLIERS = {"CACGP (TKM+UZB+KAZ)": "KAZ+TKM+UZB", "TKM+UZB transit via KAZ": "TKM+UZB"}
# Areas that are no list of countries; their rows stay in the facts.
NO_COUNTRY = frozenset({"all", "all pipeline suppliers"})
# A rate between two milestones is no volume of a period, and follows from them.
RATE = "yearly rate between two"
KINDS = (
    ("converted", r"^converted"),
    ("derived", r"^derived"),
    ("plan", r"^plan"),
    ("contract", r"^contract"),
    ("forecast", r"^forecast"),
    ("reported", r"^reported|^stated"),
)
# BP's statistical review, now the Energy Institute's, counts at 15 C.
STATISTICAL_REVIEW_C = "15"
DATE = r"\d{4}-\d{2}-\d{2}|\d{4}-\d{2}|\d{4}"
REVIEW = "energy_institute_2025"
# A text that names no origin of its figure says what others measured.
HEARSAY = "web_article_2025"


def build_gas(draft: Draft) -> None:
    """Split the file into volumes of a period and volumes in all until a date."""
    for row in draft.facts.rows("gas_flows_yearly"):
        supplier, buyer = area(row["from_country"]), area(row["to_country"])
        if not supplier or not buyer or RATE in row["kind"]:
            continue
        how = "" if row["kind"] == "reported" else row["kind"]
        provenance = draft.cited(row["source"], basis_of(row["kind"]), joined(row["note"], how))
        if provenance["source_id"] == HEARSAY:
            provenance["basis"] = "claimed"
        if row["bcm"] or row["usd_million"]:
            add_flow(draft, row, supplier, buyer, provenance)
        if row["cumulative_bcm"]:
            add_milestone(draft, row, supplier, buyer, provenance)


def build_country_figures(draft: Draft) -> None:
    """Single figures on gas and power that claims are compared with, quoted one by one."""
    facts = {
        (row["country"], row["year"], row["variable"], row["value"]): row
        for row in draft.facts.rows("energy_balances")
    }
    for row in decisions("country_figures"):
        fact = facts[row["country"], row["year"], row["fact_variable"], row["value"]]
        basis = "estimate" if fact["note"] == "estimate" else "reported"
        said = "" if fact["note"] == "estimate" else fact["note"]
        provenance = draft.cited(fact["source"], basis, joined(row["note"], said))
        # The review prints one decimal; its machine-readable form has more.
        digits = 1 if provenance["source_id"] == REVIEW else 10
        draft.add(
            "country_series",
            {
                "iso3": row["country"],
                "year": row["year"],
                "variable": row["variable"],
                "value": number(round(float(row["value"]), digits)),
                "unit": fact["unit"],
                "reference_c": row["reference_c"],
            }
            | provenance,
        )


def area(text: str) -> str:
    """Return the countries of an area, joined by + in order; nothing for what is no list of countries."""
    return "" if text in NO_COUNTRY else SUPPLIERS.get(text, text)


def kind_of(text: str) -> str:
    """Return how a volume stands."""
    return next(kind for kind, pattern in KINDS if re.search(pattern, text))


def basis_of(text: str) -> str:
    """Return the basis of a figure of that kind."""
    return {"reported": "reported", "converted": "modelled", "derived": "modelled"}.get(
        kind_of(text), "claimed"
    )


def add_flow(draft: Draft, row: Row, supplier: str, buyer: str, provenance: Row) -> None:
    """Add the volume or value of one period, from its first day to its last."""
    first, last = period(row["period"], row["year"])
    key = (row["bcm"], row["usd_million"], row["kind"], provenance["source_id"])
    draft.add(
        "gas_flows",
        {
            "flow_id": hashed_slug(f"{supplier}_{buyer}_{first}_{last}", *key),
            "supplier": supplier,
            "buyer": buyer,
            "year": row["year"],
            "first_day": first_day(first),
            "last_day": last_day(last),
            "kind": kind_of(row["kind"]),
            "bcm": number(row["bcm"]),
            "mt": number(row["mt"]),
            "usd": float(row["usd_million"]) * 1e6 if row["usd_million"] else "",
            "reference_c": reference_of(row),
        }
        | provenance,
    )


def add_milestone(draft: Draft, row: Row, supplier: str, buyer: str, provenance: Row) -> None:
    """Add the volume delivered in all; where only a month is known, the month stands."""
    first, last = period(row["period"], row["year"])
    # A count of a year, half-year or quarter ends with its last day.
    ends = last_day(last) if re.search(r"year|H1|end of", row["period"]) else last
    draft.add(
        "gas_milestones",
        {
            "milestone_id": hashed_slug(
                f"{supplier}_{buyer}_by_{ends}", row["cumulative_bcm"], provenance["source_id"]
            ),
            "supplier": supplier,
            "buyer": buyer,
            "since": first if re.match(r"(early )?\d.* to ", row["period"]) else "",
            "by_date": ends,
            "bcm": number(row["cumulative_bcm"]),
            "at_least": "yes" if row["note"].startswith("more than") else "no",
            "reference_c": reference_of(row),
            "said_by": speakers().get(provenance["source_id"], ""),
        }
        | provenance,
    )


def reference_of(row: Row) -> str:
    """Return the temperature of the cubic metres of a row; nothing where the facts do not say."""
    return STATISTICAL_REVIEW_C if re.search(r"\bBP-based\b", row["note"]) else ""


@cache
def speakers() -> dict[str, str]:
    """Return whose figures some sources quote, by source."""
    return {row["source_id"]: row["said_by"] for row in decisions("gas_speakers")}


def period(text: str, year: str) -> tuple[str, str]:
    """Return the first and last day, month or year of a period as the facts write it."""
    if text == "year":
        return year, year
    half, quarter = re.fullmatch(r"(\d{4})H1", text), re.search(r"(\d{4})Q([1-4])", text)
    if half:
        return f"{half[1]}-01", f"{half[1]}-06"
    if quarter:
        month = 3 * int(quarter[2])
        return f"{quarter[1]}-{month - 2:02d}", f"{quarter[1]}-{month:02d}"
    dates = re.findall(DATE, text)
    if re.search(r"mid-\d{4}$", text):
        dates[-1] += "-06"
    return dates[0], dates[-1]


def first_day(date: str) -> str:
    """Return the first day of a year, a month or a day."""
    return {4: f"{date}-01-01", 7: f"{date}-01"}.get(len(date), date)


def last_day(date: str) -> str:
    """Return the last day of a year, a month or a day."""
    if len(date) == 4:
        return f"{date}-12-31"
    if len(date) == 7:
        return f"{date}-{monthrange(int(date[:4]), int(date[5:]))[1]}"
    return date


def build_grids(draft: Draft) -> None:
    """Carbon of each country's current as two publishers give it, the newest figure of each, side by side."""
    known = {row["iso3"] for row in draft.tables["countries"]}
    newest: dict[tuple[str, str], Row] = {}
    for row in draft.facts.rows("operating_costs"):
        if row["item"] == "grid_intensity" and row["country_iso3"] in known:
            key = (row["country_iso3"], row["source"])
            if key not in newest or row["year"] >= newest[key]["year"]:
                newest[key] = row
    for (country, source), row in sorted(newest.items()):
        said = "" if row["year"].isdigit() else "the latest year of each country, which is not said"
        draft.add(
            "country_series",
            {
                "iso3": country,
                "year": row["year"] if row["year"].isdigit() else "2025",
                "variable": "grid_g_co2e_per_kwh",
                "value": row["value"],
                "unit": "g/kWh",
            }
            | draft.cited(source, row["basis"], joined(row["metric"], said)),
        )
