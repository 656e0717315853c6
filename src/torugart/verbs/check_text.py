"""``check_text``: the statements of a published text, tied to the record and judged."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from torugart.checks.context import Model
from torugart.errors import InputError
from torugart.reading.judging import Judged, judge, model_subject, needs_model
from torugart.reading.lookup import build_lookup
from torugart.reading.matching import Known, Matched, Unmatched, match_text
from torugart.reading.measures import read_measures
from torugart.reading.names import build_names
from torugart.reading.plain_text import LARGEST, decoded, published_day, read_text
from torugart.reading.statements import Sight, read_sights
from torugart.record.dates import parse_date
from torugart.verbs.check import model_of
from torugart.verbs.prepare import Ready, prepare

STANDARD_INPUT = "-"
STATEMENT_COLUMNS = (
    "statement_id", "quote", "sentence", "kind", "said", "relation", "value", "value_hi", "unit", "said_by",
    "measure_id", "measure_name", "subjects", "verdict", "verdict_base", "reason", "computed", "claim_ids", "expr",
    "start", "end", "working",
)  # fmt: skip
UNMATCHED_COLUMNS = (
    "quote",
    "sentence",
    "kind",
    "relation",
    "value",
    "value_hi",
    "unit",
    "said_by",
    "why",
    "start",
    "end",
)


@dataclass(frozen=True, slots=True)
class TextCheck:
    """What a text says and whether it holds.

    Attributes
    ----------
    statements : DataFrame
        One row for each statement that was tied to the record, in the order of the text, with its verdict and working
        (JSON, as in `torugart.check`); ``claim_ids`` names claims of the record that say the same.
    unmatched : DataFrame
        Statements that nothing in the package can test, with the reason why.
    notes : tuple of str
        What to know when reading them.
    """

    statements: pd.DataFrame
    unmatched: pd.DataFrame
    notes: tuple[str, ...]


def check_text(
    source: Path | str,
    *,
    on: str = "",
    draws: int = 100,
    seed: int = 1,
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
) -> TextCheck:
    """Find the statements of a text that carry a figure, a date or a status, and judge each against the record.

    Parameters
    ----------
    source : Path or str
        A file of plain text or HTML; ``-`` for standard input; any other string is the text itself.
    on : str
        Day, month or year the text is from, ISO 8601; left out, the day a page says it was published.
    draws, seed : int
        Draws behind figures of the network, and the seed of their streams.
    data, overlays : path, optional
        A data package of one's own, and folders laid over it.

    Returns
    -------
    TextCheck
        Statements with verdicts, statements that could not be tied to anything and why, and notes.

    Raises
    ------
    InputError
        If the file cannot be read as text, the day is no date, or the data cannot be used.
    """
    if on and parse_date(on) is None:
        raise InputError(f"the day of the text is {on[:40]!r}; write 2024, 2024-12 or 2024-12-27")
    raw = read_source(source)
    if raw.startswith((b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise InputError(
            "this is a document of a word processor or a PDF; save it as plain text or HTML and try again"
        )
    text = read_text(raw)
    day = on or published_day(decoded(raw))
    ready = prepare(data, overlays)
    tables = ready.package.tables
    names = build_names(tables)
    known = Known(read_measures(tables), names, build_lookup(tables), ready.as_of, day)
    sights = read_sights(text, names)
    found = match_text(sights, known)
    matched = [one for one in found if isinstance(one, Matched)]
    judged = _judged(ready, matched, day, draws, seed)
    unmatched = [one for one in found if isinstance(one, Unmatched)]
    return TextCheck(_statements(judged), _unmatched(unmatched), _notes(ready, sights, matched, day, text))


def read_source(source: Path | str) -> bytes:
    """Return the bytes of a file, of standard input, or of a text given as it is."""
    if isinstance(source, str):
        if source == STANDARD_INPUT:
            return sys.stdin.buffer.read(LARGEST + 1)
        # A text has spaces and lines; what has none and is there is a file.
        if len(source) > 1_000 or "\n" in source or "\x00" in source or not _is_file(source):
            return source.encode("utf-8", "replace")
    try:
        with Path(source).open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError) as fault:
        raise InputError(
            f"{str(source)[:200]!r} cannot be read: {getattr(fault, 'strerror', None) or fault}"
        ) from fault


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def _judged(ready: Ready, matched: Sequence[Matched], day: str, draws: int, seed: int) -> list[Judged]:
    """Judge statuses as of the day of the text, all else by what is known today."""
    models: dict[str, Model | None] = {"-": None}
    for one in matched:
        if needs_model(one) and model_subject(one) not in models:
            models[model_subject(one)] = model_of(ready, model_subject(one), draws, seed)
    then = [one for one in matched if one.around.statement.kind == "status"]
    now = [one for one in matched if one.around.statement.kind != "status"]
    judged = [
        *judge(ready.package, then, models, day or ready.as_of),
        *judge(ready.package, now, models, ready.as_of),
    ]
    return sorted(
        judged,
        key=lambda one: (one.matched.around.statement.start, one.matched.measure_id, one.matched.subjects),
    )


def _statements(judged: Sequence[Judged]) -> pd.DataFrame:
    rows = []
    for number, one in enumerate(judged, 1):
        row, statement = one.matched.row, one.matched.around.statement
        rows.append(
            [
                f"st_{number:03d}", statement.quote, one.matched.around.sight.sentence.text, statement.kind, _said(one.matched),
                row["relation"], row["value"], row["value_hi"], row["unit"], row["said_by"], one.matched.measure_id,
                one.matched.name,
                ";".join(one.matched.subjects), one.verdict, one.verdict_base, one.reason, computed(one.working),
                ";".join(one.claim_ids), row["expr"], statement.start, statement.end, one.working,
            ]
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(STATEMENT_COLUMNS))


def _said(matched: Matched) -> str:
    statement = matched.around.statement
    return statement.value if statement.kind == "status" else statement.quote


def computed(working: str) -> str:
    """Return what was computed, reading by reading, in a line; of a status, what the record knows of it."""
    shown = {entry["base_id"]: _shown(entry) for entry in json.loads(working) if entry["shown"]}
    if len(set(shown.values())) == 1:
        return next(iter(shown.values()))
    return "; ".join(f"{base} {value}" for base, value in list(shown.items())[:4]) + (
        " ..." if len(shown) > 4 else ""
    )


def _shown(entry: Mapping[str, Any]) -> str:
    steps = entry["steps"]
    return (
        str(steps[0]).partition(", last evidence")[0]
        if entry["unit"] == "text" and steps
        else str(entry["shown"])
    )


def _unmatched(found: Sequence[Unmatched]) -> pd.DataFrame:
    rows = []
    for one in found:
        s = one.around.statement
        rows.append(
            [s.quote, one.around.sight.sentence.text, s.kind, s.relation, s.value, s.value_hi, s.unit, one.around.sight.speaker,
             one.why, s.start, s.end]
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(UNMATCHED_COLUMNS))


def _notes(
    ready: Ready, sights: Sequence[Sight], matched: Sequence[Matched], day: str, text: str
) -> tuple[str, ...]:
    notes = []
    if any(one.around.statement.kind == "status" for one in matched):
        since = f"as of the day of the text, {day}" if day else f"as of {ready.as_of}: the text bears no date"
        notes.append(f"Statuses are judged {since}.")
    undated = [one for one in matched if one.around.statement.value.startswith("--")]
    if undated:
        year = undated[0].around.dated().value[:4]
        notes.append(
            f"Days written without a year are read as of {year}, {'the year of the text' if day else 'the latest year it names'}."
        )
    rest = len(text[sights[-1].sentence.end :].split()) if sights else 0
    if rest:
        notes.append(
            f"Read up to character {sights[-1].sentence.end:,} of {len(text):,}; the {rest:,} words after it were not."
        )
    if "\ufffd" in text:
        notes.append("Some bytes fit no encoding; they are shown as \ufffd.")
    return tuple(notes)
