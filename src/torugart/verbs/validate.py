"""``validate``: modelled distance and days beside published ones."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from torugart.appraisal.pairs import describe_ways
from torugart.errors import InputError, UnknownName
from torugart.evaluate.sides import Network, class_vot_usd_per_h
from torugart.network.arcs import LINK, MODES
from torugart.network.ways import WaySet, WaySettings, find_ways, select_ways
from torugart.scenario.do_minimum import open_links, open_projects, read_project_state
from torugart.verbs.prepare import Ready, prepare
from torugart.verbs.route import resolve_place, ways_through

COLUMNS = ("origin", "destination", "mode", "year", "days_typical", "distance_km")
LARGE_MISS = 0.30
CLASS = "manufactures"


@dataclass(frozen=True, slots=True)
class Validation:
    """Every observed route with its modelled twin, and the errors by mode."""

    rows: pd.DataFrame
    summary: pd.DataFrame
    notes: list[str]


def validate(
    observed: Path | str | None = None, data: Path | str | None = None, overlays: Sequence[Path | str] = ()
) -> Validation:
    """Compare with published routes.

    Parameters
    ----------
    observed : path
        CSV with origin, destination, mode (modes joined by +), year, days_typical and distance_km; days_min, days_max, route and
        source are used when there.
    data, overlays : path, optional
        A data package of one's own, and folders laid over it.

    Returns
    -------
    Validation
        Distances are compared twice: with the least way on the described modes, and with the free choice of all modes.
        Days are terminal to terminal, handling and waits at both ends included, as published figures mostly are; at an end that
        is a border point nothing is handled.
    """
    if observed is None:
        raise InputError(
            "give the CSV file of observed routes, as in `torugart validate observed_routes.csv`"
        )
    table = read_observed(Path(observed))
    ready = prepare(data, overlays)
    rows = [_compare(ready, o, k) for k, o in enumerate(table.to_dict("records"), start=2)]
    out = pd.DataFrame(
        rows, columns=None if rows else ["row", "origin", "destination", "mode", "days", "note"]
    )
    return Validation(out, summarise(out), _notes(out))


def read_observed(path: Path) -> pd.DataFrame:
    """Read observed routes, all faults at once."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # a row longer than the header
            table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig", index_col=False)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except (OSError, ValueError, pd.errors.ParserWarning) as error:
        raise InputError(f"{str(path)[:200]!r}: not a readable CSV file ({str(error)[:200]})") from None
    missing = [c for c in COLUMNS if c not in table.columns]
    if missing:
        raise InputError(f"{path}: columns are missing: {', '.join(missing)}")
    faults = []
    for column in ("year", "days_typical", "distance_km", "days_min", "days_max"):
        if column not in table.columns:
            table[column] = ""
        number = pd.to_numeric(table[column].replace("", np.nan), errors="coerce")
        bad = (table[column] != "") & (number.isna() | (number <= 0) | ~np.isfinite(number.fillna(1)))
        faults += [
            f"  row {k + 2}: {column} is {table[column][k]!r}; write a positive number or nothing"
            for k in np.flatnonzero(bad)
        ]
        table[column] = number
    if faults:
        raise InputError(f"{path}: {len(faults)} problems\n" + "\n".join(faults[:50]))
    return table


