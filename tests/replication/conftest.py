"""Where the data of published studies stand: beside the project, never in it."""

from __future__ import annotations

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "trade_data"


@pytest.fixture(scope="session")
def trade_data() -> Path:
    if not DATA.is_dir():
        pytest.skip("the data of published studies are not beside this checkout")
    return DATA
