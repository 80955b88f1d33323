"""
``ferrule test``: run the cases beside the rules.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from service import bootstrap
from service.application.cases import run_cases

if TYPE_CHECKING:
    import argparse

    from service.config import Settings


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("test", help="run the cases beside the rules")
    parser.add_argument("rules", nargs="*", metavar="RULE", help="rules whose cases to run; all by default")
    parser.add_argument("--json", action="store_true", help="print one JSON object for each case")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run cases; return 1 if one fails or a rule that was named has none."""
    folder = bootstrap.working_copy(settings)
    failed = count = 0
    for ruleset in folder.rulesets():
        release, cases = folder.release(ruleset, "draft", "")
        chosen = [case for case in cases if not arguments.rules or case.rule in arguments.rules]
        engine = bootstrap.engine(release)
        fired: set[str] = set()
        for result in run_cases(release, engine, chosen):
            count += 1
            failed += bool(result.failures)
            fired |= result.fired
            case = result.case
            if arguments.json:
                print(
                    json.dumps(
                        {
                            "rule": case.rule,
                            "name": case.name,
                            "file": case.file,
                            "line": case.line,
                            "failures": result.failures,
                        }
                    )
                )
            elif result.failures:
                print(f"{case.file}:{case.line}: {case.rule}: {case.name}", file=sys.stderr)
                for failure in result.failures:
                    print(f"    {failure}", file=sys.stderr)
        engine.close()
        never = sorted(release.rules.keys() - fired)
        if not arguments.rules and not arguments.json and never:
            print(f"{ruleset}: no case fires {', '.join(never)}.", file=sys.stderr)
    if not arguments.json:
        print(f"{count} cases, {failed} failed.")
    return 1 if failed or not count else 0