def _compare(ready: Ready, o: dict, row_number: int) -> dict:
    """One observed route beside the least way on its described modes and places, and beside the free choice."""
    tables, network = ready.package.tables, ready.network
    row = {
        k: o.get(k, "") for k in ("origin", "destination", "mode", "year", "route", "distance_km", "source")
    }
    row |= {"row": row_number, "days": _days(o), "note": ""}
    try:
        start, end = resolve_place(tables, o["origin"]), resolve_place(tables, o["destination"])
    except UnknownName as error:
        return row | {"note": str(error)}
    modes = {m.strip() for m in str(o["mode"]).split("+")}
    strange = modes - set(MODES)
    if strange:
        return row | {"note": f"mode {', '.join(sorted(strange))} is unknown"}
    text = str(o.get("route", ""))
    year = int(o["year"]) if not np.isnan(o["year"]) else int(ready.as_of[:4])
    open_link = _open_in(ready, year, text)
    vot = class_vot_usd_per_h(tables)[CLASS]
    # Ships and ferries are reached by land, whatever the source calls the whole journey.
    allowed = modes | ({"rail", "road"} if modes <= {"sea", "ferry"} else set())
    keep = tables["links"]["mode"].isin(allowed).to_numpy(bool)
    stops = places_named(text, tables["places"], {start, end})
    if modes <= {"sea"}:
        # A sea journey leaves its own country by ship: the land legs at its ends cross no outer border.
        keep = keep & ~_outer_border(tables)
    cost = network.generalised_cost(vot, open_link & keep)
    found = _described(network, cost, start, end, stops, modes)
    free = _described(network, network.generalised_cost(vot, open_link), start, end, [], set())
    if found is None:
        return row | {"note": f"no way on {o['mode']}" + (f" through {', '.join(stops)}" if stops else "")}
    ends = _handling_at_borders(ready, start, end)
    row |= {
        "km_described": found["km"],
        "days_described": _published_days(found, ends),
        "gates": found["gates"],
    }
    row |= {"modes_described": found["modes"], "through": ";".join(stops)}
    if free is not None:
        row |= {"km_free": free["km"], "days_free": _published_days(free, ends), "modes_free": free["modes"]}
    for what, observed in (("km", row["distance_km"]), ("days", row["days"])):
        if observed and not np.isnan(observed):
            row[f"error_{what}"] = row[f"{what}_described"] / observed - 1
            if free is not None and free["modes"] == found["modes"]:
                row[f"error_{what}_free"] = row[f"{what}_free"] / observed - 1
    return row


def _outer_border(tables: Mapping[str, pd.DataFrame]) -> np.ndarray:
    """Links over a border that no customs union has abolished."""
    outer = tables["crossings"][tables["crossings"]["regime"] != "eu"]
    ends = set(zip(outer["mode"], outer["place_a"], outer["place_b"], strict=True))
    links = tables["links"]
    both = zip(links["mode"], links["place_a"], links["place_b"], strict=True)
    return np.array([(m, a, b) in ends or (m, b, a) in ends for m, a, b in both])


def places_named(text: str, places: pd.DataFrame, leave_out: set[str]) -> list[str]:
    """Places that a text names, in its order, longest names first; countries and corridors are not places."""
    spans: list[tuple[int, int, str]] = []
    for place_id, name in sorted(
        zip(places["place_id"], places["name"], strict=True), key=lambda p: -len(p[1])
    ):
        short = re.sub(r" port$", "", name.split(" (")[0])
        for form in {name, short}:
            for hit in re.finditer(rf"(?<![\w-]){re.escape(form)}(?![\w-])", text) if len(form) > 3 else ():
                if not any(a < hit.end() and hit.start() < b for a, b, _ in spans):
                    spans.append((hit.start(), hit.end(), place_id))
    named = [p for _, _, p in sorted(spans) if p not in leave_out]
    return list(dict.fromkeys(named))


def _described(
    network: Network, cost: np.ndarray, start: str, end: str, stops: list[str], modes: set[str]
) -> pd.Series | None:
    """The least way through the places named, in order, that uses every mode named; None where there is none."""
    ways = _with_modes(network, cost, start, end, modes, stops)
    if not ways.n_ways and stops:
        ways = ways_through(network, cost, start, end, stops)
    if not ways.n_ways:
        return None
    table = describe_ways(ways, network, CLASS, 1)
    best = int(ways.total(cost).argmin())
    return table.iloc[best]


