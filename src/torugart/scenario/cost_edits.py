"""Changes of trade cost between countries, as they are asked for: ``CHN,UZB:tau=-3%`` or ``[[trade_cost]]`` of a scenario file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torugart.errors import InputError, nearest_names

KINDS = {
    "tau": "the whole cost of having goods delivered, their own price with it",
    "freight": "what carriage, handling and fees cost",
    "time": "the days on the way",
}
ALL = "all"
FORM = re.compile(r"\s*([^,:=\s]+)\s*,\s*([^,:=\s]+)\s*:\s*(?:([a-z]+)\s*=\s*)?(.+?)\s*", re.IGNORECASE)
PER_CENT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*%")
FIELDS = ("exporter", "importer", *KINDS, "reason")


@dataclass(frozen=True, slots=True)
class CostEdit:
    """One change of what it costs to trade from one country to another.

    Attributes
    ----------
    exporter, importer : str
        A country or group of the base, or ``all``.
    kind : {"tau", "freight", "time"}
    factor : float
        New over old.
    reason : str
    """

    exporter: str
    importer: str
    kind: str
    factor: float
    reason: str = ""

    @property
    def words(self) -> str:
        """The change as it is written on the command line."""
        return f"{self.exporter},{self.importer}:{self.kind}={100 * (self.factor - 1):+.6g}%"


def parse_costs(texts: Sequence[str]) -> tuple[CostEdit, ...]:
    """Read changes from the command line.

    Raises
    ------
    InputError
        If one is not of the form ``CHN,UZB:tau=-3%``; all faults at once.

    Examples
    --------
    >>> parse_costs(["chn,uzb:tau=-3%"])[0]
    CostEdit(exporter='CHN', importer='UZB', kind='tau', factor=0.97, reason='')
    """
    edits, faults = [], []
    for text in texts:
        found = FORM.fullmatch(text)
        if found is None:
            faults.append(f"--cost {text[:80]!r}: write EXPORTER,IMPORTER:tau=-3%, as in CHN,UZB:tau=-3%")
            continue
        exporter, importer, kind, value = found.groups()
        if kind is None:
            faults.append(
                f"--cost {text[:80]!r}: say what changes: tau={value} is the whole cost of delivered goods, their price with it; "
                f"freight={value} what carriage costs, usually a tenth of that or less; time={value} the days on the way"
            )
            continue
        wrong = _faults_of(kind.lower(), value)
        faults += [f"--cost {text[:80]!r}: {w}" for w in wrong]
        if not wrong:
            edits.append(CostEdit(_name(exporter), _name(importer), kind.lower(), _factor(value)))
    if faults:
        raise InputError("\n".join(faults))
    return tuple(edits)


def costs_of_file(rows: Any, path: str) -> tuple[CostEdit, ...]:
    """Changes from the ``[[trade_cost]]`` tables of a scenario file.

    Raises
    ------
    InputError
        If a table lacks a field, has an unknown one or no change; all faults at once.
    """
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{path}: trade_cost must be a list of tables, written [[trade_cost]]")
    edits: list[CostEdit] = []
    faults: list[str] = []
    for k, row in enumerate(rows, start=1):
        wrong, mine = _of_row(row)
        faults += [f"trade_cost {k}: {w}" for w in wrong]
        edits += mine
    if faults:
        raise InputError(f"{path}: {len(faults)} problems\n" + "\n".join(f"  {f}" for f in faults))
    return tuple(edits)


def _of_row(row: Mapping[str, Any]) -> tuple[list[str], list[CostEdit]]:
    wrong = [f"{f} is missing" for f in ("exporter", "importer", "reason") if f not in row]
    wrong += [f"{f!r} is unknown; use {', '.join(FIELDS)}" for f in row if f not in FIELDS]
    wrong += [f"{f} must be text" for f in FIELDS if f in row and not isinstance(row[f], str)]
    kinds = [kind for kind in KINDS if kind in row]
    if not kinds:
        wrong.append('no change: give tau = "-3%", freight = "-3%" or time = "-3%"')
    if not wrong:
        wrong += [w for kind in kinds for w in _faults_of(kind, row[kind])]
    if wrong:
        return wrong, []
    ends = _name(row["exporter"]), _name(row["importer"])
    return [], [CostEdit(*ends, kind, _factor(row[kind]), row["reason"]) for kind in kinds]


def check_economies(edits: Sequence[CostEdit], known: Sequence[str]) -> None:
    """Refuse countries that the base does not have, and trade of a country with itself.

    Raises
    ------
    InputError
        With the nearest known names; all faults at once.
    """
    faults = []
    for edit in edits:
        for name in (edit.exporter, edit.importer):
            if name != ALL and name not in known:
                near = nearest_names(name, known) or known
                faults.append(f"{edit.words}: {name} is not in the base; use {ALL} or {', '.join(near)}")
        if edit.exporter == edit.importer != ALL:
            faults.append(f"{edit.words}: trade at home keeps its cost; name two countries")
    if faults:
        raise InputError("\n".join(faults))


def _faults_of(kind: str, value: str) -> list[str]:
    if kind not in KINDS:
        return [f"{kind!r} is unknown; use tau, freight or time"]
    found = PER_CENT.fullmatch(value.strip())
    if found is None:
        return [f"{kind}={value}: write per cent with its sign, such as {kind}=-3%"]
    if not -100 < float(found[1]) <= 1000:
        return [f"{kind}={value}: give more than -100% and at most 1000%"]
    return []


def _factor(value: str) -> float:
    return 1 + float(value.strip().rstrip("%")) / 100


def _name(text: str) -> str:
    return ALL if text.strip().casefold() in (ALL, "*") else text.strip().upper()
