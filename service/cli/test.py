"""
``ferrule test``: run the cases beside the rules, and say how good they are.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from difflib import get_close_matches
from typing import TYPE_CHECKING

from service import bootstrap
from service.application.cases import run_cases
from service.application.suite import measure, never_decisive, never_fired
from service.cli.told import Teller

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from service.application.cases import CaseResult
    from service.application.ports import Document
    from service.config import Settings
    from service.domain.decision import Decision
    from service.domain.release import Release


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("test", help="run the cases beside the rules")
    parser.add_argument("rules", nargs="*", metavar="RULE", help="rules whose cases to run; all by default")
    parser.add_argument("--json", action="store_true", help="print one JSON object for each case, or for the mutants")
    parser.add_argument(
        "--mutants",
        action="store_true",
        help="change one thing at a time in the rules and their limits, and say which changes no case with a source "
        "notices. Mutants run through the reference semantics alone, which is fast; that the engine answers the same "
        "is proved for every decision and by the tests of agreement. Survivors do not fail the command.",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run cases; return 1 if one with a source fails or there is none, 2 if there is no rule of a name."""
    if arguments.mutants:
        return _mutants(arguments, settings)
    folder = bootstrap.working_copy(settings)
    read = {ruleset: folder.release(ruleset, "draft", "") for ruleset in folder.rulesets()}
    known = sorted(rule for release, _ in read.values() for rule in release.rules)
    strange = [name for name in arguments.rules if name not in known]
    for name in strange:
        near = get_close_matches(name.upper(), known, 1, 0.5)
        hint = f" Did you mean {near[0]}?" if near else ""
        print(f"ferrule: there is no rule {name} in use.{hint}", file=sys.stderr)
    if strange:
        return 2
    count: Counter[str] = Counter()
    for release, cases in read.values():
        chosen = [case for case in cases if not arguments.rules or case.rule in arguments.rules]
        generated = folder.generated(release, arguments.rules or None)
        engine = bootstrap.engine(release)
        decisions: list[Decision] = []
        for result in run_cases(release, engine, (*chosen, *generated)):
            count.update(_counted(result))
            _tell(result, as_json=arguments.json)
            if result.decision is not None and not result.case.is_generated:
                decisions.append(result.decision)
        engine.close()
        if not arguments.rules and not arguments.json:
            _measures(release, decisions)
    if not arguments.json:
        print(f"{count['cases']} cases, {count['failed']} failed.")
        if count["generated"]:
            print(f"{count['generated']} generated, unconfirmed; {_otherwise(count['otherwise'])}")
    return 1 if count["failed"] or not count["cases"] else 0


def _counted(result: CaseResult) -> Iterator[str]:
    """Yield what a result counts as: a generated case fails only where the engine and the semantics differ."""
    if not result.case.is_generated:
        yield "cases"
        yield from ("failed" for _ in result.failures[:1])
        return
    yield "generated"
    yield from ("otherwise" for _ in result.failures[:1])
    yield from ("failed" for _ in result.differences[:1])


def _otherwise(count: int) -> str:
    if not count:
        return "each is answered as when it was written."
    return f"{count} answered otherwise than when written: look whether that is meant, then run 'ferrule cases'."


def _tell(result: CaseResult, *, as_json: bool) -> None:
    case = result.case
    if as_json:
        told = {"rule": case.rule, "name": case.name, "file": case.file, "line": case.line}
        print(json.dumps(told | {"generated": case.is_generated, "failures": result.failures}))
    elif result.failures:
        print(f"{case.file}:{case.line}: {case.rule}: {case.name}", file=sys.stderr)
        for failure in result.failures:
            print(f"    {failure}", file=sys.stderr)


def _measures(release: Release, decisions: list[Decision]) -> None:
    name = release.ruleset.id
    never = never_fired(release, decisions)
    if never:
        print(f"{name}: no case fires {', '.join(never)}.", file=sys.stderr)
    for rule, conditions in never_decisive(release, decisions).items():
        if rule not in never:
            print(f"{name}: {rule}: no case turns on {', nor on '.join(conditions)}.", file=sys.stderr)


def _mutants(arguments: argparse.Namespace, settings: Settings) -> int:
    measured = []
    folder = bootstrap.working_copy(settings)
    for ruleset in folder.rulesets():
        release, cases = folder.release(ruleset, "draft", "")
        if not arguments.rules or release.rules.keys() & {rule.upper() for rule in arguments.rules}:
            measured.append(measure(release, cases, arguments.rules))
    if arguments.json:
        print(json.dumps({"rulesets": measured}, indent=2, ensure_ascii=False))
    else:
        for one in measured:
            _score(Teller(), one)
    return 0 if any(one["mutants"] for one in measured) else 1


def _score(teller: Teller, one: Document) -> None:
    teller.say(
        f"{one['ruleset']}: {one['cases']} cases notice {one['noticed']} of {one['mutants']} mutants, "
        f"{100 * one['noticed'] / max(1, one['mutants']):.1f} %.",
        "bold",
    )
    if one["cases_left_out"]:
        teller.say(f"{one['cases_left_out']} cases fail or rest on no source, and were left out.")
    if one["never_fired"]:
        teller.say(f"No case fires {', '.join(one['never_fired'])}.")
    for rule, conditions in one["never_decisive"].items():
        teller.say(f"No case of {rule} turns on {', nor on '.join(conditions)}.")
    places: dict[str, dict[str, list[Document]]] = {}
    for survivor in one["survivors"]:
        place = f"{survivor['file']} ({', '.join(survivor['rules'])})"
        places.setdefault(place, {}).setdefault(survivor["what"], []).append(survivor)
    for place, changes in places.items():
        teller.heading(place)
        teller.points(_unnoticed(what, survivors) for what, survivors in changes.items())


def _unnoticed(what: str, survivors: list[Document]) -> str:
    became = " or ".join(survivor["became"] for survivor in survivors)
    most = max(survivor["cases_that_reach_it"] for survivor in survivors)
    cases = f"{most} case{'s come' if most > 1 else ' comes'} to it" if most else "no case comes to it"
    return f"{what}; nobody notices if it is {became} ({cases})."
