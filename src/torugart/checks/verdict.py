"""Verdicts on published claims, each with the working a reader can follow."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd

from torugart.checks.compute import call_faults, compute, read_reading
from torugart.checks.context import Context, Model
from torugart.checks.dimension import factor_between, measure_of
from torugart.checks.expression import Node, parse_expression
from torugart.checks.interval import exactly
from torugart.checks.relation import Claimed, passes, read_claimed, says_calendar_year, show_claimed
from torugart.checks.value import Missing, Rival, Value, converted, day_of, show_figure, show_value
from torugart.errors import InputError, TorugartError
from torugart.record.dates import parse_date
from torugart.tables.package import Package

NO_STATEMENT = "not a checkable statement"
NOT_DUE = "not yet due"
UNTESTED = "cannot be tested"
HOLDS = "holds"
HOLDS_ON_ANOTHER = "holds on another base"
FAILS = "does not hold"
VERDICTS = (HOLDS, HOLDS_ON_ANOTHER, FAILS, NOT_DUE, UNTESTED, NO_STATEMENT)
OWN_FIGURES = " (speaker's own figures only)"
AS_STATED = "as_stated"  # the one reading of a claim for which none is written
COLUMNS = (
    "claim_id", "text", "said_by", "said_on", "source_id", "relation", "value", "value_hi", "unit",
    "verdict", "verdict_base", "reason", "working",
)  # fmt: skip
MOST_NAMED = 4  # readings or rivals named in a reason; the working has them all


@dataclass(frozen=True, slots=True)
class Base:
    """One reading of a claim."""

    base_id: str
    note: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as read: who said it, what is computed, and what the result must be."""

    row: Mapping[str, str]
    node: Node | None
    claimed: Claimed | None
    bases: tuple[Base, ...]

    @property
    def claim_id(self) -> str:
        """Its id."""
        return self.row["claim_id"]


@dataclass(frozen=True, slots=True)
class Tested:
    """One reading computed, and whether it passes; None when it cannot be tested.

    ``central`` says whether it still passes when its central figure is taken for the truth.
    """

    base: Base
    value: Value | Missing
    passes: bool | None
    central: bool = False
    passing_rivals: tuple[Rival, ...] = field(default=())


def check_claims(package: Package, claims: pd.DataFrame, model: Model | None, as_of: str) -> pd.DataFrame:
    """Judge claims by the rules of ``docs/methods/claims.md``.

    Parameters
    ----------
    package : Package
        Data package, best with its holes filled; its ``claim_bases`` give the readings.
    claims : DataFrame
        Rows of the table ``claims``.
    model : Model, optional
        Network of an appraisal; without it claims about routes and volumes cannot be tested.
    as_of : str
        Day on which they are judged, ISO 8601.

    Returns
    -------
    DataFrame
        One row a claim, sorted by claim_id: claim_id, text, said_by, said_on, source_id, relation, value, value_hi,
        unit, verdict, verdict_base (readings that decide it, with semicolons), reason, working (JSON, one entry a
        reading). All text.

    Raises
    ------
    InputError
        If claims cannot be read; every fault is listed with row, column and mend.
    """
    context = Context(package, model, as_of)
    read, faults = _read_claims(claims, package.tables["claim_bases"])
    rows = []
    for claim in read:
        try:
            rows.append(_judged(context, claim))
        except TorugartError as fault:
            faults.append(f"  row {claim.claim_id!r}: expr: {fault}")
    _refuse(faults)
    rows.sort(key=lambda row: row["claim_id"])
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype("str")


def claim_faults(package: Package) -> list[str]:
    """Return what is wrong with the claims of a package, before anything is computed; one line a fault."""
    return _read_claims(package.tables["claims"], package.tables["claim_bases"])[1]


def read_claims(package: Package, claim_ids: Sequence[str]) -> list[Claim]:
    """Read some claims with their readings.

    Raises
    ------
    InputError
        If one of them cannot be read.
    """
    claims = package.tables["claims"]
    read, faults = _read_claims(claims[claims["claim_id"].isin(claim_ids)], package.tables["claim_bases"])
    _refuse(faults)
    return read


