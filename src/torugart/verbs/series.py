"""`torugart.data_series`: figures of the record as series."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from torugart.errors import UnknownName
from torugart.record.series import gas_series, investment_series, trade_series
from torugart.tables.read import read_package

SERIES: Mapping[str, Callable[[Mapping[str, pd.DataFrame]], pd.DataFrame]] = {
    "trade": trade_series,
    "gas": gas_series,
    "investment": investment_series,
}


def data_series(
    name: str = "trade", *, data: Path | str | None = None, overlays: Sequence[Path | str] = ()
) -> pd.DataFrame:
    """Return a series of the record.

    Parameters
    ----------
    name : {"trade", "gas", "investment"}
        Trade of China with Central Asia as both sides count it; gas delivered in all by date; cost of projects by sector.
    data, overlays : path, optional
        A data package of one's own, and folders laid over it.

    Returns
    -------
    DataFrame
        As `torugart.record.series` gives it.

    Raises
    ------
    InputError
        If the data are faulty.
    UnknownName
        If there is no such series.
    """
    if name not in SERIES:
        raise UnknownName("series", name, SERIES)
    package = read_package(None if data is None else Path(data), [Path(o) for o in overlays])
    return SERIES[name](package.tables)
