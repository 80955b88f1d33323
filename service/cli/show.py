"""
``ferrule show``: a rule, or what a rule set promises, in words, for a reader who is no programmer.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from service import bootstrap
from service.application.show import show
from service.cli.conditions import tell_group
from service.cli.help import command
from service.cli.names import rule_id
from service.cli.safety import tell_safety
from service.cli.told import STEP, Teller

if TYPE_CHECKING:
    import argparse

    from service.application.ports import Document
    from service.config import Settings


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "show",
        "Tell a rule in words: its numbers in each profile with their sources, what it needs, what it feeds.",
        "ferrule show ABC-010",
        "ferrule show ABC-010 --profile default",
        "ferrule show --safety",
    )
    shown = parser.add_mutually_exclusive_group(required=True)
    shown.add_argument("rule", metavar="RULE", nargs="?", help="id of the rule, or its file")
    shown.add_argument(
        "--safety", action="store_true", help="show what must be true of every answer, and what holds the rules to it"
    )
    parser.add_argument("--profile", help="show the numbers of this profile only")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show a rule of the working copy, or its safety properties."""
    if arguments.safety:
        return tell_safety(settings, arguments.profile, as_json=arguments.json)
    rule = rule_id(arguments.rule)
    shown = show(bootstrap.draft_with(settings, rule), rule, arguments.profile)
    if arguments.json:
        print(json.dumps(shown, indent=2, ensure_ascii=False))
        return 0
    teller = Teller()
    teller.say(f"{shown['rule']}  {shown['title']}", "bold")
    reviewed = shown["review"]["reviewed"]
    review = f"reviewed by {reviewed}" if reviewed else "not reviewed by a clinician"
    teller.say(f"{shown['status']}, {review}, next review {shown['review']['next']}", "dim")
    teller.say(shown["file"], "dim")
    _rule(teller, shown)
    _links(teller, shown)
    _reasons(teller, shown)
    return 0


def _rule(teller: Teller, shown: Document) -> None:
    teller.heading(f"When {shown['when']['words']}")
    tell_group(teller, shown["when"], STEP)
    teller.heading("then")
    where = ", for patients outside the scope too" if shown["any_scope"] else ""
    teller.points([f"{shown['then']}{where}."])
    for reading in shown["within"]:
        cited = f"{reading['source']}, {reading['where']} ({reading['read']})"
        said = f"How soon, by {reading['looks_up']}, in {' and '.join(reading['profiles'])}, by {cited}:"
        teller.say(said, "italic", 2 * STEP)
        teller.columns([step.split(": ", 1) for step in reading["steps"]], 3 * STEP)
    teller.points([f"Reason given: {shown['because']}"])


def _links(teller: Teller, shown: Document) -> None:
    needs = shown["needs"]
    teller.heading("It needs")
    for measure in needs["measures"]:
        unit = "" if measure["unit"] == "1" else f" in {measure['unit']}"
        computed = " or ".join(measure["computed_as"])
        when = " when not reported" if measure["reported"] else ""
        teller.points([f"{measure['title']}{unit}" + (f", computed as {computed}{when}" if computed else "")])
    teller.points([attribute["title"] for attribute in needs["attributes"]])
    for given in (*needs["findings"], *needs["conclusions"]):
        if given["observed"]:
            teller.points([f"{given['title']}, which the panel states"])
            continue
        otherwise = "; it is absent once all of these are decided and none fired" if given["otherwise_absent"] else ""
        teller.points([f"{given['title']}, by these rules{otherwise}:"])
        teller.points([f"{by['rule']}  {by['title']}" for by in given["by"]], 2 * STEP, "-")
    teller.heading("It feeds")
    fed = [f"{one['rule']}  {one['title']}" for one in shown["feeds"]]
    teller.points(fed or ["the answer; no other rule reads it"])


def _reasons(teller: Teller, shown: Document) -> None:
    if shown["safety"]:
        teller.heading("It is held to")
        teller.points(f"{one['property']} ({one['source']}): {one['because']}" for one in shown["safety"])
    teller.heading("Why")
    teller.say(shown["rationale"], step=STEP)
    for supports, words in ((True, "Evidence for it"), (False, "Evidence against it")):
        items = [item for item in shown["evidence"] if item["supports"] is supports]
        if items:
            teller.heading(words)
            teller.points(f"{one['title']}, {one['where']} ({one['read']}): {one['says']}" for one in items)
    teller.heading("Where it may be wrong")
    teller.points(shown["limits"])
