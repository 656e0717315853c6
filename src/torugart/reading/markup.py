"""HTML to the prose in it, in one pass whose time grows with the length of the page and nothing else."""

from __future__ import annotations

import html
import re

# `<` that begins no tag is a sign like any other.
TAG = re.compile(r"<(?:!--|(/?)([a-zA-Z][a-zA-Z0-9]{0,20})|[!?])")
IS_PAGE = re.compile(
    r"<!doctype html|<html\b|<body\b|<(?:p|div|article|table|ul|h[1-6])(?:\s[^<>]{0,400})?>", re.IGNORECASE
)
# What stands inside these is not read at all, up to their end: their contents are not markup.
RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext"})
# What stands inside these is furniture of the page, not its article.
FURNITURE = frozenset(
    {"head", "nav", "footer", "aside", "form", "button", "select", "template", "noscript", "svg", "math", "object",
     "figure", "menu", "dialog", "audio", "video", "canvas"}
)  # fmt: skip
PARAGRAPHS = frozenset(
    {"p", "div", "article", "section", "main", "header", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl",
     "table", "blockquote", "pre", "hr", "address", "body", "html"}
)  # fmt: skip
LINES = frozenset({"br", "tr", "dt", "dd", "caption", "figcaption"})
CELLS = frozenset({"td", "th"})
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
HIDDEN = re.compile(
    r"""\bhidden\b|aria-hidden\s*=\s*["']?true|display\s*:\s*none|visibility\s*:\s*hidden""", re.IGNORECASE
)
LONGEST_TAG = 20_000
PUBLISHED = re.compile(
    r"""<meta\s[^<>]{0,200}(?:published_time|datePublished|"date"|pubdate)[^<>]{0,100}content\s*=\s*["'](\d{4}-\d{2}-\d{2})""",
    re.IGNORECASE,
)


def looks_like_markup(text: str) -> bool:
    """Whether a text is a page of HTML, or a piece of one."""
    return IS_PAGE.search(text[:20_000]) is not None


def published_on(text: str) -> str:
    """Return the day on which a page says it was published, ISO 8601; empty when it does not say."""
    found = PUBLISHED.search(text[:100_000])
    return found[1] if found else ""


def markup_text(page: str) -> str:
    """Return the prose of a page: paragraphs with an empty line between, items of a list with a star.

    Scripts, styles, menus, footers, comments and what the page hides are left out. Nothing is run or fetched.

    Examples
    --------
    >>> markup_text("<p>One</p><ul><li>two<li>three</ul><!-- four -->").split()
    ['One', '*', 'two', '*', 'three']
    """
    parts: list[str] = []
    at, shut = 0, _Shut()
    while (tag := TAG.search(page, at)) is not None:
        if shut.open_for_text:
            parts.append(_said(page[at : tag.start()]))
        if tag[0] == "<!--":
            at = _after(page, "-->", tag.end())
            continue
        if tag[2] is None:
            at = _after(page, ">", tag.end())
            continue
        name, closes = tag[2].lower(), bool(tag[1])
        end = _end_of_tag(page, tag.end())
        attributes = page[tag.end() : end]
        at = end + 1
        if name in RAW and not closes:
            at = _end_of_raw(page, name, at)
            continue
        if closes:
            shut.close(name)
        elif name not in VOID and not attributes.endswith("/"):
            shut.open(name, name in FURNITURE or HIDDEN.search(attributes[:2000]) is not None)
        parts.append(_break(name, closes))
    if shut.open_for_text:
        parts.append(_said(page[at:]))
    return "".join(parts)


class _Shut:
    """Which element, if any, keeps what is inside it out of the text."""

    def __init__(self) -> None:
        self._name = ""
        self._depth = 0

    @property
    def open_for_text(self) -> bool:
        return not self._name

    def open(self, name: str, shuts: bool) -> None:
        if self._name == name:
            self._depth += 1
        elif shuts and not self._name:
            self._name, self._depth = name, 1

    def close(self, name: str) -> None:
        if self._name == name:
            self._depth -= 1
            if self._depth == 0:
                self._name = ""


def _break(name: str, closes: bool) -> str:
    if name in PARAGRAPHS:
        return "\n\n"
    if name == "li":
        return "" if closes else "\n* "
    if name in LINES:
        return "\n"
    return " | " if name in CELLS and closes else ""


def _said(piece: str) -> str:
    # Lines of the file mean nothing in a page.
    return html.unescape(re.sub(r"\s+", " ", piece))


def _end_of_tag(page: str, at: int) -> int:
    """Return where the tag ends; quotation marks may hold a `>`."""
    limit = min(len(page), at + LONGEST_TAG)
    while at < limit:
        sign = page[at]
        if sign == ">":
            return at
        if sign in "\"'" and page[at - 1] == "=":
            closing = page.find(sign, at + 1, limit)
            at = closing if closing != -1 else at
        at += 1
    return at - 1


def _end_of_raw(page: str, name: str, at: int) -> int:
    found = re.compile(rf"</{name}", re.IGNORECASE).search(page, at)
    return len(page) if found is None else _after(page, ">", found.end())


def _after(page: str, sign: str, at: int) -> int:
    found = page.find(sign, at)
    return len(page) if found == -1 else found + len(sign)
