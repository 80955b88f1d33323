"""
The conditions of a trace: what each compared, with margin, rows and sources, or why it is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.trace_inputs import TRUTH, exact
from service.application.trace_rows import row_written
from service.domain.explanation.numbering import numbering
from service.domain.figures import exact_text, interval_text
from service.domain.margins import UNBOUNDED_MARGIN
from service.domain.panel import of_patient
from service.domain.rule_needs import condition_needs
from service.domain.rules import AttributeTest, CertaintyTest, Comparison, DoubtTest, FindingTest
from service.domain.scales import State
from service.domain.semantics import state_of
from service.domain.sentences import limits_in_force, rows_in_force

if TYPE_CHECKING:
    from service.application.ports import Document
    from service.domain.decision import Decision
    from service.domain.margins import MarginEnd
    from service.domain.rules import Condition
    from service.domain.standing import Standing
    from service.domain.thresholds import Row

NO_RANGE = "the result carries no laboratory range"


class Conditions:
    """
    Writes each distinct condition once; twice where a doubt changed what rules saw.

    What is told in brief leaves out what the release says, and what stands elsewhere in the trace.

    Args:
        decision: For the numbers of its conditions.

    Attributes:
        written: The conditions, in the order in which they were referred to.
    """

    def __init__(self, decision: Decision) -> None:
        self.written: list[Document] = []
        self._numbering = numbering(decision)
        self._ids: set[str] = set()

    def refer(self, condition: Condition, seen: Decision, *, brief: bool = False) -> str:
        """
        Return the id of a condition, which is written when it is first referred to.

        Args:
            condition: The condition.

            seen: The decision as the rule that asks it saw it.

            brief: Whether to write it in brief, where it is not written yet.

        Returns:
            The id.
        """
        name = self._numbering.of(condition, seen)
        if name not in self._ids:
            self._ids.add(name)
            written = {"id": name} | condition_written(condition, seen, brief=brief)
            self.written.append(in_brief(written) if brief else written)
        return name


def condition_written(condition: Condition, decision: Decision, *, brief: bool = False) -> Document:
    """
    Return one condition with what decided it.

    Args:
        condition: The condition.

        decision: As the rule that asks it saw it.

        brief: Whether it will be told in brief, so that what the release says of it need not be found.

    Returns:
        Its text and its result, and what was compared, or what it waits for.
    """
    value = decision.truth(condition)
    written: Document = {"text": condition.text, "result": TRUTH[value]}
    if isinstance(condition, Comparison):
        written |= _comparison(condition, decision, brief=brief)
    elif isinstance(condition, AttributeTest):
        possible = decision.panel.attributes[condition.attribute]
        written["value"] = " or ".join(sorted(possible.values))
        written["origin"] = possible.origin.value if possible.origin else "not stated"
        written["from"] = [of_patient(condition.attribute)] if possible.origin else []
    elif isinstance(condition, FindingTest):
        written |= _finding(condition, decision)
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


def _finding(condition: FindingTest, decision: Decision) -> Document:
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


def _comparison(condition: Comparison, decision: Decision, *, brief: bool) -> Document:
    standing = decision.facts.standings[condition.threshold]
    unit = standing.threshold.unit
    rows = rows_in_force(decision, condition.threshold)
    written: Document = {"measure": standing.choice.compares}
    if standing.value is not None:
        limits = limits_in_force(decision, condition.threshold)
        written["value"] = interval_text(standing.value.interval, unit, limits)
    if standing.value is not None and not brief:
        written["exact"] = exact(standing.value.interval, unit)
        written["origin"] = standing.value.origin.value
        written["from"] = list(standing.value.refs)
    if not brief and (doubts := decision.doubts_behind(standing.choice.compares)):
        written["doubted_by"] = list(doubts)
    state = None
    if standing.finding is not None:
        state = state_of(standing.finding, decision.facts, decision.meaning)
        by = list(decision.by(standing.finding))
        written["given"] = {"finding": standing.finding, "state": state.value, "by": by}
        if state is State.UNKNOWN and decision.truth(condition) is None:
            written["waits_for"] = [standing.finding]
    margin = standing.margins.get(state, standing.margins.get(None))
    if margin is not None:
        written["margin"] = _margin(margin.low, margin.high, unit)
    if not brief:
        written |= _rows(standing, rows)
    reason = _reason(decision, standing, rows)
    return written | {"reason": reason} if reason else written


def _rows(standing: Standing, rows: tuple[Row, ...]) -> Document:
    """Return the rows in force, and what of the patient chose them."""
    written: Document = {"threshold": [row_written(standing, row) for row in rows]}
    keys = sorted({name for row in rows for name in row.attributes})
    keys += sorted({name for row in rows for name in row.bands})
    if keys:
        written["row_by"] = [of_patient(name) for name in keys]
    if standing.instead_of is not None:
        written["instead_of"] = {"choice": standing.instead_of.name, "reason": NO_RANGE}
    return written


IN_BRIEF = ("id", "text", "result", "value", "by", "margin", "given", "reason", "waits_for", "needs")


def in_brief(written: Document) -> Document:
    """Return a condition without what the release says of it, and what stands elsewhere in the trace."""
    return {name: written[name] for name in IN_BRIEF if written.get(name)}


def _reason(decision: Decision, standing: Standing, rows: tuple[Row, ...]) -> str:
    """Return why there is nothing to compare, where that is not simply that nothing was sent."""
    if any(row.no_limit for row in rows):
        return "; ".join(dict.fromkeys(f"no limit: {row.no_limit}" for row in rows if row.no_limit))
    if standing.value is not None and standing.reference is None and any(row.laboratory for row in rows):
        return NO_RANGE
    aside = standing.value is None and standing.choice.compares in decision.panel.set_aside
    return "its result was set aside" if aside else ""


def _margin(low: MarginEnd, high: MarginEnd, unit: str) -> Document:
    """Return value minus limit, exactly; a zero is written with the side it lies on, an unbounded end left out."""
    written: Document = {"unit": unit}
    for name, end in (("low", low), ("high", high)):
        if end.distance == 0:
            written[name] = "+0" if end.sign > 0 else "-0"
        elif abs(end.distance) != UNBOUNDED_MARGIN:
            written[name] = exact_text(end.distance)
    return written
