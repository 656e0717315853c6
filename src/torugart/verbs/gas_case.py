"""The case of supply with gas or crude that a question is about: a year of the record, or a folder of the user."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from torugart.appraisal.project import resolve_project
from torugart.energy.country_case import country_case, newest_full_year
from torugart.energy.crude_case import crude_case, newest_crude_year
from torugart.energy.line_fuel import kept_shares, with_kept
from torugart.energy.supply_case import NamedCase, build_case
from torugart.errors import InputError, UnknownName
from torugart.io.supply_folder import read_supply_folder
from torugart.scenario.energy_edits import projects_of, with_energy_projects
from torugart.tables.read import Package, read_package

EARLIEST, LATEST = 1990, 2100  # years that may be asked for
STEPS = 8  # in which demand is cut
MORE = re.compile(r"([A-Za-z]{3})=([+-]?\d+(?:\.\d+)?)")
MOST_MORE = 200.0
UNITS = {"gas": "bcm", "crude": "mt"}  # as columns have them
SHOWN = {"bcm": "bcm", "mt": "Mt"}


@dataclass(frozen=True, slots=True)
class GasQuestion:
    """A case ready to be solved.

    Attributes
    ----------
    named : NamedCase
    title : str
        What it is of: "2023" or the name of a folder.
    year : int
        0 for a folder.
    volumes : DataFrame
        Where each volume of a year of the record comes from; empty for a folder.
    notes : tuple of str
        What was assumed.
    package : Package, optional
        The record; None for a folder.
    standing, absent : tuple of str
        Projects taken to stand and to be absent.
    more : mapping of str to float
        bcm a year added to the output of a country.
    kept : mapping of str to float
        Part of a country's use that is not the fuel of its lines, as the record without any change has it.
    commodity : str
        gas or crude.
    """

    named: NamedCase
    title: str
    year: int = 0
    volumes: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[str, ...] = ()
    package: Package | None = None
    standing: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    more: Mapping[str, float] = field(default_factory=dict)
    kept: Mapping[str, float] = field(default_factory=dict)
    commodity: str = "gas"


def gas_question(
    folder: Path | str | None = None,
    *,
    commodity: str = "gas",
    year: int | None = None,
    with_projects: Sequence[str] = (),
    without_projects: Sequence[str] = (),
    output: Sequence[str] = (),
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
) -> GasQuestion:
    """Put a case together.

    Parameters
    ----------
    folder : path, optional
        The user's own; None for a year of the record, which all further arguments but ``commodity`` are about.
    commodity : str
        gas or crude.
    year : int, optional
        By default the newest that has output, use and trade of most countries; for crude, output.
    with_projects, without_projects : sequence of str
        Ids, names or aliases.
    output : sequence of str
        ``TKM=+10``: bcm, of crude Mt, a year more (or less) than on record.

    Raises
    ------
    InputError
        With every fault of the question, or of the files of a folder.
    UnknownName
        If no project is called so.
    """
    if commodity not in UNITS:
        raise InputError(f"commodity is {commodity[:40]!r}; give {' or '.join(UNITS)}")
    unit = UNITS[commodity]
    if folder is not None:
        given = [
            name
            for name, value in (
                ("--year", year), ("--with", with_projects), ("--without", without_projects),
                ("--output", output), ("--data", data), ("--overlay", overlays),
            )
            if value
        ]  # fmt: skip
        if given:
            raise InputError(
                f"{', '.join(given)} go with the record, not with a folder: change the folder instead"
            )
        named = build_case(read_supply_folder(Path(folder), unit), STEPS, unit)
        return GasQuestion(named, str(folder), commodity=commodity)
    more = _more_output(output, SHOWN[unit])
    package = read_package(Path(data) if data else None, [Path(o) for o in overlays])
    tables = package.tables
    standing = tuple(resolve_project(tables, p) for p in with_projects)
    absent = tuple(resolve_project(tables, p) for p in without_projects)
    _check_projects(tables, commodity, (*standing, *absent))
    if year is None:
        asked = (
            newest_crude_year(tables) if commodity == "crude" else newest_full_year(tables["country_series"])
        )
    else:
        asked = year
    if not EARLIEST <= asked <= LATEST:
        raise InputError(f"--year is {asked}; give a year from {EARLIEST} to {LATEST}")
    return question_of_record(package, asked, standing, absent, more, commodity=commodity)


def _check_projects(tables: Mapping[str, pd.DataFrame], commodity: str, projects: Sequence[str]) -> None:
    """Refuse a project that is of another commodity: it would change nothing and seem to be worth nothing."""
    if not projects:
        return
    other = "crude" if commodity == "gas" else "gas"
    mine, theirs = projects_of(tables, commodity), projects_of(tables, other)
    faults = [
        f"{p} changes nothing of {commodity}; ask of it with --commodity {other}"
        for p in dict.fromkeys(projects)
        if p not in mine and p in theirs
    ]
    if faults:
        raise InputError("\n".join(faults))


def question_of_record(
    package: Package,
    year: int,
    standing: tuple[str, ...] = (),
    absent: tuple[str, ...] = (),
    more: Mapping[str, float] | None = None,
    kept: Mapping[str, float] | None = None,
    new_buyers: bool = True,
    commodity: str = "gas",
) -> GasQuestion:
    """A year of a record that is read already; ``kept`` as in ``GasQuestion``, worked out when not given."""
    more = more or {}
    if commodity == "crude":
        edited = with_energy_projects(package.tables, standing, absent)
        crude = crude_case(edited, package.tables, year, added_runs=new_buyers)
        supplies = _with_more(crude.tables, more, "mt")
        named = build_case({**crude.tables, "supplies": supplies}, STEPS, "mt")
        return GasQuestion(
            named, str(year), year, crude.masses, tuple(crude.notes), package, standing, absent, more, {}, commodity
        )  # fmt: skip
    edited = with_energy_projects(package.tables, standing, absent, new_buyers=new_buyers)
    made = country_case(edited, year)
    if kept is None:
        # What the lines of today burn is in the use of today; what a project's line would burn is not.
        today = country_case(package.tables, year) if standing or absent else made
        kept = kept_shares(build_case(today.tables))
    supplies = _with_more(made.tables, more, "bcm")
    named = with_kept(build_case({**made.tables, "supplies": supplies}, STEPS), kept)
    return GasQuestion(
        named, str(year), year, made.volumes, tuple(made.notes), package, standing, absent, more, kept
    )


def again(
    asked: GasQuestion,
    *,
    standing: Sequence[str] | None = None,
    absent: Sequence[str] | None = None,
    more: Mapping[str, float] | None = None,
    new_buyers: bool = True,
) -> GasQuestion:
    """The same year of the record with other projects or more output; ``new_buyers`` as in ``with_energy_projects``."""
    assert asked.package is not None
    stand = tuple(asked.standing if standing is None else standing)
    gone = tuple(asked.absent if absent is None else absent)
    extra = asked.more if more is None else more
    return question_of_record(
        asked.package, asked.year, stand, gone, extra, asked.kept, new_buyers, asked.commodity
    )


def write_supply_folder(asked: GasQuestion, folder: Path) -> list[Path]:
    """Write a case as a folder that can be changed and given back; what lines burn is off the demands already.

    Raises
    ------
    InputError
        If there is something in the folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: is there already; give --write a folder that is new or empty")
    tables = dict(asked.named.tables)
    whole = asked.named.case.demand.sum(axis=1)
    tables["demands"] = tables["demands"].assign(**{f"{asked.named.unit}_per_year": whole})
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in tables.items():
        if len(table):
            written.append(folder / f"{name}.csv")
            table.to_csv(written[-1], index=False)
    return written


