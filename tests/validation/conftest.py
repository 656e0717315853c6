"""One appraisal of the shipped package, shared by all that look at it."""

from __future__ import annotations

from pathlib import Path

import pytest

import torugart
from torugart.bundle.folder import Bundle, read_bundle
from torugart.verbs.prepare import Ready, prepare

DRAWS = 20


@pytest.fixture(scope="session")
def ready() -> Ready:
    return prepare()


@pytest.fixture(scope="session")
def cku_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shipped") / "cku"
    return torugart.appraise("cku", draws=DRAWS, out=folder, report=False).folder


@pytest.fixture(scope="session")
def cku(cku_folder: Path) -> Bundle:
    return read_bundle(cku_folder)
