"""A sweep's file to its cases: which projects, years, counts, parameters and closures, each combination or a sample."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from torugart.errors import InputError

MOST_CASES = 100_000
KEYS = ("name", "projects", "years", "trade_bases", "closures", "draws", "seed", "sample", "parameters")
TRADE_BASES = ("china", "partner")


@dataclass(frozen=True, slots=True)
class Case:
    """One question of a sweep.

    Attributes
    ----------
    projects : tuple of str
    year : int, or None for the project's own
    trade_base : str
    closure : str
        Crossing or link shut on both sides; empty for none.
    parameters : tuple of (str, float)
    """

    projects: tuple[str, ...]
    year: int | None
    trade_base: str
    closure: str
    parameters: tuple[tuple[str, float], ...]

    def axes(self) -> dict[str, Any]:
        """What tells this case from others, as a flat record."""
        return {
            "projects": ";".join(self.projects),
            "year": self.year,
            "trade_base": self.trade_base,
            "closure": self.closure,
        } | {f"p_{name}": value for name, value in self.parameters}


@dataclass(frozen=True, slots=True)
class Plan:
    """A file's cases, and what all of them share."""

    name: str
    cases: tuple[Case, ...]
    draws: int
    seed: int

    def case_id(self, case: Case, data_digest: str, version: str) -> str:
        """Digest of all that a case's result hangs on."""
        asked = [case.axes(), self.draws, self.seed, data_digest, version]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]

    def digest(self, data_digest: str, version: str) -> str:
        """Digest of the plan: the same cases in the same order on the same data."""
        ids = [self.case_id(c, data_digest, version) for c in self.cases]
        return hashlib.sha256("".join(ids).encode()).hexdigest()


