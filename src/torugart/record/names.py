"""Finding a record under any of its names, in whatever script it was written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

import pandas as pd

from torugart.errors import InputError
from torugart.schema.definition import read_schema
from torugart.tables.package import row_ids

Tables = Mapping[str, pd.DataFrame]

# Tables whose rows are things people ask for by name, the likeliest first.
NAMED = (
    *("projects", "events", "commitments", "claims", "countries", "parties", "places", "crossings"),
    *("links", "sources", "trade_totals"),
)
LONGEST_NAME = 200
WORD = re.compile(r"\w+")
APOSTROPHES = re.compile("['`\u00b4\u02bc\u2018\u2019]")


def plain_name(text: str) -> str:
    """Return a name without case, accents and punctuation, so that its spellings meet.

    Examples
    --------
    >>> plain_name("Xi'an  SUMMIT"), plain_name("Qalai-Khumb"), plain_name("中吉乌铁路")
    ('xian summit', 'qalai khumb', '中吉乌铁路')
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(character for character in folded if not unicodedata.combining(character))
    return " ".join(WORD.findall(APOSTROPHES.sub("", letters).replace("_", " ")))


def names_of(tables: Tables) -> Iterator[tuple[str, str, str]]:
    """Yield every name of every named record: the name, its table and its id."""
    homes: dict[str, tuple[str, str]] = {}
    for table in NAMED:
        frame = tables[table]
        ids = row_ids(frame, table).astype(str).tolist()
        for record_id in ids:
            homes.setdefault(record_id.casefold(), (table, record_id))
            yield record_id, table, record_id
        if "name" in read_schema()[table].columns:
            yield from (
                (str(name), table, record_id) for name, record_id in zip(frame["name"], ids, strict=True)
            )
    aliases = tables["aliases"]
    for entity, alias in zip(aliases["entity_id"], aliases["alias"], strict=True):
        home = homes.get(str(entity).casefold())
        if home is not None:
            yield str(alias), *home


def find_record(tables: Tables, name: str) -> tuple[str, str]:
    """Return the table and id of the record a name stands for.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of a package.
    name : str
        An id, a name or an alias in any language; case, accents and punctuation do not matter.

    Returns
    -------
    str, str
        Table and id; of several records called alike the one of the table that stands first in `NAMED`.

    Raises
    ------
    InputError
        If no record is called so; the message offers the nearest names, and records whose names hold all the words.
    """
    wanted = plain_name(name[:LONGEST_NAME])
    found: list[tuple[str, str]] = []
    known: dict[str, tuple[str, str, str]] = {}
    for written, table, record_id in names_of(tables):
        plain = plain_name(written)
        if plain == wanted and wanted:
            found.append((table, record_id))
        known.setdefault(plain, (written, table, record_id))
    if found:
        return min(dict.fromkeys(found), key=lambda home: NAMED.index(home[0]))
    near = nearest_records(wanted, known)
    shown = name.encode("utf-8", "replace").decode("utf-8")[:120]
    if not near:
        raise InputError(f"no record is called {shown!r}; `torugart status` lists projects and pledges")
    offered = ", ".join(dict.fromkeys(f"{written} ({record_id})" for written, _, record_id in near))
    raise InputError(f"no record is called {shown!r}; the nearest are {offered}")


def nearest_records(
    wanted: str, known: Mapping[str, tuple[str, str, str]], most: int = 5
) -> list[tuple[str, str, str]]:
    """Return the records whose names hold all the words asked for, then those spelled most alike."""
    words = wanted.split()
    holding = [plain for plain in known if words and all(word in plain.split() for word in words)]
    holding.sort(key=lambda plain: (NAMED.index(known[plain][1]), len(plain), plain))
    matcher = SequenceMatcher()
    matcher.set_seq2(wanted)
    likeness: list[tuple[float, str]] = []
    for plain in known:
        matcher.set_seq1(plain)
        if matcher.real_quick_ratio() > 0.6 and matcher.quick_ratio() > 0.6:
            ratio = matcher.ratio()
            if ratio > 0.6:
                likeness.append((-ratio, plain))
    order = list(dict.fromkeys([*holding, *(plain for _, plain in sorted(likeness))]))
    records: dict[str, tuple[str, str, str]] = {}
    for plain in order:
        records.setdefault(known[plain][2], known[plain])
    return list(records.values())[:most]
