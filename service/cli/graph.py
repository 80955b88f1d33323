"""
``ferrule graph``: the rule set as a picture, or what one conclusion or rule rests on.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from service import bootstrap
from service.application.drawing import svg
from service.application.graph import graph
from service.cli.help import command
from service.cli.names import rule_id

if TYPE_CHECKING:
    import argparse

    from service.application.graph import Graph
    from service.application.ports import Document
    from service.config import Settings


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "graph",
        "Draw the rule set, or what one conclusion or rule rests on, as SVG for a page.",
        "ferrule graph --out rules.svg",
        "ferrule graph --conclusion NAME --out conclusion.svg",
        "ferrule graph --rule ABC-010 --json",
    )
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--conclusion", metavar="NAME", help="only what this conclusion, finding or advice rests on")
    part.add_argument("--rule", metavar="RULE", help="only what this rule rests on, and what it gives")
    parser.add_argument("--ruleset", default="", help="rule set to draw, where there are several")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the picture here; standard output by default")
    parser.add_argument("--json", action="store_true", help="print nodes and edges as JSON instead")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Draw the working copy."""
    name, rule = arguments.conclusion, rule_id(arguments.rule) if arguments.rule else None
    release = bootstrap.draft_with(settings, rule or "", name or "", arguments.ruleset)
    drawing = graph(release, name=name, rule=rule)
    drawn = f"{json.dumps(as_json(drawing), indent=2, ensure_ascii=False)}\n" if arguments.json else svg(drawing)
    if arguments.out is None:
        sys.stdout.write(drawn)
    else:
        arguments.out.write_text(drawn, encoding="utf-8")
        print(f"{arguments.out}: written. Open it in a browser.")
    return 0


def as_json(drawing: Graph) -> Document:
    """Return a graph for programs: its title, its nodes, and its edges by the ids of nodes."""
    nodes = [{"id": n.id, "kind": n.kind.value, "title": n.title, "about": n.about} for n in drawing.nodes.values()]
    edges = [{"from": edge.source, "to": edge.target, "against": edge.against} for edge in drawing.edges]
    return {"title": drawing.title, "nodes": nodes, "edges": edges}