def read_plan(path: Path, parameters: Sequence[str]) -> Plan:
    """Read a sweep's file.

    Parameters
    ----------
    path : Path
        TOML; see docs/sweep.md.
    parameters : sequence of str
        Ids that may be named.

    Raises
    ------
    InputError
        If the file cannot be read or says what cannot be done; all faults at once.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{str(path)!r}: not a TOML file ({str(error)[:200]})") from None
    faults = [f"{k!r} is unknown; use {', '.join(KEYS)}" for k in data if k not in KEYS]
    projects = _projects(data, faults)
    years = _list_of(data, "years", int, faults, lambda y: 1990 <= y <= 2100, "years from 1990 to 2100")
    bases = _list_of(data, "trade_bases", str, faults, lambda b: b in TRADE_BASES, "china or partner")
    closures = _list_of(data, "closures", str, faults, lambda _: True, "ids of crossings or links")
    numbers = {k: _whole(data, k, low, high, default, faults) for k, low, high, default in WHOLE}
    ranges = _parameters(data, parameters, faults)
    if not isinstance(data.get("name", ""), str):
        faults.append("name must be text")
    lists = [projects, years or [None], bases or ["china"], closures or [""]]
    axes = [
        values if isinstance(values, list) else _steps(values, int(values["steps"]))
        for values in ranges.values()
    ]
    size = int(np.prod([float(len(v)) for v in [*lists, *axes]]))
    if not faults and not numbers["sample"] and size > MOST_CASES:
        faults.append(f"{size:,} combinations; at most {MOST_CASES:,}: shorten the lists, or give sample = N")
    if faults:
        raise InputError(f"{path}: {len(faults)} problems\n" + "\n".join(f"  {f}" for f in faults))
    if numbers["sample"]:
        cases = _sampled(lists, ranges, numbers["sample"], numbers["seed"])
    else:
        cases = [_case(choice[:4], ranges, choice[4:]) for choice in product(*lists, *axes)]
    unique = tuple(dict.fromkeys(cases))
    return Plan(data.get("name", path.stem), unique, numbers["draws"], numbers["seed"])


WHOLE = (("draws", 0, 100_000, 0), ("seed", 0, 2**31, 1), ("sample", 0, MOST_CASES, 0))


def _case(head: Sequence[Any], ranges: Mapping[str, Any], values: Sequence[float]) -> Case:
    return Case(head[0], head[1], head[2], head[3], tuple(zip(ranges, map(float, values), strict=True)))


def _sampled(lists: list[list[Any]], ranges: Mapping[str, Any], n: int, seed: int) -> list[Case]:
    """A Latin hypercube over ranges (McKay, Beckman and Conover 1979); everything listed is met in turn."""
    rng = np.random.default_rng(seed)
    columns: list[list[Any]] = []
    for values in lists:
        columns.append([values[k % len(values)] for k in rng.permutation(n)])
    for values in ranges.values():
        part = rng.permutation(n)
        if isinstance(values, list):
            columns.append([values[k % len(values)] for k in part])
        else:
            at = (part + rng.random(n)) / n
            columns.append(list(values["low"] + at * (values["high"] - values["low"])))
    return [_case(row[:4], ranges, row[4:]) for row in zip(*columns, strict=True)]


def _projects(data: Mapping[str, Any], faults: list[str]) -> list[tuple[str, ...]]:
    raw = data.get("projects")
    if not isinstance(raw, list) or not raw:
        faults.append('projects must be a list, as in ["cku", ["cku", "kara_keche_makmal"]]')
        return []
    out = []
    for k, entry in enumerate(raw, start=1):
        members = entry if isinstance(entry, list) else [entry]
        if not members or not all(isinstance(p, str) and p for p in members):
            faults.append(f"projects, entry {k}: give an id or a list of ids")
        else:
            out.append(tuple(sorted(set(members))))
    return out


def _list_of(
    data: Mapping[str, Any], key: str, kind: type, faults: list[str], fits: Any, wanted: str
) -> list[Any]:
    raw = data.get(key, [])
    if not isinstance(raw, list):
        faults.append(f"{key} must be a list of {wanted}")
        return []
    for k, value in enumerate(raw, start=1):
        if isinstance(value, bool) or not isinstance(value, kind) or not fits(value):
            faults.append(f"{key}, entry {k} is {str(value)[:40]!r}; give {wanted}")
    return list(dict.fromkeys(v for v in raw if isinstance(v, kind)))


def _whole(data: Mapping[str, Any], key: str, low: int, high: int, default: int, faults: list[str]) -> int:
    value = data.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        faults.append(f"{key} is {str(value)[:40]!r}; give a whole number from {low} to {high:,}")
        return default
    return value


def _parameters(data: Mapping[str, Any], known: Sequence[str], faults: list[str]) -> dict[str, Any]:
    """Values or a range of each parameter named."""
    raw = data.get("parameters", {})
    if not isinstance(raw, dict):
        faults.append(
            "parameters must be a table: [parameters], then name = [values] or { low, high, steps }"
        )
        return {}
    out: dict[str, Any] = {}
    for name, values in raw.items():
        if name not in known:
            from torugart.errors import nearest_names

            near = nearest_names(name, known)
            faults.append(
                f"parameters.{name}: no such parameter"
                + (f"; did you mean {', '.join(near)}?" if near else "")
            )
        elif isinstance(values, list) and values and all(_is_number(v) for v in values):
            out[name] = [float(v) for v in dict.fromkeys(values)]
        elif (
            isinstance(values, dict)
            and set(values) <= {"low", "high", "steps"}
            and {"low", "high"} <= set(values)
        ):
            steps = values.get("steps", 2)
            sound = (
                _is_number(values["low"]) and _is_number(values["high"]) and values["low"] < values["high"]
            )
            if not sound or isinstance(steps, bool) or not isinstance(steps, int) or not 2 <= steps <= 1000:
                faults.append(f"parameters.{name}: give low below high, and steps from 2 to 1000")
            else:
                out[name] = {"low": float(values["low"]), "high": float(values["high"]), "steps": steps}
        else:
            faults.append(f"parameters.{name}: give a list of numbers, or {{ low = 1, high = 2, steps = 3 }}")
    return dict(sorted(out.items()))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and bool(np.isfinite(value))


def _steps(values: Mapping[str, float], n: int) -> list[float]:
    return [float(v) for v in np.linspace(values["low"], values["high"], n)]