def _judged(context: Context, claim: Claim) -> dict[str, str]:
    tested = [_test(context, claim, base) for base in claim.bases] if claim.node is not None else []
    verdict, bases, reason = _verdict(context, claim, tested)
    working = json.dumps([_working(claim, t) for t in tested], ensure_ascii=False)
    return {name: claim.row[name] for name in COLUMNS[:9]} | {
        "verdict": verdict,
        "verdict_base": ";".join(bases),
        "reason": reason,
        "working": working,
    }


def _test(context: Context, claim: Claim, base: Base) -> Tested:
    assert claim.node is not None
    assert claim.claimed is not None
    value = compute(claim.node, context, base.arguments)
    if isinstance(value, Missing):
        return Tested(base, value, None)
    factor_between(value.measure, claim.claimed.measure)  # refuses what measures something else
    value = converted(value, claim.claimed.measure)
    rivals = tuple(r for r in value.rivals if passes(claim.claimed, _with_rival(value, r)))
    result = passes(claim.claimed, value)
    exact = value.measure.is_text or value.measure.is_date
    central = result and (exact or passes(claim.claimed, replace(value, interval=exactly(value.mid))))
    return Tested(base, value, result, central, rivals)


def _verdict(context: Context, claim: Claim, tested: Sequence[Tested]) -> tuple[str, list[str], str]:
    """Return verdict, the readings that decide it, and why."""
    remark = claim.row.get("note", "").partition("; ")[0]
    if claim.node is None:
        says_nothing = not claim.row["relation"] and not claim.row["value"]
        return NO_STATEMENT if says_nothing else UNTESTED, [], _sentence(remark or "no quantity can test it")
    passing = [t for t in tested if t.passes]
    due = _due(claim)
    on_record = any(isinstance(t.value, Value) and t.value.kind == "record" for t in passing)
    if due is not None and due > context.today and not on_record:
        return NOT_DUE, [], f"It falls due on {due.isoformat()}; judged on {context.as_of}."
    testable = [t for t in tested if t.passes is not None]
    stated = [t for t in tested if t.base.base_id == claim.row["stated_base"]]
    untested_stated = bool(stated) and stated[0].passes is None
    if not testable or (untested_stated and not passing):
        return UNTESTED, [], _missing(tested)
    decisive = stated if stated and not untested_stated else [] if stated else testable
    if decisive and all(t.passes for t in decisive):
        return HOLDS + _suffix(context, claim, decisive), _ids(decisive), _reason(claim, decisive, testable)
    if passing:
        verdict = HOLDS_ON_ANOTHER + _suffix(context, claim, passing)
        return verdict, _ids(passing), _reason(claim, passing, testable)
    # Of many readings that fail none decides it.
    failing = decisive if len(decisive) == 1 else []
    return FAILS, _ids(failing), _reason(claim, decisive or testable, testable)


def _due(claim: Claim) -> date | None:
    """Return the last day of what a claim is about, when it names one."""
    about = parse_date(claim.row["about_date"])
    if about is not None:
        return about.last
    claimed = claim.claimed
    if claimed is None or claimed.relation not in ("=", "~", "<=", "before"):
        return None
    year = says_calendar_year(claim.row["value"], claimed.measure)
    written = (
        parse_date(claim.row["value_hi"] or claim.row["value"]) if claimed.measure.is_date or year else None
    )
    return written.last if written is not None else None


def _suffix(context: Context, claim: Claim, passing: Sequence[Tested]) -> str:
    return OWN_FIGURES if all(_rests_on_speaker(context, claim, t) for t in passing) else ""


def _rests_on_speaker(context: Context, claim: Claim, tested: Tested) -> bool:
    """Whether nothing but the speaker's own figures supports a reading that passes."""
    value = tested.value
    assert isinstance(value, Value)
    if value.kind == "model":
        return False
    sources = [*value.source_ids, *(r.source_id for r in tested.passing_rivals)]
    voices = context.voices
    speaker = voices.get(claim.row["source_id"], "")
    said_by = claim.row["said_by"].casefold()

    def is_own(source_id: str) -> bool:
        voice = voices.get(source_id, "")
        same = source_id == claim.row["source_id"] or (voice != "" and voice == speaker)
        return same or (voice != "" and voice.casefold() in said_by)

    return all(is_own(source_id) for source_id in sources)


