"""Whatever is done to a table of trade, it is read or refused with file, row and mend; and how it is written changes nothing."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.trade_samples import baci_table, code_table, mrio_table, tariff_table

import torugart
from torugart.errors import InputError

MANY = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None)
SOME = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)

NASTY = [
    *(
        "",
        " ",
        "NA",
        "NaN",
        "inf",
        "-inf",
        "1e999",
        "-1",
        "-0",
        "0",
        "1,5",
        "1_000",
        "１２",
        "0x1f",
        "1e-400",
        "+3",
        "007",
        " 5 ",
    ),
    *(
        "9" * 40,
        "=1+1",
        "final",
        "goods",
        "KAZ",
        "kaz",
        "CHN ",
        "a\nb",
        "a\rb",
        '"',
        '""',
        "'",
        ";",
        "|",
        "\x00",
        "\x1b[2J",
        "\u202e",
    ),
    *(
        "Ürümqi",
        "喀什",
        "🚂",
        "\ufeff",
        "%s",
        "{0}",
        "true",
        "None",
        "-",
        "156",
        "398",
        "1.0",
        "2023.0",
        "999999",
        "1000000",
    ),
]
texts = st.one_of(st.sampled_from(NASTY), st.text(max_size=8), st.floats().map(repr), st.integers().map(str))
spots = st.integers(0, 10**4)
acts = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "cell",
                "cell",
                "cell",
                "raw cell",
                "drop row",
                "repeat row",
                "rename",
                "drop column",
                "cut",
                "flip",
                "blank",
            ]
        ),
        spots,
        spots,
        texts,
    ),
    min_size=1,
    max_size=4,
)
TABLES = {
    "mrio": mrio_table(2, 2),
    "tariffs": tariff_table(2, 2),
    "baci": baci_table(),
    "codes": code_table(),
}


def damaged(table: pd.DataFrame, done: list[tuple[str, int, int, str]]) -> bytes:
    """The bytes of a table as CSV after what was done to it."""
    table = table.astype(object).copy()
    raw: list[tuple[str, int, int, str]] = []
    for act, a, b, text in done:
        if not len(table) or not len(table.columns):
            break
        row, column = a % len(table), b % len(table.columns)
        if act == "cell":
            table.iloc[row, column] = text
        elif act == "drop row":
            table = table.drop(index=table.index[row])
        elif act == "repeat row":
            table = pd.concat([table, table.iloc[[row]]])
        elif act == "rename":
            table = table.set_axis([text if k == column else c for k, c in enumerate(table.columns)], axis=1)
        elif act == "drop column":
            table = table.loc[:, [k != column for k in range(len(table.columns))]]
        else:
            raw.append((act, a, b, text))
    out = table.to_csv(index=False, lineterminator="\n").encode("utf-8", "surrogatepass")
    for act, a, b, text in raw:
        at = a % (len(out) + 1)
        if act == "cut":
            out = out[:at]
        elif act == "flip" and at < len(out):
            out = out[:at] + bytes([out[at] ^ (1 << b % 8)]) + out[at + 1 :]
        elif act == "raw cell":
            out = out[:at] + text.encode("utf-8", "surrogatepass") + out[at:]
        elif act == "blank":
            lines = out.split(b"\n")
            lines.insert(a % (len(lines) + 1), b"")
            out = b"\n".join(lines)
    return out


def read(name: str, folder: Path) -> object:
    if name in ("mrio", "tariffs"):
        return torugart.read_mrio(folder / "mrio.csv", tariffs=folder / "tariffs.csv")
    return torugart.read_baci(folder / "baci.csv", folder / "codes.csv")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("trade")


@pytest.mark.parametrize("name", TABLES)
def test_a_damaged_file_is_read_or_refused_with_its_faults(folder, name):
    for other, table in TABLES.items():
        table.to_csv(folder / f"{other}.csv", index=False)
    told_of = {
        "mrio": ("mrio.csv", "tariffs.csv"),
        "tariffs": ("tariffs.csv", "mrio.csv"),
        "baci": ("baci.csv",),
        "codes": ("codes.csv", "baci.csv"),
    }

    @MANY
    @given(acts)
    def run(done):
        (folder / f"{name}.csv").write_bytes(damaged(TABLES[name], done))
        try:
            answer = read(name, folder)
        except InputError as fault:
            message = str(fault)
            assert message.startswith(told_of[name]), message
            assert all(c.isprintable() or c == "\n" for c in message)
            lines = message.splitlines()
            assert any(";" in line for line in lines[1:]) or "cannot be read" in message, message
            return
        if name in ("mrio", "tariffs"):
            assert np.isfinite(answer.flows).all()
            assert (answer.flows >= 0).all()
            assert ((answer.value_added > 0) & (answer.value_added <= 1)).all()
            assert (answer.tariff >= 0).all()
        else:
            assert np.isfinite(answer.flows["usd"]).all()
            assert (answer.flows["exporter"] != answer.flows["importer"]).all()

    run()


@MANY
@given(acts)
def test_the_fast_and_the_slow_reading_agree(done):
    """What the fast reading refuses has a fault that the slow one finds, with very few odd exceptions that say so."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "mrio.csv").write_bytes(damaged(TABLES["mrio"], done))
        try:
            torugart.read_mrio(folder / "mrio.csv")
        except InputError as fault:
            assert "cannot be read:" not in str(fault), str(fault)


