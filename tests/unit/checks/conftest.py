"""The small package with a claim at a time, and a model that answers from a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.small_package import small_package, write_small_package

from torugart.checks.context import Context
from torugart.tables.package import Package
from torugart.tables.read import read_package

AS_OF = "2026-11-25"


@dataclass(frozen=True)
class FakeWay:
    """A way with three draws after its central run."""

    km: float
    hours: np.ndarray
    usd: np.ndarray
    links: tuple[str, ...] = ("h_city_gate", "h_border", "h_gate_city")
    modes: str = "road"
    gates: str = "The Gate"

    @property
    def legs(self) -> pd.DataFrame:
        rows = [("link", link) for link in self.links] + [("crossing", "x_road")]
        return pd.DataFrame(rows, columns=["kind", "record_id"])


ROAD = FakeWay(417, np.array([48.0, 44, 48, 52]), np.array([1000.0, 900, 1000, 1100]))
RAIL = FakeWay(
    381, np.array([36.0, 30, 36, 42]), np.array([700.0, 650, 700, 750]),
    ("r_city_gate", "r_border", "r_gate_change", "r_change_city"), "rail", "The Gate (rail)",
)  # fmt: skip


@dataclass
class FakeModel:
    """Knows one pair, with and without the project, and what the project carries."""

    with_way: FakeWay | None = RAIL
    without_way: FakeWay | None = ROAD
    project: str = "pass_rail"
    year: int = 2030
    asked: list[tuple[object, ...]] = field(default_factory=list)

    def best_way(
        self, origin, destination, class_id="manufactures", with_project=True, mode="", through_project=False
    ):
        self.asked.append((origin, destination, class_id, with_project, mode, through_project))
        return self.with_way if with_project else self.without_way

    def project_volume_t(self, project):
        return np.array([2e6, 1e6, 2e6, 3e6])


@pytest.fixture
def make_package(tmp_path: Path) -> Callable[..., Package]:
    """Return a maker of small packages, with some tables changed row by row."""

    def make(**tables: list[dict[str, str]]) -> Package:
        rows = small_package()
        for name, changed in tables.items():
            blank = dict.fromkeys(rows[name][0], "") if rows[name] else {}
            rows[name] = [blank | row for row in changed]
        return read_package(write_small_package(tmp_path / f"package{len(list(tmp_path.iterdir()))}", rows))

    return make


@pytest.fixture
def context(make_package) -> Context:
    """The small package as it is, with the fake model."""
    return Context(make_package(), FakeModel(), AS_OF)
