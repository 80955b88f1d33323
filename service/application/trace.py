"""
The trace of a decision: every rule with its outcome and the conditions that made it.

Each distinct condition is listed once, with value, margin, threshold, row and
source; rules refer to it. A rule that did not fire refers to the conditions that
made it false, an undecided one to those that are unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.trace_inputs import TRUTH, derived, exact, inputs, instant, observed, patient
from service.application.trace_rows import row_written
from service.domain.figures import exact_text, interval_text
from service.domain.margins import UNBOUNDED_MARGIN
from service.domain.panel import of_patient
from service.domain.rule_needs import condition_needs, rule_needs
from service.domain.rules import AttributeTest, CertaintyTest, Comparison, DoubtTest, FindingTest, Verb
from service.domain.scales import State
from service.domain.semantics import Outcome, state_of
from service.domain.sentences import limits_in_force, rows_in_force
from service.domain.told import told

if TYPE_CHECKING:
    from service.application.ports import Document
    from service.domain.decision import Decision
    from service.domain.margins import MarginEnd
    from service.domain.rules import Condition, Rule, Then
    from service.domain.samples import Asked

NO_RANGE = "the result carries no laboratory range"


def trace(decision: Decision) -> Document:
    """
    Return the full trace of a decision.

    Args:
        decision: The decision.

    Returns:
        What was known of the patient and computed from it, every rule, and every
        condition that rules refer to, as JSON.
    """
    conditions = _Conditions()
    rules = sorted(
        decision.release.rules.values(),
        key=lambda rule: (decision.release.levels[rule.id], rule.id),
    )
    fired = [rule.id for rule in rules if rule.id in decision.fired]
    return {
        "patient": patient(decision),
        "inputs": inputs(decision),
        "observed": observed(decision),
        "derived": derived(decision),
        "conclusions": _claims(decision),
        "rules": [_rule(decision, rule, conditions, fired) for rule in rules],
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


class _Conditions:
    """Writes each distinct condition once; twice where a doubt changed what rules saw."""

    def __init__(self) -> None:
        self.written: list[Document] = []
        self.ids: dict[tuple[Condition, int], str] = {}

    def refer(self, condition: Condition, seen: Decision) -> str:
        key = (condition, id(seen))
        if key not in self.ids:
            self.ids[key] = f"c{len(self.ids) + 1}"
            self.written.append(self.write(self.ids[key], condition, seen))
        return self.ids[key]

    def write(self, name: str, condition: Condition, decision: Decision) -> Document:
        value = decision.truth(condition)
        written: Document = {
            "id": name,
            "text": condition.text,
            "result": TRUTH[value],
        }
        if isinstance(condition, Comparison):
            written |= self.comparison(condition, decision)
        elif isinstance(condition, AttributeTest):
            possible = decision.panel.attributes[condition.attribute]
            written["value"] = " or ".join(sorted(possible.values))
            written["origin"] = possible.origin.value if possible.origin else "not stated"
            written["from"] = [of_patient(condition.attribute)] if possible.origin else []
        elif isinstance(condition, FindingTest):
            written |= self.finding(condition, decision)
        elif isinstance(condition, CertaintyTest):
            verdict = decision.meaning.verdicts.get(condition.conclusion)
            written["value"] = verdict.certainty.value if verdict else "not concluded"
            written["by"] = list(decision.claims(condition.conclusion, speaking_for=True))
        elif isinstance(condition, DoubtTest):
            written["value"] = decision.outcomes[condition.rule].value
            written["by"] = [condition.rule] if condition.rule in decision.facts.doubts else []
        else:
            written["value"] = "known" if condition.measure in decision.facts.known else "missing"
        if value is None:
            written["needs"] = list(condition_needs(decision, condition))
        return written

    @staticmethod
    def finding(condition: FindingTest, decision: Decision) -> Document:
        name = condition.finding
        state = state_of(name, decision.facts, decision.meaning)
        written: Document = {"value": state.value, "by": list(decision.by(name))}
        if name in decision.panel.findings:
            written["origin"] = decision.panel.findings[name][1].value
        elif state is State.CONFLICTING:
            written["reason"] = f"{name} is conflicting: {' and '.join(decision.by(name))} fired"
        elif state is State.UNKNOWN and name in decision.inference.states:
            written["waits_for"] = [name]
        return written

    @staticmethod
    def comparison(condition: Comparison, decision: Decision) -> Document:
        standing = decision.facts.standings[condition.threshold]
        unit = standing.threshold.unit
        rows = rows_in_force(decision, condition.threshold)
        written: Document = {"measure": standing.choice.compares}
        if standing.value is not None:
            limits = limits_in_force(decision, condition.threshold)
            written["value"] = interval_text(standing.value.interval, unit, limits)
            written["exact"] = exact(standing.value.interval, unit)
            written["origin"] = standing.value.origin.value
            written["from"] = list(standing.value.refs)
        state = None
        if standing.finding is not None:
            found = state_of(standing.finding, decision.facts, decision.meaning)
            state = found if found in {State.PRESENT, State.ABSENT} else None
            written["given"] = {
                "finding": standing.finding,
                "state": found.value,
                "by": list(decision.by(standing.finding)),
            }
        margin = standing.margins.get(state)
        if margin is not None:
            written["margin"] = _margin(margin.low, margin.high, unit)
        written["threshold"] = [row_written(standing, row) for row in rows]
        keys = sorted({name for row in rows for name in row.attributes})
        keys += sorted({name for row in rows for name in row.bands})
        if keys:
            written["row_by"] = [of_patient(name) for name in keys]
        if standing.instead_of is not None:
            written["instead_of"] = {"choice": standing.instead_of.name, "reason": NO_RANGE}
        if any(row.no_limit for row in rows):
            written["reason"] = "; ".join(dict.fromkeys(f"no limit: {row.no_limit}" for row in rows if row.no_limit))
        elif standing.value is not None and standing.reference is None and any(row.laboratory for row in rows):
            written["reason"] = NO_RANGE
        elif standing.value is None and standing.choice.compares in decision.panel.set_aside:
            written["reason"] = "its result was set aside"
        return written


def _margin(low: MarginEnd, high: MarginEnd, unit: str) -> Document:
    """Return value minus limit, exactly; a zero is written with the side it lies on, an unbounded end left out."""
    written: Document = {"unit": unit}
    for name, end in (("low", low), ("high", high)):
        if end.distance == 0:
            written[name] = "+0" if end.sign > 0 else "-0"
        elif abs(end.distance) != UNBOUNDED_MARGIN:
            written[name] = exact_text(end.distance)
    return written


def _rule(decision: Decision, rule: Rule, conditions: _Conditions, fired: list[str]) -> Document:
    outcome = decision.outcomes[rule.id]
    seen = decision.seen_by(rule)
    wanted = {
        Outcome.FIRED: (True, False, None),
        Outcome.NOT_FIRED: (False,),
        Outcome.UNDECIDED: (None,),
    }.get(outcome, ())
    shown = [c for c in rule.when.conditions() if seen.truth(c) in wanted]
    written: Document = {"rule": rule.id, "title": rule.title, "outcome": outcome.value}
    if outcome is Outcome.FIRED:
        written["order"] = fired.index(rule.id) + 1
    written["conditions"] = [conditions.refer(condition, seen) for condition in shown]
    if outcome is Outcome.UNDECIDED:
        written["missing"] = list(rule_needs(seen, rule))
    asked = decision.asked_about(rule)
    if asked:
        written["samples"] = [_sample(decision, rule, one, conditions) for one in asked]
    written["gives"] = gives(rule.then)
    written["sources"] = list(rule.sources)
    return written


def _sample(decision: Decision, rule: Rule, asked: Asked, conditions: _Conditions) -> Document:
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
