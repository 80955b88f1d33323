"""
The typed facts of each node: values with units as given and as used, limits with row and source.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.application.coding import applying
from service.application.in_words import effect_words, title_of
from service.application.open_words import again
from service.application.reasons import predicate, stands
from service.application.trace import gives
from service.application.trace_conditions import condition_written
from service.application.trace_inputs import derived_written, input_written, interval
from service.domain.came_about import came_about
from service.domain.explanation.graph import Kind
from service.domain.figures import interval_text
from service.domain.measures import AGE
from service.domain.question import status
from service.domain.rules import AttributeTest, CertaintyTest, Comparison, FindingTest, KnownTest
from service.domain.scales import State
from service.domain.semantics import Outcome, state_of
from service.domain.sentences import compared_text
from service.domain.vocabulary import BIRTH_DATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.application.ports import Document
    from service.domain.decision import Decision
    from service.domain.explanation.graph import Node
    from service.domain.panel import Note

TO_CLINICIAN = "Talk to your clinician"
"""With which every text for patients ends; an explanation says it once."""


def node_written(node: Node) -> Document:
    """
    Return one node with its facts.

    Args:
        node: The node.

    Returns:
        Its id, kind and title, and what is known of it by its kind.
    """
    return {"id": node.id, "kind": node.kind.value} | _FACTS[node.kind](node)


def _result(node: Node) -> Document:
    decision = node.seen
    one = next(one for one in decision.panel.inputs if one.result == node.name)
    measure = decision.release.vocabulary.measures[one.measure]
    written: Document = {"title": measure.title} | input_written(one)
    written["given"]["text"] = f"{one.given} {one.given_unit}".strip()
    converted = one.used is not None and one.given_unit != one.unit
    return written | {"converted": converted} | _notes(node)


def _patient(node: Node) -> Document:
    decision = node.seen
    if node.name in decision.panel.attributes:
        possible = decision.panel.attributes[node.name]
        return (
            {
                "title": title_of(decision.release, node.name),
                "value": " or ".join(sorted(possible.values)),
                "origin": possible.origin.value if possible.origin else "not stated",
            }
            | ({"table": possible.table} if possible.table else {})
            | _notes(node)
        )
    # The age is computed from it; the date itself is told nowhere.
    name = AGE if node.name.replace("-", "_") == BIRTH_DATE else node.name
    value, measure = decision.facts.values[name], decision.release.vocabulary.measures[name]
    told = {"title": measure.title, "value": interval_text(value.interval, measure.unit)}
    return told | {"exact": interval(value.interval, measure.unit), "origin": value.origin.value}


def _notes(node: Node) -> Document:
    """Return what was remarked on the quality of what was sent."""
    notes = [
        {"issue": note.issue, "detail": note.detail, "used": note.used, "says": _titled(node.seen, note)}
        for note in node.seen.panel.notes
        if note.about == node.name
    ]
    return {"notes": notes} if notes else {}


def _titled(decision: Decision, note: Note) -> str:
    """Return a remark with the title of its measure or attribute instead of its name."""
    name = note.measure or note.about
    rest = note.detail.removeprefix(name)
    return note.detail if rest == note.detail else f"{title_of(decision.release, name)}{rest}"


def _event(node: Node) -> Document:
    told = node.seen.panel.events[node.name].told
    return {"title": title_of(node.seen.release, node.name), "value": told}


def _assumed(node: Node) -> Document:
    panel = node.seen.panel
    value = next((one.value for one in panel.assumed if one.name == node.name), "")
    return {"title": title_of(node.seen.release, node.name), "value": value, "origin": "assumed"}


def _missing(node: Node) -> Document:
    # A doubt is told by itself, and by its rule only to those who read rules.
    more = "" if node.name in node.seen.panel.doubted else again(node.seen, node.name)
    return {"title": f"{title_of(node.seen.release, node.name)}{more}"}


def _measure(node: Node) -> Document:
    measure = node.seen.release.vocabulary.measures[node.name]
    value = node.seen.facts.values[node.name]
    told = {
        "title": measure.title,
        "value": interval_text(value.interval, measure.unit),
        "exact": interval(value.interval, measure.unit),
        "origin": value.origin.value,
    }
    if not value.formula:
        return told
    computed = derived_written(node.seen, node.name)
    return told | {"formula": computed["formula"], "operands": computed["operands"]}


def _condition(node: Node) -> Document:
    condition, seen = node.condition, node.seen
    if condition is None:
        return {}
    told = condition_written(condition, seen) | {"says": stands(seen, condition)}
    if isinstance(condition, Comparison):
        compared = seen.facts.standings[condition.threshold].choice.compares
        told["title"], told["compared"] = title_of(seen.release, condition.measure), title_of(seen.release, compared)
        told["stands"] = predicate(seen, condition)
        told["wants"] = compared_text(seen, condition.word, condition.threshold)
        told["wants_not"] = compared_text(seen, condition.word.opposite, condition.threshold)
        if seen.doubts_behind(compared):
            told["doubted"] = True
        if how := came_about(seen, condition.measure, compared):
            told["how"] = how
    elif isinstance(condition, AttributeTest):
        told["title"], told["wants"] = title_of(seen.release, condition.attribute), condition.words
        told["negated"] = condition.negated
    elif isinstance(condition, FindingTest):
        told["title"], told["wants"] = title_of(seen.release, condition.finding), condition.state.value
    elif isinstance(condition, CertaintyTest):
        told["title"], told["wants"] = title_of(seen.release, condition.conclusion), condition.least.value
    elif isinstance(condition, KnownTest):
        told["title"], told["wants"] = title_of(seen.release, condition.measure), condition.text.partition(": ")[2]
    return told


def _finding(node: Node) -> Document:
    decision = node.seen
    state = state_of(node.name, decision.facts, decision.meaning)
    told: Document = {"title": title_of(decision.release, node.name), "state": state.value}
    if node.name in decision.panel.findings:
        return told | {"origin": decision.panel.findings[node.name][1].value}
    return told | {"by": list(decision.by(node.name))} if state is not State.UNKNOWN else told


def _rule(node: Node) -> Document:
    decision = node.seen
    rule, outcome = decision.release.rules[node.name], decision.outcomes[node.name]
    told: Document = {"rule": rule.id, "title": rule.title, "outcome": outcome.value}
    if outcome is Outcome.FIRED:
        told["order"] = _order(decision)[rule.id]
    evidence = [
        {"source": one.source, "where": one.where, "read": one.read, "supports": one.supports} for one in rule.evidence
    ]
    return told | {"gives": gives(rule.then), "does": effect_words(decision.release, rule.then), "evidence": evidence}


def _order(decision: Decision) -> dict[str, int]:
    """Return the place of each rule that fired, as the trace counts."""
    found: dict[str, int] | None = decision.remembered.get("order")
    if found is None:
        levels = decision.release.levels
        fired = sorted(decision.fired, key=lambda rule: (levels[rule], rule))
        found = decision.remembered["order"] = {rule: place for place, rule in enumerate(fired, 1)}
    return found


def _doubt(node: Node) -> Document:
    rule = node.seen.release.rules[node.name]
    doubts = [
        {"measure": one.measure, "title": title_of(node.seen.release, one.measure), "effect": one.effect.value}
        for one in rule.then.doubts
        if any(doubt.rule == rule.id for doubt in node.seen.panel.doubted.get(one.measure, ()))
    ]
    return {"rule": rule.id, "title": rule.title, "doubts": doubts}


def _conclusion(node: Node) -> Document:
    decision = node.seen
    told: Document = {"title": title_of(decision.release, node.name), "profile": decision.profile.id}
    texts = applying(decision, decision.release.vocabulary.conclusions[node.name].for_patients)
    told["for_patients"] = [one for text in texts for one in _sentences(text.text)]
    verdict = decision.inference.verdicts.get(node.name) if decision.in_scope else None
    if verdict is None:
        return told | {"certainty": None, "contested": False}
    return told | {"certainty": verdict.certainty.value, "contested": verdict.contested}


def _sentences(text: str) -> list[str]:
    """Return the sentences of a text for patients, without the one that each text ends with and one ending says."""
    return [one for one in re.split(r"(?<=[.!?])\s+", text.strip()) if not one.startswith(TO_CLINICIAN)]


def _advice(node: Node) -> Document:
    urgency = next((urgency.word for name, urgency, _ in node.seen.advice if name == node.name), "")
    return {"title": title_of(node.seen.release, node.name), "urgency": urgency}


def _status(node: Node) -> Document:
    release = node.seen.release
    return {
        "title": release.ruleset.title,
        "status": status(node.seen).value,
        "release": f"{release.ruleset.id} {release.version}",
        "digest": release.digest,
        "profile": node.seen.profile.id,
    }


_FACTS: dict[Kind, Callable[[Node], Document]] = {
    Kind.RESULT: _result,
    Kind.PATIENT: _patient,
    Kind.EVENT: _event,
    Kind.ASSUMED: _assumed,
    Kind.MISSING: _missing,
    Kind.MEASURE: _measure,
    Kind.CONDITION: _condition,
    Kind.FINDING: _finding,
    Kind.RULE: _rule,
    Kind.DOUBT: _doubt,
    Kind.CONCLUSION: _conclusion,
    Kind.ADVICE: _advice,
    Kind.STATUS: _status,
}
