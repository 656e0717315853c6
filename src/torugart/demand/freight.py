"""How much freight moves between which places.

Bilateral trade in value becomes boxes a year::

    feu(o, d, c) = usd(exporter, importer) x share(exporter, importer, c) x w_o x w_d / (value_usd_per_t(c) x t_per_feu(c))

Goods that move by pipe, wire or air are not in the shares. Two bases exist: trade as China reports it, and as the
partners report it. Tonnes at the gates follow the first (goods booked to Kyrgyzstan and sold on do cross them),
consumption the second; a run uses one and says which. Through traffic is added as boxes. Everything is held
fixed when a project opens.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from torugart.errors import InputError

TRADE_BASES = {"china": "china_base", "partner": "partner_base"}


def build_demand(tables: Mapping[str, pd.DataFrame], trade_base: str = "china") -> pd.DataFrame:
    """Boxes a year between zones.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``trade_flows``, ``trade_shares``, ``zones``, ``classes``, ``through_flows`` of a checked package.
    trade_base : {"china", "partner"}
        Whose count of the trade is used.

    Returns
    -------
    DataFrame
        origin, destination (place ids), exporter, importer, class_id, feu, tonnes, usd: one row for each origin,
        destination, class and purpose (trade or through), sorted.

    Raises
    ------
    InputError
        If the base is unknown, or a pair that trades has no class shares.
    """
    if trade_base not in TRADE_BASES:
        raise InputError(f"trade base {trade_base!r} is unknown; use china or partner")
    flows = tables["trade_flows"]
    flows = flows[flows[TRADE_BASES[trade_base]] == "yes"][["exporter", "importer", "usd"]]
    shares = tables["trade_shares"][["exporter", "importer", "class_id", "share"]]
    trade = flows.merge(shares, on=["exporter", "importer"], how="left")
    holes = trade[trade["class_id"].isna()]
    if len(holes):
        rows = "\n".join(f"  {h.exporter} to {h.importer}" for h in holes.itertuples())
        raise InputError(
            f"trade_shares.csv: {len(holes)} trading pairs have no class shares\n{rows}\n  Add rows for them."
        )
    classes = tables["classes"].set_index("class_id")
    trade = trade.assign(usd=trade["usd"] * trade["share"])
    per_feu = classes["value_usd_per_t"] * classes["t_per_feu"]
    trade["feu"] = trade["usd"] / trade["class_id"].map(per_feu).astype(float)
    through = tables["through_flows"].rename(columns={"from_iso3": "exporter", "to_iso3": "importer"})
    through = through[["exporter", "importer", "class_id", "feu"]].copy()
    through["usd"] = through["feu"] * through["class_id"].map(per_feu).astype(float)
    columns = ["exporter", "importer", "class_id", "feu", "usd"]
    both = pd.concat([trade[columns].assign(purpose="trade"), through[columns].assign(purpose="through")])
    both = both[both["feu"] > 0]
    zones = tables["zones"][["place_id", "trade_iso3", "weight"]]
    spread = both.merge(zones, left_on="exporter", right_on="trade_iso3").rename(
        columns={"place_id": "origin", "weight": "w_o"}
    )
    spread = spread.drop(columns="trade_iso3").merge(zones, left_on="importer", right_on="trade_iso3")
    spread = spread.rename(columns={"place_id": "destination", "weight": "w_d"}).drop(columns="trade_iso3")
    spread = spread[spread["origin"] != spread["destination"]]
    weight = spread["w_o"] * spread["w_d"]
    spread = spread.assign(feu=spread["feu"] * weight, usd=spread["usd"] * weight)
    spread["tonnes"] = spread["feu"] * spread["class_id"].map(classes["t_per_feu"]).astype(float)
    keys = ["origin", "destination", "class_id", "exporter", "importer", "purpose"]
    out = spread.groupby(keys, as_index=False, sort=True)[["feu", "tonnes", "usd"]].sum()
    return out[np.isfinite(out["feu"]) & (out["feu"] > 0)].reset_index(drop=True)


def vot_usd_per_feu_day(classes: pd.DataFrame) -> pd.Series:
    """Value of a day for one FEU of each class: goods value x share a day (Hummels & Schaur 2013 for the share)."""
    c = classes.set_index("class_id")
    return c["value_usd_per_t"] * c["t_per_feu"] * c["vot_share_per_day"]
