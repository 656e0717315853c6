"""What pages on the supply of gas and crude have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from torugart.cli.wording import number

if TYPE_CHECKING:
    from rich.console import RenderableType

MOST_ROWS = 12
LEAST_SHOWN = 5e-3  # bcm or Mt; what is below rounds to nothing
LEAST_SPREAD = 0.05  # the same of intervals, told with one decimal


def bare(table: Any) -> Any:
    """Take the unit off the names of amounts: ``short_bcm`` and ``short_mt`` are ``short``."""
    return table.rename(columns=lambda c: c.removesuffix("_bcm").removesuffix("_mt"))


def remarks(notes: Sequence[str]) -> Iterator[RenderableType]:
    """Yield what was assumed, and where the method stands."""
    from torugart.cli.tables import plain

    for note in notes:
        yield plain(f"• {note}", "dim")
    yield plain("values order preferences: they are no prices; docs/methods/energy_balance.md", "dim")


def worth(value: float, saves_shortage: bool) -> str:
    """Write what more of a line would save; a penalty is shortage, never money."""
    if value <= 1e-6:
        return ""
    return "shortage" if saves_shortage else number(value, 2)
