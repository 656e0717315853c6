"""What gates and ferries can carry, tied to the arcs of a network. Method: docs/methods/capacity.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.evaluate.sides import Network
from torugart.network.arcs import LINK
from torugart.network.ways import WaySet

FloatArray = NDArray[np.float64]
DAYS_A_YEAR = 365.0
BATCH_OF_MODE = {"rail": "train_net_t", "road": "truck_net_t", "ferry": "train_net_t", "sea": "train_net_t"}
BATCH_OF_UNIT = {"trains/day": "train_net_t", "wagons/day": "wagon_net_t", "trucks/day": "truck_net_t"}
NEEDED = ("train_net_t", "wagon_net_t", "truck_net_t", "queue_variability")
LEAST_OF_DWELL = 0.1  # of the observed hours stays, however empty a gate gets


@dataclass(frozen=True, slots=True)
class Limits:
    """Places that carry so much and no more.

    Attributes
    ----------
    table : DataFrame
        A row a limit: limit_id, name, mode, direction, capacity_t_per_day, observed_t_per_day (NaN: not on record), ref.
    batch_t : ndarray, shape (n_limits,)
        Tonnes served together.
    dwell_h : ndarray, shape (n_limits,)
        Observed hours there, which hold the wait of today's load.
    of_arc : ndarray of int, shape (n_arcs,)
        Limit of an arc, -1 for none.
    """

    table: pd.DataFrame
    batch_t: FloatArray
    dwell_h: FloatArray
    of_arc: NDArray[np.int64]

    @property
    def n(self) -> int:
        """Number of limits."""
        return len(self.table)

    @property
    def capacity_t_per_day(self) -> FloatArray:
        """Capacity of each, shape (n_limits,)."""
        return self.table["capacity_t_per_day"].to_numpy(float)

    def on_ways(self, ways: WaySet) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Limits of each way: those of way ``w`` are ``limit[first[w]:first[w + 1]]``."""
        entry = self.of_arc[ways.arc]
        use = entry >= 0
        count = np.bincount(ways.way_of_entry()[use], minlength=ways.n_ways)
        return np.concatenate([[0], np.cumsum(count)]).astype(np.int64), entry[use]


def can_limit(tables: Mapping[str, pd.DataFrame]) -> bool:
    """Whether a package has what limits need."""
    return "capacities" in tables and set(NEEDED) <= set(tables["parameters"]["parameter_id"])


def build_limits(network: Network, projects: Iterable[str] = ()) -> Limits:
    """Collect the limits of a package, and those of the gates that some projects open."""
    tables = network.tables
    crossings, arcs = tables["crossings"], network.arcs
    arc_of = arcs_of_crossings(network)
    link_row = {link: k for k, link in enumerate(tables["links"]["link_id"])}
    rows: list[dict[str, object]] = []
    batch, dwell = [], []
    of_arc = np.full(arcs.n_arcs, -1, np.int64)
    stated = tables["capacities"].to_dict("records")
    for row in [*stated, *_project_gates(tables, projects, stated)]:
        is_gate = row["element"] == "crossings"
        if is_gate:
            mine = arc_of[(arc_of["crossing_id"] == row["element_id"])]
            if row["direction"] != "both":
                mine = mine[mine["direction"] == row["direction"]]
            gate = crossings.set_index("crossing_id").loc[row["element_id"]]
            name, mode, on = gate["name"], gate["mode"], mine["arc"].to_numpy(np.int64)
            hours = float(mine["hours"].min()) if len(mine) else 0.0
        else:
            link = tables["links"].iloc[link_row[row["element_id"]]]
            here = (arcs.kind == LINK) & (arcs.row == link_row[row["element_id"]])
            if row["direction"] != "both":
                here &= arcs.forward == (row["direction"] == "a_to_b")
            on, mode, hours = np.flatnonzero(here), link["mode"], np.inf
            place = tables["places"].set_index("place_id")["name"]
            name = f"{place[link['place_a']]}–{place[link['place_b']]}"
        if row["direction"] != "both":
            ends = [gate["place_a"], gate["place_b"]] if is_gate else [link["place_a"], link["place_b"]]
            title = tables["places"].set_index("place_id")["name"]
            first, second = (title[e] for e in (ends if row["direction"] == "a_to_b" else ends[::-1]))
            name = f"{name}, {first} to {second}"
        of_arc[on] = len(rows)
        unit = BATCH_OF_UNIT.get(row["unit"])
        tonnes = row["value"] * (network.parameters[unit] if unit else 1 / DAYS_A_YEAR)
        rows.append(
            {
                "limit_id": row["capacity_id"],
                "name": name,
                "mode": mode,
                "element_id": row["element_id"],
                "direction": row["direction"],
                "capacity_t_per_day": float(tonnes),
                "observed_t_per_day": row["observed_t_per_year"] / DAYS_A_YEAR,
                "ref": row["ref"] if "ref" in row else f"cell:capacities/{row['capacity_id']}/value",
            }
        )
        batch.append(network.parameters[BATCH_OF_MODE[str(mode)]])
        dwell.append(hours)
    columns = ["limit_id", "name", "mode", "element_id", "direction"]
    columns += ["capacity_t_per_day", "observed_t_per_day", "ref"]
    return Limits(pd.DataFrame(rows, columns=columns), np.array(batch), np.array(dwell), of_arc)


def arcs_of_crossings(network: Network) -> pd.DataFrame:
    """Arc, crossing, its direction and hours of each stop at a border."""
    c = network.components
    at = np.flatnonzero(c.crossing >= 0)
    factor = np.array(c.time_factors, object)[c.time_factor[at]]
    is_stop = np.array([str(f).startswith("cross:") for f in factor])
    at, factor = at[is_stop], factor[is_stop]
    return pd.DataFrame(
        {
            "arc": c.arc[at],
            "crossing_id": [str(f).split(":")[1] for f in factor],
            "direction": [str(f).split(":")[2] for f in factor],
            "hours": c.hours[at],
        }
    )


def _project_gates(
    tables: Mapping[str, pd.DataFrame], projects: Iterable[str], stated: list[dict]
) -> list[dict]:
    """Gates on links that only a project opens take its capacity, where it states one."""
    known = {r["element_id"] for r in stated}
    capacity = tables["projects"].set_index("project_id")["capacity_mt_per_year"]
    links, crossings = tables["links"], tables["crossings"]
    ends = {
        (c.mode, *sorted((c.place_a, c.place_b))): c.crossing_id for c in crossings.itertuples(index=False)
    }
    out = []
    for project in sorted(projects):
        if pd.isna(capacity.get(project, np.nan)):
            continue
        for link in links[links["project_id"] == project].itertuples(index=False):
            gate = ends.get((link.mode, *sorted((link.place_a, link.place_b))))
            if gate is None or gate in known:
                continue
            known.add(gate)
            out.append(
                {
                    "capacity_id": f"{gate}_both",
                    "element": "crossings",
                    "element_id": gate,
                    "direction": "both",
                    "value": float(capacity[project]) * 1e6,
                    "unit": "t/year",
                    "observed_t_per_year": np.nan,
                    "ref": f"cell:projects/{project}/capacity_mt_per_year",
                }
            )
    return out
