"""The world of Caliendo and Parro (2015), built from their files as they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from torugart.trade.many_sectors import (
    SectorBase,
    SectorChange,
    SectorResult,
    SectorSettings,
    rebased,
    solve_many_sectors,
)

# Their order.
_FIRST = "ARG AUS AUT BRA CAN CHL CHN DNK FIN FRA DEU GRC HUN IND IDN IRL"
_REST = "ITA JPN KOR MEX NLD NZL NOR PRT ZAF ESP SWE TUR GBR USA ROW"
COUNTRIES = tuple(f"{_FIRST} {_REST}".split())
NAFTA = [COUNTRIES.index(c) for c in ("MEX", "CAN", "USA")]
N_SECTORS, N_TRADED, N = 40, 20, len(COUNTRIES)


def read_sectors(folder: Path, name: str) -> np.ndarray:
    """One of their files of traded sectors, importer by exporter, with nothing for the others."""
    out = np.zeros((N_SECTORS, N, N))
    out[:N_TRADED] = np.loadtxt(folder / name).reshape(N_TRADED, N, N)
    return out


def world_of_1993(folder: Path) -> SectorBase:
    """The base: output raised to exports where it is below, sales at home the rest, final demand the remainder."""
    flows = 1000 * read_sectors(folder, "xbilat1993.txt")
    exports = flows.sum(axis=1)
    at_home = np.maximum(np.loadtxt(folder / "GO.txt"), exports) - exports
    flows += at_home[:, :, None] * np.eye(N)
    return SectorBase.from_flows(
        COUNTRIES,
        tuple(f"sector {k + 1}" for k in range(N_SECTORS)),
        flows,
        read_sectors(folder, "tariffs1993.txt") / 100,
        np.loadtxt(folder / "B.txt"),
        np.loadtxt(folder / "IO.txt").reshape(N, N_SECTORS, N_SECTORS),
    )


def elasticities(folder: Path) -> np.ndarray:
    """Theirs of the traded sectors, and 8.22 for the others."""
    return np.concatenate([np.loadtxt(folder / "T.txt"), np.full(N_SECTORS - N_TRADED, 8.22)])


def nafta_tariffs(folder: Path, base: SectorBase) -> np.ndarray:
    """Tariffs of 1993, those among the three of 2005."""
    new, later = np.array(base.tariff), read_sectors(folder, "tariffs2005.txt") / 100
    among = np.ix_(range(N_SECTORS), NAFTA, NAFTA)
    new[among] = later[among]
    return new


def solve_nafta(folder: Path, closure: str) -> SectorResult:
    """Close deficits first where the closure says so, then change the tariffs of the three."""
    settings = SectorSettings(elasticities(folder), closure)
    base = world_of_1993(folder)
    base = rebased(solve_many_sectors(base, SectorChange.none(base), settings))
    return solve_many_sectors(base, SectorChange(nafta_tariffs(folder, base)), settings)
