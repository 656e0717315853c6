"""How statements found in texts are computed: decided by hand, nothing of it from the facts."""

from __future__ import annotations

from tools.build_package.draft import Draft
from tools.build_package.facts import decisions


def build_measures(draft: Draft) -> None:
    """The measures and their readings."""
    for table in ("measures", "measure_bases"):
        for row in decisions(table):
            draft.add(table, dict(row))
