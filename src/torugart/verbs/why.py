"""``why``: the tree behind a figure of a bundle."""

from __future__ import annotations

from pathlib import Path

from torugart.bundle.folder import bundle_with, read_bundle
from torugart.bundle.why import WhyNode, explain_figure
from torugart.errors import InputError
from torugart.tables.read import fill_assumptions, read_package

DEFAULT_PARENT = Path("torugart-out")


def why(figure_id: str, bundle: Path | str | None = None) -> WhyNode:
    """Explain a figure: value, formula, parameters, cells, sources, rival values, and what its interval hangs on.

    Parameters
    ----------
    figure_id : str
        Id of a figure; every view shows them.
    bundle : path, optional
        Folder of a bundle; by default the newest in ``torugart-out`` that has the figure.

    Raises
    ------
    InputError
        If there is no such bundle or figure, or the data package is no longer the one it was computed from.
    """
    folder = Path(bundle) if bundle else bundle_with(figure_id, DEFAULT_PARENT)
    read = read_bundle(folder, only=("figures", "legs", "drivers", "claims"))
    asked = read.manifest.get("asked")
    package_then = read.manifest.get("package")
    if "figures" not in read.tables or not isinstance(asked, dict) or not isinstance(package_then, dict):
        raise InputError(f"{folder}: a bundle of `{read.manifest['verb']}` has no figures to explain")
    data = Path(asked["data"]) if asked.get("data") else None
    package = read_package(data, [Path(o) for o in asked.get("overlays", [])])
    if package.digest != package_then.get("digest"):
        raise InputError(
            f"{folder}: was computed from another state of the data package; rerun `{read.manifest.get('command', 'appraise')}`"
        )
    package, _ = fill_assumptions(package)
    return explain_figure(figure_id, read, package)
