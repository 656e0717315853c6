"""Milestones with their dates, and the status they add up to on a day.

The ladder is announced < agreed < financed < under construction < trial < operating < completed. Suspended,
closed, cancelled and dropped stand off it. Status moves only with evidence: silence changes nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from torugart.errors import InputError
from torugart.record.dates import Span, parse_date, read_date

LADDER = ("announced", "agreed", "financed", "under construction", "trial", "operating", "completed")
OFF_LADDER = ("suspended", "closed", "cancelled", "dropped")
MILESTONES = {
    "announced": "announced",
    "agreed": "agreed",
    "financed": "financed",
    "works_started": "under construction",
    "trial": "trial",
    # Part of a project in service is not yet the project in service.
    "partly_delivered": "trial",
    "operating": "operating",
    "delivered": "completed",
    "works_stopped": "suspended",
    "closed": "closed",
    "cancelled": "cancelled",
}
RUNG = {status: height for height, status in enumerate(LADDER)}
# Words and money do not restart works that stopped, nor reopen what closed; works or trains do.
REVIVED_FROM = {
    "suspended": RUNG["under construction"],
    "closed": RUNG["under construction"],
    "cancelled": RUNG["announced"],
    "dropped": RUNG["announced"],
}
STATUS_COLUMNS = ("project_id", "status", "since", "last_evidence", "evidence_id", "last_searched")
CONFLICT_COLUMNS = ("entity_id", "evidence_id", "other_id", "reason")


@dataclass(frozen=True, slots=True)
class Milestone:
    """One row of evidence, with the days it may mean and the day by which it had surely happened."""

    evidence_id: str
    entity_id: str
    milestone: str
    written: str
    span: Span
    surely_by: date

    @property
    def status(self) -> str:
        """The status the milestone leads to."""
        return MILESTONES[self.milestone]


def evidence_by(evidence: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Return the rows of evidence of what had surely happened by a day, as ``project_status`` counts them."""
    if evidence.empty:
        return evidence
    today = read_date(as_of, "as_of").last
    known = {m.evidence_id for m in read_milestones(evidence) if m.surely_by <= today}
    return evidence[evidence["evidence_id"].isin(known)]


