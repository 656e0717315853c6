"""What the record holds of projects and commitments, made ready once so that every statement can ask at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pandas as pd

from torugart.reading.kinds import CONTENT_FREE, canonical
from torugart.reading.measures import same_sort
from torugart.reading.sentences import plain_words
from torugart.record.dates import parse_date

# Words without which a sentence speaks of no commitment.
PLEDGES = frozenset(
    {"commitment", "pledge", "statement", "declaration", "treaty", "promise", "target", "agreement", "document",
     "grant", "financing", "aid", "fund", "loan", "memorandum"}
)  # fmt: skip
SHARED = 4  # words that a sentence and a commitment have in common before one is taken for the other


@dataclass(frozen=True, slots=True)
class Commitment:
    """A commitment as sentences are compared with it."""

    commitment_id: str
    event_id: str
    unit: str
    content: frozenset[str]


@dataclass(slots=True)
class Lookup:
    """Units of capacity and days once announced by project, and the commitments; answers are kept."""

    commitments: tuple[Commitment, ...]
    capacity_units: Mapping[str, str]
    announced: Mapping[str, str]
    _alike: dict[str, tuple[Commitment, ...]] = field(default_factory=dict)
    _sorts: dict[str, tuple[Commitment, ...]] = field(default_factory=dict)
    _capacities: dict[str, bool] = field(default_factory=dict)

    def alike(self, sentence: str) -> tuple[Commitment, ...]:
        """Return the commitments whose words are most of all in a sentence; none when few are."""
        if sentence not in self._alike:
            self._alike[sentence] = self._most_alike(content(sentence))
        return self._alike[sentence]

    def of_sort(self, unit: str) -> tuple[Commitment, ...]:
        """Return the commitments with an amount that a figure in a unit can be."""
        if unit not in self._sorts:
            self._sorts[unit] = tuple(c for c in self.commitments if c.unit and same_sort(c.unit, unit))
        return self._sorts[unit]

    def is_capacity(self, unit: str) -> bool:
        """Whether any project has its capacity in a unit of this sort."""
        if unit not in self._capacities:
            self._capacities[unit] = any(same_sort(held, unit) for held in set(self.capacity_units.values()))
        return self._capacities[unit]

    def _most_alike(self, said: frozenset[str]) -> tuple[Commitment, ...]:
        if not said & PLEDGES:
            return ()
        shared = [(len(said & c.content), c) for c in self.commitments]
        most = max((count for count, _ in shared), default=0)
        return tuple(c for count, c in shared if count == most >= SHARED)


def build_lookup(tables: Mapping[str, pd.DataFrame]) -> Lookup:
    """Return what the tables of a package hold of commitments, capacities and days once announced."""
    commitments = tuple(
        Commitment(row["commitment_id"], row["event_id"], row["unit"], content(row["text"]))
        for row in tables["commitments"].astype("str").to_dict("records")
    )
    projects = tables["projects"].astype("str")
    units = {p: u for p, u in zip(projects["project_id"], projects["capacity_unit"], strict=True) if u}
    rows = tables["alternatives"].astype("str")
    starts = rows[(rows["table"] == "projects") & (rows["column"] == "start") & (rows["chosen"] != "yes")]
    announced: dict[str, str] = {}
    for project, value in sorted(zip(starts["row_id"], starts["value"], strict=True)):
        span = parse_date(value)
        if span is not None:
            announced.setdefault(project, (span.last + timedelta(days=1)).isoformat())
    return Lookup(commitments, units, announced)


def content(text: str) -> frozenset[str]:
    """Return the words of a text that say what it is about."""
    words = (word for word in plain_words(text) if len(word) > 3 or not word.isascii())
    return frozenset(map(canonical, words)) - CONTENT_FREE
