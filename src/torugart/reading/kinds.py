"""Words for kinds of things: what a railway, a plant or a pipeline is called, and the words that name nothing."""

from __future__ import annotations

from functools import lru_cache

# Mode of a project -> words for it, in the form `canonical` gives; the first is the plainest.
KIND_WORDS: dict[str, tuple[str, ...]] = {
    "rail": ("railway", "line", "electrification", "铁", "дорог"),
    "road": ("road", "corridor", "公", "автодорог"),
    "port": ("port", "terminal", "hub"),
    "ferry": ("ferry",),
    "border_post": ("crossing", "checkpoint"),
    "dry_port": ("port", "terminal", "gateway"),
    "urban_rail": ("railway", "metro", "tram"),
    "pipeline": ("pipeline", "line", "газопровод", "нефтепровод"),
    "field": ("field",),
    "supply": ("sale", "supply", "gas"),
    "refinery": ("refinery", "завод"),
    "thermal": ("plant", "unit"),
    "hydro": ("plant", "dam"),
    "wind": ("farm", "plant"),
    "solar": ("plant", "farm"),
    "waste_to_energy": ("plant", "incinerator"),
    "power_line": ("line", "transmission"),
    "mine": ("mine", "mill", "deposit"),
    "plant": ("plant", "smelter", "complex", "mill"),
    "park": ("park", "zone"),
    "farm": ("farm", "complex"),
    "building": ("building", "stadium", "complex"),
    "network": ("network", "system"),
    "satellite": ("satellite",),
    "storage": ("storage",),
}
SUMMIT_WORDS = frozenset(
    {"summit", "meeting", "statement", "declaration", "talk", "treaty", "agreement", "ceremony"}
)
KINDS = frozenset(word for words in KIND_WORDS.values() for word in words) | SUMMIT_WORDS | {"tunnel"}
SAME = {
    "railroad": "railway", "rail": "railway", "highway": "road", "motorway": "road", "expressway": "road", "station": "plant",
    "factory": "plant", "parliamentary": "parliament", "governmental": "government", "office": "building",
    "headquarters": "building", "kazakh": "kazakhstan", "kazakhstani": "kazakhstan", "kyrgyz": "kyrgyzstan",
    "tajik": "tajikistan", "uzbek": "uzbekistan", "turkmen": "turkmenistan", "chinese": "china", "asian": "asia",
    "afghan": "afghanistan", "alternate": "alternative", "qalai": "kalai", "kalaikhumb": "kalai",
}  # fmt: skip
CONTENT_FREE = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "in",
        "on",
        "at",
        "to",
        "from",
        "for",
        "and",
        "or",
        "with",
        "its",
        "between",
        "connecting",
        "connects",
        "linking",
        "links",
        "over",
        "through",
        "phase",
        "stage",
        "first",
        "two",
        "new",
        "project",
        "construction",
        "building's",
        "mw",
        "gw",
        "kv",
        "km",
        "boundary",
        "region",
        "modernisation",
        "modernization",
        "second",
    ]
)
# Words by which a later sentence goes on about the thing named before, and the kinds they may stand for.
DEFINITE = frozenset(
    {"it", "its", "they", "their", "project", "facility", "section", "она", "он", "её", "ее", "его"}
)


@lru_cache(maxsize=65536)
def canonical(word: str) -> str:
    """Return a word as names of things are compared: singular, and of words for one thing the plainest.

    Examples
    --------
    >>> canonical("highways"), canonical("refineries"), canonical("gas")
    ('road', 'refinery', 'gas')
    """
    single = word
    if word.isascii() and len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        single = word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return SAME.get(single, SAME.get(word, single if single in KINDS or single in SAME else word))


def kind_of(word: str) -> str:
    """Return the kind of thing a word names; empty when it names none."""
    plain = canonical(word)
    return plain if plain in KINDS - SUMMIT_WORDS - {"tunnel"} else ""


def mode_kinds(mode: str) -> tuple[str, ...]:
    """Return the words for projects of a mode."""
    return KIND_WORDS.get(mode, ())
