"""`torugart data export`: the package in formats other programs read, with the licences of what is in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from torugart import __version__
from torugart.errors import InputError, nearest_names
from torugart.io.claim_review import write_claim_reviews
from torugart.io.csv_folder import new_folder, write_csv_tables
from torugart.io.geojson import write_geojson_folder
from torugart.io.licences import licence_notes, licences_by_table, shippable, write_licences
from torugart.io.oc4ids import write_oc4ids
from torugart.io.parquet_folder import write_parquet_folder
from torugart.record.dates import read_date
from torugart.record.ledger import project_ledger
from torugart.schema.problems import count_of
from torugart.tables.package import Package
from torugart.tables.read import check_folder, read_package
from torugart.verbs.prepare import data_date

# Tables whose figures are in an export; None for all.
TABLES: dict[str, tuple[str, ...] | None] = {
    "csv": None,
    "parquet": None,
    "geojson": ("places", "links", "projects", "project_edits", "evidence"),
    "oc4ids": (
        *("projects", "project_edits", "project_parties", "parties", "evidence", "alternatives"),
        *("links", "places", "countries"),
    ),
    "claimreview": ("claims", "claim_bases"),
}
FORMATS = tuple(TABLES)
FILE_ENDINGS = (
    *(".xlsx", ".xls", ".ods", ".csv", ".zip", ".parquet", ".json", ".geojson", ".jsonld"),
    ".tsv",
)


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """What an export wrote.

    Attributes
    ----------
    folder : Path
        The folder written.
    files : tuple of str
        Its files, sorted.
    notes : tuple of str
        What a person who passes it on has to know: mixed licences, rows left out.
    licences : DataFrame
        table, licence_id, name, may_ship, rows, attribution, url.
    left_out : DataFrame
        table, row_id, column, source_id, licence_id, reason: what the licences do not allow to be passed on.
    """

    folder: Path
    files: tuple[str, ...]
    notes: tuple[str, ...]
    licences: pd.DataFrame
    left_out: pd.DataFrame


def data_export(
    target: Path,
    folder: Path | None = None,
    overlays: Sequence[Path] = (),
    *,
    format: str = "csv",
    own_use: bool = False,
    as_of: str | None = None,
    verdicts: pd.DataFrame | None = None,
) -> Export:
    """Write a package, overlays merged, in a format other programs read.

    Parameters
    ----------
    target : Path
        A folder that is new or empty.
    folder : Path, optional
        The package; the built-in one when left out.
    overlays : sequence of Path
        Folders read on top.
    format : {"csv", "parquet", "geojson", "oc4ids", "claimreview"}
        CSV tables with a Frictionless descriptor, which can be read as a package again; typed Parquet tables; places,
        links and projects as GeoJSON; projects in OC4IDS 0.9; claims with verdicts as ClaimReview.
    own_use : bool
        Keep what the licences of its sources do not allow to be passed on.
    as_of : str, optional
        Day the statuses of projects hold for; the last day on which evidence was checked when left out.
    verdicts : DataFrame, optional
        For ``claimreview``: the table `torugart.check` returns.

    Returns
    -------
    Export
        The folder, its files, and what to know when passing it on.

    Raises
    ------
    InputError
        If the package is not sound, or the folder is not empty or cannot be written.
    """
    target = Path(target)
    _check_arguments(target, format, as_of, verdicts)
    package, left_out = read_package(folder, overlays), pd.DataFrame()
    if not own_use:
        package, left_out = shippable(package)
    licences = licences_by_table(package, TABLES[format])
    if len(left_out) and TABLES[format] is not None:
        left_out = left_out[left_out["table"].isin(TABLES[format])].reset_index(drop=True)
    notes = licence_notes(licences, left_out, own_use=own_use)
    write = _writer(package, format, licences, as_of, verdicts)
    with new_folder(target) as part:
        write(part)
        notes.extend(_reading_notes(part, format, left_out))
        write_licences(part, licences, left_out, notes)
        files = tuple(sorted(path.name for path in part.iterdir()))
    return Export(target, files, tuple(notes), licences, left_out)


def _check_arguments(target: Path, format: str, as_of: str | None, verdicts: pd.DataFrame | None) -> None:
    faults = []
    if format not in FORMATS:
        near = nearest_names(str(format)[:40].lower(), FORMATS, 1)
        hint = f"did you mean {near[0]}? " if near else ""
        faults.append(f"format is {str(format)[:40]!r}; {hint}give one of {', '.join(FORMATS)}")
    if "\x00" in str(target):
        faults.append(f"{str(target)[:120]!r}: is not a path")
    elif target.suffix.lower() in FILE_ENDINGS:
        faults.append(f"{target} would be a file; give a folder, the tables are written into it")
    if as_of is not None:
        try:
            read_date(as_of, "as_of")
        except InputError as fault:
            faults.append(str(fault))
    if format == "claimreview" and verdicts is None:
        faults.append("claimreview needs verdicts; give the table torugart.check returns")
    if faults:
        raise InputError("\n".join(faults))


def _writer(
    package: Package, format: str, licences: pd.DataFrame, as_of: str | None, verdicts: pd.DataFrame | None
) -> Callable[[Path], None]:
    """Return what writes a format into a folder; whatever can fail for the data fails here."""
    if format == "csv":
        return lambda part: write_csv_tables(package, part)
    if format == "parquet":
        return lambda part: write_parquet_folder(package, part, licences)
    day = read_date(as_of or data_date(package) or "1970", "as_of").last.isoformat()
    if format == "claimreview":
        assert verdicts is not None
        judged = verdicts
        return lambda part: write_claim_reviews(package, part, judged, day, __version__)
    statuses = project_ledger(package.tables, day)
    if format == "geojson":
        return lambda part: write_geojson_folder(package, part, statuses)
    addresses = {str(url) for url in licences["url"]}
    licence = addresses.pop() if len(addresses) == 1 else ""
    return lambda part: write_oc4ids(package, part, statuses, day, licence)


def _reading_notes(part: Path, format: str, left_out: pd.DataFrame) -> list[str]:
    """Return whether what is left of a package can still be read as one."""
    if format != "csv" or left_out.empty:
        return []
    problems = check_folder(part)
    if not problems:
        return []
    return [
        f"What is left has {count_of(len(problems), 'problem')} as a package (the first: {problems[0]}); "
        "torugart data verify --data lists them."
    ]
