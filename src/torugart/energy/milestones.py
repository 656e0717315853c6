"""Published volumes delivered in all, held against the yearly volumes and against the same voice's later figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from torugart.energy.volumes import YearVolumes, cumulative_until, delivered_between, reference_of
from torugart.record.dates import Span, read_date
from torugart.record.series import Mark
from torugart.units import volume_at

FITS, ABOVE, BELOW, UNTESTED = "fits", "above it", "below it", "cannot be tested"
OWN_FIGURES = " (speaker's own figures only)"


@dataclass(frozen=True, slots=True)
class Milestone:
    """A published volume delivered in all, bcm at one temperature, and whose figure it is.

    ``lo`` and ``hi`` are the ends of its rounding; nothing lies below a figure given as *more than*.
    """

    milestone_id: str
    supplier: str
    buyer: str
    by_date: str
    span: Span
    bcm: float
    lo: float
    hi: float
    at_least: bool
    reference_celsius: float
    reference_how: str
    source_id: str
    basis: str
    voice: str


@dataclass(frozen=True, slots=True)
class Tested:
    """What a milestone is held against, bcm with its ends, and how it stands to it; no figure where none is known."""

    verdict: str
    bcm: float | None = None
    lo: float | None = None
    hi: float | None = None
    told: str = ""


def read_milestone_rows(
    rows: pd.DataFrame, sources: pd.DataFrame, base_celsius: float, otherwise_celsius: float
) -> list[Milestone]:
    """Return the milestones of some rows of ``gas_milestones``, in the order of time.

    Parameters
    ----------
    rows, sources : DataFrame
        Rows of ``gas_milestones``, and the table ``sources``.
    base_celsius, otherwise_celsius : float
        Temperature of the volumes returned, and of those rows that do not say theirs.
    """
    owner = {
        str(s): str(o) or str(p)
        for s, o, p in zip(sources["source_id"], sources["owner_party"], sources["publisher"], strict=True)
    }
    found = []
    for row in rows.to_dict("records"):
        mark = Mark(row, read_date(str(row["by_date"]), "by_date"))
        counted, how = reference_of(row, otherwise_celsius)
        at_least = row["at_least"] == "yes"
        bcm, lo, hi = (volume_at(v, counted, base_celsius) for v in (mark.bcm, mark.least, mark.most))
        source_id = str(row["source_id"])
        voice = str(row.get("said_by") or "") or owner.get(source_id, "")
        found.append(
            Milestone(
                str(row["milestone_id"]), str(row["supplier"]), str(row["buyer"]), str(row["by_date"]),
                mark.span, bcm, lo, hi, at_least, counted, how, source_id, str(row["basis"]), voice,
            )
        )  # fmt: skip
    return sorted(found, key=lambda m: (m.span.last, m.span.first, m.milestone_id))


def against(milestone: Milestone, bcm: float, lo: float, hi: float, told: str = "", own: str = "") -> Tested:
    """Return how a milestone stands to a figure with its ends: they fit where both may be the same number."""
    if milestone.lo > hi:
        verdict = ABOVE
    elif milestone.hi < lo and not milestone.at_least:
        verdict = BELOW
    else:
        verdict = FITS
    return Tested(verdict + own, bcm, lo, hi, told)


def against_years(milestone: Milestone, years: YearVolumes) -> Tested:
    """Return how a milestone stands to the sum of the yearly volumes."""
    found = cumulative_until(years, milestone.span)
    if found is None:
        span = f"{years.year[0]} to {years.year[-1]}" if years.year.size else "no year"
        return Tested(UNTESTED, told=f"yearly volumes are known for {span} only")
    told = f"{100 * found.estimated_share:.0f} % of it in interpolated years"
    return against(milestone, found.bcm, found.lo, found.hi, told)


def against_own_later(
    milestone: Milestone, milestones: Sequence[Milestone], years: YearVolumes
) -> Tested | None:
    """Return how a milestone stands to the next one of the same voice, less what was delivered in between.

    None where the same voice has no later figure.
    """
    later = [m for m in milestones if m.voice == milestone.voice and m.span.first > milestone.span.last]
    if not later or not milestone.voice:
        return None
    other = later[0]
    between = delivered_between(years, milestone.span, other.span)
    told = f"{other.bcm:.6g} until {other.by_date}, also of {milestone.voice}"
    if between is None:
        return Tested(UNTESTED, told=f"{told}; what was delivered in between is not known")
    bcm, lo, hi = between
    told += f", less {bcm:.1f} delivered in between"
    return against(milestone, other.bcm - bcm, other.lo - hi, other.hi - lo, told, OWN_FIGURES)


def sources_of_voice(
    milestone: Milestone, milestones: Sequence[Milestone], owners: Mapping[str, str]
) -> list[str]:
    """Return the sources that are no second opinion on a milestone: its own, its voice's, and its owner's."""
    owner = owners.get(milestone.source_id, "")
    return sorted(
        {
            m.source_id
            for m in milestones
            if m.source_id == milestone.source_id
            or m.voice == milestone.voice
            or (owner and owners.get(m.source_id, "") == owner)
        }
    )
