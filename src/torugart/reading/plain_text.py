"""Files of any encoding to plain text: nothing in them runs, and nothing in them breaks a page."""

from __future__ import annotations

import re
import unicodedata

from torugart.errors import InputError
from torugart.reading.markup import looks_like_markup, markup_text, published_on
from torugart.record.dates import parse_date

LARGEST = 32_000_000  # bytes; a book has two million
BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
DECLARED = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_-]{2,24})", re.IGNORECASE)
# Encodings a page may declare; some codecs of Python are no encodings of text.
DECLARABLE = frozenset(
    {
        "big5", "cp1251", "cp1252", "cp866", "euc_jp", "euc_kr", "gb18030", "gb2312", "gbk", "iso8859_1", "iso8859_2",
        "iso8859_5", "iso8859_9", "koi8_r", "koi8_u", "latin_1", "shift_jis", "windows_1251", "windows_1252",
        "windows_1254", "iso_8859_1", "iso_8859_2", "iso_8859_5", "iso_8859_9",
    }
)  # fmt: skip
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Letters of prose; a legacy encoding read wrongly gives signs and capitals in the middle of words instead.
LOWER_CYRILLIC = re.compile(r"[\u0430-\u044f\u0451]")
SPACES = dict.fromkeys(
    map(
        ord,
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    ),
    " ",
)
SAME_SIGNS = {
    **SPACES,
    **{0xFF10 + digit: str(digit) for digit in range(10)},
    0x2018: "'", 0x2019: "'", 0x02BC: "'", 0x2010: "-", 0x2011: "-", 0x2212: "-", 0xFF05: "%", 0xFF0E: ".",
}  # fmt: skip
KEPT_CONTROLS = "\n\t"


def read_text(data: bytes) -> str:
    """Return the text of a file: plain, or the prose of a page of HTML.

    Control characters, marks that turn the direction of text, and characters without width are dropped, so that
    what is quoted from the text can be shown anywhere.

    Parameters
    ----------
    data : bytes
        In UTF-8, UTF-16 or UTF-32; in an encoding the page declares; or line by line in UTF-8 or what looks most
        like Russian, Chinese or western text.

    Raises
    ------
    InputError
        If there are more than 32 million bytes.

    Examples
    --------
    >>> read_text(b"<p>Trade &amp; transit</p><script>x = 5</script>").strip()
    'Trade & transit'
    """
    if len(data) > LARGEST:
        raise InputError(f"the text has {len(data):,} bytes; at most {LARGEST:,} are read")
    text = clean(decoded(data))
    return clean(markup_text(text)) if looks_like_markup(text) else text


def decoded(data: bytes) -> str:
    """Return bytes as text; a byte that fits no encoding becomes a replacement character."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if encoding := _wide_encoding(data):
        return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass  # of another encoding, or of several
    declared = DECLARED.search(data[:4096])
    if declared is not None:
        name = declared[1].decode("ascii").lower().replace("-", "_")
        if name in DECLARABLE:
            return data.decode(name, "replace")
    return "\n".join(_line(line) for line in data.split(b"\n"))


def clean(text: str) -> str:
    """Return a text without what cannot be seen, spaces and quotation marks of one kind."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = text.translate(SAME_SIGNS)
    dropped = {ord(sign): None for sign in set(text) if _cannot_be_seen(sign)}
    return unicodedata.normalize("NFC", text.translate(dropped))


def _cannot_be_seen(sign: str) -> bool:
    return sign not in KEPT_CONTROLS and unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn")


def _wide_encoding(data: bytes) -> str:
    """UTF-16 without its mark shows by a zero in every other byte."""
    head = data[:4096]
    if len(head) < 8:
        return ""
    even, odd = head[0::2].count(0) / len(head[0::2]), head[1::2].count(0) / len(head[1::2])
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.1 else ""


def _line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        as_chinese = line.decode("gb18030")
    except UnicodeDecodeError:
        as_chinese = ""
    as_russian = line.decode("cp1251", "replace")
    high = sum(byte > 0x7F for byte in line)
    if high >= 4 and len(LOWER_CYRILLIC.findall(as_russian)) > 0.6 * high:
        return as_russian
    if high >= 4 and 2 * len(CHINESE.findall(as_chinese)) > 0.8 * high:
        return as_chinese
    return line.decode("cp1252", "replace")


def published_day(page: str) -> str:
    """Return the day on which a page says it was published, ISO 8601; empty for plain text and silent pages."""
    day = published_on(page) if looks_like_markup(page) else ""
    return day if parse_date(day) is not None else ""