def _reason(claim: Claim, decisive: Sequence[Tested], testable: Sequence[Tested]) -> str:
    assert claim.claimed is not None
    first = decisive[0]
    assert isinstance(first.value, Value)
    said = show_claimed(claim.claimed)
    by_model = first.value.kind == "model"
    edge = first.passes and not any(t.central for t in decisive)
    spread = "the spread" if by_model else "the rounding"
    if len(testable) == 1:
        # A word alone says nothing; what it rests on does.
        grounds = (
            f": {'; '.join(first.value.steps)}" if first.value.measure.is_text and first.value.steps else ""
        )
        text = f"Computed {show_value(first.value)}; claimed {said}{grounds}."
        text += f" Only {spread} of the computed figure reaches it, not its centre." if edge else ""
    elif first.passes:
        verb = "passes" if len(decisive) == 1 else "pass"
        count = f"{len(decisive)} of {len(testable)} readings {verb}{', none at its centre' if edge else ''}"
        text = f"Claimed {said}; {count}: {_list_readings(decisive)}."
        failing = [t for t in testable if not t.passes]
        if 0 < len(failing) <= MOST_NAMED:
            text += f" Not so by {_list_readings(failing)}."
    else:
        nearest = _nearest(claim.claimed, testable)
        text = f"Claimed {said}; none of {len(testable)} readings passes; {nearest}."
    return " ".join([text, *_rival_sentences(claim, decisive)])


def _rival_sentences(claim: Claim, decisive: Sequence[Tested]) -> list[str]:
    """Name the rival values with which the verdict would turn."""
    first = decisive[0]
    if len(decisive) > 1 or not isinstance(first.value, Value):
        return []
    passing = first.passing_rivals
    turning = [r for r in first.value.rivals if r not in passing] if first.passes else list(passing)
    if not turning:
        return []
    named = []
    for rival in turning[:MOST_NAMED]:
        own = ", the claim's own source" if rival.source_id == claim.row["source_id"] else ""
        remark = f", {rival.note}" if rival.note else ""
        named.append(f"{show_figure(_with_rival(first.value, rival))} ({rival.source_id}{own}{remark})")
    more = f" and {len(turning) - MOST_NAMED} more" if len(turning) > MOST_NAMED else ""
    return [f"Rival values that would {'fail' if first.passes else 'pass'}: {'; '.join(named)}{more}."]


def _list_readings(tested: Sequence[Tested]) -> str:
    ordered = sorted(tested, key=lambda t: (not t.central, t.base.base_id))
    named = [f"{t.base.base_id} {_shown(t)}" for t in ordered[:MOST_NAMED]]
    more = len(tested) - MOST_NAMED
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")


def _nearest(claimed: Claimed, tested: Sequence[Tested]) -> str:
    def gap(t: Tested) -> float:
        assert isinstance(t.value, Value)
        return max(claimed.named.lo - t.value.hi, t.value.lo - claimed.named.hi, 0.0)

    nearest = min(tested, key=gap)
    return f"nearest is {nearest.base.base_id} with {_shown(nearest)}"


def _missing(tested: Sequence[Tested]) -> str:
    reasons = list(dict.fromkeys(t.value.reason for t in tested if isinstance(t.value, Missing)))
    return f"Missing: {'; '.join(reasons[:MOST_NAMED])}."


def _shown(tested: Tested) -> str:
    return show_value(tested.value) if isinstance(tested.value, Value) else tested.value.reason


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _ids(tested: Sequence[Tested]) -> list[str]:
    return [t.base.base_id for t in tested]


def _with_rival(value: Value, rival: Rival) -> Value:
    return Value(rival.interval, value.measure, value.kind, text=value.text)


