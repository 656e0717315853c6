"""Lines of the record that stand in a year, and the ties that stand for lines it does not hold, as a table of a supply folder."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from torugart.units import great_circle_km

MOST_LOSS = 0.5


def record_lines(
    tables: Mapping[str, pd.DataFrame],
    year: int,
    *,
    commodity: str,
    ties: pd.DataFrame,
    most: float,
    unit: str,
    loss_per_1000_km: float = 0.0,
) -> tuple[pd.DataFrame, list[str]]:
    """Lines that stand in a year and the ties, and which lines have no capacity on record.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        energy_links and energy_nodes.
    year : int
    commodity : str
        Of ``energy_links``.
    ties : DataFrame
        tie_id, name, node_a, node_b, both_ways, length_km.
    most : float
        Capacity of a year of a tie and of a line that has none on record.
    unit : str
        bcm or mt; names the column of the capacity.
    loss_per_1000_km : float
        Share of what is sent that does not arrive, a thousand km.

    Returns
    -------
    lines : DataFrame
        line, name, from_node, to_node, ``UNIT_per_year``, both_ways, length_km (as the crow flies where none is on record),
        is_made (a tie), loss_share.
    unknown : list of str
        Lines without a capacity.
    """
    links = tables["energy_links"]
    opened = links["opened_year"].astype(float)
    stands = (
        (links["commodity"] == commodity)
        & (links["status"] == "operating")
        & ~(opened > year)
        & (links["part_of"].fillna("").astype(str) == "")
    )
    links = links[stands]
    unknown = links.loc[links["capacity"].isna(), "link_id"].astype(str).tolist()
    turned = links["both_ways_since"].astype(float) <= year
    given = pd.DataFrame(
        {
            "line": links["link_id"].to_numpy(str),
            "name": links["name"].to_numpy(str),
            "from_node": links["node_a"].to_numpy(str),
            "to_node": links["node_b"].to_numpy(str),
            f"{unit}_per_year": links["capacity"].astype(float).fillna(most).to_numpy(),
            "both_ways": np.where(turned, "yes", "no"),
            "length_km": links["length_km"].astype(float).to_numpy(),
            "is_made": False,
        }
    )
    tied = pd.DataFrame(
        {
            "line": ties["tie_id"].to_numpy(str),
            "name": ties["name"].to_numpy(str),
            "from_node": ties["node_a"].to_numpy(str),
            "to_node": ties["node_b"].to_numpy(str),
            f"{unit}_per_year": most,
            "both_ways": ties["both_ways"].to_numpy(str),
            "length_km": ties["length_km"].astype(float).to_numpy(),
            "is_made": True,
        }
    )
    lines = pd.concat([given, tied], ignore_index=True)
    position = tables["energy_nodes"].set_index("node_id")[["lon", "lat"]].astype(float)
    straight = [
        great_circle_km(*position.loc[a], *position.loc[b])
        for a, b in zip(lines["from_node"], lines["to_node"], strict=True)
    ]
    lines["length_km"] = lines["length_km"].fillna(pd.Series(straight))
    lines["loss_share"] = (loss_per_1000_km * lines["length_km"] / 1000).clip(upper=MOST_LOSS)
    return lines, unknown
