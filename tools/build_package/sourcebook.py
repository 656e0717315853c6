"""Turn the free text of a ``source`` column into rows of ``sources``, one row a document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from tools.build_package.facts import Row, decisions
from tools.build_package.text import hashed_slug, is_number, joined, safe_text, slug

URL = re.compile(r"https?://[^\s,;)]+")
BARE_ADDRESS = re.compile(
    r"\b(?:[a-z0-9-]+\.)+(?:com|org|net|kg|kz|uz|az|ru|de|cn|info|asia|media|mn|pl|eu|ge|tj|tm|su|uk|ir|link|tv)\b(?:/\S*)?"
)
DATE = re.compile(r"(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
KNOWLEDGE = re.compile(r"general knowledge|recalled|unverified|not opened", re.I)
JUDGEMENT = re.compile(r"^estimate|^judgement|estimated$|^upper bound", re.I)
DERIVED = re.compile(r"^arithmetic|^derived|^sum of the five|^implied by claim|^multiplied", re.I)
KINDS = (
    ("statistics", r"cpmm|customs (?:figures|data)|statistic|factbook|turkstat|carecprogram"),
    (
        "paper",
        r"journal|\bAER\b|working paper|wps\d|nber|review \(20|doi\.org|thesis|abstract|tellus|econometrica",
    ),
    (
        "report",
        r"adb\.org|\badb\b|worldbank|world bank|escap|undp|unece|itf|eabr|comcec|oecd|logistics cluster",
    ),
    ("official", r"president\.|gov\.|government|ministry|parliament|declaration|full text|keynote|embassy"),
    ("operator", r"railways\.kz|railway\.uz|index1520|utlc|ktz|cnpc|transcontainer|caspian_ferry|dwv\.ge"),
    ("database", r"wikipedia|wiki|geonames|github|station table|route table|dislib"),
)
OWNERS = (
    # Whoever prints them, figures of the Chinese customs are theirs.
    (
        "China customs",
        r"china customs|chinese customs|china['\u2019]s customs|/customs\b|\(customs\)|: customs data",
    ),
    (
        "Government of China",
        r"xinhua|people\.cn|people's daily|china daily|chinadaily|yidaiyilu|chinese mfa|cgtn",
    ),
    ("Government of Kyrgyzstan", r"kabar|president\.kg|gov\.kg|kyrgyz cabinet|kyrgyz government"),
    ("Government of Kazakhstan", r"qazinform|inform\.kz|primeminister\.kz|strategy2050|kazinform"),
    ("Government of Uzbekistan", r"yuz\.uz|uza\.uz|gov\.uz|uzbek transport ministry"),
    ("Government of Tajikistan", r"khovar"),
    ("Kazakhstan Temir Zholy", r"railways\.kz|\bktz\b"),
    ("Uzbekistan Railways", r"railway\.uz"),
    ("UTLC ERA", r"index1520|utlc"),
)


@dataclass(frozen=True)
class Cited:
    """A source as one row cites it."""

    source_id: str
    note: str
    is_document: bool


def pieces(text: str) -> list[str]:
    """Split a list of sources at ``;`` and ``|`` outside parentheses."""
    found, depth, start = [], 0, 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")" and depth > 0)
        if sign in ";|" and depth == 0 and text[at + 1 : at + 2] in ("", " "):
            found.append(text[start:at])
            start = at + 1
    found.append(text[start:])
    return [piece.strip() for piece in found if piece.strip()]


class SourceBook:
    """Every source cited so far, by the key that makes it one document."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.known = [(re.compile(row["pattern"], re.I), row) for row in decisions("known_sources")]
        self.publishers = {row["domain"]: row["publisher"] for row in decisions("publishers")}
        self.same = {row["text"]: row["document"] for row in decisions("same_documents")}
        self.given = {
            row["url"].rstrip("/"): {key: value for key, value in row.items() if value and key != "url"}
            for row in decisions("described_sources")
        }

    def cite(self, text: str) -> Cited:
        """Return the first source named in ``text``; the others go into the note."""
        first: Cited | None = None
        notes = []
        for piece in pieces(text) or ["general knowledge"]:
            if first is None:
                first = self._cite_piece(piece)
            elif URL.search(piece) or BARE_ADDRESS.search(piece):
                other = self._cite_piece(piece)
                notes.append(joined(f"also {other.source_id}", other.note))
            elif not KNOWLEDGE.fullmatch(piece):
                notes.append(piece)
        assert first is not None
        return Cited(first.source_id, joined(first.note, *notes), first.is_document)

    def _cite_piece(self, piece: str) -> Cited:
        piece = self.same.get(piece, piece)
        for pattern, row in self.known:
            if pattern.search(piece):
                self._keep_known(row)
                return Cited(row["source_id"], "", row["kind"] not in ("general_knowledge", "judgement"))
        if not URL.search(piece) and KNOWLEDGE.search(piece):
            return self._undocumented("general_knowledge", piece)
        if JUDGEMENT.search(piece):
            return self._undocumented("judgement", piece)
        if DERIVED.search(piece):
            return Cited(self._keep_named("derived_here"), piece, True)
        return self._document(piece)

    def _undocumented(self, source_id: str, piece: str) -> Cited:
        rest = re.sub(
            r"general knowledge|,? ?unverified|^estimated?$|as recalled|\(\)", "", piece, flags=re.I
        )
        return Cited(self._keep_named(source_id), rest.strip(" ,;:"), False)

    def _keep_named(self, source_id: str) -> str:
        for _, row in self.known:
            if row["source_id"] == source_id:
                return self._keep_known(row)
        raise KeyError(source_id)

    def _keep_known(self, row: Row) -> str:
        kept = {key: value for key, value in row.items() if key != "pattern"}
        self.rows.setdefault(row["source_id"], kept)
        return row["source_id"]

    def _document(self, piece: str) -> Cited:
        url = (URL.search(piece) or [""])[0].rstrip(".")
        words, remark = words_and_remark(piece)
        parts = urlsplit(url)
        domain = parts.netloc.lower().removeprefix("www.")
        key = domain + parts.path.rstrip("/") + ("?" + parts.query if parts.query else "") or words
        publisher = self._publisher(words, domain)
        row = {
            "publisher": publisher,
            "title": title_of(words, publisher, url),
            "year": year_of(words, url),
            "url": url,
            "licence_id": "quotation",
            "kind": kind_of(piece),
            "owner_party": owner_of(piece),
            "note": "",
        }
        source_id = hashed_slug(publisher, key, length=50)
        row = {"source_id": source_id} | row | self.given.get(url.rstrip("/"), {})
        self.rows[source_id] = better_described(self.rows.get(source_id), row)
        return Cited(source_id, remark, True)

    def _publisher(self, words: str, domain: str) -> str:
        bare = BARE_ADDRESS.search(words)
        domain = domain or (bare[0].split("/")[0] if bare else "")
        if domain:
            return self.publishers.get(domain, domain)
        return re.split(r", | citing | via |: ", words)[0].strip(" .") or "unknown"


