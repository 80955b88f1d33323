"""
``ferrule cases``: write cases for every limit, condition and contradiction.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from service import bootstrap
from service.cli.help import command

if TYPE_CHECKING:
    import argparse

    from service.config import Settings


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "cases",
        "Write generated cases: what the rules answer now, at every limit and for every condition. "
        "In generated/<rule>.cases.yaml of each rule set stand patients below, at and above each limit "
        "that a profile chooses; two patients for each condition, in whom it alone turns its rule; and one for each "
        "two rules that make opposed claims, if there is one. What they expect is what the rules answer now, "
        "which nobody has confirmed: they are no evidence, count in no measure, and are no part of a release. "
        "'ferrule test' tells which of them are answered otherwise than when they were written.",
        "ferrule cases",
        "ferrule cases --check",
    )
    parser.add_argument("--check", action="store_true", help="name the files that would change, and write nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON object for each rule set")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write generated cases; with --check, return 1 if a file would change."""
    stale = False
    for ruleset, wanted, files in bootstrap.generate(settings, keep=arguments.check):
        of_rules = [one for one in wanted.values() if isinstance(one, dict)]
        cases = sum(len(one.get("cases", ())) for one in of_rules)
        missed = [sentence for one in of_rules for sentence in one.get("not reached", ())]
        stale |= bool(files)
        if arguments.json:
            print(json.dumps({"ruleset": ruleset, "cases": cases, "not_reached": missed, "files": list(files)}))
            continue
        for name, is_wanted in files.items():
            done = "rewritten" if is_wanted else "removed"
            print(f"{name}: {f'would be {done}' if arguments.check else done}.")
        print(f"{ruleset}: {cases} generated cases, unconfirmed. {len(missed)} patients were not found.")
    return 1 if arguments.check and stale else 0
