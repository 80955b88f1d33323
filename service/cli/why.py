"""
``ferrule why``: how a case came out beside what it expects, for whoever writes it.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from service import bootstrap
from service.application.why import why
from service.cli.help import command
from service.cli.told import STEP, Teller
from service.domain.cases import GENERATED
from service.domain.semantics import Outcome

if TYPE_CHECKING:
    import argparse

    from service.application.ports import Document
    from service.config import Settings


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "why",
        "Tell how a case came out: what it expects and does not get, link by link, with values, limits and sources, "
        "and what stayed undecided.",
        "ferrule why ABC-010:2",
        "ferrule why exactly at the limit is not below it",
        "ferrule why knowledge/some-rules/generated/abc-010.cases.yaml:12",
    )
    parser.add_argument(
        "case",
        metavar="CASE",
        nargs="+",
        help="RULE:number, FILE:line, or words of the case's name; a generated case by its line or its name",
    )
    parser.add_argument(
        "--all", action="store_true", help="tell everything that stayed undecided, whatever it is about"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Tell one decision of the working copy; return 1 if it is not what its case expects by a source."""
    words = " ".join(arguments.case)
    if words.endswith(".json"):
        print(f"ferrule: {words} is no case; 'ferrule explain {words}' explains a panel.", file=sys.stderr)
        return 2
    name, case, decision = bootstrap.decided_case(settings, words)
    told: Document = {"case": name, "name": case.name, "file": case.file, "line": case.line}
    told |= {"basis": dict(case.basis), "generated": case.is_generated, **why(decision, case)}
    if arguments.json:
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        _tell(Teller(), told, everything=arguments.all)
    return 1 if told["fails"] and not told["generated"] else 0


def _tell(teller: Teller, told: Document, *, everything: bool) -> None:
    teller.say(told["name"] if told["generated"] else f"{told['case']}  {told['name']}", "bold")
    basis = told["basis"]
    by = GENERATED if told["generated"] else f"after {basis.get('source', '')}, {basis.get('where', '')}"
    teller.say(f"{told['file']}:{told['line']}, {by}", "dim")
    teller.say(f"Read in the profile {told['profile']}. {told['says']}")
    _fails(teller, told)
    for conclusion in told["conclusions"]:
        contested = ", and contested" if conclusion["contested"] else ""
        teller.heading(f"{conclusion['title']}: {conclusion['certainty']}{contested}")
        _links(teller, conclusion["chain"])
        if conclusion["against"]:
            teller.say("On the other side:", step=STEP)
            _links(teller, conclusion["against"], 2 * STEP)
    _others(teller, told)
    _open(teller, told, everything=everything)


def _links(teller: Teller, links: list[Document], step: int = STEP) -> None:
    for link in links:
        sources = "; ".join(link["sources"])
        teller.points([f"{link['gives']}: {link['because']} ({link['rule']}; {sources})"], step)


def _fails(teller: Teller, told: Document) -> None:
    if told["fails"]:
        teller.heading("Answered otherwise than when it was generated" if told["generated"] else "This case fails")
    for failure in told["fails"]:
        teller.points([f"{failure['expected']}."])
        teller.points(
            [
                f"{rule['rule']} ({rule['gives']}) is {Outcome(rule['outcome']).words}"
                + (f": {'; '.join(rule['conditions'])}." if rule["conditions"] else ".")
                for rule in failure["rules"]
            ],
            2 * STEP,
            "-",
        )


def _others(teller: Teller, told: Document) -> None:
    """Tell the findings that no conclusion shown rests on, and the advice."""
    shown = {link["rule"] for conclusion in told["conclusions"] for link in conclusion["chain"]}
    found = [link for finding in told["findings"] for link in finding["by"] if link["rule"] not in shown]
    if found:
        teller.heading("Also found" if told["conclusions"] else "What was found")
        _links(teller, found)
    if told["advice"]:
        teller.heading("What it advises")
    for advice in told["advice"]:
        reasons = " ".join(advice["because"])
        due = f", within {advice['within']}" if advice["within"] else ""
        teller.points([f"{advice['title']} ({advice['urgency']}{due}): {reasons} ({', '.join(advice['rules'])})"])


def _open(teller: Teller, told: Document, *, everything: bool) -> None:
    shown = [one for one in told["undecided"] if everything or one["touched"]]
    if told["undecided"]:
        teller.heading("What stayed undecided")
    together: dict[tuple[str, str], list[Document]] = {}
    for one in shown:
        together.setdefault(("; ".join(one["open"]), _and(one["waits_for"])), []).append(one)
    for (reasons, waits), group in together.items():
        could = " or ".join(dict.fromkeys(one["could"] for one in group))
        waiting = f" It waits for {waits}." if waits else ""
        teller.points([f"Whether {could}: {reasons}.{waiting} ({', '.join(one['rule'] for one in group)})"])
    rest = len(told["undecided"]) - len(shown)
    if rest:
        rules = "1 other rule" if rest == 1 else f"{rest} other rules"
        teller.points([f"{rules}, not about this case; --all tells {'it' if rest == 1 else 'each'}."])
    if told["assumed"] or told["quality"]:
        teller.heading("What was assumed, doubted or set aside")
    teller.points(f"{one['title']} was assumed to be {one['value']}." for one in told["assumed"])
    teller.points(
        f"{note['detail']} {'It was used all the same.' if note['used'] else 'It was not used.'}"
        for note in told["quality"]
    )


def _and(names: list[str]) -> str:
    """Return names as a sentence lists them: a, b and c."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
