"""What may be asked of the accounts otherwise than they stand: the switches of ``torugart appraise``.

What each does is told in docs/methods/accounts.md, Switches.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from torugart.draws.quantities import Quantity

COURSES = ("low", "central", "high")


@dataclass(frozen=True, slots=True)
class Switches:
    """Choices of the accounts; as they stand, none is made.

    Attributes
    ----------
    generated : bool
        Whether traffic that there would not be without the project counts.
    residual : bool
        Whether the line is worth something after the last year.
    growth, carbon : {"low", "central", "high"}
        Course of traffic growth and of the carbon price.
    importer_share : float, optional
        Part of the users' benefit that goes to importing countries; that of the package where empty.
    """

    generated: bool = False
    residual: bool = False
    growth: str = "central"
    carbon: str = "central"
    importer_share: float | None = None

    def faults(self) -> list[str]:
        """What is wrong with them, in the words of the command line."""
        found = [
            f"--{name} is {value[:40]!r}; give {', '.join(COURSES[:-1])} or {COURSES[-1]}"
            for name, value in (("growth", self.growth), ("carbon", self.carbon))
            if value not in COURSES
        ]
        # not (a <= x <= b) refuses what is not a number too
        if self.importer_share is not None and not 0 <= self.importer_share <= 1:
            found.append(
                f"--importer-share is {self.importer_share:g}; give a part from 0 (all to exporters) to 1 (all to importers)"
            )
        return found

    def made(self) -> dict[str, object]:
        """Only the switches that differ from how the accounts stand."""
        usual = Switches()
        names = ("generated", "residual", "growth", "carbon", "importer_share")
        return {n: getattr(self, n) for n in names if getattr(self, n) != getattr(usual, n)}


def on_course(quantity: Quantity, course: str) -> Quantity:
    """A quantity held at one end of its range; as it is on the central course."""
    if course == "central":
        return quantity
    at = quantity.lo if course == "low" else quantity.hi
    return replace(quantity, value=at, lo=at, hi=at, dist="fixed")
