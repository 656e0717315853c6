"""What crude lines carry in a case of a year against what their systems said they carried. Method: docs/methods/energy_balance.md."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from torugart.energy.oil_balance import oil_lines

COLUMNS = ("line", "kinds", "said_mt", "model_mt", "error_mt", "is_input")


def crude_backcast(
    tables: Mapping[str, pd.DataFrame], year: int, carried_mt: Mapping[str, float]
) -> pd.DataFrame:
    """Set a case beside what systems said of whole years, a row a line of which they said anything.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        oil_flows, oil_ends, energy_links, energy_nodes.
    year : int
    carried_mt : mapping of str to float
        Mt of the year by line, whichever way; a line that is not in it does not stand in the case.

    Returns
    -------
    DataFrame
        line, kinds (with the Mt of each), said_mt (their sum), model_mt, error_mt (model less said), is_input (whether a rule of
        ``oil_ends`` reads a figure of that line, so that the error tests nothing).
    """
    said = oil_lines(tables, year)
    said = said[said["carried_mt"].notna() & said["link_id"].isin(list(carried_mt))]
    read = {word for rule in tables["oil_ends"]["rule"].astype(str) for word in rule.split()}
    rows = [
        (
            r.link_id,
            r.kinds,
            r.carried_mt,
            carried_mt[r.link_id],
            carried_mt[r.link_id] - r.carried_mt,
            r.link_id in read,
        )
        for r in said.itertuples(index=False)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
