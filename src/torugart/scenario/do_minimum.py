"""What is open when nothing more is decided: the do-minimum, and its two neighbours.

Links take their status from their project. In year Y the do-minimum holds every project that dated evidence shows
operating, and those under construction whose opening year plus the usual slip is not after Y; never a planned or
proposed one, never one that needs the project appraised. ``today`` holds the operating ones only; ``all_planned`` all
that are planned or proposed as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.errors import UnknownName
from torugart.record.evidence import project_status

BASELINES = ("today", "do_minimum", "all_planned")
UNDER_WAY = ("under construction", "trial")
OFF = ("cancelled", "dropped", "suspended", "closed")


@dataclass(frozen=True, slots=True)
class ProjectState:
    """Projects by what dated evidence says of them.

    Attributes
    ----------
    operating, planned : frozenset of str
        Project ids; suspended and cancelled projects are in neither.
    under_way : mapping of str to int
        Projects under construction with their stated opening year.
    """

    operating: frozenset[str]
    under_way: Mapping[str, int]
    planned: frozenset[str]


def read_project_state(tables: Mapping[str, pd.DataFrame], as_of: str) -> ProjectState:
    """Sort the projects by their status on a day."""
    status = project_status(tables["evidence"], as_of).set_index("project_id")["status"]
    projects = tables["projects"].set_index("project_id")
    operating, planned, under_way = set(), set(), {}
    for project_id, row in projects.iterrows():
        now = status.get(project_id, "announced")
        if now in ("operating", "completed"):
            operating.add(project_id)
        elif now in OFF:
            continue
        elif now in UNDER_WAY and not pd.isna(row["open_year"]):
            under_way[str(project_id)] = int(row["open_year"])
        else:
            planned.add(project_id)
    return ProjectState(frozenset(operating), dict(sorted(under_way.items())), frozenset(planned))


def open_projects(
    state: ProjectState,
    projects: pd.DataFrame,
    baseline: str,
    year: int,
    slip_years: float,
    without: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """Projects open in a baseline; ``without`` and all that require one of them are left out."""
    if baseline not in BASELINES:
        raise UnknownName("baseline", baseline, BASELINES)
    is_open = set(state.operating)
    if baseline != "today":
        is_open |= {p for p, opening in state.under_way.items() if opening + slip_years <= year}
    if baseline == "all_planned":
        is_open |= state.planned | set(state.under_way)
    return frozenset(is_open - without_dependents(projects, without))


def without_dependents(projects: pd.DataFrame, without: frozenset[str]) -> frozenset[str]:
    """The projects given and every project that requires one of them, however far."""
    requires = dict(zip(projects["project_id"], projects["requires_project"], strict=True))
    out = set(without)
    while True:
        more = {p for p, needed in requires.items() if needed in out} - out
        if not more:
            return frozenset(out)
        out |= more


def open_links(
    links: pd.DataFrame, open_project_ids: frozenset[str], closed_seasons: frozenset[str] = frozenset()
) -> NDArray[np.bool_]:
    """Which links may be used, shape (n_links,): those of no project or of an open one, not shut by season."""
    free = (links["project_id"] == "") | links["project_id"].isin(open_project_ids)
    return (free & ~links["season_id"].isin(closed_seasons)).to_numpy(bool)


def season_states(seasons: pd.DataFrame) -> list[tuple[frozenset[str], float]]:
    """The different sets of closed seasons in a year with the share of the year each lasts, open state first."""
    months: dict[int, set[str]] = {m: set() for m in range(1, 13)}
    for s in seasons.itertuples(index=False):
        for month in str(s.months_closed).split(";"):
            months[int(month)].add(s.season_id)
    share: dict[frozenset[str], float] = {}
    for closed in months.values():
        share[frozenset(closed)] = share.get(frozenset(closed), 0.0) + 1 / 12
    return sorted(share.items(), key=lambda item: (len(item[0]), sorted(item[0])))
