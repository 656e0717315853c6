"""In which countries a link lies, and how much of it in each."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

StrArray = NDArray[np.str_]
FloatArray = NDArray[np.float64]


def link_countries(links: pd.DataFrame, places: pd.DataFrame) -> tuple[StrArray, StrArray, FloatArray]:
    """Country of both ends of each link, and the share of its length in that of ``place_a``: half where nobody says.

    A link within a country lies there wholly; one at sea is counted at ``place_a``.
    """
    country = dict(zip(places["place_id"], places["iso3"], strict=True))
    iso_a, iso_b = (links[end].map(country).to_numpy(str) for end in ("place_a", "place_b"))
    at_sea = links["mode"].isin(["sea", "ferry"]).to_numpy(bool)
    share = links["share_in_a"].astype(float).fillna(0.5).to_numpy(np.float64)
    return iso_a, iso_b, np.where((iso_a == iso_b) | at_sea, 1.0, share)
