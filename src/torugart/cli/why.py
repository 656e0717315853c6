"""``torugart why``: the tree behind a figure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.options import AsCsv, AsJson, check_output, examples
from torugart.cli.screen import show

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree

EXAMPLES = examples(
    "torugart why benefit.total",
    "torugart why pair.kashgar_osh.manufactures.d_days my_bundle --depth 4",
    "torugart why benefit.country.KGZ --json",
)

MOST_NODES = 60


def why(
    figure: Annotated[
        str,
        typer.Argument(
            metavar="FIGURE", help="Figure id, as in the bundle's table `figures` and the report."
        ),
    ],
    bundle: Annotated[
        Path | None,
        typer.Argument(
            metavar="[BUNDLE]",
            help="Folder of a result bundle (default: the newest in torugart-out).",
            file_okay=False,
            show_default=False,
        ),
    ] = None,
    depth: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="How many levels below the figure to print (default: what fits).", min=0
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show what a figure is made of: formula, parameters, cells, sources, rival values, top drivers."""
    check_output(as_json=as_json, as_csv=as_csv)
    tree = torugart.why(figure, bundle)
    if as_json:
        from torugart.cli.records import write_json

        write_json(as_record(tree))
    elif as_csv:
        from torugart.cli.records import write_csv

        write_csv(["depth", "label", "value", "detail", "source"], as_rows(tree))
    else:
        show(as_tree(tree, fitting_depth(tree) if depth is None else depth))


def as_record(node: Any) -> dict[str, Any]:
    """Return a node and all below it as nested records."""
    return {
        "label": node.label,
        "value": node.value,
        "detail": node.detail,
        "source": node.source,
        "children": [as_record(child) for child in node.children],
    }


def as_rows(node: Any, depth: int = 0) -> Iterator[list[Any]]:
    """Yield a node and all below it as rows, each with its depth."""
    yield [depth, node.label, node.value, node.detail, node.source]
    for child in node.children:
        yield from as_rows(child, depth + 1)


def fitting_depth(tree: Any) -> int:
    """Return how many levels a person can take in: as many as hold some tens of nodes, one at least."""
    depth, level = 1, list(tree.children)
    seen = 1 + len(level)
    while level:
        level = [child for node in level for child in node.children]
        seen += len(level)
        if seen > MOST_NODES:
            break
        depth += 1
    return depth


def as_tree(node: Any, depth: int) -> Tree:
    """Return a node and some levels below it as a tree to print; what is left out is counted."""
    from rich.tree import Tree

    from torugart.cli.tables import plain

    tree = Tree(node_text(node), guide_style="dim")
    if depth > 0:
        tree.children.extend(as_tree(child, depth - 1) for child in node.children)
    elif node.children:
        tree.add(plain(f"... {count_below(node)} more below; --depth shows them", "dim"))
    return tree


def count_below(node: Any) -> int:
    """Return how many nodes stand below one."""
    return sum(1 + count_below(child) for child in node.children)


def node_text(node: Any) -> Text:
    """Return what stands beside one branch."""
    from torugart.cli.tables import plain

    text = plain(node.label, "bold")
    if node.value:
        text.append_text(plain(f" = {node.value}"))
    if node.detail:
        text.append_text(plain(f"  {node.detail}"))
    if node.source:
        text.append_text(plain(f"  ({node.source})", "dim"))
    return text