@SOME
@given(st.integers(1, 4), st.integers(1, 3), st.integers(0, 99), st.randoms(), st.floats(1e-3, 1e6))
def test_order_of_rows_and_columns_and_units_change_nothing(
    tmp_path_factory, n, n_sectors, seed, random, unit
):
    folder = tmp_path_factory.mktemp("order")
    table = mrio_table(n, n_sectors, seed)
    table.to_csv(folder / "one.csv", index=False)
    rows, columns = list(range(len(table))), list(table.columns)
    random.shuffle(rows)
    random.shuffle(columns)
    table.assign(usd=table["usd"] * unit).iloc[rows][columns].to_parquet(folder / "two.parquet")
    one, two = torugart.read_mrio(folder / "one.csv"), torugart.read_mrio(folder / "two.parquet")
    assert (one.countries, one.sectors) == (two.countries, two.sectors)
    assert two.flows == pytest.approx(unit * one.flows, rel=1e-12)
    assert two.value_added == pytest.approx(one.value_added, rel=1e-12)
    assert two.inputs == pytest.approx(one.inputs, rel=1e-12)
    # What is sold is bought: output and spending of the world are one, and inputs and value added make output.
    assert one.flows.sum() == pytest.approx(table["usd"].sum(), rel=1e-12)
    bought = table[table["use"] != "final"]["usd"].sum()
    made = one.flows.sum(axis=1)
    assert ((1 - one.value_added) * made).sum() == pytest.approx(bought, rel=1e-10)


@SOME
@given(st.randoms(), st.integers(0, 99))
def test_order_of_baci_changes_nothing(tmp_path_factory, random, seed):
    folder = tmp_path_factory.mktemp("order")
    table = baci_table(seed)
    code_table().to_csv(folder / "codes.csv", index=False)
    table.to_csv(folder / "one.csv", index=False)
    rows = list(range(len(table)))
    random.shuffle(rows)
    table.iloc[rows].to_csv(folder / "two.csv", index=False)
    one, two = (
        torugart.read_baci(folder / f"{k}.csv", folder / "codes.csv", sectors=4) for k in ("one", "two")
    )
    pd.testing.assert_frame_equal(one.flows, two.flows, rtol=1e-12)


def test_the_damage_does_damage():
    sound = TABLES["mrio"].to_csv(index=False).encode()
    assert damaged(TABLES["mrio"], [("cell", 0, 0, "x")]) != sound
    assert (
        pd.read_csv(io.BytesIO(damaged(TABLES["mrio"], [("drop row", 0, 0, "")]))).shape[0]
        == len(TABLES["mrio"]) - 1
    )
