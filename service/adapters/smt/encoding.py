"""
A question as SMT-LIB text: the cone of one conclusion, for one panel with free inputs.

Each condition has two truths, whether it is true and whether it is false; neither is unknown. What is free is exact
where it is sent and missing where it is not. All else is a constant of the panel, so that most of the text folds away.
The text allows every panel that there is, and some more where a measure is of a form that is left free (`Opaque`); a
witness is therefore looked at, and what it shows is added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.adapters.smt.measures import Measures
from service.adapters.smt.text import FALSE, TRUE, at_least, both, either, no
from service.adapters.smt.writing import View
from service.domain.explanation.questions import EVERY_ANSWER
from service.domain.rules import AttributeTest, Comparison, FindingTest, Group, Verb
from service.domain.scales import Certainty, State
from service.domain.semantics import Verdict

if TYPE_CHECKING:
    from service.adapters.smt.patients import Patient
    from service.adapters.smt.terms import Truths
    from service.domain.explanation.questions import Answered, Question
    from service.domain.explanation.trying import Trying
    from service.domain.rules import Condition, Rule

UNKNOWN: Truths = (FALSE, FALSE)


class Encoding:
    """
    Writes one question.

    Args:
        trying: The question, with its panel as intake makes it.

        patients: Whoever it may be about.

    Attributes:
        text: Declarations, definitions and what must hold.
    """

    def __init__(self, trying: Trying, patients: tuple[Patient, ...]) -> None:
        self.trying, self.patients = trying, patients
        self.question: Question = trying.question
        self.cone = trying.cone
        self.measures = Measures(trying, patients, self.doubt)
        self._rules: dict[tuple[str, object], Truths] = {}
        self._findings: dict[tuple[str, View], tuple[str, str, str]] = {}
        self.measures.declare()
        self.measures.must_hold(self._target())

    @property
    def text(self) -> str:
        """The whole question."""
        return "\n".join(self.measures.lines)

    # -- what is wanted ----------------------------------------------------

    def _target(self) -> str:
        view = View("final")
        scope, _ = self.group(self.cone.ruleset.scope, view)
        fired: dict[Certainty, str] = {}
        for rule in self.cone.giving.get(self.question.conclusion, ()):
            if rule.then.certainty is not None:
                holds, _ = self.rule(rule, view)
                fired[rule.then.certainty] = either(fired.get(rule.then.certainty, FALSE), holds)
        self.measures.must_hold(no(both(fired.get(Certainty.CONFIRMED, FALSE), fired.get(Certainty.EXCLUDED, FALSE))))
        told = [both(scope, _verdict(fired, one)) for one in EVERY_ANSWER if one is not None]
        return either(*(self._wanted(one, told, scope, fired) for one in EVERY_ANSWER if one in self.question.wanted))

    def _wanted(self, one: Answered, told: list[str], scope: str, fired: dict[Certainty, str]) -> str:
        return no(either(*told)) if one is None else both(scope, _verdict(fired, one))

    # -- rules -------------------------------------------------------------

    def rule(self, rule: Rule, view: View) -> Truths:
        """Return whether a rule fires, and whether it surely does not."""
        if rule.profiles and self.question.profile.id not in rule.profiles:
            return FALSE, TRUE
        key = (rule.id, view)
        if key not in self._rules:
            truths = self.group(rule.when, view)
            self._rules[key] = self.measures.named(f"{rule.id} {view.text}", truths)
        return self._rules[key]

    def group(self, group: Group, view: View) -> Truths:
        """Return the truths of a group of conditions."""
        members = [
            self.group(one, view) if isinstance(one, Group) else self.condition(one, view) for one in group.members
        ]
        failing = len(members) - group.needed + 1
        return (
            at_least(group.needed, (holds for holds, _ in members)),
            at_least(failing, (fails for _, fails in members)),
        )

    def condition(self, one: Condition, view: View) -> Truths:
        """Return the truths of a condition."""
        if isinstance(one, Comparison):
            return self._comparison(one, view)
        if isinstance(one, AttributeTest):
            return self._attribute(one)
        if isinstance(one, FindingTest):
            present, absent, _ = self.finding(one.finding, view)
            if one.state in {State.PRESENT, State.ABSENT}:
                return (present, absent) if one.state is State.PRESENT else (absent, present)
        return UNKNOWN

    def _attribute(self, test: AttributeTest) -> Truths:
        holds: list[str] = []
        fails: list[str] = []
        for place, patient in enumerate(self.patients):
            possible = patient.setting.facts.attributes[test.attribute]
            inside = possible <= test.values
            if inside or not possible & test.values:
                (holds if inside is not test.negated else fails).append(self.measures.is_patient(place))
        return either(*holds), either(*fails)

    def _comparison(self, one: Comparison, view: View) -> Truths:
        truths = []
        for place in range(len(self.patients)):
            under, over = self._stands(one.threshold, view, place)
            told = (under, over) if one.word.holds_under else (over, under)
            who = self.measures.is_patient(place)
            truths.append((both(who, told[0]), both(who, told[1])))
        return either(*(holds for holds, _ in truths)), either(*(fails for _, fails in truths))

    def _stands(self, threshold: str, view: View, place: int) -> Truths:
        """Return where the value surely lies, whatever the finding that rows are keyed by, as far as it is open."""
        finding = self.measures.keyed_by(threshold, place)
        if finding is None:
            return self.measures.stands(threshold, view, place, None)
        present, absent, _ = self.finding(finding, view)
        under_p, over_p = self.measures.stands(threshold, view, place, State.PRESENT)
        under_a, over_a = self.measures.stands(threshold, view, place, State.ABSENT)
        under = either(both(under_p, no(absent)), both(absent, under_a))
        over = either(both(over_p, no(absent)), both(absent, over_a))
        unsettled = both(no(present), no(absent))
        return both(under, either(no(unsettled), under_a)), both(over, either(no(unsettled), over_a))

    # -- findings ----------------------------------------------------------

    def finding(self, name: str, view: View) -> tuple[str, str, str]:
        """Return whether a finding is present, absent, or conflicting."""
        key = (name, view)
        if key not in self._findings:
            observed = self.cone.vocabulary.findings[name].observed
            # Rules about results see the panel before any finding is derived.
            derived = view.stage == "final"
            found = self.measures.observed(name) if observed else self._derived(name, view) if derived else None
            self._findings[key] = found or (FALSE, FALSE, FALSE)
        return self._findings[key]

    def _derived(self, name: str, view: View) -> tuple[str, str, str]:
        rules = self.cone.giving.get(name, ())
        establish = [self.rule(rule, view) for rule in rules if rule.then.verb is Verb.ESTABLISH]
        rule_out = [self.rule(rule, view) for rule in rules if rule.then.verb is Verb.RULE_OUT]
        establishing, ruling_out = either(*(one for one, _ in establish)), either(*(one for one, _ in rule_out))
        closes = self.cone.vocabulary.findings[name].closes and bool(establish)
        closed = both(*(fails for _, fails in establish)) if closes else FALSE
        present = both(establishing, no(ruling_out))
        absent = both(no(establishing), either(ruling_out, closed))
        present, absent = self.measures.named(f"{name} {view.text}", (present, absent))
        return present, absent, both(establishing, ruling_out)

    # -- doubts ------------------------------------------------------------

    def doubt(self, rule: Rule, measure: str, place: int) -> str:
        """Return whether a rule about results fires for the results of a measure."""
        if rule not in self.cone.timed_doubts:
            return self.rule(rule, View("received"))[0]
        if self.measures.reads_free(rule):
            return self.measures.left_free(f"{rule.id} {measure}")
        return self.measures.timed_doubt(rule, measure, place)


def _verdict(fired: dict[Certainty, str], one: Verdict) -> str:
    """Return what holds where claims weigh up to a verdict."""
    greatest = max(certainty.force for certainty in Certainty)
    cases = []
    for force in range(1, greatest + 1):
        stronger = either(*(text for certainty, text in fired.items() if certainty.force > force))
        here = {certainty: fired.get(certainty, FALSE) for certainty in Certainty if certainty.force == force}
        if one.contested:
            holds = both(*here.values()) if len(here) > 1 else FALSE
        elif one.certainty in here:
            others = (text for certainty, text in here.items() if certainty is not one.certainty)
            holds = both(here[one.certainty], no(either(*others)))
        else:
            continue
        cases.append(both(holds, no(stronger)))
    return either(*cases)


__all__ = ["Encoding"]
