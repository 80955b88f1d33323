"""
The trace of a decision: every rule with its outcome and the conditions that made it.

Each distinct condition is listed once, with value, margin, threshold, row and
source; rules refer to it. A rule that did not fire refers to the conditions that
made it false, an undecided one to those that are unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.missing import condition_needs, rule_needs
from service.domain.panel import of_patient
from service.domain.quantities import exact_text, interval_text, number_text
from service.domain.rules import AttributeTest, CertaintyTest, Comparison, FindingTest, Verb
from service.domain.semantics import Outcome, state_of
from service.domain.sentences import rows_in_force
from service.domain.vocabulary import State

if TYPE_CHECKING:
    from service.application.ports import Document
    from service.domain.decision import Decision
    from service.domain.intervals import Interval
    from service.domain.rules import Condition, Rule, Then
    from service.domain.standing import MarginEnd
    from service.domain.thresholds import Row

_TRUTH = {True: "true", False: "false", None: "unknown"}


def trace(decision: Decision) -> Document:
    """
    Return the full trace of a decision.

    Args:
        decision: The decision.

    Returns:
        ``inputs``, ``derived``, ``conditions`` and ``rules``, as JSON.
    """
    conditions = _Conditions()
    rules = sorted(
        decision.release.rules.values(),
        key=lambda rule: (decision.release.levels[rule.id], rule.id),
    )
    fired = [rule.id for rule in rules if rule.id in decision.fired]
    return {
        "inputs": [_input(decision, number) for number in range(len(decision.panel.inputs))],
        "derived": _derived(decision),
        "rules": [_rule(decision, rule, conditions, fired) for rule in rules],
        "conditions": conditions.written,
    }


def _interval(interval: Interval, unit: str) -> Document:
    written: Document = {"text": interval_text(interval, unit), "unit": unit}
    for name, end in (("low", interval.low), ("high", interval.high)):
        if end.value is not None:
            written[name] = exact_text(end.value)
            if end.open:
                written[f"{name}_open"] = True
    return written


def _input(decision: Decision, number: int) -> Document:
    one = decision.panel.inputs[number]
    written: Document = {
        "result": one.result,
        "measure": one.measure,
        "given": {"value": one.given, "unit": one.given_unit},
    }
    if one.used is not None:
        written["used"] = _interval(one.used, one.unit)
    return written


def _derived(decision: Decision) -> list[Document]:
    written = []
    for name, value in decision.facts.values.items():
        if value.formula:
            unit = decision.release.vocabulary.measures[name].unit
            written.append(
                {
                    "measure": name,
                    "formula": value.formula,
                    "operands": [_operand(decision, operand) for operand in value.operands],
                    "value": _interval(value.interval, unit),
                    "from": list(value.refs),
                }
            )
    return written


def _operand(decision: Decision, name: str) -> Document:
    numbers, measures = decision.release.numbers, decision.release.vocabulary.measures
    if name in numbers.constants:
        constant = decision.release.constant(decision.profile, name)
        return {
            "name": name,
            "value": interval_text(constant.value, numbers.constants[name].unit),
            "source": constant.cites.source,
            "where": constant.cites.where,
            "read": constant.cites.read,
        }
    if name in numbers.tables:
        of = numbers.tables[name].of
        cites = decision.release.table(decision.profile, name).cites
        given = interval_text(decision.facts.values[of].interval, measures[of].unit)
        return {
            "name": name,
            "at": f"{of} {given}",
            "source": cites.source,
            "where": cites.where,
            "read": cites.read,
        }
    return {
        "name": name,
        "value": interval_text(decision.facts.values[name].interval, measures[name].unit),
    }


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
            "result": _TRUTH[value],
        }
        if isinstance(condition, Comparison):
            written |= self.comparison(condition, decision)
        elif isinstance(condition, AttributeTest):
            possible = decision.panel.attributes[condition.attribute]
            written["value"] = " or ".join(sorted(possible.values))
            written["origin"] = possible.origin.value if possible.origin else "not stated"
            written["from"] = [of_patient(condition.attribute)] if possible.origin else []
        elif isinstance(condition, FindingTest):
            written["value"] = state_of(condition.finding, decision.facts, decision.meaning).value
            written["by"] = list(decision.by(condition.finding))
        elif isinstance(condition, CertaintyTest):
            verdict = decision.meaning.verdicts.get(condition.conclusion)
            written["value"] = verdict.certainty.value if verdict else "not concluded"
            written["by"] = list(decision.claims(condition.conclusion, speaking_for=True))
        else:
            written["value"] = "known" if condition.measure in decision.facts.known else "missing"
        if value is None:
            written["needs"] = list(condition_needs(decision, condition))
        return written

    @staticmethod
    def comparison(condition: Comparison, decision: Decision) -> Document:
        standing = decision.facts.standings[condition.threshold]
        unit = standing.threshold.unit
        rows = rows_in_force(decision, condition.threshold)
        written: Document = {"measure": standing.choice.compares}
        if standing.value is not None:
            written["value"] = interval_text(standing.value.interval, unit)
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
        written["threshold"] = [_row(condition.threshold, row, unit) for row in rows]
        if any(row.no_limit for row in rows):
            written["reason"] = "; ".join(dict.fromkeys(f"no limit: {row.no_limit}" for row in rows if row.no_limit))
        elif standing.value is None and standing.choice.compares in decision.panel.set_aside:
            written["reason"] = "its result was set aside"
        return written


def _margin(low: MarginEnd, high: MarginEnd, unit: str) -> str:
    after = "" if unit == "1" else f" {unit}"
    ends = [number_text(end.distance) for end in (low, high)]
    return f"{ends[0]}{after}" if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}{after}"


def _row(threshold: str, row: Row, unit: str) -> Document:
    written: Document = {
        "name": threshold,
        "row": row.text,
        "source": row.cites.source,
        "where": row.cites.where,
        "read": row.cites.read,
    }
    if row.limit is None:
        written["no_limit"] = row.no_limit
    else:
        written["value"] = number_text(row.limit) if unit == "1" else f"{number_text(row.limit)} {unit}"
        written["equal_is_abnormal"] = row.equal_is_abnormal
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
    written["gives"] = gives(rule.then)
    written["sources"] = list(rule.sources)
    return written


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
    return {"advice": then.name, "urgency": then.urgency.word if then.urgency is not None else ""}