def _working(claim: Claim, tested: Tested) -> dict[str, Any]:
    entry: dict[str, Any] = {"base_id": tested.base.base_id, "note": tested.base.note}
    value = tested.value
    if isinstance(value, Missing):
        return entry | {
            "lo": None, "mid": None, "hi": None, "unit": claim.row["unit"], "shown": "", "passes": None,
            "central": None, "kind": "missing", "missing": value.reason, "steps": [], "cells": [], "rivals": [],
        }  # fmt: skip
    ends = dict(zip(("lo", "mid", "hi"), _ends(value), strict=True))
    return entry | ends | {
        "unit": value.unit,
        "shown": show_value(value),
        "passes": tested.passes,
        "central": tested.central,
        "kind": value.kind,
        "missing": "",
        "steps": list(value.steps),
        "cells": list(value.cells),
        "rivals": [_rival_entry(value, r, r in tested.passing_rivals) for r in value.rivals],
    }  # fmt: skip


def _rival_entry(value: Value, rival: Rival, would_pass: bool) -> dict[str, Any]:
    return {
        "shown": show_value(_with_rival(value, rival)),
        "source_id": rival.source_id,
        "as_of": rival.as_of,
        "note": rival.note,
        "passes": would_pass,
    }


def _ends(value: Value) -> tuple[Any, Any, Any]:
    if value.measure.is_text:
        return None, value.text, None
    ends = (value.lo, value.mid, value.hi)
    if value.measure.is_date:
        return day_of(value.lo), day_of(value.mid), day_of(value.hi)
    # Ten digits: what two machines agree on, and more than any source prints.
    lo, mid, hi = (float(f"{end:.10g}") for end in ends)
    return lo, mid, hi


def _read_claims(claims: pd.DataFrame, claim_bases: pd.DataFrame) -> tuple[list[Claim], list[str]]:
    readings: dict[str, list[Mapping[str, str]]] = {}
    for row in claim_bases.astype("str").to_dict("records"):
        readings.setdefault(row["claim_id"], []).append(row)
    read, faults = [], []
    for row in sorted(claims.astype("str").to_dict("records"), key=lambda row: row["claim_id"]):
        claim, wrong = _read_claim(row, readings.get(row["claim_id"], []))
        faults += [f"  row {row['claim_id']!r}: {fault}" for fault in wrong]
        if claim is not None:
            read.append(claim)
    return read, faults


def _read_claim(
    row: Mapping[str, str], readings: Sequence[Mapping[str, str]]
) -> tuple[Claim | None, list[str]]:
    faults: list[str] = []
    if row["about_date"] and parse_date(row["about_date"]) is None:
        faults.append(f"about_date is {row['about_date']!r}; write 2024, 2024-12 or 2024-12-27")
    if not row["expr"]:
        return (None if faults else Claim(row, None, None, ())), faults
    bases, base_faults = _read_bases(row["stated_base"], readings)
    faults += base_faults
    node = claimed = None
    try:
        node = parse_expression(row["expr"])
    except InputError as fault:
        faults.append(f"expr: {fault}")
    try:
        unit = "text" if row["relation"] == "is" else row["unit"]
        claimed = read_claimed(row["relation"], row["value"], row["value_hi"], measure_of(unit))
    except InputError as fault:
        faults.append(str(fault))
    if node is not None:
        for base in bases:
            faults += [f"expr: {fault}" for fault in call_faults(node, base.arguments)]
    faults = list(dict.fromkeys(faults))
    return (None if faults else Claim(row, node, claimed, tuple(bases))), faults


def _read_bases(stated: str, readings: Sequence[Mapping[str, str]]) -> tuple[list[Base], list[str]]:
    if not readings:
        return [Base(stated or AS_STATED, "", {})], []
    bases, faults = [], []
    for row in sorted(readings, key=lambda row: row["base_id"]):
        try:
            bases.append(Base(row["base_id"], row["note"], read_reading(row["args"])))
        except InputError as fault:
            faults.append(f"reading {row['base_id']}: {fault}")
    if stated and stated not in {row["base_id"] for row in readings}:
        faults.append(f"stated_base {stated!r} is no reading of this claim; add it to claim_bases.csv")
    return bases, faults


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        heading = f"claims.csv: {len(faults)} problem{'s' * (len(faults) > 1)}"
        raise InputError("\n".join([heading, *faults]))
