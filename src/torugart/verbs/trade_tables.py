"""``read_baci`` and ``read_mrio``: tables of trade in, as the trade models take them."""

from __future__ import annotations

from torugart.io.baci import BaciFlows, read_baci
from torugart.io.mrio import SectorTable, read_mrio

__all__ = ["BaciFlows", "SectorTable", "read_baci", "read_mrio"]
