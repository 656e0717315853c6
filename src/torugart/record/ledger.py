"""The ledger: where every project and commitment stands on a day, by dated evidence, and how silent it has been.

Status comes from evidence alone. Silence is said beside it, with the day somebody last looked: a record
nobody looked for again is *not reviewed*, which is not the same as *silent*; and silence is no proof that works
have stalled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from torugart.record.dates import parse_date, read_date
from torugart.record.evidence import Milestone, read_milestones, status_after

Tables = Mapping[str, pd.DataFrame]

# A year without news is an ordinary gap between two reports on one project; two years, with a search that found
# nothing, are worth a word of their own.
QUIET_DAYS = 365
SILENT_DAYS = 730
SETTLED = ("operating", "completed", "closed", "cancelled", "dropped")

ACTIVITIES = ("active", "quiet", "silent", "not reviewed", "stopped", "settled")
PLEDGE_STATUSES = (
    *("kept", "partly kept", "under way", "overdue", "not yet due", "no due date", "not reviewed"),
    *("dropped", "nothing promised"),
)
PROJECT_COLUMNS = (
    *("project_id", "name", "countries", "sector", "mode", "stated_status", "status", "since", "activity"),
    *("silence_days", "last_evidence", "last_searched", "evidence_id", "silence"),
)
COMMITMENT_COLUMNS = (
    *("commitment_id", "event_id", "kind", "text", "who", "to_whom", "sector", "amount", "unit", "due_date"),
    *("project_id", "stated_status", "status", "since", "late_days", "silence_days", "last_evidence"),
    *("last_searched", "evidence_id", "silence"),
)
# What moves a commitment on, in rising order.
MOVES = {
    "agreed": "under way",
    "financed": "under way",
    "works_started": "under way",
    "trial": "under way",
    "partly_delivered": "partly kept",
    "operating": "kept",
    "delivered": "kept",
}
HEIGHT = {"under way": 1, "partly kept": 2, "kept": 3}


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one record on a day: its milestones that had surely happened, and the last search."""

    milestones: tuple[Milestone, ...]
    searched: date | None

    @property
    def newest(self) -> Milestone | None:
        """The latest milestone."""
        if not self.milestones:
            return None
        return max(self.milestones, key=lambda m: (m.surely_by, m.written, m.evidence_id))


def histories(tables: Tables, as_of: str) -> dict[str, History]:
    """Return the history of every record that has evidence or was searched for by a day.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables ``evidence`` and ``searches``.
    as_of : str
        Day, month or year, ISO 8601; of a month or year the last day.

    Raises
    ------
    InputError
        If ``as_of`` or a row of evidence cannot be read.
    """
    today = read_date(as_of, "as_of").last
    happened: dict[str, list[Milestone]] = {}
    for milestone in read_milestones(tables["evidence"]):
        if milestone.surely_by <= today:
            happened.setdefault(milestone.entity_id, []).append(milestone)
    searched = last_searches(tables["searches"], today)
    return {
        entity: History(
            tuple(sorted(happened.get(entity, ()), key=lambda m: m.evidence_id)), searched.get(entity)
        )
        for entity in sorted(happened.keys() | searched.keys())
    }


def last_searches(searches: pd.DataFrame, today: date) -> dict[str, date]:
    """Return the day each record was last looked for, of the searches made by a day."""
    newest: dict[str, date] = {}
    for entity, written in zip(searches["entity_id"], searches["searched_on"], strict=True):
        span = parse_date(str(written))
        if span is not None and span.last <= today:
            newest[str(entity)] = max(newest.get(str(entity), span.last), span.last)
    return newest


def project_ledger(tables: Tables, as_of: str) -> pd.DataFrame:
    """Return where every project stood on a day.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables ``projects``, ``evidence`` and ``searches``.
    as_of : str
        Day, month or year, ISO 8601.

    Returns
    -------
    DataFrame
        One row a project known by then, sorted by id. ``status`` is a rung of the ladder, off it, or
        *undated* where no evidence carries a date. ``activity`` is one of `ACTIVITIES`; ``silence_days`` the days
        since the last evidence; ``silence`` the same in words.
    """
    today = read_date(as_of, "as_of").last
    known = histories(tables, as_of)
    dated = set(tables["evidence"]["entity_id"].astype(str))
    rows = []
    for project in tables["projects"].sort_values("project_id").itertuples(index=False):
        history = known.get(str(project.project_id), History((), None))
        if not history.milestones and project.project_id in dated:
            continue  # all its evidence is younger than the day asked for: nobody had heard of it
        rows.append(_project_row(project, history, today))
    return pd.DataFrame(rows, columns=list(PROJECT_COLUMNS))


def _project_row(project: object, history: History, today: date) -> tuple[object, ...]:
    given = tuple(getattr(project, column) for column in PROJECT_COLUMNS[:6])
    newest = history.newest
    searched = history.searched.isoformat() if history.searched else ""
    if newest is None:
        return (*given, "undated", "", "not reviewed", pd.NA, "", searched, "", silence_words(history, today))
    status, brought_by = status_after(history.milestones)
    days = (today - newest.surely_by).days
    return (
        *given, status, brought_by.written, activity_of(status, history, today), days, newest.written,
        searched, brought_by.evidence_id, silence_words(history, today),
    )  # fmt: skip


