"""What every network verb does first: read the package, fill its holes, price its network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from torugart.checks.verdict import claim_faults
from torugart.errors import InputError
from torugart.evaluate.sides import Network, build_network
from torugart.tables.package import Package
from torugart.tables.read import fill_assumptions, read_package


@dataclass(frozen=True, slots=True)
class Ready:
    """A package with its holes filled, the record of what was filled, and its priced network."""

    package: Package
    filled: pd.DataFrame
    network: Network
    as_of: str


def prepare(data: Path | str | None = None, overlays: Sequence[Path | str] = ()) -> Ready:
    """Read, fill and price; raises InputError with every fault of the data, claims included."""
    package, filled = prepare_package(data, overlays)
    return Ready(package, filled, build_network(package.tables), data_date(package))


def prepare_package(
    data: Path | str | None = None, overlays: Sequence[Path | str] = ()
) -> tuple[Package, pd.DataFrame]:
    """Read a package and fill its holes; return it with the record of what was filled."""
    for path in (data, *overlays):
        if path is not None and "\x00" in str(path):
            raise InputError(f"{str(path)[:120]!r}: is not a path")
    package = read_package(None if data is None else Path(data), [Path(o) for o in overlays])
    package, filled = fill_assumptions(package)
    faults = claim_faults(package)
    if faults:
        raise InputError("\n".join([f"claims.csv: {len(faults)} problems", *faults]))
    return package, filled


def data_date(package: Package) -> str:
    """The last day on which any evidence of the package was checked: statuses are read as of it."""
    return max((str(d) for d in package.tables["evidence"]["checked_on"] if d), default="")
