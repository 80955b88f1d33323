"""
``ferrule new rule``: ask, and write a rule with two cases.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from service import bootstrap
from service.cli.asking import NothingWrittenError
from service.cli.help import command
from service.cli.questions import OPTIONS, WORDS, Questions
from service.cli.schemas import write
from service.cli.watch import as_json, tell
from service.domain.errors import FerruleError
from service.domain.language.fields import SCHEMAS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from service.application.new_rule import Wanted
    from service.application.watch import Look
    from service.config import Settings


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "new",
        "Ask what a new rule says, and write it with two cases. "
        "Each answer may be an option, and what no option says is asked; where there is no terminal to ask at, "
        "each must be one.",
        "ferrule new rule",
        "ferrule new rule --family FAMILY --id ABC-010 --effect establish",
    )
    parser.add_argument("what", choices=["rule"], help="what to write")
    for name, about in OPTIONS.items():
        words = f": {', '.join(WORDS[name])}" if name in WORDS else ""
        parser.add_argument(f"--{name}", metavar="TEXT", help=f"{about}{words}")
    parser.add_argument(
        "--when", action="append", default=[], metavar="CONDITION", help="'name: words'; may be given several times"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object: what was written, what was found")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Ask, write, and check; 2 if nothing was written for want of an answer."""
    questions = Questions(arguments, settings)
    try:
        questions.refuse_missing()
        wanted = questions.wanted()
        written = [*bootstrap.new_rule(settings, wanted, questions.confirmed)]
    except NothingWrittenError as error:
        print(f"ferrule: {error}", file=sys.stderr)
        questions.tell_how_to_go_on()
        return 2
    except FerruleError:
        questions.tell_how_to_go_on()
        raise
    if (settings.knowledge / SCHEMAS).is_dir():
        written += write(settings, settings.knowledge / SCHEMAS)
    looks = bootstrap.watch(settings).look()
    if arguments.json:
        print(json.dumps({"written": written, "looks": [as_json(look) for look in looks]}, indent=2))
    else:
        _tell(wanted, written, looks)
    return 1 if any(look.wrong for look in looks) else 0


def _tell(wanted: Wanted, written: Sequence[str], looks: Sequence[Look]) -> None:
    for name in written:
        print(f"{name}: written.")
    tell(looks)
    print(
        f"\nNext: read both files, and correct what is not as its source says. Then\n"
        f"  ferrule show {wanted.id}            tells the rule in words, its numbers filled in\n"
        f"  ferrule test --mutants {wanted.id}  says what its cases would not notice\n"
        f"  ferrule watch                   checks on each save while you write more cases"
    )