def words_and_remark(piece: str) -> tuple[str, str]:
    """Return what names the document, and what an appended remark in parentheses says about the figure."""
    words = safe_text(URL.sub("", piece)).strip(" ,;")
    if words.startswith("(") and words.endswith(")"):
        return "", words[1:-1]
    return words, ""


def title_of(words: str, publisher: str, url: str) -> str:
    """Return the title, or a plain description of a page that none is given for."""
    parts = comma_parts(words)
    parts = parts[1:] if len(parts) > 1 else parts
    title = ", ".join(part for part in parts if not DATE.fullmatch(part) and part != "undated")
    if title and title != publisher:
        return title
    if not url:
        return words
    last = [part for part in unquote(urlsplit(url).path).split("/") if part]
    tail = re.sub(r"\.\w{2,7}$", "", last[-1]) if last else ""
    if is_number(tail) and len(last) > 1 and last[-2].count("-") > 1:
        tail = last[-2]
    if tail in ("article", "main", "") and len(last) > 1:
        tail = last[-2]
    worded = slug(tail.replace("-", " ")).replace("_", " ")
    dates = [part for part in parts if DATE.fullmatch(part)]
    if not worded or is_number(worded.replace(" ", "")):
        worded = f"article {worded or urlsplit(url).query or publisher}".strip()
    return f"{worded}, {dates[0]}" if dates else worded


def comma_parts(words: str) -> list[str]:
    """Split at commas outside parentheses."""
    found, depth, start = [], 0, 0
    for at, sign in enumerate(words):
        depth += (sign == "(") - (sign == ")" and depth > 0)
        if sign == "," and depth == 0:
            found.append(words[start:at])
            start = at + 1
    found.append(words[start:])
    return [part.strip() for part in found if part.strip()]


def year_of(words: str, url: str) -> str:
    """Return the year of publication, from the words or from a date in the address."""
    stated = YEAR.findall(words) or re.findall(r"/((?:19|20)\d\d)[/-]", url)
    return stated[-1] if stated and int(stated[-1]) <= 2026 else ""


def better_described(kept: Row | None, row: Row) -> Row:
    """Return the fuller of two descriptions of one document, each cell from the one that has it."""
    if kept is None:
        return row
    first, second = sorted((kept, row), key=lambda one: (len(one["title"]), one["title"]), reverse=True)
    return {key: first[key] or second[key] for key in first} | {"kind": merged_kind(kept, row)}


def merged_kind(kept: Row, row: Row) -> str:
    """Return the kind, any other before press."""
    kinds = sorted({kept["kind"], row["kind"]} - {"press"})
    return kinds[0] if kinds else "press"


def kind_of(text: str) -> str:
    """Return what sort of source a free text describes."""
    for kind, pattern in KINDS:
        if re.search(pattern, text, re.I):
            return kind
    return "press"


def owner_of(text: str) -> str:
    """Return whose figures a source prints, when the publisher has an interest in them."""
    for owner, pattern in OWNERS:
        if re.search(pattern, text, re.I):
            return owner
    return ""
