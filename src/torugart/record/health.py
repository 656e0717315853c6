"""How well a record stands: how many independent sources, how complete, and whether its money may be summed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from torugart.record.evidence import evidence_by
from torugart.units import parse_unit

Tables = Mapping[str, pd.DataFrame]

# Kinds of source that are no document.
NO_DOCUMENT = frozenset({"general_knowledge", "judgement", "derived"})
# From so many owners on a record counts as fully independent: two may copy each other, three rarely do.
ENOUGH_OWNERS = 3
PROJECT_CELLS = ("countries", "sector", "mode", "start", "open_year", "cost_musd")
COMMITMENT_CELLS = ("who", "to_whom", "amount", "due_date")
MONEY = frozenset({"USD", "CNY", "EUR", "KZT", "KGS", "UZS", "TJS", "TMT", "RUB"})


def health_on(tables: Tables, table: str, as_of: str) -> pd.DataFrame:
    """Return `health_of` with the evidence of a day.

    The row itself, its rival values and parties have no day of their own and stand as they are now.
    """
    return health_of({**tables, "evidence": evidence_by(tables["evidence"], as_of)}, table)


def health_of(tables: Tables, table: str) -> pd.DataFrame:
    """Return the health of every project or commitment.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of a package.
    table : {"projects", "commitments"}
        Which records.

    Returns
    -------
    DataFrame
        Indexed by id: ``owners`` (different owners of documents behind the row, its rival values, evidence and
        parties; a publisher without a known owner owns itself), ``independence`` (owners / 3, at most 1),
        ``completeness`` (share of the expected cells that are filled), ``health`` (their mean, 0 to 100),
        ``summable`` (yes or no) and ``why_not``.
    """
    key = "project_id" if table == "projects" else "commitment_id"
    cells = PROJECT_CELLS if table == "projects" else COMMITMENT_CELLS
    cited = cited_sources(tables, table, key)
    owner = owners_of_sources(tables["sources"])
    evidenced = set(
        tables["evidence"].loc[tables["evidence"]["milestone"] != "announced", "entity_id"].astype(str)
    )
    with_parties = set(tables["project_parties"]["project_id"].astype(str))
    rows = []
    for record in tables[table].sort_values(key).to_dict("records"):
        record_id = str(record[key])
        owners = {owner[source] for source in cited.get(record_id, ()) if source in owner}
        filled = [is_filled(record[cell]) for cell in cells] + [record_id in evidenced]
        if table == "projects":
            filled += [record_id in with_parties]
            filled += [any(is_filled(record[c]) for c in ("length_km", "capacity_value", "capacity"))]
        independence = min(1.0, len(owners) / ENOUGH_OWNERS)
        completeness = sum(filled) / len(filled)
        why_not = not_summable(record, table, tables)
        rows.append(
            (
                record_id, len(owners), independence, completeness,
                round(50 * (independence + completeness)), "no" if why_not else "yes", why_not,
            )
        )  # fmt: skip
    columns = [key, "owners", "independence", "completeness", "health", "summable", "why_not"]
    return pd.DataFrame(rows, columns=columns).set_index(key)


def owners_of_sources(sources: pd.DataFrame) -> dict[str, str]:
    """Return who stands behind each document: its owner, or the publisher where none is known."""
    documents = sources[~sources["kind"].isin(NO_DOCUMENT)]
    owners = documents["owner_party"].where(documents["owner_party"].map(is_filled), documents["publisher"])
    return dict(zip(documents["source_id"].astype(str), owners.astype(str), strict=True))


def cited_sources(tables: Tables, table: str, key: str) -> dict[str, set[str]]:
    """Return the sources behind each record: of its row, its rival values, its evidence and its parties."""
    cited: dict[str, set[str]] = {}

    def note(ids: Iterable[object], sources: Iterable[object]) -> None:
        for record_id, source in zip(ids, sources, strict=True):
            cited.setdefault(str(record_id), set()).add(str(source))

    note(tables[table][key], tables[table]["source_id"])
    rivals = tables["alternatives"]
    mine = rivals[rivals["table"] == table]
    note(mine["row_id"], mine["source_id"])
    note(tables["evidence"]["entity_id"], tables["evidence"]["source_id"])
    if table == "projects":
        note(tables["project_parties"]["project_id"], tables["project_parties"]["source_id"])
    return cited


def not_summable(record: Mapping[str, object], table: str, tables: Tables) -> str:
    """Return why the money of a record may not go into a total; empty when it may."""
    if table == "projects":
        if not is_filled(record["cost_musd"]):
            return "no cost is known"
        parent = str(record["part_of"] or "")
        if parent:
            costs = tables["projects"].set_index("project_id")["cost_musd"]
            if is_filled(costs.get(parent)):
                return f"part of {parent}, whose cost is counted"
        return ""
    unit = str(record["unit"] or "")
    if not is_filled(record["amount"]) or not set(unit.split()) & MONEY or parse_unit(unit) is None:
        return "no amount of money"
    if record["kind"] != "pledge":
        article = "an" if str(record["kind"])[0] in "aeiou" else "a"
        return f"{article} {record['kind']}, not money given"
    return f"money of the project {record['project_id']}" if record["project_id"] else ""


def is_filled(value: object) -> bool:
    """Whether a cell holds something."""
    return not (value is None or value is pd.NA or value == "" or value != value)
