"""What quantities may ask: the package as of a day, and, when one was made, the model of an appraisal."""

from __future__ import annotations

from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.checks.distance import Distances
from torugart.record.dates import read_date
from torugart.record.evidence import Milestone, project_status, read_milestones
from torugart.tables.package import Package
from torugart.tables.read import Cell, cell

FloatArray = NDArray[np.float64]


class Way(Protocol):
    """The best way of a pair, with draws of its days and cost (the central run first)."""

    @property
    def km(self) -> float:
        """Length of the way of the central run."""
        ...

    @property
    def hours(self) -> FloatArray:
        """Mean hours of the best way of every draw."""
        ...

    @property
    def usd(self) -> FloatArray:
        """Money per FEU of the best way of every draw."""
        ...

    @property
    def modes(self) -> str:
        """Modes of the central way, in order."""
        ...

    @property
    def gates(self) -> str:
        """Gates of the central way, in order."""
        ...

    @property
    def legs(self) -> pd.DataFrame:
        """Legs of the central way, with ``kind`` and ``record_id``."""
        ...


class Model(Protocol):
    """The network of an appraisal, asked pair by pair; `torugart.appraisal.model` is one."""

    @property
    def project(self) -> str:
        """Project appraised."""
        ...

    @property
    def year(self) -> int:
        """Year appraised."""
        ...

    def best_way(
        self,
        origin: str,
        destination: str,
        class_id: str = ...,
        with_project: bool = ...,
        mode: str = ...,
        through_project: bool = ...,
    ) -> Way | None:
        """Best way by generalised cost; None when there is none."""
        ...

    def project_volume_t(self, project: str) -> FloatArray:
        """Tonnes a year on the busiest link of a project, the central run first."""
        ...


class Context:
    """A package, a model if there is one, and the day on which claims are judged.

    Nothing here changes once made; what was computed is kept, since claims ask for the same ways many times.

    Parameters
    ----------
    package : Package
        Data package; with its holes filled, if they are to be.
    model : Model, optional
        Network of an appraisal; without it quantities of the model are missing.
    as_of : str
        Day, month or year, ISO 8601.
    """

    def __init__(self, package: Package, model: Model | None, as_of: str) -> None:
        self.package = package
        self.model = model
        self.as_of = as_of
        self.today = read_date(as_of, "as_of").last
        self._statuses: dict[str, pd.DataFrame] = {}
        self._words: dict[tuple[str, str], frozenset[str]] = {}
        self._ways: dict[tuple[str, str, str, bool, str, bool], Way | None] = {}

    def cell(self, table: str, row: str, column: str) -> Cell:
        """Return a cell with its provenance and rival values."""
        return cell(self.package, table, row, column)

    def words(self, table: str, column: str) -> frozenset[str]:
        """Return what stands in a column of text, read once."""
        if (table, column) not in self._words:
            self._words[table, column] = frozenset(self.package.tables[table][column])
        return self._words[table, column]

    def way(
        self, origin: str, destination: str, class_id: str, with_project: bool, mode: str, through: bool
    ) -> Way | None:
        """Ask the model for a best way, once."""
        assert self.model is not None
        asked = (origin, destination, class_id, with_project, mode, through)
        if asked not in self._ways:
            self._ways[asked] = self.model.best_way(
                origin, destination, class_id, with_project, mode, through_project=through
            )
        return self._ways[asked]

    @cached_property
    def milestones(self) -> list[Milestone]:
        """Milestones that had surely happened by the day of judgement."""
        return [m for m in read_milestones(self.package.tables["evidence"]) if m.surely_by <= self.today]

    @cached_property
    def voices(self) -> dict[str, str]:
        """Whose figures each source gives: its owner's, or else its publisher's."""
        sources = self.package.tables["sources"]
        return {
            str(source): str(owner) or str(publisher)
            for source, owner, publisher in zip(
                sources["source_id"], sources["owner_party"], sources["publisher"], strict=True
            )
        }

    def statuses_on(self, day: str) -> pd.DataFrame:
        """Return the status of every entity with evidence as it stood on a day, at most that of judgement."""
        day = min(read_date(day, "on").last, self.today).isoformat()
        if day not in self._statuses:
            status = project_status(self.package.tables["evidence"], day)
            self._statuses[day] = status.set_index("project_id")
        return self._statuses[day]

    @cached_property
    def distances(self) -> Distances:
        """The network measured in kilometres alone."""
        return Distances(self.package.tables, self.as_of)
