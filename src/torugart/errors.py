"""The errors Torugart raises on purpose: each says what is wrong, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST_SHOWN = 120  # characters of a name that is repeated to its giver


class TorugartError(Exception):
    """Anything the user can mend. The command line prints it and exits with ``exit_code``."""

    exit_code = 2


class InputError(TorugartError):
    """Data or arguments that cannot be used; the message lists every fault found."""


class ScenarioError(TorugartError):
    """A scenario that cannot be applied to the tables."""


# Where the names of a kind stand, where it is not a table of the package.
UNKNOWN_HINTS = {
    "figure": "Figures stand in tables/figures.parquet of the bundle; the report shows the id of each that is pointed at.",
}


class UnknownName(TorugartError):
    """An id or name that no record has; the message offers the nearest known ones."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        name = name.encode("utf-8", "replace").decode("utf-8")[:MOST_SHOWN]
        near = nearest_names(name, known)
        hint = (
            f"Did you mean {', '.join(near)}?"
            if near
            else UNKNOWN_HINTS.get(what, "See `torugart data list`.")
        )
        super().__init__(f"no {what} is called {name!r}. {hint}")


class NotConverged(TorugartError):
    """A solver stopped short of its target; the message gives gap, target and iterations."""

    exit_code = 3


class MissingExtra(TorugartError):
    """An optional part of the installation is needed; the message names it."""


def nearest_names(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return the known names most like ``name``, best first."""
    return get_close_matches(name, sorted(set(known)), n=most, cutoff=0.5)
