"""`torugart.show`: everything the package holds on one record, under whatever name it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from torugart.record.dates import read_date
from torugart.record.health import health_on
from torugart.record.ledger import commitment_ledger, project_ledger
from torugart.record.names import find_record
from torugart.schema.definition import read_schema
from torugart.tables.package import Package
from torugart.tables.provenance import cell_text, describe_source
from torugart.tables.read import cell, read_package
from torugart.verbs.status import newest_check

PROVENANCE = ("source_id", "basis", "checked_on")
VALUE_COLUMNS = (
    "column",
    "value",
    "unit",
    "basis",
    "source_id",
    "checked_on",
    "chosen",
    "as_of",
    "scope",
    "note",
)


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """One record with all that is known about it.

    Attributes
    ----------
    table, record_id, name : str
        Where it stands and what it is called.
    as_of : str
        The day its status is told for.
    aliases : DataFrame
        lang, alias.
    values : DataFrame
        One row a value: the cell's own (``chosen`` yes) and every rival (no), each with its source.
    status : dict of str to object
        The row of the ledger and the health of a project or commitment; empty for other records.
    evidence, parties, searches : DataFrame
        Dated milestones, who does what, when somebody looked.
    related : DataFrame
        table, record_id, name, how, status: records that point here or that this one points to.
    sources : DataFrame
        source_id and the citation of every source named above.
    next_commands : tuple of str
        Commands that say what the engines know about it.
    """

    table: str
    record_id: str
    name: str
    as_of: str
    aliases: pd.DataFrame
    values: pd.DataFrame
    status: dict[str, object]
    evidence: pd.DataFrame
    parties: pd.DataFrame
    searches: pd.DataFrame
    related: pd.DataFrame
    sources: pd.DataFrame
    next_commands: tuple[str, ...]


def show(
    name: str,
    *,
    as_of: str | None = None,
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
) -> Record:
    """Return everything on the record a name stands for.

    Parameters
    ----------
    name : str
        Id, name or alias in any language; case, accents and punctuation do not matter.
    as_of : str, optional
        Day the status is told for; the last day anything of the package was checked when left out.
    data : Path, optional
        A data package of one's own instead of the built-in one.
    overlays : sequence of Path
        Folders read on top.

    Returns
    -------
    Record
        Its values with sources and rivals, status, evidence, parties and relations.

    Raises
    ------
    InputError
        If the data are faulty or no record is called so; near misses are offered.
    """
    package = read_package(None if data is None else Path(data), [Path(o) for o in overlays])
    tables = package.tables
    table, record_id = find_record(tables, name)
    day = read_date(as_of, "--as-of").last.isoformat() if as_of else newest_check(tables)
    values = pd.DataFrame(list(_values(package, table, record_id)), columns=list(VALUE_COLUMNS))
    aliases = tables["aliases"]
    own = aliases[aliases["entity_id"].str.casefold() == record_id.casefold()]
    evidence = _about(tables["evidence"], "entity_id", record_id).sort_values(["date", "evidence_id"])
    parties = _parties(tables, record_id) if table == "projects" else tables["project_parties"].head(0)
    related = pd.DataFrame(
        sorted(set(_related(tables, table, record_id))), columns=["table", "record_id", "name", "how"]
    )
    related["status"] = _statuses(tables, related, day)
    return Record(
        table,
        record_id,
        _name_of(tables, table, record_id),
        day,
        own[["lang", "alias"]].reset_index(drop=True),
        values,
        _status(tables, table, record_id, day),
        evidence.reset_index(drop=True),
        parties.reset_index(drop=True),
        _about(tables["searches"], "entity_id", record_id).reset_index(drop=True),
        related,
        _sources(package, [*values["source_id"], *evidence["source_id"], *parties["source_id"]]),
        _next_commands(tables, table, record_id),
    )


def _about(frame: pd.DataFrame, column: str, record_id: str) -> pd.DataFrame:
    return frame[frame[column] == record_id]


def _name_of(tables: Mapping[str, pd.DataFrame], table: str, record_id: str) -> str:
    frame, schema = tables[table], read_schema()[table]
    row = frame[frame[schema.key[0]] == record_id]
    column = next((c for c in ("name", "text", "title") if c in schema.columns), schema.key[0])
    return str(row[column].iloc[0]) if len(row) else record_id


def _values(package: Package, table: str, record_id: str) -> Iterator[tuple[str, ...]]:
    schema = read_schema()[table]
    for column in schema.columns:
        if column in schema.key or (schema.provenance and column in PROVENANCE):
            continue
        held = cell(package, table, record_id, column)
        chosen = held.alternatives[held.alternatives["chosen"] == "yes"]
        scope = str(chosen["scope"].iloc[0]) if len(chosen) else ""
        if held.value is not None:
            told = (held.unit, held.basis, held.source_id, held.checked_on)
            yield (column, cell_text(held.value), *told, "yes", "", scope, "")
        rivals = held.alternatives[held.alternatives["chosen"] != "yes"]
        for rival in rivals.sort_values(["as_of", "alternative_id"]).itertuples(index=False):
            told = (rival.unit or held.unit, rival.basis, rival.source_id, "")
            yield (column, rival.value, *told, "no", rival.as_of, rival.scope, rival.note)


def _status(tables: Mapping[str, pd.DataFrame], table: str, record_id: str, day: str) -> dict[str, object]:
    if table not in ("projects", "commitments"):
        return {}
    key = "project_id" if table == "projects" else "commitment_id"
    ledger = project_ledger(tables, day) if table == "projects" else commitment_ledger(tables, day)
    row = ledger[ledger[key] == record_id]
    told = row.iloc[0].to_dict() if len(row) else {"status": f"not known by {day}"}
    return told | health_on(tables, table, day).loc[record_id].to_dict()


def _parties(tables: Mapping[str, pd.DataFrame], project_id: str) -> pd.DataFrame:
    mine = _about(tables["project_parties"], "project_id", project_id)
    known = tables["parties"][["party_id", "name", "iso3", "kind"]]
    return mine.merge(known, on="party_id", how="left").sort_values(["role", "party_id"])


def _related(
    tables: Mapping[str, pd.DataFrame], table: str, record_id: str
) -> Iterator[tuple[str, str, str, str]]:
    """Yield the records that point to this one by a reference, and those it points to."""
    for other, schema in read_schema().items():
        if other in ("aliases", "alternatives", "evidence", "searches", "project_edits", "project_parties"):
            continue
        for column in schema.columns.values():
            target = column.references[0] if column.references else ""
            about = target == table or (other == "claims" and column.name == "subject_id")
            if about and len(schema.key) == 1 and other not in ("sources", "links"):
                frame = tables[other]
                for found in frame.loc[frame[column.name] == record_id, schema.key[0]]:
                    yield other, str(found), _name_of(tables, other, str(found)), f"its {column.name}"
            if other == table and target and target not in ("sources", "licences"):
                frame = tables[table]
                for held in frame.loc[frame[schema.key[0]] == record_id, column.name]:
                    if held and held == held:
                        yield target, str(held), _name_of(tables, target, str(held)), column.name
    if table == "parties":
        mine = _about(tables["project_parties"], "party_id", record_id)
        for project_id, role in zip(mine["project_id"], mine["role"], strict=True):
            yield "projects", project_id, _name_of(tables, "projects", project_id), role


def _statuses(tables: Mapping[str, pd.DataFrame], related: pd.DataFrame, day: str) -> list[str]:
    """Return where each related project or commitment stands; nothing for other records."""
    stands: dict[tuple[str, str], str] = {}
    if "projects" in set(related["table"]):
        ledger = project_ledger(tables, day)
        stands |= {("projects", i): s for i, s in zip(ledger["project_id"], ledger["status"], strict=True)}
    if "commitments" in set(related["table"]):
        ledger = commitment_ledger(tables, day)
        pairs = zip(ledger["commitment_id"], ledger["status"], strict=True)
        stands |= {("commitments", i): s for i, s in pairs}
    return [stands.get(key, "") for key in zip(related["table"], related["record_id"], strict=True)]


def _sources(package: Package, source_ids: Sequence[object]) -> pd.DataFrame:
    ids = sorted({str(source) for source in source_ids if source})
    return pd.DataFrame(
        [(source, describe_source(package, source)) for source in ids], columns=["source_id", "citation"]
    )


def _next_commands(tables: Mapping[str, pd.DataFrame], table: str, record_id: str) -> tuple[str, ...]:
    if table == "projects":
        edits = tables["project_edits"]
        modelled = record_id in set(edits["project_id"])
        return (f"torugart appraise {record_id}",) if modelled else ()
    if table == "claims":
        return (f"torugart check {record_id}",)
    if table == "trade_totals":
        return ("torugart data series trade",)
    return ()
