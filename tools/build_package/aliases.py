"""Other names: of places in the two lists, and ids under which a project stands elsewhere."""

from __future__ import annotations

import re

from tools.build_package.draft import Draft
from tools.build_package.facts import decisions


def build_aliases(draft: Draft) -> None:
    """Names decided by hand, and those the two lists of places give beside the chosen one."""
    found = {(row["entity_id"], row["lang"], row["alias"]) for row in decisions("aliases")}
    names = {row["place_id"]: row["name"] for row in draft.tables["places"]}
    # What stands in parentheses may be where a place is, not what it is called.
    taken = {row["name"] for row in draft.tables["countries"]} | set(names.values())
    for file in ("rail_nodes", "road_nodes"):
        for row in draft.facts.rows(file):
            for alias in (row["name"], *spoken_forms(row["name"], taken)):
                if alias != names[row["id"]]:
                    found.add((row["id"], "en", alias))
    for place_id, name in names.items():
        found |= {(place_id, "en", alias) for alias in spoken_forms(name, taken)}
    for entity_id, lang, alias in sorted(found):
        draft.add("aliases", {"entity_id": entity_id, "lang": lang, "alias": alias})


def spoken_forms(name: str, taken: set[str]) -> list[str]:
    """Return a name without its parentheses, and what stands in them when that is a name."""
    match = re.fullmatch(r"(.+?) \(([^)]+)\)", name)
    if not match:
        return []
    inside = match[2]
    plain = [match[1]] if not re.search(r"checkpoint|side", inside) else []
    is_name = re.fullmatch(r"[A-Z][\w' -]+", inside) and not re.search(
        r"side|road|checkpoint|station|port", inside
    )
    return plain + ([inside] if is_name and inside not in taken else [])
