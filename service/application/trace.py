"""
The trace of a decision: every rule with its outcome and the conditions that made it.

Each distinct condition is listed once; rules refer to it. The rules that made the answer, by firing or by
being refuted where that closed a finding, are told in full, and so are their conditions: with value, margin,
threshold, row and source. Of all others their outcome and the conditions that made it are told in brief: a rule
that did not fire refers to what is false, an undecided one to what is unknown. What else they say and would give
stands in the release, and is not repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.trace_conditions import Conditions
from service.application.trace_inputs import derived, inputs, instant, laboratory, observed, patient
from service.domain.explanation.numbering import numbering
from service.domain.figures import interval_text
from service.domain.rules import Verb
from service.domain.semantics import Outcome
from service.domain.told import told

if TYPE_CHECKING:
    from service.application.ports import Document
    from service.domain.decision import Decision
    from service.domain.explanation.numbering import Told
    from service.domain.rules import Rule, Then
    from service.domain.samples import Asked


IN_SCOPE = {True: "in", False: "out", None: "unknown"}
"""Words for whether a patient is one the rules are for."""


def trace(decision: Decision) -> Document:
    """
    Return the full trace of a decision.

    Args:
        decision: The decision.

    Returns:
        Whether the patient is one the rules are for, what was known of them and computed from it, every rule, and
        every condition that these refer to, as JSON.
    """
    conditions = Conditions(decision)
    full = numbering(decision).full
    fired = [one.rule.id for one in full if one.rule.id in decision.fired]
    # What is told in full comes first, so that what is told in brief refers to it: so do the numbers.
    written = [_rule(decision, one, conditions, fired) for one in full]
    scope = [conditions.refer(one, decision) for one in decision.release.ruleset.scope.conditions()]
    return {
        "scope": {"state": IN_SCOPE[decision.in_scope], "conditions": scope},
        "patient": patient(decision),
        "inputs": inputs(decision),
        "laboratory": laboratory(decision),
        "observed": observed(decision),
        "derived": derived(decision),
        "conclusions": _claims(decision),
        "rules": written,
        "others": _others(decision, conditions),
        "conditions": conditions.written,
    }


def _claims(decision: Decision) -> list[Document]:
    """Return every conclusion that a rule claims something about, those among them that the answer does not tell."""
    listed = {name for name, _ in told(decision)}
    return [
        {
            "conclusion": name,
            "certainty": verdict.certainty.value,
            "contested": verdict.contested,
            "for": list(decision.claims(name, speaking_for=True)),
            "against": list(decision.claims(name, speaking_for=False)),
            "told": name in listed,
        }
        for name, verdict in decision.conclusions
    ]


def _rule(decision: Decision, one: Told, conditions: Conditions, fired: list[str]) -> Document:
    rule = one.rule
    outcome = decision.outcomes[rule.id]
    written: Document = {"rule": rule.id, "title": rule.title, "outcome": outcome.value}
    if outcome is Outcome.FIRED:
        written["order"] = fired.index(rule.id) + 1
    written["conditions"] = [conditions.refer(condition, one.seen) for condition in one.conditions]
    asked = decision.asked_about(rule)
    if asked:
        written["samples"] = [_sample(decision, rule, sample, conditions) for sample in asked]
    written["gives"] = gives(rule.then)
    written["sources"] = list(rule.sources)
    return written


def _others(decision: Decision, conditions: Conditions) -> Document:
    """Return the other rules by outcome, each with the conditions that made it."""
    written: Document = {}
    for rule, seen, shown in numbering(decision).brief:
        # A doubt saw the panel as received, which stands nowhere else in the trace.
        brief = rule.then.verb is not Verb.DOUBT
        made = [conditions.refer(one, seen, brief=brief) for one in shown]
        written.setdefault(decision.outcomes[rule.id].value, {})[rule.id] = made
    return written


def _sample(decision: Decision, rule: Rule, asked: Asked, conditions: Conditions) -> Document:
    """Return what a rule about results answered of one sample, and how long ago the events were that it asks about."""
    sample, seen = asked.sample, decision.as_asked(asked)
    doubted = {doubt.measure for doubt in rule.then.doubts}
    written: Document = {
        "measures": sorted(sample.measures & doubted),
        "outcome": asked.outcomes[rule.id].value,
        "events": [
            {"event": name, "before": interval_text(happened.days_ago, "d"), "undated": happened.undated}
            for name, happened in sample.panel.events.items()
        ],
        "conditions": [conditions.refer(condition, seen) for condition in rule.when.conditions()],
    }
    return written if sample.time is None else {"time": instant(sample.time)} | written


def gives(then: Then) -> Document:
    """Return the effect of a rule as JSON."""
    if then.verb in {Verb.ESTABLISH, Verb.RULE_OUT}:
        return {
            "finding": then.name,
            "state": "present" if then.verb is Verb.ESTABLISH else "absent",
        }
    if then.doubts:
        return {"doubts": [{"measure": doubt.measure, "effect": doubt.effect.value} for doubt in then.doubts]}
    if then.certainty is not None:
        return {"conclusion": then.name, "certainty": then.certainty.value}
    urgency = then.urgency.word if then.urgency is not None else ""
    return {"advice": then.name, "urgency": urgency} | ({"within": then.within} if then.within else {})
