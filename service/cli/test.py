"""
``ferrule test``: run the cases beside the rules.
"""

from __future__ import annotations

import json
import sys
from difflib import get_close_matches
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
    """Run cases; return 1 if one fails or there is none, 2 if there is no rule of a name."""
    folder = bootstrap.working_copy(settings)
    failed = count = 0
    read = {ruleset: folder.release(ruleset, "draft", "") for ruleset in folder.rulesets()}
    known = sorted(rule for release, _ in read.values() for rule in release.rules)
    strange = [name for name in arguments.rules if name not in known]
    for name in strange:
        near = get_close_matches(name.upper(), known, 1, 0.5)
        hint = f" Did you mean {near[0]}?" if near else ""
        print(f"ferrule: there is no rule {name} in use.{hint}", file=sys.stderr)
    if strange:
        return 2
    for ruleset, (release, cases) in read.items():
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
