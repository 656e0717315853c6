"""Matched statements to verdicts, by the rules that judge the claims of the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from torugart.checks.context import Model
from torugart.checks.expression import calls_in, parse_expression
from torugart.checks.registry import REGISTRY
from torugart.checks.verdict import UNTESTED, check_claims
from torugart.errors import InputError, TorugartError
from torugart.reading.matching import Matched
from torugart.schema.definition import read_schema
from torugart.tables.package import Package
from torugart.units import convert

VERDICT_COLUMNS = ("verdict", "verdict_base", "reason", "working")


@dataclass(frozen=True, slots=True)
class Judged:
    """A matched statement with its verdict."""

    matched: Matched
    verdict: str
    verdict_base: str
    reason: str
    working: str
    claim_ids: tuple[str, ...]


def judge(
    package: Package, found: Sequence[Matched], models: Mapping[str, Model | None], as_of: str
) -> list[Judged]:
    """Judge statements as the claims of the record are judged; what is said twice is computed once.

    Parameters
    ----------
    package : Package
        Data package with its holes filled.
    found : sequence of Matched
        Statements with the claims they make.
    models : mapping of str to Model or None
        The network by the project it is asked about; empty for today's.
    as_of : str
        Day on which they are judged, ISO 8601.
    """
    keys = [_key(matched) for matched in found]
    first = dict(zip(reversed(keys), reversed(found), strict=True))
    ids = {key: f"st_{number:05d}" for number, key in enumerate(dict.fromkeys(keys), 1)}
    verdicts: dict[str, Mapping[str, str]] = {}
    for subject in sorted({model_subject(matched) for matched in first.values()}):
        part = {ids[key]: matched for key, matched in first.items() if model_subject(matched) == subject}
        verdicts |= _verdicts(package, part, models.get(subject), as_of)
    known = KnownClaims(package)
    return [
        Judged(
            matched,
            verdicts[ids[key]]["verdict"],
            verdicts[ids[key]]["verdict_base"],
            verdicts[ids[key]]["reason"],
            verdicts[ids[key]]["working"],
            known.same(matched),
        )
        for key, matched in zip(keys, found, strict=True)
    ]


def needs_model(matched: Matched) -> bool:
    """Whether the network is asked."""
    return any(
        call.name in REGISTRY and REGISTRY[call.name].kind == "model"
        for call in calls_in(parse_expression(matched.row["expr"]))
    )


def model_subject(matched: Matched) -> str:
    """Return the project whose network a statement is about; a dash where the network is not asked."""
    if not needs_model(matched):
        return "-"
    calls = calls_in(parse_expression(matched.row["expr"]))
    return next((value for call in calls for name, value in call.arguments if name == "project"), "")


def _key(matched: Matched) -> tuple[object, ...]:
    row = matched.row
    said = tuple(
        row[name]
        for name in (
            "expr",
            "relation",
            "value",
            "value_hi",
            "unit",
            "said_by",
            "said_on",
            "stated_base",
            "about_date",
        )
    )
    return (said, tuple(tuple(sorted(base.items())) for base in matched.bases))


def _verdicts(
    package: Package, claims: Mapping[str, Matched], model: Model | None, as_of: str
) -> dict[str, Mapping[str, str]]:
    try:
        return _judged_together(package, claims, model, as_of)
    except TorugartError as fault:
        if len(claims) == 1:
            # One statement that cannot be computed is an answer about that statement, not a fault of the text.
            name = next(iter(claims))
            return {name: {"verdict": UNTESTED, "verdict_base": "", "reason": _plain(fault), "working": "[]"}}
    names = list(claims)
    half = len(names) // 2
    parts = ({name: claims[name] for name in some} for some in (names[:half], names[half:]))
    return {
        name: verdict for part in parts for name, verdict in _verdicts(package, part, model, as_of).items()
    }


def _judged_together(
    package: Package, claims: Mapping[str, Matched], model: Model | None, as_of: str
) -> dict[str, Mapping[str, str]]:
    rows = [{**matched.row, "claim_id": name} for name, matched in claims.items()]
    bases = [
        {**base, "claim_id": name, "source_id": "judgement", "basis": "estimated", "checked_on": as_of}
        for name, matched in claims.items() for base in matched.bases
    ]  # fmt: skip
    tables = dict(package.tables)
    tables["claims"], tables["claim_bases"] = _frame("claims", rows), _frame("claim_bases", bases)
    judged = check_claims(replace(package, tables=tables), tables["claims"], model, as_of)
    return {
        str(row["claim_id"]): {name: str(row[name]) for name in VERDICT_COLUMNS}
        for row in judged.to_dict("records")
    }


def _frame(table: str, rows: Iterable[Mapping[str, str]]) -> pd.DataFrame:
    columns = list(read_schema()[table].columns)
    return pd.DataFrame(
        [[row.get(column, "") for column in columns] for row in rows], columns=columns
    ).astype("str")


def _plain(fault: TorugartError) -> str:
    lines = [line.strip() for line in str(fault).splitlines()]
    reason = lines[-1].partition(": ")[2] if len(lines) > 1 else lines[0]
    return f"It cannot be computed: {reason}."


class KnownClaims:
    """The claims of the record, to tell whether a statement is one of them."""

    def __init__(self, package: Package) -> None:
        self._rows: dict[str, list[Mapping[str, str]]] = {}
        for row in package.tables["claims"].astype("str").to_dict("records"):
            if row["expr"] and row["value"]:
                self._rows.setdefault(_quantities(row["expr"]), []).append(row)

    def same(self, matched: Matched) -> tuple[str, ...]:
        """Return the claims about the same record and quantity with the same figure."""
        row = matched.row
        subjects = {*matched.subjects, row["subject_id"], ""}
        return tuple(
            claim["claim_id"]
            for claim in self._rows.get(_quantities(row["expr"]), ())
            if claim["subject_id"] in subjects
            and _same_figure(claim, row)
            and _same_arguments(claim["expr"], row["expr"])
        )


def _quantities(expr: str) -> str:
    return " ".join(call.name for call in calls_in(parse_expression(expr)))


def _same_arguments(a: str, b: str) -> bool:
    """Whether two expressions give no argument two values."""
    for one, other in zip(calls_in(parse_expression(a)), calls_in(parse_expression(b)), strict=True):
        first, second = dict(one.arguments), dict(other.arguments)
        if {first.get("a"), first.get("b")} == {second.get("a"), second.get("b")}:
            first, second = ({k: v for k, v in d.items() if k not in ("a", "b")} for d in (first, second))
        if any(first[name].casefold() != second[name].casefold() for name in first.keys() & second.keys()):
            return False
    return True


def _same_figure(claim: Mapping[str, str], row: Mapping[str, str]) -> bool:
    if (claim["value"], claim["value_hi"]) == (row["value"], row["value_hi"]) and claim["unit"] == row[
        "unit"
    ]:
        return True
    if bool(claim["value_hi"]) != bool(row["value_hi"]):
        return False
    try:
        pairs = [(claim[name], row[name]) for name in ("value", "value_hi") if row[name]]
        return all(abs(convert(float(b), row["unit"], claim["unit"]) / float(a) - 1) < 1e-9 for a, b in pairs)
    except (InputError, ValueError, ZeroDivisionError):
        return False  # dates, words, and units that measure different things
