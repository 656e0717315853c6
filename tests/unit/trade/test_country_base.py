"""The base of countries that a package gives: which count of trade, what is made at home, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from torugart.errors import InputError
from torugart.tables.read import fill_assumptions, read_package
from torugart.trade.country_base import build_country_base, can_build_base, with_output


@pytest.fixture(scope="module")
def tables():
    package, _ = fill_assumptions(read_package(None, []))
    return package.tables


def flow(base, exporter, importer):
    return base.flows[base.countries.index(exporter), base.countries.index(importer)]


def test_the_two_counts_differ_in_trade_with_china_alone(tables):
    china, partner = (build_country_base(tables, whose) for whose in ("china", "partner"))
    assert china.countries == partner.countries
    at, home = china.countries.index("CHN"), np.diag_indices(china.n)
    differ = china.flows != partner.flows
    differ[home] = False
    assert differ.any()
    differ[at, :] = differ[:, at] = False
    assert not differ.any()
    rows = tables["trade_flows"]
    for whose, base in (("china", china), ("partner", partner)):
        chosen = rows[(rows[f"{whose}_base"] == "yes")].set_index(["exporter", "importer"])["usd"]
        assert flow(base, "CHN", "KGZ") == chosen["CHN", "KGZ"]


def test_what_is_not_in_the_package_is_the_worlds(tables):
    base = build_country_base(tables)
    world = tables["trade_world"].set_index(["exporter", "importer"])["usd"]
    assert flow(base, "CHN", "EU27") == world["CHN", "EU27"]


def test_output_is_gdp_times_the_ratio(tables):
    base = build_country_base(tables)
    economies = tables["trade_economies"].set_index("iso3").loc[list(base.countries)]
    assert np.allclose(base.output, economies["gdp_usd"] * economies["output_over_gdp"], rtol=1e-12)
    more = with_output(base, 1.1)
    assert np.allclose(more.output, 1.1 * base.output, rtol=1e-12)
    off = ~np.eye(base.n, dtype=bool)
    assert np.array_equal(more.flows[off], base.flows[off])


def test_kyrgyz_imports_above_its_gdp_are_said(tables):
    assert any(n.startswith("KGZ: imports of") and "passed on" in n for n in build_country_base(tables).notes)


def test_holes_and_strangers_are_named_at_once(tables):
    economies = tables["trade_economies"].copy()
    economies = economies[economies["iso3"] != "KAZ"]
    economies.loc[economies["iso3"] == "UZB", "output_over_gdp"] = np.nan
    with pytest.raises(InputError, match=r"(?s)UZB: output_over_gdp is empty.*KAZ trades in 2023"):
        build_country_base(tables | {"trade_economies": economies})
    with pytest.raises(InputError, match=r"no rows in trade_world\.csv"):
        build_country_base(tables | {"trade_world": tables["trade_world"].iloc[:0]})
    assert not can_build_base(tables | {"trade_world": tables["trade_world"].iloc[:0]})
    with pytest.raises(InputError, match="use china or partner"):
        build_country_base(tables, "neither")


def test_exports_above_output_are_refused(tables):
    economies = tables["trade_economies"].copy()
    economies.loc[economies["iso3"] == "KAZ", "output_over_gdp"] = 0.1
    with pytest.raises(InputError, match=r"KAZ: exports .* exceed output"):
        build_country_base(tables | {"trade_economies": economies})


def test_order_of_rows_and_units_of_money_change_nothing(tables):
    names = ("trade_flows", "trade_world", "trade_economies")
    turned = {name: tables[name].iloc[::-1].reset_index(drop=True) for name in names}
    dearer = {
        name: tables[name].assign(**{column: 1000 * tables[name][column]})
        for name, column in zip(names, ("usd", "usd", "gdp_usd"), strict=True)
    }
    base = build_country_base(tables)
    again, scaled = build_country_base(tables | turned), build_country_base(tables | dearer)
    assert again.countries == scaled.countries == base.countries
    assert np.array_equal(again.flows, base.flows)
    assert np.allclose(scaled.share, base.share, rtol=1e-12)
