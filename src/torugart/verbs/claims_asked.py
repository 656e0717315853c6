"""Which claims are asked for: by id, by what they are about, by what tests them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

import pandas as pd

from torugart.checks.compute import asks_model, read_reading
from torugart.checks.expression import calls_in, parse_expression
from torugart.checks.registry import find_quantity
from torugart.checks.value import KINDS
from torugart.errors import InputError, UnknownName
from torugart.record.names import find_record
from torugart.tables.package import Package

ENERGY = ("gas", "oil", "power")  # sectors, and first words of quantities and variables
ENERGY_UNITS = ("bcm", "MW", "GW", "TWh")
TOLD_BY = ("table", "variable")  # arguments whose first word says what is computed
UNTESTED = "none"  # the kind of claims that no quantity tests


def claims_called(package: Package, name: str) -> list[str]:
    """Return the claims that a name stands for: an id, an id without the letter of its part, or an alias.

    Raises
    ------
    UnknownName
        If no claim is called so.
    """
    wanted = name.strip()
    ids = package.tables["claims"]["claim_id"].astype("str")
    aliases = package.tables["aliases"]
    by_alias = set(aliases.loc[aliases["alias"].str.casefold() == wanted.casefold(), "entity_id"])
    found = [
        claim
        for claim in ids
        if claim == wanted or (claim[:-1] == wanted and claim[-1].isalpha()) or claim in by_alias
    ]
    if not found:
        raise UnknownName("claim", name, ids)
    return found


def claims_for_model(package: Package, claims: pd.DataFrame) -> set[str]:
    """Return the claims that only the network can test."""
    readings = readings_of(package)
    found = set()
    for claim_id, expr in zip(claims["claim_id"], claims["expr"], strict=True):
        node = parse_expression(str(expr)) if expr else None
        if node and any(asks_model(node, reading) for reading in readings.get(str(claim_id), [{}])):
            found.add(str(claim_id))
    return found


def claims_about(package: Package, claims: pd.DataFrame, subject: str) -> set[str]:
    """Return the claims about a record, a country or a kind of quantity.

    Raises
    ------
    UnknownName
        If no claim is; the nearest subjects of claims are named.
    """
    wanted = {subject.strip().casefold()}
    with suppress(InputError):  # a word such as gas is no record; nothing at all is refused below
        wanted.add(find_record(package.tables, subject)[1].casefold())
    readings = readings_of(package)
    words = {
        str(claim_id): set(_words(str(about), str(expr), readings.get(str(claim_id), [])))
        for claim_id, about, expr in zip(
            claims["claim_id"], claims["subject_id"], claims["expr"], strict=True
        )
    }
    found = {claim_id for claim_id, known in words.items() if wanted & known}
    if not found:
        raise UnknownName("subject of a claim", subject, sorted(set().union(*words.values())))
    return found


def claims_on_energy(package: Package, claims: pd.DataFrame) -> set[str]:
    """Return the claims on gas, oil and power: by the sector of their project, by what they compute, or by their unit."""
    projects = package.tables["projects"]
    ours = set(projects.loc[projects["sector"].isin(ENERGY), "project_id"])
    found = set()
    columns = (claims[name].astype("str") for name in ("claim_id", "subject_id", "expr", "unit"))
    for claim_id, subject, expr, unit in zip(*columns, strict=True):
        words: set[str] = set()
        for call in calls_in(parse_expression(expr)) if expr else ():
            words.add(call.name.partition("_")[0])
            words |= {str(value).partition("_")[0] for name, value in call.arguments if name in TOLD_BY}
        if subject in ours or words & {*ENERGY, "energy"} or unit.partition("/")[0] in ENERGY_UNITS:
            found.add(claim_id)
    return found


def claims_of_kind(claims: pd.DataFrame, kind: str) -> set[str]:
    """Return the claims tested by quantities of a kind; the kind furthest from arithmetic counts."""
    if kind not in (*KINDS, UNTESTED):
        raise UnknownName("kind", kind, (*KINDS, UNTESTED))
    return {
        str(claim_id)
        for claim_id, expr in zip(claims["claim_id"], claims["expr"], strict=True)
        if kind_of(str(expr)) == kind
    }


def kind_of(expr: str) -> str:
    """Return the kind of the quantities of an expression; *none* for an empty one."""
    if not expr:
        return UNTESTED
    kinds = [find_quantity(call.name).kind for call in calls_in(parse_expression(expr))]
    return max(kinds, key=KINDS.index, default=KINDS[0])


def readings_of(package: Package) -> dict[str, list[dict[str, str]]]:
    """Return the arguments of the readings of each claim."""
    readings: dict[str, list[dict[str, str]]] = {}
    bases = package.tables["claim_bases"]
    for claim_id, args in zip(bases["claim_id"], bases["args"], strict=True):
        readings.setdefault(str(claim_id), []).append(read_reading(str(args)))
    return readings


def _words(subject: str, expr: str, readings: list[dict[str, str]]) -> Iterator[str]:
    """Yield what a claim is about, in lower case: its record, arguments, and words of its quantities."""
    if subject:
        yield subject.casefold()
    values = [value for reading in readings for name, value in reading.items() if name != "reporter"]
    if expr:
        for call in calls_in(parse_expression(expr)):
            yield call.name.partition("_")[0]
            values += [value for name, value in call.arguments if name != "reporter"]
    for value in values:
        yield from (part.casefold() for part in re.split(r"[+|]", value))
