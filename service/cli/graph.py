"""
``ferrule graph``: the rule set as a picture, or what one conclusion or rule rests on.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from service import bootstrap
from service.application.drawing import svg
from service.application.graph import graph

if TYPE_CHECKING:
    import argparse

    from service.config import Settings


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("graph", help="draw the rule set, or what one conclusion or rule rests on, as SVG")
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--conclusion", metavar="NAME", help="only what this conclusion, finding or advice rests on")
    part.add_argument("--rule", metavar="ID", help="only what this rule rests on, and what it gives")
    parser.add_argument("--ruleset", default="", help="rule set to draw, where there are several")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the picture here; standard output by default")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Draw the working copy."""
    name, rule = arguments.conclusion, arguments.rule
    release = bootstrap.draft_with(settings, rule or "", name or "", arguments.ruleset)
    drawn = svg(graph(release, name=name, rule=rule))
    if arguments.out is None:
        sys.stdout.write(drawn)
    else:
        arguments.out.write_text(drawn, encoding="utf-8")
    return 0