def activity_of(status: str, history: History, today: date) -> str:
    """Return whether anything moves, as far as anybody looked.

    What operates, is completed or was given up does not decay. A record without news for a year is *not reviewed*
    unless somebody looked after the last news; then it is *quiet*, and after two years *silent*.
    """
    newest = history.newest
    if newest is None:
        return "not reviewed"
    if status in SETTLED:
        return "settled"
    if status == "suspended":
        return "stopped"
    silent = (today - newest.surely_by).days
    if silent <= QUIET_DAYS:
        return "active"
    if history.searched is None or (history.searched - newest.surely_by).days <= QUIET_DAYS:
        return "not reviewed"
    return "silent" if (history.searched - newest.surely_by).days > SILENT_DAYS else "quiet"


def silence_words(history: History, today: date) -> str:
    """Return the silence in words: no evidence since when, and when somebody last looked.

    Examples
    --------
    >>> silence_words(History((), None), date(2026, 11, 27))
    'no dated evidence, never looked for'
    """
    newest = history.newest
    if newest is None:
        since = "no dated evidence"
    elif (today - newest.surely_by).days > QUIET_DAYS:
        since = f"no evidence since {newest.written}"
    else:
        since = f"last evidence {newest.written}"
    if history.searched is None:
        return f"{since}, never looked for" + (" again" if newest else "")
    return f"{since}, last searched {history.searched.isoformat()}"


def commitment_ledger(tables: Tables, as_of: str) -> pd.DataFrame:
    """Return what had become of every commitment made by a day.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables ``commitments``, ``events``, ``evidence`` and ``searches``.
    as_of : str
        Day, month or year, ISO 8601.

    Returns
    -------
    DataFrame
        One row a commitment made by then, sorted by id; ``status`` is one of `PLEDGE_STATUSES`, ``late_days``
        the days between the due date and the day it was kept, empty when in time.
    """
    today = read_date(as_of, "as_of").last
    known = histories(tables, as_of)
    made = dict(zip(tables["events"]["event_id"], tables["events"]["date"], strict=True))
    rows = []
    for row in tables["commitments"].sort_values("commitment_id").itertuples(index=False):
        if read_date(str(made[row.event_id]), f"date of {row.event_id}").last > today:
            continue
        history = known.get(str(row.commitment_id), History((), None))
        rows.append(_commitment_row(row, history, today))
    return pd.DataFrame(rows, columns=list(COMMITMENT_COLUMNS))


def _commitment_row(row: object, history: History, today: date) -> tuple[object, ...]:
    given = tuple(getattr(row, column) for column in COMMITMENT_COLUMNS[:12])
    due = parse_date(str(row.due_date)) if row.due_date else None  # type: ignore[attr-defined]
    status, brought_by = pledge_status(str(row.kind), due.last if due else None, history, today)  # type: ignore[attr-defined]
    newest = history.newest
    late: object = pd.NA
    if status == "kept" and due and brought_by and brought_by.span.first > due.last:
        late = (brought_by.span.first - due.last).days
    return (
        *given,
        status,
        brought_by.written if brought_by else "",
        late,
        (today - newest.surely_by).days if newest else pd.NA,
        newest.written if newest else "",
        history.searched.isoformat() if history.searched else "",
        brought_by.evidence_id if brought_by else "",
        silence_words(history, today),
    )


def pledge_status(kind: str, due: date | None, history: History, today: date) -> tuple[str, Milestone | None]:
    """Return what became of one commitment, and the milestone that brought it there.

    Parameters
    ----------
    kind : str
        Of a *statement* nothing can be kept.
    due : date or None
        Last day on which it is in time.
    history : History
        Milestones by the day asked for, and the last search.
    today : date
        The day asked for.

    Returns
    -------
    str, Milestone or None
        *overdue* needs a search or a milestone after the due date: where nobody looked, it is *not reviewed*.
    """
    if kind == "statement":
        return "nothing promised", None
    given_up = [m for m in history.milestones if m.milestone == "cancelled"]
    if given_up:
        return "dropped", max(given_up, key=lambda m: (m.surely_by, m.evidence_id))
    status, brought_by = "", None
    for milestone in sorted(history.milestones, key=lambda m: (m.surely_by, m.evidence_id)):
        after = MOVES.get(milestone.milestone, "")
        if HEIGHT.get(after, 0) > HEIGHT.get(status, 0):
            status, brought_by = after, milestone
    if status in ("kept", "partly kept"):
        return status, brought_by
    if due is not None and due < today:
        newest = history.newest
        looked = [day for day in (history.searched, newest.surely_by if newest else None) if day]
        return ("overdue" if any(day > due for day in looked) else "not reviewed"), brought_by
    if status:
        return status, brought_by
    if history.searched is None:
        return "not reviewed", None
    return ("not yet due" if due is not None else "no due date"), None
