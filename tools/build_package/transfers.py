"""Changes of mode or gauge possible at a place."""

from __future__ import annotations

from collections import defaultdict
from itertools import permutations

from tools.build_package.draft import Draft
from tools.build_package.text import slug

Terminal = tuple[str, str]
SEA_PLACES = ("seaport",)
FERRY_PLACES = ("seaport", "ferry_terminal")
GAUGE_SOURCE = "judgement"


def build_transfers(draft: Draft) -> None:
    """Every allowed change at a place, both directions; hours and cost are left to the assumptions."""
    places = draft.by_key("places", "place_id")
    at: dict[str, set[Terminal]] = defaultdict(set)
    for link in draft.tables["links"]:
        terminal = (link["mode"], link["gauge_mm"])
        at[link["place_a"]].add(terminal)
        at[link["place_b"]].add(terminal)
    for place_id, terminals in sorted(at.items()):
        for origin, target in permutations(sorted(terminals), 2):
            if allowed(places[place_id]["kind"], origin, target):
                add_transfer(draft, place_id, origin, target)


def allowed(kind: str, origin: Terminal, target: Terminal) -> bool:
    """Tell whether freight may change between two terminals at a place of this kind."""
    modes = {origin[0], target[0]}
    if modes == {"sea"} or modes == {"ferry"}:
        return False
    if "sea" in modes:
        return kind in SEA_PLACES
    if "ferry" in modes:
        return kind in FERRY_PLACES
    return True


def add_transfer(draft: Draft, place_id: str, origin: Terminal, target: Terminal) -> None:
    """Add one change."""
    provenance = draft.cited("judgement", "estimated")
    note = "gauge change" if origin[0] == target[0] == "rail" else ""
    draft.add(
        "transfers",
        {
            "transfer_id": slug(f"{place_id}_{origin[0]}{origin[1]}_{target[0]}{target[1]}"),
            "place_id": place_id,
            "from_mode": origin[0],
            "from_gauge_mm": origin[1],
            "to_mode": target[0],
            "to_gauge_mm": target[1],
            "hours": "",
            "usd_per_feu": "",
            "capacity_t_per_year": "",
        }
        | provenance
        | {"note": note},
    )