def project_status(evidence: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Return the status of every entity with evidence, as it stood on a day.

    A milestone counts from the day by which it had surely happened: the last day of its month or year when
    only that is known, or the day its source was read if that is earlier. On the ladder the highest rung reached
    counts; stopped works stay suspended until works, trials or operation are reported again; a cancelled
    project starts anew with the next milestone, and one cancelled before it was agreed is *dropped*.

    Parameters
    ----------
    evidence : DataFrame
        Rows of the table ``evidence``.
    as_of : str
        Day, month or year, ISO 8601; of a month or year the last day.

    Returns
    -------
    DataFrame
        project_id, status, since (date of the milestone that brought it, as written), last_evidence (newest
        date counted), evidence_id (that milestone's), last_searched (newest ``checked_on`` until ``as_of``);
        sorted by project_id, without the entities that had no evidence yet.

    Raises
    ------
    InputError
        If ``as_of`` or a row of evidence cannot be read; all faulty rows are named.
    """
    if evidence.empty:
        return pd.DataFrame({column: pd.Series([], dtype="str") for column in STATUS_COLUMNS})
    today = read_date(as_of, "as_of").last
    happened: dict[str, list[Milestone]] = {}
    for milestone in read_milestones(evidence):
        if milestone.surely_by <= today:
            happened.setdefault(milestone.entity_id, []).append(milestone)
    searched = _last_searched(evidence, today)
    rows = []
    for entity_id in sorted(happened):
        milestones = happened[entity_id]
        status, brought_by = status_after(milestones)
        newest = max(milestones, key=lambda m: (m.surely_by, m.written, m.evidence_id))
        rows.append(
            (
                entity_id,
                status,
                brought_by.written,
                newest.written,
                brought_by.evidence_id,
                searched.get(entity_id, ""),
            )
        )
    return pd.DataFrame(rows, columns=list(STATUS_COLUMNS)).astype("str")


def status_after(milestones: Sequence[Milestone]) -> tuple[str, Milestone]:
    """Return the status of one entity after its milestones, and the milestone that brought it."""
    ordered = sorted(milestones, key=_in_time)
    brought_by = ordered[0]
    status = brought_by.status
    for milestone in ordered[1:]:
        after = _step(status, milestone)
        if after != status:
            status, brought_by = after, milestone
    return status, brought_by


def read_milestones(evidence: pd.DataFrame) -> list[Milestone]:
    """Return the rows of evidence with their dates read; an InputError names every faulty row."""
    milestones, faults = [], []
    for row in evidence.itertuples(index=False):
        span = parse_date(str(row.date))
        if span is None:
            mend = "write 2024, 2024-12 or 2024-12-27"
            faults.append(f"  row {row.evidence_id!r}: date is {row.date!r}; {mend}")
        elif row.milestone not in MILESTONES:
            mend = f"write one of {', '.join(MILESTONES)}"
            faults.append(f"  row {row.evidence_id!r}: milestone is {row.milestone!r}; {mend}")
        else:
            milestones.append(
                Milestone(
                    str(row.evidence_id), str(row.entity_id), str(row.milestone), str(row.date), span,
                    _surely_by(span, str(getattr(row, "checked_on", ""))),
                )
            )  # fmt: skip
    if faults:
        raise InputError(
            "\n".join([f"evidence.csv: {len(faults)} problem{'s' * (len(faults) > 1)}", *faults])
        )
    return milestones


def evidence_conflicts(evidence: pd.DataFrame) -> pd.DataFrame:
    """List pairs of milestones whose order decides the status and cannot be told from their dates.

    Parameters
    ----------
    evidence : DataFrame
        Rows of the table ``evidence``.

    Returns
    -------
    DataFrame
        entity_id, evidence_id, other_id, reason; the status takes the one off the ladder as the later.
    """
    by_entity: dict[str, list[Milestone]] = {}
    for milestone in read_milestones(evidence):
        by_entity.setdefault(milestone.entity_id, []).append(milestone)
    rows = []
    for entity_id in sorted(by_entity):
        milestones = sorted(by_entity[entity_id], key=lambda m: m.evidence_id)
        off = [m for m in milestones if m.status not in RUNG]
        for one in off:
            for other in milestones:
                if other.status in RUNG and _overlap(one.span, other.span):
                    names = f"{one.milestone} ({one.written}) and {other.milestone} ({other.written})"
                    rows.append(
                        (entity_id, one.evidence_id, other.evidence_id, f"{names} may stand in either order")
                    )
    return pd.DataFrame(rows, columns=list(CONFLICT_COLUMNS)).astype("str")


def _overlap(one: Span, other: Span) -> bool:
    return other.first <= one.last and one.first <= other.last


def _step(status: str, milestone: Milestone) -> str:
    if milestone.status not in RUNG:
        return _off(status, milestone.status)
    height = RUNG[milestone.status]
    if status in RUNG:
        return milestone.status if height > RUNG[status] else status
    return milestone.status if height >= REVIVED_FROM[status] else status


def _off(status: str, off: str) -> str:
    if off == "cancelled":
        return "dropped" if status in ("announced", "dropped") else "cancelled"
    # What was given up cannot stop or close as well.
    return status if status in ("cancelled", "dropped") else off


def _in_time(milestone: Milestone) -> tuple[date, bool, int, str]:
    # Where dates do not decide, what stands off the ladder comes last: doubt never improves a status.
    on = milestone.status in RUNG
    return milestone.surely_by, not on, RUNG.get(milestone.status, 0), milestone.evidence_id


def _surely_by(span: Span, checked_on: str) -> date:
    checked = parse_date(checked_on)
    known_within = checked is not None and span.first <= checked.last <= span.last
    return checked.last if checked is not None and known_within else span.last


def _last_searched(evidence: pd.DataFrame, today: date) -> dict[str, str]:
    if "checked_on" not in evidence:
        return {}
    newest: dict[str, str] = {}
    for entity_id, checked_on in zip(evidence["entity_id"], evidence["checked_on"], strict=True):
        span = parse_date(str(checked_on))
        if span is not None and span.last <= today:
            newest[str(entity_id)] = max(newest.get(str(entity_id), ""), str(checked_on))
    return newest
