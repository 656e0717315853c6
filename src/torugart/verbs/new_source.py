"""A source as a person writes it, ``"Publisher, title, year, address"``, as a row of ``sources``."""

from __future__ import annotations

import hashlib
import re

from torugart.io.overlay_folder import Row
from torugart.io.plain import is_web_address
from torugart.schema.cells import cell_fault, slug_of
from torugart.schema.definition import read_schema
from torugart.schema.problems import Problem, quoted
from torugart.tables.package import Package

YEAR = re.compile(r"(1[89]|20)[0-9]{2}")
ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]*://|^www\.", re.IGNORECASE)
# Licence of a source nobody gave one for: a single fact with its address needs none.
QUOTATION = "quotation"
HASHED = 6
ROOM_FOR_PUBLISHER = 40


def source_of(package: Package, text: str, licence: str, kind: str) -> tuple[str, Row | None, list[Problem]]:
    """Return the id of a source, its row when it is new, and what is wrong with how it is given.

    Parameters
    ----------
    package : Package
        The package; a source of it with the same address, or the same publisher and title, is the same source.
    text : str
        Id of a source of the package, or ``"Publisher, title, year, address"``; year and address may be left out.
    licence, kind : str
        Of a new source.

    Examples
    --------
    >>> from torugart.tables.read import read_package
    >>> source_of(read_package(), "general_knowledge", "", "press")
    ('general_knowledge', None, [])
    """
    text = text.strip()
    sources = package.tables["sources"]
    if not text:
        mend = 'give --source "Publisher, title, year, address", or the id of a source'
        return "", None, [_fault("source", "the record names no source", mend)]
    if not is_text(text + licence + kind):
        what = f"{quoted(text)} holds a character that is none"
        return "", None, [_fault("source", what, "write it again, in UTF-8")]
    if text in set(sources["source_id"]):
        return text, None, []
    parts = [part.strip() for part in text.split(",")]
    url, year = "", ""
    if ADDRESS.match(parts[-1]):
        url = parts.pop()
    if parts and YEAR.fullmatch(parts[-1]):
        year = parts.pop()
    publisher, title = (parts[0] if parts else ""), ", ".join(parts[1:])
    for known in sources.to_dict("records"):
        same = (known["publisher"].casefold(), known["title"].casefold()) == (
            publisher.casefold(),
            title.casefold(),
        )
        if (url and known["url"] == url) or (same and not url):
            return str(known["source_id"]), None, []
    faults = []
    if not publisher or not title:
        what = f"{quoted(text)} is no id of a source, and has no publisher and title"
        faults.append(_fault("source", what, 'write "Publisher, title, year, address"'))
    if url and not is_web_address(url):
        faults.append(_fault("source", f"{quoted(url)} is not an address", "write it whole, with https://"))
    licences = set(package.tables["licences"]["licence_id"])
    if not licence and QUOTATION not in licences:
        faults.append(
            _fault("licence", "no licence is given", f"give --licence, one of {', '.join(sorted(licences))}")
        )
    elif licence and licence not in licences:
        faults.append(
            _fault(
                "licence",
                f"licence {quoted(licence)} is not known",
                f"give one of {', '.join(sorted(licences))}",
            )
        )
    digest = hashlib.sha256("\x1f".join((publisher, title, year, url)).encode()).hexdigest()[:HASHED]
    row = {
        "source_id": f"{slug_of(publisher)[:ROOM_FOR_PUBLISHER].rstrip('_') or 'source'}_{digest}",
        "publisher": publisher,
        "title": title,
        "year": year,
        "url": url,
        "licence_id": licence or QUOTATION,
        "kind": kind,
    }
    columns = read_schema()["sources"].columns
    for name, cell in row.items():
        found = cell_fault(columns[name], cell) if cell and name != "licence_id" else None
        if found:
            faults.append(_fault(name if name == "kind" else "source", *found))
    return row["source_id"], row, faults


def is_text(text: str) -> bool:
    """Whether a text can be written; half a pair of surrogates, from a wrongly decoded argument, cannot."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _fault(column: str, what: str, mend: str) -> Problem:
    return Problem("sources.csv", None, "", column, what, mend)
