"""Shortest ways by kilometres alone, as people compare lines on a map; no cost, no time, no choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.errors import InputError, UnknownName
from torugart.network.arcs import LINK, MODES, build_arcs
from torugart.network.shortest_path import least_cost_tree, path_arcs
from torugart.scenario.do_minimum import open_links, open_projects, read_project_state

# Keeps a way from changing mode where a kilometre of link would do as well; far below any printed length.
TRANSFER_KM = 1e-6


@dataclass(frozen=True, slots=True)
class ShortestWay:
    """The shortest way between two places and the links it takes."""

    km: float
    link_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Which projects are taken as open: those of a baseline and year, without one project, or with it."""

    name: str
    year: int
    project: str = ""
    with_project: bool = False


class Distances:
    """The links of a package in kilometres, all modes.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of a package, the holes of ``links.length_km`` filled or not: a link without a length is closed.
    as_of : str
        Day whose evidence says which projects operate.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], as_of: str) -> None:
        self._tables = tables
        self._links = tables["links"]
        self._arcs = build_arcs(tables)
        self._state = read_project_state(tables, as_of)
        self._row = {str(place): row for row, place in enumerate(tables["places"]["place_id"])}
        self._trees: dict[tuple[str, str, Baseline], tuple[NDArray[np.float64], NDArray[np.int32]]] = {}

    def shortest(self, origin: str, destination: str, modes: str, baseline: Baseline) -> ShortestWay | None:
        """Return the shortest way between two places, or None when there is none.

        Parameters
        ----------
        origin, destination : str
            Places.
        modes : str
            Modes that may be used, with ``|`` between; empty for all.
        baseline : Baseline
            What is open.

        Raises
        ------
        InputError
            If a place, a mode or a project is not known.
        """
        arcs = self._arcs
        start, end = arcs.origin[self._place(origin)], arcs.destination[self._place(destination)]
        if start < 0 or end < 0:
            return None
        best, via = self._tree(int(start), modes, baseline)
        if not np.isfinite(best[end]):
            return None
        rows = [int(arcs.row[a]) for a in path_arcs(via, arcs.tail, int(end)) if arcs.kind[a] == LINK]
        used = self._links.iloc[rows[::-1]]
        return ShortestWay(float(used["length_km"].sum()), tuple(used["link_id"].astype(str)))

    def _tree(
        self, start: int, modes: str, baseline: Baseline
    ) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        arcs = self._arcs
        asked = (f"{start}", modes, baseline)
        if asked not in self._trees:
            best = np.empty(arcs.n_nodes)
            via = np.empty(arcs.n_nodes, np.int32)
            km = self._arc_km(modes, baseline)
            least_cost_tree(start, arcs.out.first, arcs.out.arc, arcs.head, km, best, via)
            self._trees[asked] = best, via
        return self._trees[asked]

    def _arc_km(self, modes: str, baseline: Baseline) -> NDArray[np.float64]:
        links = self._links
        usable = self._open(baseline) & links["mode"].isin(modes_in(modes)).to_numpy(bool)
        km = np.where(usable, links["length_km"].to_numpy(float), np.inf)
        km = np.where(np.isnan(km), np.inf, km)
        is_link = self._arcs.kind == LINK
        return np.where(is_link, km[np.where(is_link, self._arcs.row, 0)], TRANSFER_KM)

    def _open(self, baseline: Baseline) -> NDArray[np.bool_]:
        projects = self._tables["projects"]
        if baseline.project and baseline.project not in set(projects["project_id"]):
            raise UnknownName("project", baseline.project, projects["project_id"])
        parameters = self._tables["parameters"].set_index("parameter_id")["value"]
        slip = float(parameters.get("project_slip_years", 0.0))
        mine = frozenset({baseline.project} - {""})
        is_open = open_projects(self._state, projects, baseline.name, baseline.year, slip, mine)
        return open_links(self._links, is_open | mine if baseline.with_project else is_open)

    def _place(self, place_id: str) -> int:
        if place_id not in self._row:
            raise UnknownName("place", place_id, self._row)
        return self._row[place_id]


def modes_in(text: str) -> list[str]:
    """Return the modes named in a text with ``|`` between; all of them for an empty one."""
    named = [mode.strip() for mode in text.split("|") if mode.strip()]
    unknown = [mode for mode in named if mode not in MODES]
    if unknown:
        raise InputError(f"no mode is called {unknown[0]!r}; write {', '.join(MODES)}, with | between")
    return named or list(MODES)