def _with_modes(
    network: Network, cost: np.ndarray, start: str, end: str, modes: set[str], stops: list[str]
) -> WaySet:
    """Ways over water where a ship or ferry is named, through all stops; none where only land modes and stops are."""
    row = {p: k for k, p in enumerate(network.tables["places"]["place_id"])}
    arcs = network.arcs
    ends = np.array([arcs.origin[row[start]]]), np.array([arcs.destination[row[end]]])
    if min(ends[0][0], ends[1][0]) < 0:
        return WaySet(np.zeros(0, np.int32), np.zeros(1, np.int64), np.zeros(0, np.int32))
    is_link = arcs.kind == LINK
    mode = np.where(is_link, arcs.node_mode[arcs.tail], -1)
    over_water = [m for m in ("ferry", "sea") if m in modes]
    via = (
        np.flatnonzero(np.isin(mode, [MODES.index(m) for m in over_water])).astype(np.int32)
        if over_water
        else None
    )
    if not stops:
        return find_ways(arcs, cost, *ends, WaySettings(dearest=10.0, most=1), via)
    if via is None:
        return WaySet(np.zeros(0, np.int32), np.zeros(1, np.int64), np.zeros(0, np.int32))
    ways = find_ways(arcs, cost, *ends, WaySettings(dearest=10.0, overlap=1.0, most=40), via)
    places = [
        np.isin(row[s], arcs.node_place[arcs.head[ways.arcs_of(w)]])
        for w in range(ways.n_ways)
        for s in stops
    ]
    keep = np.array(places, bool).reshape(ways.n_ways, len(stops)).all(axis=1)
    return select_ways(ways, np.asarray(keep))


def _handling_at_borders(ready: Ready, start: str, end: str) -> float:
    """Hours of handling and waiting at ends that are border points: no terminal, so a train only passes."""
    kind = ready.package.tables["places"].set_index("place_id")["kind"]
    p = ready.network.parameters
    wait = 168 / p["rail_departures_other_per_week"] / 2
    first = p["origin_handling_h"] + wait if kind[start] == "border" else 0.0
    return first + (p["destination_handling_h"] if kind[end] == "border" else 0.0)


def _published_days(way: pd.Series, border_handling_h: float) -> float:
    return max(float(way["terminal_days"]) - border_handling_h / 24, float(way["transit_days"]))


def _days(o: dict) -> float:
    if not np.isnan(o["days_typical"]):
        return float(o["days_typical"])
    ends = [o["days_min"], o["days_max"]]
    return float(np.mean(ends)) if not np.isnan(ends).any() else np.nan


def _open_in(ready: Ready, year: int, text: str) -> np.ndarray:
    """Links open in a year: in the past what had opened by then, after today the do-minimum; with the project named."""
    tables = ready.package.tables
    state = read_project_state(tables, ready.as_of)
    slip = ready.network.parameters["project_slip_years"]
    now = int(ready.as_of[:4])
    open_ = open_projects(state, tables["projects"], "today" if year <= now else "do_minimum", year, slip)
    named = {
        p
        for p in tables["projects"]["project_id"]
        if re.search(rf"(?<!\w){re.escape(p)}(?!\w)", text, re.IGNORECASE)
    }
    links = tables["links"]
    return open_links(links, open_ | named) & (
        (links["opened_year"].fillna(0) <= year) | links["project_id"].isin(named)
    ).to_numpy(bool)


def summarise(rows: pd.DataFrame) -> pd.DataFrame:
    """Median and 90th percentile of absolute relative errors, by mode and in all."""
    out = []
    for what, column in (
        ("km described", "error_km"),
        ("km free choice", "error_km_free"),
        ("days described", "error_days"),
        ("days free choice", "error_days_free"),
    ):
        if column not in rows:
            continue
        known = rows[rows[column].notna()]
        for mode, part in [*known.groupby("mode", sort=True), ("all", known)]:
            size = part[column].abs()
            large = int((size > LARGE_MISS).sum())
            out.append(
                {
                    "what": what,
                    "mode": mode,
                    "routes": len(part),
                    "median_error": size.median(),
                    "p90_error": size.quantile(0.9),
                    "median_signed": part[column].median(),
                    "over_30_percent": large,
                }
            )
    return pd.DataFrame(out)


def _notes(rows: pd.DataFrame) -> list[str]:
    notes = [
        "Distance and days of the least way by generalised cost on the modes and through the places described; days terminal to "
        "terminal with handling and waits at both ends, none at border points. Nothing is fitted to these routes."
    ]
    for r in rows[rows["note"] != ""].itertuples():
        notes.append(f"row {r.row}, {r.origin} to {r.destination}: {r.note}")
    return notes
