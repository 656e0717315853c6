"""The record as a whole: when things happened, where projects are, what became of pledges, where the money is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from torugart.record.dates import read_date
from torugart.record.evidence import read_milestones
from torugart.record.health import health_of
from torugart.record.ledger import project_ledger
from torugart.record.names import plain_name

Tables = Mapping[str, pd.DataFrame]

# Milestones worth a place on a timeline of many projects.
TOLD = ("works_started", "works_stopped", "operating", "delivered", "cancelled")
PLACE_KINDS = ("city", "border", "seaport", "dry_port", "ferry_terminal", "junction", "station")
SHORTEST_NAME = 4


def timeline(tables: Tables, as_of: str) -> pd.DataFrame:
    """Return meetings, and milestones of projects, that lie before a day.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables ``events``, ``evidence`` and ``projects``.
    as_of : str
        Day, month or year, ISO 8601.

    Returns
    -------
    DataFrame
        date (as written), year, kind (the kind of the event, or the milestone), name, record_id, table, source_id, basis;
        in order of time.
    """
    today = read_date(as_of, "as_of").last
    rows: list[tuple[object, ...]] = [
        (str(e.date), str(e.kind), str(e.name), str(e.event_id), "events", str(e.source_id), str(e.basis))
        for e in tables["events"].itertuples(index=False)
        if read_date(str(e.date), "date").last <= today
    ]
    happened = happened_by(tables["evidence"], today)
    names = dict(zip(tables["projects"]["project_id"], tables["projects"]["name"], strict=True))
    for m in tables["evidence"].itertuples(index=False):
        if m.entity_id in names and m.milestone in TOLD and m.evidence_id in happened:
            told = (str(names[m.entity_id]), str(m.entity_id), "projects", str(m.source_id), str(m.basis))
            rows.append((str(m.date), str(m.milestone), *told))
    frame = pd.DataFrame(rows, columns=["date", "kind", "name", "record_id", "table", "source_id", "basis"])
    spans = [read_date(text, "date") for text in frame["date"]]
    frame.insert(1, "year", [span.first.year for span in spans])
    frame["first"] = [span.first for span in spans]
    # Several sources on one milestone are one point of the line, and later news of going on is no new beginning.
    frame = frame.sort_values(["first", "table", "record_id", "kind", "source_id"])
    frame = frame.drop_duplicates(["record_id", "kind"])
    return frame.drop(columns="first").reset_index(drop=True)


def happened_by(evidence: pd.DataFrame, today: date) -> set[str]:
    """Return the milestones that had surely happened by a day, as the ledger counts them."""
    return {m.evidence_id for m in read_milestones(evidence) if m.surely_by <= today}


def project_places(tables: Tables) -> pd.DataFrame:
    """Return where each project is, as far as its links or its name tell.

    Returns
    -------
    DataFrame
        project_id, lon, lat, located_by (*links*: the middle of the places its links join; *name*: a place its name
        names); a project that neither tells is left out, not guessed.
    """
    places = tables["places"].set_index("place_id")
    links = tables["links"]
    rows: list[tuple[str, float, float, str]] = []
    # Places of several countries may be called alike, so a name alone is no key.
    named = [
        (plain_name(str(place["name"])), str(place["iso3"]), place_id)
        for place_id, place in places.iterrows()
        if place["kind"] in PLACE_KINDS and len(str(place["name"])) >= SHORTEST_NAME
    ]
    for project in tables["projects"].sort_values("project_id").itertuples(index=False):
        mine = links[links["project_id"] == project.project_id]
        at = list(dict.fromkeys([*mine["place_a"], *mine["place_b"]]))
        located_by = "links"
        if not at:
            words = f" {plain_name(str(project.name))} "
            inside = set(str(project.countries).split(";"))
            at = [
                place for name, iso3, place in named
                if f" {name} " in words and iso3 in inside
            ]  # fmt: skip
            located_by = "name"
        if at:
            lon, lat = (float(places.loc[at, axis].mean()) for axis in ("lon", "lat"))
            rows.append((str(project.project_id), lon, lat, located_by))
    return pd.DataFrame(rows, columns=["project_id", "lon", "lat", "located_by"])


def pledges_by_event(commitments: pd.DataFrame) -> pd.DataFrame:
    """Count what became of the commitments of each meeting.

    Parameters
    ----------
    commitments : DataFrame
        As `torugart.record.ledger.commitment_ledger` gives them, with the column ``event``.

    Returns
    -------
    DataFrame
        event_id, event, status, count; what promised nothing is left out.
    """
    counted = commitments[commitments["status"] != "nothing promised"]
    grouped = counted.groupby(["event_id", "event", "status"], sort=True).size()
    return grouped.reset_index(name="count")


def money_by_sector(projects: pd.DataFrame) -> pd.DataFrame:
    """Add up the cost of the projects that may be summed, by sector.

    Parameters
    ----------
    projects : DataFrame
        Projects with ``sector``, ``cost_musd``, ``basis``, ``summable``.

    Returns
    -------
    DataFrame
        sector, projects (all), with_cost (those that are summed), documented_musd and estimated_musd (cost on a
        document, and cost on general knowledge alone), total_musd; the largest first.
    """
    rows = []
    for sector, part in projects.groupby("sector", sort=True):
        summed = part[part["summable"] == "yes"]
        estimated = summed["basis"] == "estimated"
        documented = float(summed.loc[~estimated, "cost_musd"].sum())
        guessed = float(summed.loc[estimated, "cost_musd"].sum())
        rows.append((sector, len(part), len(summed), documented, guessed, documented + guessed))
    columns = ["sector", "projects", "with_cost", "documented_musd", "estimated_musd", "total_musd"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["total_musd", "sector"], ascending=[False, True]).reset_index(drop=True)


def project_record(tables: Tables, project_id: str, as_of: str) -> pd.DataFrame:
    """Return what the record holds on one project: where it stands, who takes part, what happened.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of a package.
    project_id : str
        The project.
    as_of : str
        Day, month or year, ISO 8601.

    Returns
    -------
    DataFrame
        kind (status, news, health, party or milestone), date, text, source_id, basis; empty for no project, or one that
        nobody had heard of by then.
    """
    ledger = project_ledger(tables, as_of)
    mine = ledger[ledger["project_id"] == project_id]
    columns = ["kind", "date", "text", "source_id", "basis"]
    if mine.empty:
        return pd.DataFrame(columns=columns).astype("str")
    stands = mine.iloc[0]
    projects = tables["projects"].set_index("project_id")
    home = projects.loc[project_id]
    sources = tables["evidence"].set_index("evidence_id")[["source_id", "basis"]]
    source, basis = sources.loc[stands["evidence_id"]] if stands["evidence_id"] else ("", "")
    own = (str(home["source_id"]), str(home["basis"]))
    health = health_of(tables, "projects").loc[project_id]
    words = f"{stands['status']} since {stands['since']}" if stands["since"] else str(stands["status"])
    stated = f"{words}; stated in the sources: {stands['stated_status']}"
    rows: list[tuple[str, str, str, str, str]] = [
        ("status", str(stands["since"]), stated, str(source), str(basis)),
        ("news", str(stands["last_evidence"]), str(stands["silence"]), "", ""),
        (
            "health", "", f"health {health['health']} of 100: {health['owners']} independent owners of sources,"
            f" {100 * health['completeness']:.0f} % complete", "", "",
        ),
    ]  # fmt: skip
    named = tables["parties"].set_index("party_id")
    parties = tables["project_parties"]
    for row in parties[parties["project_id"] == project_id].sort_values(["role", "party_id"]).itertuples():
        party = named.loc[row.party_id]
        share = "" if pd.isna(row.share) else f", {100 * row.share:g} % of the equity"
        money = "" if pd.isna(row.amount_musd) else f", {row.amount_musd:,.0f} million USD"
        country = f" ({party['iso3']})" if party["iso3"] else ""
        rows.append(
            ("party", "", f"{row.role}: {party['name']}{country}{share}{money}", row.source_id, row.basis)
        )
    if home["part_of"]:
        rows.append(("party", "", f"part of {projects.loc[home['part_of'], 'name']}", *own))
    evidence = tables["evidence"]
    happened = happened_by(evidence, read_date(as_of, "as_of").last)
    for row in (
        evidence[evidence["entity_id"] == project_id].sort_values(["date", "evidence_id"]).itertuples()
    ):
        if row.evidence_id in happened:
            note = f": {row.note}" if row.note else ""
            text = f"{str(row.milestone).replace('_', ' ')}{note}"
            rows.append(("milestone", str(row.date), text, str(row.source_id), str(row.basis)))
    return pd.DataFrame(rows, columns=columns).astype("str")
