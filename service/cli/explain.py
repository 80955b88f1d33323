"""
``ferrule explain``: why a decision came out so, and why not otherwise, for one of four readers.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from service import bootstrap
from service.application.drawing import svg
from service.application.explain import EXPLAINERS
from service.application.explanation.asked import Asked
from service.application.registers import REGISTERS
from service.cli.help import command
from service.cli.told import Teller
from service.domain.errors import NothingToDrawError

if TYPE_CHECKING:
    import argparse

    from service.application.explanation.asked import Explained
    from service.config import Settings

FORMATS = ("text", "json", "svg")


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "explain",
        "Explain a stored evaluation, a case, or the panel of a JSON file: why it is answered so, and why not "
        "otherwise.",
        "ferrule explain 0192d3a4-7f3c-7000-8000-1c2d3e4f5a6b",
        "ferrule explain ABC-010:2 --of why-not --conclusion NAME",
        "ferrule explain panel.json --register patient",
        "ferrule explain panel.json --format svg > why.svg",
    )
    parser.add_argument(
        "what",
        metavar="WHAT",
        nargs="+",
        help="id of a stored evaluation; a panel as a .json file; or a case: RULE:number, FILE:line, words of its name",
    )
    questions, registers = tuple(EXPLAINERS), tuple(REGISTERS)
    parser.add_argument("--of", choices=questions, default=questions[0], help="the question; by default %(default)s")
    parser.add_argument("--conclusion", metavar="NAME", help="about this conclusion only")
    parser.add_argument(
        "--register", choices=registers, default=registers[0], help="who reads it; by default %(default)s"
    )
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="by default %(default)s")
    parser.add_argument(
        "--complete", action="store_true", help="for svg: draw every support, not only the smallest that suffices"
    )
    parser.add_argument(
        "--draft", action="store_true", help="for a file: decide by the working copy in knowledge/, not a release"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Explain one decision."""
    asked = Asked(
        arguments.of,
        arguments.register,
        REGISTERS[arguments.register],
        arguments.conclusion,
        "complete" if arguments.complete else "minimal",
    )
    explained = bootstrap.explained(settings, " ".join(arguments.what), asked, draft=arguments.draft)
    if arguments.format == "json":
        print(json.dumps(explained.document, indent=2, ensure_ascii=False))
    elif arguments.format == "svg":
        if explained.draw is None:
            raise NothingToDrawError
        sys.stdout.write(svg(explained.draw()))
    else:
        _tell(Teller(), explained)
    return 0


def _tell(teller: Teller, explained: Explained) -> None:
    for section in explained.sections:
        if section.heading:
            teller.heading(section.heading)
            teller.points(sentence.text for sentence in section.sentences)
        else:
            for sentence in section.sentences:
                teller.say(sentence.text)
