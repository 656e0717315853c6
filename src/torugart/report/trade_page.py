"""The page of ``torugart trade``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torugart.report.html import render_page
from torugart.report.numerals import plain
from torugart.report.trade import WHOSE, Tables, trade_section


def write_trade_page(tables: Tables, manifest: Mapping[str, Any]) -> str:
    """Return the page of ``torugart trade`` as the text of one HTML file.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Those of the trade section.
    manifest : mapping
        That of the bundle.
    """
    asked = manifest["asked"]
    setting = [
        {"term": "Changes", "text": "; ".join(asked["costs"])},
        {"term": "Project", "text": str(asked.get("project") or asked.get("scenario") or "")},
        {"term": "Count of trade", "text": WHOSE[asked["trade_base"]]},
        {"term": "Draws of what is not known", "text": plain(asked["draws"])},
    ]
    return render_page(
        "trade_page.html.j2",
        manifest,
        kind="Trade and real income",
        setting=[item for item in setting if item["text"]],
        method="docs/methods/trade.md",
        trade=trade_section(tables) | {"notes": []},  # the page has them at its head
    )
