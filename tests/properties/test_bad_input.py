"""Whatever is done to a package, it is read or refused with file, row and mend; nothing else happens."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.small_package import small_package, write_small_package

from torugart.errors import InputError
from torugart.schema.check import check_table
from torugart.schema.definition import read_schema
from torugart.tables.read import check_folder, fill_assumptions, read_package

QUIET = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)

TABLES = sorted(read_schema())
NASTY = [
    *(
        "",
        " ",
        "NaN",
        "inf",
        "-inf",
        "1e999",
        "-1",
        "0",
        "-0",
        "1,5",
        "1_000",
        "１２",
        "0x1f",
        "1e-400",
        "9" * 400,
    ),
    *(
        "=1+1",
        "+1",
        "-cmd",
        "@SUM(A1)",
        "../../etc/passwd",
        "C:\\con",
        "a/b",
        "%s%n",
        "{0}",
        "[bold]x[/bold]",
    ),
    *(
        "<script>alert(1)</script>",
        "'; DROP TABLE links; --",
        "\x00",
        "\x1b[2J",
        "\u202eabc",
        "\ufeff",
        "\ud7ff",
    ),
    *(
        "Ürümqi",
        "喀什",
        "🚂",
        "a\nb",
        '"',
        '""',
        ",",
        ";;;",
        "a=b",
        "a=b;c",
        "mode!=",
        "place_a.iso3=",
        "=",
        "|",
    ),
    *(
        "2026-13",
        "2026-02-30",
        "0000",
        "yes",
        "no",
        "rail",
        "open",
        "links",
        "link_id",
        "atlas",
        "r_border",
        "CHN",
    ),
]
texts = st.one_of(st.sampled_from(NASTY), st.text(max_size=20), st.floats().map(repr), st.integers().map(str))
positions = st.integers(0, 10**6)
KINDS = (
    *("cell", "cell", "cell", "swap", "drop cell", "more cells", "drop row", "repeat row"),
    *("rename column", "drop column", "drop file", "replace file", "extra file", "folder"),
    *("cut", "bytes", "flip", "mark"),
)
act = st.tuples(
    st.sampled_from(KINDS),
    st.sampled_from(TABLES),
    positions,
    positions,
    texts,
    st.binary(max_size=8),
)
acts = st.lists(act, min_size=1, max_size=6)


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    return write_small_package(tmp_path_factory.mktemp("sound") / "package")


@pytest.fixture(scope="module")
def scratch(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("scratch") / "package"


def damage(folder: Path, done) -> None:
    kind, table, one, other, text, raw = done
    path = folder / f"{table}.csv"
    if kind == "extra file":
        (folder / f"{re.sub('[^a-z]', '', text)}x.csv").write_bytes(raw)
    elif path.is_file():
        damage_file(kind, path, one, other, text, raw)


def damage_file(kind: str, path: Path, one: int, other: int, text: str, raw: bytes) -> None:
    content = path.read_bytes()
    at = one % (len(content) + 1)
    match kind:
        case "drop file":
            path.unlink()
        case "folder":
            path.unlink()
            path.mkdir()
        case "replace file":
            path.write_bytes(raw)
        case "cut":
            path.write_bytes(content[:at])
        case "bytes":
            path.write_bytes(content[:at] + raw + content[at:])
        case "flip" if content:
            at %= len(content)
            path.write_bytes(content[:at] + bytes([content[at] ^ (1 << other % 8)]) + content[at + 1 :])
        case "mark":
            path.write_bytes(b"\xef\xbb\xbf" + content)
        case _:
            lines = content.split(b"\n")
            damage_line(kind, lines, one, other, text)
            path.write_bytes(b"\n".join(lines))


def damage_line(kind: str, lines: list[bytes], one: int, other: int, text: str) -> None:
    i = 0 if kind in ("rename column", "drop column") else one % len(lines)
    cells = lines[i].split(b",")
    j = other % len(cells)
    new = text.encode("utf-8", "surrogatepass")
    match kind:
        case "cell" | "rename column":
            cells[j] = new if one % 2 else b'"' + new.replace(b'"', b'""') + b'"'
        case "swap":
            k = (j + 1) % len(cells)
            cells[j], cells[k] = cells[k], cells[j]
        case "drop cell" | "drop column":
            del cells[j]
        case "more cells":
            cells.append(new)
    if kind == "drop row":
        del lines[i]
    elif kind == "repeat row":
        lines.insert(i, lines[i])
    else:
        lines[i] = b",".join(cells)


def assert_read_or_refused(folder: Path, overlays: list[Path]) -> None:
    before = sorted((path, path.stat().st_size) for path in folder.rglob("*"))
    problems = check_folder(folder, overlays)
    try:
        package = read_package(folder, overlays)
    except InputError as refusal:
        assert problems
        assert_says_what_and_where(str(refusal), problems)
    else:
        assert not problems
        fill_assumptions(package)
    assert sorted((path, path.stat().st_size) for path in folder.rglob("*")) == before


def assert_says_what_and_where(text: str, problems) -> None:
    for problem in problems:
        assert problem.file
        assert problem.what
        assert problem.mend
        assert problem.row is None or problem.row >= 1
    for problem in problems[:1]:
        assert f"{problem.file}: " in text
    listed = min(len(problems), 50)
    assert len(re.findall(r"^  .+; .+", text, re.MULTILINE)) >= listed
    assert all(character.isprintable() or character == "\n" for character in text)


@QUIET
@given(acts)
def test_a_damaged_package_is_read_or_refused(sound, scratch, done):
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(sound, scratch)
    for one in done:
        damage(scratch, one)
    assert_read_or_refused(scratch, [])


@QUIET
@given(acts)
def test_a_damaged_overlay_is_read_or_refused(sound, scratch, done):
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    for table in {done[1] for done in done}:
        shutil.copy(sound / f"{table}.csv", scratch)
    for one in done:
        damage(scratch, one)
    assert_read_or_refused(sound, [scratch])


@QUIET
@given(
    st.sampled_from(TABLES),
    st.lists(st.tuples(positions, positions, texts), min_size=1, max_size=30),
)
def test_rows_of_any_text_are_checked(table, cells):
    rows = [dict(row) for row in small_package()[table] * 3]
    columns = list(read_schema()[table].columns)
    for i, j, text in cells:
        rows[i % len(rows)][columns[j % len(columns)]] = text
    for problem in check_table(rows, table, f"{table}.csv"):
        assert problem.row is not None
        assert 2 <= problem.row <= len(rows) + 1
        assert str(problem).isprintable()
