"""
``ferrule check``: read all authored knowledge and report every fault at once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service import bootstrap
from service.application.check import check
from service.cli.faults import FORMATS, show
from service.cli.help import command
from service.cli.schemas import outdated

if TYPE_CHECKING:
    import argparse

    from service.config import Settings


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "check",
        "Read all authored knowledge and report every fault at once, with file, line, column and remedy.",
        "ferrule check",
        "ferrule check --json",
        "ferrule check --format github",
    )
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="text for eyes, json for programs, github for annotations"
    )
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Check every rule set of the knowledge folder; return 1 if there is a fault."""
    found = check(
        bootstrap.working_copy(settings),
        bootstrap.engine,
        bootstrap.question,
        datetime.now(UTC).date(),
        settings.knowledge.name,
    )
    faults = [fault for one in found for fault in one.faults]
    remarks = [remark for one in found for remark in one.remarks]
    if not faults:
        remarks += outdated(settings)
    if arguments.format == "text":
        for one in found:
            if one.summary:
                print(one.summary)
    show(arguments.format, faults, remarks)
    return 1 if faults or remarks else 0