def _more_output(written: Sequence[str], unit: str) -> dict[str, float]:
    found: dict[str, float] = {}
    faults = []
    for text in written:
        match = MORE.fullmatch(text.strip())
        if match is None or abs(float(match[2])) > MOST_MORE:
            faults.append(
                f"--output is {text[:40]!r}; give a country and {unit} a year more or less, as in TKM=+10, at most {MOST_MORE:g}"
            )
        else:
            found[match[1].upper()] = found.get(match[1].upper(), 0.0) + float(match[2])
    if faults:
        raise InputError("\n".join(faults))
    return found


def _with_more(tables: Mapping[str, pd.DataFrame], more: Mapping[str, float], unit: str) -> pd.DataFrame:
    """Scale the fields of a country so that it makes more or less."""
    supplies = tables["supplies"].copy()
    country = supplies["node"].map(tables["nodes"].set_index("node")["country"])
    known = sorted(set(country))
    a_year, a_month = f"{unit}_per_year", f"{unit}_per_month"
    for iso3, extra in more.items():
        mine = country == iso3
        if not mine.any():
            raise UnknownName("country that gas or crude comes from", iso3, known)
        total = float(supplies.loc[mine, a_year].sum())
        if total + extra < 0:
            raise InputError(f"--output takes {-extra:g} {SHOWN[unit]} from {iso3}, which makes {total:.1f}")
        supplies.loc[mine, [a_year, a_month]] *= (total + extra) / total
    return supplies
