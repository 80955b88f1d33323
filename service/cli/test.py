"""
``ferrule test``: run the cases beside the rules, and say how good they are.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING

from service import bootstrap
from service.application.bases import levels, levels_text, read_of
from service.application.cases import run_cases
from service.application.find_case import case_names
from service.application.suite import measure, never_decisive, never_fired
from service.cli.help import command
from service.cli.names import rule_id
from service.cli.told import Teller, counted, failing
from service.domain.errors import NameNotFoundError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from service.application.cases import CaseResult
    from service.application.ports import Document
    from service.config import Settings
    from service.domain.cases import Case
    from service.domain.decision import Decision
    from service.domain.release import Release


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "test",
        "Run the cases beside the rules, and say which rules and conditions no case touches.",
        "ferrule test",
        "ferrule test ABC-010 ABC-020",
        "ferrule test --mutants ABC-010",
    )
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
    folder = bootstrap.working_copy(settings)
    read = [folder.release(ruleset, "draft", "") for ruleset in folder.rulesets()]
    rules = _chosen(arguments.rules, sorted(rule for release, _ in read for rule in release.rules))
    if arguments.mutants:
        return _mutants(read, rules, as_json=arguments.json)
    failed: list[str] = []
    count: Counter[str] = Counter()
    for release, cases in read:
        names = {id(case): name for case, name in zip(cases, case_names(cases), strict=True)}
        chosen = [case for case in cases if not rules or case.rule in rules]
        generated = folder.generated(release, rules or None)
        engine = bootstrap.engine(release)
        decisions: list[Decision] = []
        for result in run_cases(release, engine, (*chosen, *generated)):
            name = names.get(id(result.case), "")
            count.update(_counted(result))
            failed += [name] if name and result.failures else []
            _tell(release, name, result, as_json=arguments.json)
            if result.decision is not None and not result.case.is_generated:
                decisions.append(result.decision)
        engine.close()
        if not rules and not arguments.json:
            _measures(release, decisions)
    if not arguments.json:
        print(f"{counted(count['cases'], 'case')}, {len(failed)} failed.{_next(failed, count['cases'], rules)}")
        if not rules:
            _sources(read)
        if count["generated"]:
            print(f"{count['generated']} generated, unconfirmed; {_otherwise(count['otherwise'])}")
    return 1 if count["failed"] or not count["cases"] else 0


def _sources(read: Sequence[tuple[Release, tuple[Case, ...]]]) -> None:
    """Tell how far the sources were read that the cases rest on."""
    found: Counter[str] = Counter()
    for release, cases in read:
        found.update(levels(release, cases))
    if found:
        print(levels_text(found))


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


def _chosen(typed: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the rules that are meant."""
    chosen = tuple(rule_id(one) for one in typed)
    for rule in chosen:
        if rule not in known:
            raise NameNotFoundError("rule in use", rule, known)
    return chosen


def _next(failed: Sequence[str], count: int, rules: Sequence[str]) -> str:
    """Return what to do now."""
    if failed:
        return f" 'ferrule why {failed[0]}' tells how {'it' if len(failed) == 1 else 'the first'} came about."
    return "" if count else f" Write some beside {' and '.join(rules) or 'the rules'}."


def _tell(release: Release, name: str, result: CaseResult, *, as_json: bool) -> None:
    case = result.case
    if as_json:
        told: Document = {
            "case": name or None,
            "rule": case.rule,
            "name": case.name,
            "file": case.file,
            "line": case.line,
            "basis": dict(case.basis) or None,
            "read": None if case.is_generated else read_of(release, case),
        }
        told |= {"generated": case.is_generated, "failures": result.failures, "not_used": result.not_used}
        print(json.dumps(told, ensure_ascii=False))
    else:
        failing(name or f"{case.rule}, generated", result)


def _measures(release: Release, decisions: list[Decision]) -> None:
    name = release.ruleset.id
    never = never_fired(release, decisions)
    if never:
        print(f"{name}: no case fires {', '.join(never)}.", file=sys.stderr)
    for rule, conditions in never_decisive(release, decisions).items():
        if rule not in never:
            print(f"{name}: {rule}: no case turns on {', nor on '.join(conditions)}.", file=sys.stderr)


def _mutants(read: list[tuple[Release, tuple[Case, ...]]], rules: tuple[str, ...], *, as_json: bool) -> int:
    measured = [
        measure(release, cases, rules) for release, cases in read if not rules or release.rules.keys() & {*rules}
    ]
    if as_json:
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
    cases = (
        f"it may matter in {most} case{'s' if most > 1 else ''}, which expect{'' if most > 1 else 's'} nothing of it"
    )
    return f"{what}; nobody notices if it is {became} ({cases if most else 'it matters in no case'})."
