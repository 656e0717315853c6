"""Readers of BACI and of input-output tables: what is made of a sound file, and each fault with its place."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.trade_samples import CODES, NAMES, baci_table, code_table, mrio_table, tariff_table

import torugart
from torugart.errors import InputError
from torugart.io.long_table import read_blocks
from torugart.trade.baseline import Baseline
from torugart.trade.many_sectors import SectorBase, SectorChange, SectorSettings, solve_many_sectors
from torugart.trade.sector_frames import country_frame, flow_frame, sector_frame

PAGE = (Path(__file__).parents[3] / "docs" / "trade_tables.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    mrio_table().to_csv(tmp_path / "mrio.csv", index=False)
    tariff_table().to_csv(tmp_path / "tariffs.csv", index=False)
    baci_table().to_csv(tmp_path / "baci.csv", index=False)
    code_table().to_csv(tmp_path / "country_codes.csv", index=False)
    return tmp_path


def refused(reader, *args, **options) -> str:
    with pytest.raises(InputError) as fault:
        reader(*args, **options)
    return str(fault.value)


# --- input-output tables


def twin(table: pd.DataFrame, tariffs: pd.DataFrame) -> dict[str, pd.Series]:
    """The same figures by pandas, from the formulas of the page."""
    x = table.merge(tariffs, how="left", on=["importer", "exporter", "sector"]).fillna({"tariff": 0.0})
    x["paid"] = x["usd"] * (1 + x["tariff"])
    pairs = x.groupby(["sector", "importer", "exporter"])["usd"].sum()
    output = x.groupby(["sector", "exporter"])["usd"].sum()
    rate = x.groupby(["sector", "importer"])[["paid", "usd"]].sum()
    x["average"] = (
        (rate["paid"] / rate["usd"]).reindex(pd.MultiIndex.from_frame(x[["sector", "importer"]])).to_numpy()
    )
    inputs = x[x["use"] != "final"].assign(cost=lambda t: t["usd"] * t["average"])
    cost = inputs.groupby(["importer", "sector", "use"])["cost"].sum()
    spent = inputs.groupby(["use", "importer"])["cost"].sum()
    return {"flows": pairs, "value_added": 1 - spent / output.to_numpy(), "inputs": cost, "spent": spent}


@pytest.mark.parametrize("kind", ["mrio.csv", "mrio.csv.gz", "mrio.parquet"])
def test_a_sound_table_becomes_what_the_page_says(folder, kind):
    table = mrio_table()
    if kind.endswith("parquet"):
        table.to_parquet(folder / kind)
    else:
        table.to_csv(folder / kind, index=False)
    ours = torugart.read_mrio(folder / kind, tariffs=folder / "tariffs.csv")
    by_pandas = twin(table, tariff_table())
    assert ours.countries == NAMES[:3]
    assert ours.sectors == ("farm", "goods")
    assert ours.flows.ravel() == pytest.approx(by_pandas["flows"].to_numpy(), rel=1e-13)
    assert ours.value_added.ravel() == pytest.approx(by_pandas["value_added"].to_numpy(), rel=1e-12)
    cost = by_pandas["inputs"].to_numpy().reshape(3, 2, 2)
    assert ours.inputs == pytest.approx(cost / cost.sum(axis=1, keepdims=True), rel=1e-12)
    assert ours.notes == ()


def test_the_base_has_the_final_demand_of_the_table(folder):
    table = torugart.read_mrio(folder / "mrio.csv", tariffs=folder / "tariffs.csv")
    base = SectorBase.from_flows(*table.arrays)
    null = solve_many_sectors(base, SectorChange.none(base), SectorSettings(np.full(2, 5.0)))
    assert np.abs(null.real_income - 1).max() < 1e-12
    x = mrio_table().merge(tariff_table(), how="left").fillna({"tariff": 0.0})
    rate = x.assign(paid=x["usd"] * (1 + x["tariff"])).groupby(["sector", "importer"])[["paid", "usd"]].sum()
    wanted = x[x["use"] == "final"].groupby(["sector", "importer"])["usd"].sum() * rate["paid"] / rate["usd"]
    share = wanted / wanted.groupby("importer").transform("sum")
    assert base.final_share.ravel() == pytest.approx(share.to_numpy(), rel=1e-10)


def test_results_have_names(folder):
    table = torugart.read_mrio(folder / "mrio.csv", tariffs=folder / "tariffs.csv")
    base = SectorBase.from_flows(*table.arrays)
    free = solve_many_sectors(base, SectorChange(np.zeros_like(base.tariff)), SectorSettings(np.full(2, 5.0)))
    k, s = base.countries.index("KGZ"), base.sectors.index("goods")
    countries = country_frame(free).set_index("country")
    assert countries.loc["KGZ", "real_income"] == free.real_income[k]
    sectors = sector_frame(free).set_index(["country", "sector"])
    assert sectors.loc[("KGZ", "goods"), "price"] == free.price[s, k]
    flows = flow_frame(free).set_index(["exporter", "importer", "sector"])
    assert flows.loc[("KGZ", "CHN", "goods"), "flow"] == free.flows[s, base.countries.index("CHN"), k]
    pairs = table.flow_frame().set_index(["exporter", "importer", "sector"])
    assert flows["flow_before"].to_numpy() == pytest.approx(pairs["usd"].to_numpy(), rel=1e-12)
    assert table.sector_frame()["output_usd"].sum() == pytest.approx(mrio_table()["usd"].sum())


MRIO_FAULTS = {
    "negative": (3, "usd", "-2.5", "row 5 'CHN/farm/KAZ/farm': usd is '-2.5', below 0"),
    "no number": (3, "usd", "2,5", "row 5 'CHN/farm/KAZ/farm': usd is '2,5'; give a number"),
    "not finite": (3, "usd", "inf", "row 5 'CHN/farm/KAZ/farm': usd is 'inf'"),
    "empty": (3, "usd", "", "row 5 'CHN/farm/KAZ/farm': usd is empty"),
    "unknown use": (
        3,
        "use",
        "gods",
        "row 5 'gods': use is 'gods', no sector that anyone sells nor final demand; did you mean goods?",
    ),
    "stray buyer": (3, "importer", "KAS", "row 5 'KAS': 'KAS' buys but sells nothing; did you mean KAZ?"),
    "stray seller": (3, "exporter", "CHI", "row 5 'CHI': 'CHI' sells but buys nothing; did you mean CHN?"),
    "final sells": (3, "sector", "final", "row 5 'final': sector is 'final', which is final demand"),
    "no name": (3, "exporter", "", "row 5 '/farm/KAZ/farm': exporter is empty"),
    "spaces": (3, "exporter", "CHN ", "exporter is 'CHN ', with spaces around; take them off"),
    "twice": (3, "use", "goods", "row 6: exporter, sector, importer, use are those of row 5; keep one"),
}


@pytest.mark.parametrize("case", MRIO_FAULTS)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_each_fault_of_a_table_is_told_with_its_place(folder, case, kind):
    row, column, value, told = MRIO_FAULTS[case]
    table = mrio_table().astype({"usd": str})
    table.loc[row, column] = value
    path = folder / f"bad.{kind}"
    table.to_csv(path, index=False) if kind == "csv" else table.to_parquet(path)
    message = refused(torugart.read_mrio, path)
    if kind == "parquet":  # no header line
        told = re.sub(r"row (\d+)", lambda m: f"row {int(m[1]) - 1}", told)
    assert path.name in message
    assert told in message


def test_all_faults_are_told_at_once(folder):
    table = mrio_table().astype({"usd": str})
    for row, column, value in (
        (3, "usd", "-1"),
        (8, "usd", "x"),
        (11, "use", "gods"),
        (20, "importer", "KAS"),
    ):
        table.loc[row, column] = value
    pd.concat([table, table.iloc[[30]]]).to_csv(folder / "bad.csv", index=False)
    message = refused(torugart.read_mrio, folder / "bad.csv")
    assert "5 problems" in message
    for told in ("row 5 ", "row 10 ", "row 13 ", "row 22 ", "row 56: "):
        assert told in message


def test_a_missing_diagonal_is_named(folder):
    table = mrio_table()
    table[(table["exporter"] != "KAZ") | (table["importer"] != "KAZ")].to_csv(folder / "bad.csv", index=False)
    message = refused(torugart.read_mrio, folder / "bad.csv")
    assert (
        "'KAZ': KAZ sells nothing at home: the diagonal is missing" in message
        or "KAZ sells nothing at home" in message
    )
    assert "CHN sells nothing" not in message


def test_inputs_above_output_are_refused_or_scaled_and_told(folder):
    table = mrio_table()
    mine = (table["importer"] == "KAZ") & (table["use"] == "farm")
    table.loc[mine, "usd"] *= 30
    table.to_csv(folder / "bad.csv", index=False)
    message = refused(torugart.read_mrio, folder / "bad.csv")
    assert re.search(
        r"farm of KAZ makes [\d,]+ USD and pays [\d,]+ for inputs; mend the two, or say least_value", message
    )
    ours = torugart.read_mrio(folder / "bad.csv", least_value_added=0.05)
    farm, kaz = ours.sectors.index("farm"), ours.countries.index("KAZ")
    assert ours.value_added[farm, kaz] == 0.05
    assert any("farm of KAZ" in note and "5 %" in note for note in ours.notes)
    assert (ours.value_added > 0).all()


def test_stocks_run_down_are_refused_or_dropped_and_told(folder):
    table = mrio_table()
    stocks = table[table["use"] == "final"].head(1).assign(use="stocks", usd=-1.25)
    pd.concat([table, stocks]).to_csv(folder / "s.csv", index=False)
    assert "usd is '-1.25', below 0" in refused(
        torugart.read_mrio, folder / "s.csv", final=["final", "stocks"]
    )
    ours = torugart.read_mrio(folder / "s.csv", final=["final", "stocks"], negatives="drop")
    assert "flows below 0 in final demand taken for 0: 1 USD" in ours.notes
    assert ours.flows == pytest.approx(torugart.read_mrio(folder / "mrio.csv").flows, rel=1e-13)
    table.loc[0, "usd"] = -3.0  # of a sector
    table.to_csv(folder / "s.csv", index=False)
    message = refused(torugart.read_mrio, folder / "s.csv", negatives="drop")
    assert "row 2 'CHN/farm/CHN/farm': usd is '-3.0' in inputs; only final demand may fall below 0" in message


def test_options_that_make_no_sense_are_refused_at_once(folder):
    message = refused(
        torugart.read_mrio, folder / "mrio.csv", final="final", negatives="keep", least_value_added=1.5
    )
    assert all(word in message for word in ("final='final'", "negatives='keep'", "least_value_added=1.5"))


TARIFF_FAULTS = {
    "unknown": (
        0,
        "sector",
        "farms",
        "row 2 'CHN/KAZ/farms': sector is 'farms', not in the table; did you mean farm?",
    ),
    "per cent": (0, "tariff", "45", "row 2 'CHN/KAZ/farm': tariff is 45; give a fraction"),
    "at home": (0, "exporter", "CHN", "row 2 'CHN/CHN/farm': tariff is 0.03 on sales at home"),
    "negative": (0, "tariff", "-0.1", "row 2 'CHN/KAZ/farm': tariff is '-0.1', below 0"),
    "twice": (0, "sector", "goods", "row 3: importer, exporter, sector are those of row 2"),
}


@pytest.mark.parametrize("case", TARIFF_FAULTS)
def test_each_fault_of_tariffs_is_told(folder, case):
    row, column, value, told = TARIFF_FAULTS[case]
    table = tariff_table().astype({"tariff": str})
    table.loc[row, column] = value
    table.to_csv(folder / "t.csv", index=False)
    message = refused(torugart.read_mrio, folder / "mrio.csv", tariffs=folder / "t.csv")
    assert "t.csv: 1 problem" in message
    assert told in message


def test_trade_without_a_tariff_is_counted(folder):
    tariff_table().iloc[2:].to_csv(folder / "t.csv", index=False)
    ours = torugart.read_mrio(folder / "mrio.csv", tariffs=folder / "t.csv")
    assert ours.notes == ("2 flows abroad have no row of tariffs: none is levied",)


# --- BACI


@pytest.mark.parametrize("kind", ["baci.csv", "baci.csv.gz", "baci.parquet"])
def test_baci_by_pair(folder, kind):
    table = baci_table()
    if kind.endswith("parquet"):
        table["q"] = pd.to_numeric(table["q"], errors="coerce")
        table.to_parquet(folder / kind)
    else:
        table.to_csv(folder / kind, index=False)
    ours = torugart.read_baci(folder / kind, folder / "country_codes.csv")
    name = {code: iso3 for iso3, code in CODES.items()}
    table["q"] = pd.to_numeric(table["q"], errors="coerce")
    table["without"] = table["v"].where(table["q"].isna(), 0.0)
    table = table.assign(exporter=table["i"].map(name), importer=table["j"].map(name))
    expected = table.groupby(["exporter", "importer"])[["v", "q", "without"]].sum()
    assert ours.year == 2023
    assert ours.flows["usd"].to_numpy() == pytest.approx(1000 * expected["v"].to_numpy(), rel=1e-13)
    assert ours.flows["tonnes"].to_numpy() == pytest.approx(expected["q"].to_numpy(), rel=1e-13)
    assert ours.flows["usd_without_tonnes"].to_numpy() == pytest.approx(1000 * expected["without"].to_numpy())
    assert len(ours.notes) == 1
    assert "of the value has no tonnes" in ours.notes[0]


def test_unknown_tonnes_stay_unknown(folder):
    baci_table().assign(q="NA").to_csv(folder / "b.csv", index=False)
    assert torugart.read_baci(folder / "b.csv", folder / "country_codes.csv").flows["tonnes"].isna().all()


def test_sectors_by_digits_and_by_name(folder):
    chapters = torugart.read_baci(folder / "baci.csv", folder / "country_codes.csv", sectors=2).flows
    assert set(chapters["sector"]) == {"01", "27"}
    named = {"01": "animals", "27": "fuels", "2711": "gas"}
    by_name = torugart.read_baci(folder / "baci.csv", folder / "country_codes.csv", sectors=named).flows
    assert set(by_name["sector"]) == {"animals", "fuels", "gas"}
    assert by_name["usd"].sum() == pytest.approx(chapters["usd"].sum(), rel=1e-13)
    message = refused(
        torugart.read_baci, folder / "baci.csv", folder / "country_codes.csv", sectors={"01": "animals"}
    )
    assert "k is 270900, which no sector takes in" in message


def test_others_become_one_and_their_own_trade_is_told(folder):
    ours = torugart.read_baci(folder / "baci.csv", folder / "country_codes.csv", keep=["CHN", "KAZ"])
    assert set(ours.flows["exporter"]) == {"CHN", "KAZ", "ROW"}
    whole = 1000 * baci_table()["v"].sum()
    among = baci_table().query("i in (417, 860) and j in (417, 860)")["v"].sum() * 1000
    assert ours.flows["usd"].sum() == pytest.approx(whole - among, rel=1e-13)
    assert any(f"{among:,.0f} USD of {whole:,.0f}" in note for note in ours.notes)
    base = Baseline.from_flows(ours.flows, {"CHN": 1e8, "KAZ": 1e8, "ROW": 1e8})
    assert base.output == pytest.approx(np.full(3, 1e8))


BACI_FAULTS = {
    "negative": (0, "v", "-1", "row 2 '2023/156/398/010121': v is '-1', below 0; write 0 or more"),
    "no value": (0, "v", "NA", "v is empty"),
    "negative tonnes": (0, "q", "-1", "q is '-1', below 0"),
    "unknown country": (0, "i", "999", "row 2 '2023/999/398/010121': i is 999, not in the list of countries"),
    "to itself": (0, "j", "156", "i and j are both 156"),
    "long product": (0, "k", "1234567", "k is 1234567; give a product of six digits"),
    "no code": (0, "i", "CHN", "i is 'CHN'; give a whole number of 0 or more"),
    "twice": (0, "k", "270900", "row 3: t, i, j, k are those of row 2; keep one"),
    "another year": (
        5,
        "t",
        "2022",
        "row 7 '2022/156/417/271121': t is 2022, the first row is of 2023; say which is wanted",
    ),
}


@pytest.mark.parametrize("case", BACI_FAULTS)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_each_fault_of_baci_is_told_with_its_place(folder, case, kind):
    row, column, value, told = BACI_FAULTS[case]
    table = baci_table().astype(str)
    table.loc[row, column] = value
    path = folder / f"b.{kind}"
    table.to_csv(path, index=False) if kind == "csv" else table.to_parquet(path)
    message = refused(torugart.read_baci, path, folder / "country_codes.csv")
    if kind == "parquet":
        told = re.sub(r"row (\d+)", lambda m: f"row {int(m[1]) - 1}", told)
    assert f"{path.name}: 1 problem" in message
    assert told in message


def test_a_year_is_chosen_among_several(folder):
    later = baci_table().assign(t=2024, v=7.0)
    pd.concat([baci_table(), later]).to_csv(folder / "b.csv", index=False)
    ours = torugart.read_baci(folder / "b.csv", folder / "country_codes.csv", year=2024)
    assert ours.year == 2024
    assert ours.flows["usd"].sum() == pytest.approx(7000 * len(later))
    assert "it holds 2023, 2024" in refused(
        torugart.read_baci, folder / "b.csv", folder / "country_codes.csv", year=2020
    )


# --- files as files


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no column t, i, j, k, v, q"),
        (
            b"t;i;j;k;v;q\n2023;156;398;10121;1;1\n",
            "no column t, i, j, k, v, q; expected t, i, j, k, v, q, with commas",
        ),
        (b"t,i,j,k,v,q\n", "no row in it"),
        (b"t,i,j,k,v,q\n2023,156,398,10121,1\n", "row 2: 5 cells, the header has 6"),
        (b't,i,j,k,v,q\n2023,156,398,10121,1,"1\n5"\n', "row 2: the record runs to row 3"),
        (b"t,i,j,k,v,q\n2023,156,398,10121,1,\xff\n", "the text is not UTF-8"),
        (b"\x1f\x8b broken", "cannot be read"),
    ],
)
def test_what_is_no_table_is_refused(folder, content, told):
    path = folder / ("b.csv.gz" if content.startswith(b"\x1f\x8b") else "b.csv")
    path.write_bytes(content)
    assert told in refused(torugart.read_baci, path, folder / "country_codes.csv")


def test_an_archive_that_is_broken_in_the_middle_is_refused(folder):
    raw = bytearray(gzip.compress((folder / "baci.csv").read_bytes()))
    raw[len(raw) // 2 : len(raw) // 2 + 20] = bytes(20)
    (folder / "b.csv.gz").write_bytes(raw)
    assert "b.csv.gz: 1 problem" in refused(
        torugart.read_baci, folder / "b.csv.gz", folder / "country_codes.csv"
    )


def test_two_codes_of_one_country_become_one_and_their_trade_is_told(folder):
    codes = code_table().replace({"country_iso3": {"KGZ": "UZB"}})
    codes.to_csv(folder / "codes.csv", index=False)
    ours = torugart.read_baci(folder / "baci.csv", folder / "codes.csv")
    assert set(ours.flows["exporter"]) == {"CHN", "KAZ", "UZB"}
    assert any(note.startswith("trade among codes of one country left out") for note in ours.notes)


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("country_code", "x", "country_code is 'x'; give a whole number"),
        ("country_code", "398", "country_code are those of row 3"),
        ("country_code", "1234567", "country_code is 1234567; give one below 100,000"),
        ("country_iso3", "", "country_iso3 is empty"),
    ],
)
def test_faults_of_the_list_of_countries(folder, column, value, told):
    codes = code_table().astype(str)
    codes.loc[3, column] = value
    codes.to_csv(folder / "codes.csv", index=False)
    message = refused(torugart.read_baci, folder / "baci.csv", folder / "codes.csv")
    assert message.startswith("codes.csv: 1 problem")
    assert told in message


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"keep": ["XXX"]}, "keep: country_codes.csv has no country 'XXX'"),
        ({"keep": ["CHN"], "rest": "KAZ"}, "rest='KAZ': give a name that no country"),
        ({"sectors": 3}, "sectors=3: give 2, 4 or 6 digits"),
        ({"sectors": {"1": "farm"}}, "sectors: '1' is no code of 2, 4 or 6 digits"),
    ],
)
def test_options_of_baci_that_make_no_sense(folder, options, told):
    assert told in refused(torugart.read_baci, folder / "baci.csv", folder / "country_codes.csv", **options)


def test_a_file_that_is_not_there_and_one_that_is_no_parquet(folder):
    assert "the file is not there" in refused(
        torugart.read_baci, folder / "none.csv", folder / "country_codes.csv"
    )
    (folder / "b.parquet").write_bytes(b"PAR1 no")
    assert "no Parquet file" in refused(torugart.read_mrio, folder / "b.parquet")


def test_many_blocks_give_what_one_gives(folder, monkeypatch):
    whole = torugart.read_mrio(folder / "mrio.csv")
    monkeypatch.setattr("torugart.io.long_table.BLOCK_BYTES", 200)
    from torugart.io.mrio import KEY, Field

    fields = (*(Field(name, "name") for name in KEY), Field("usd", "amount"))
    assert len(list(read_blocks(folder / "mrio.csv", fields))) > 3
    parts = torugart.read_mrio(folder / "mrio.csv")
    for one, other in zip(whole.arrays[2:], parts.arrays[2:], strict=True):
        assert one == pytest.approx(other, rel=1e-13)


# --- the page


@pytest.mark.parametrize("k", [0, 1])
def test_the_code_of_the_page_runs(folder, monkeypatch, k):
    monkeypatch.chdir(folder)
    code = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert len(code) == 2
    left: dict[str, object] = {}
    exec(compile(code[k], "docs/trade_tables.md", "exec"), left)
    gained = left["answer"].real_income if k == 0 else left["answer"]["real_income"]
    assert np.isfinite(np.asarray(gained)).all()
    assert (np.abs(np.asarray(gained) - 1) > 1e-12).any()
