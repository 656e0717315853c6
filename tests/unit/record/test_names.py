"""Records are found under any of their names; near misses are offered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.errors import InputError
from torugart.record.names import find_record, names_of, plain_name
from torugart.tables.read import read_package

TABLES = read_package().tables


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("first China-Central Asia Summit", "xian_summit_2023"),
        ("Xi’an Summit", "xian_summit_2023"),
        ("второй саммит Китай - Центральная Азия", "astana_summit_2025"),
        ("statement of 25 January 2022", "virtual_summit_2022"),
        ("CKU", "cku"),
        ("China-Kyrgyzstan-Uzbekistan railway", "cku"),
        ("中吉乌铁路", "cku"),
        ("Kazakhstan-China oil pipeline", "kazakhstan_china_oil"),
        ("Central Asia-China gas pipeline", "gas_pipeline_abc"),
        ("Шымкентский НПЗ", "shymkent_refinery_upgrade"),
        ("Shymkent refinery", "shymkent_refinery_upgrade"),
        ("Syrdarya 1,500 MW plant", "syrdarya_ccgt_1500"),
        ("parliament building of Tajikistan", "dushanbe_parliament"),
        ("government building of Tajikistan", "dushanbe_government"),
        ("China-Tajikistan highway", "kalaikhumb_vanj_road"),
        ("Turkmen gas", "tkm_china_gas_sales"),
        ("trade of 2024", "ca5_chn_2024_chn_50ecb7"),
        ("growth of trade in 2024", "cl_019"),
        ("Chinese investment in green energy", "cl_020"),
        ("Chinese investment in farm processing", "cl_020"),
        ("khorog_kulma_road", "kulma_khorog_road"),
        ("Kyrgyzstan", "KGZ"),
    ],
)
def test_what_the_news_names_is_found(name: str, record: str) -> None:
    assert find_record(TABLES, name)[1].startswith(record)


def test_near_misses_are_offered() -> None:
    with pytest.raises(InputError, match="shymkent_refinery_upgrade"):
        find_record(TABLES, "Shymkent refinary")
    with pytest.raises(InputError, match="kazakhstan_china_oil"):
        find_record(TABLES, "oil Kazakhstan")


@given(st.text(max_size=60))
def test_any_name_finds_a_record_or_says_so(name: str) -> None:
    try:
        table, record = find_record(TABLES, name)
    except InputError as fault:
        assert "no record is called" in str(fault)
    else:
        assert record in {
            r for written, t, r in names_of(TABLES) if plain_name(written) == plain_name(name) and t == table
        }


def test_every_named_record_of_the_package_is_found_by_its_id() -> None:
    for table, key in (("projects", "project_id"), ("commitments", "commitment_id"), ("events", "event_id")):
        for record in TABLES[table][key]:
            assert find_record(TABLES, record) == (table, record)
