"""
The trace of an answer, as the OpenAPI document describes it.
"""

from __future__ import annotations

from marshmallow import fields

from service.domain.rules import Effect
from service.domain.scales import Certainty
from service.domain.semantics import Outcome
from service.web.answered_inputs import (
    NUMBER,
    DerivedAnswer,
    ExactAnswer,
    InputAnswer,
    ObservedAnswer,
    PatientAnswer,
    RowAnswer,
    end,
)
from service.web.described import Described, flag, maybe, some, string, texts, word

_END = (
    "A decimal, or `n/d` where no decimal is exact. Zero carries the side that it lies on: `+0` counts as above the "
    "limit, `-0` as below it, be it because equality counts on that side, or because the value comes as near as one "
    "likes and never reaches it, or because only the laboratory's flag tells the side. No other number has a plus "
    "sign. Left out where this end is unbounded"
)


class MarginAnswer(Described):
    """
    Value minus limit, exact, as the engine compared it with zero.

    `below` and `at most` are true where both ends are negative or `-0`, `above` and `at least` where both are
    positive or `+0`; both are false on the other side, and unknown between.
    """

    unit = string()
    low = end(f"Lowest value minus highest limit still possible. {_END}", f"([+-]0|{NUMBER})")
    high = end(f"Highest value minus lowest limit still possible. {_END}", f"([+-]0|{NUMBER})")


class InsteadOfAnswer(Described):
    """The choice that would hold if the result carried a laboratory range."""

    choice = string()
    reason = string()


class GivenFindingAnswer(Described):
    """The finding that a threshold's rows are keyed by."""

    finding = string()
    state = string()
    by = texts()


class ConditionAnswer(Described):
    """One distinct condition, with what decided it."""

    id = string("By which rules refer to it; of this answer only")
    text = string("As authors write it")
    result = string(enum=["true", "false", "unknown"])
    measure = maybe("The measure whose value was compared, such as an adjusted one")
    value = maybe("As people read it: of a measure, an attribute, a finding or a conclusion")
    origin = maybe(
        "Where the value comes from: reported, computed, assumed, doubted, domain, stated complete, or not stated"
    )
    vars().update({"from": texts("Results and patient data it rests on", required=False)})
    by = texts("Rules that decided the finding, made the claim, or cast the doubt", required=False)
    doubted_by = texts(
        "Doubts about results that set aside or opened the value, or one that it was computed from", required=False
    )
    given = fields.Nested(GivenFindingAnswer)
    exact = fields.Nested(ExactAnswer)
    margin = fields.Nested(MarginAnswer)
    row_by = texts("What of the patient chose the row", required=False)
    waits_for = texts(
        "A finding that is not decided yet: the one asked about, or the one that the rows are keyed by", required=False
    )
    threshold = some(RowAnswer, required=False)
    instead_of = fields.Nested(InsteadOfAnswer)
    reason = maybe("Why it is unknown")
    needs = texts("What would have to be sent before it is decided", required=False)


class ClaimAnswer(Described):
    """A conclusion that rules claim something about."""

    conclusion = string()
    certainty = word(Certainty)
    contested = flag("Whether rules of equal force speak for it and against it")
    vars().update({"for": texts("Rules that fired and speak for it")})
    against = texts("Rules that fired and speak against it")
    told = flag("Whether `conclusions` of the answer has it")


class DoubtAnswer(Described):
    """A result that a rule doubts."""

    measure = string()
    effect = word(Effect)


class EffectAnswer(Described):
    """What a rule gives."""

    finding = maybe()
    state = maybe()
    conclusion = maybe()
    certainty = maybe()
    advice = maybe()
    urgency = maybe()
    within = maybe("Step table that says how soon it is due")
    doubts = some(DoubtAnswer, required=False)


class SeenEventAnswer(Described):
    """How long before a sample something happened; a day that is not known is taken as just before it, and as never."""

    event = string()
    before = string("``never`` where it had not happened yet")
    undated = flag()


class SampleAnswer(Described):
    """Results drawn at one time, and what a rule that asks for elapsed times answered about them."""

    time = maybe("When they were drawn; left out for results without a time, which are as of the question")
    measures = texts("Those that the rule doubts")
    outcome = word(Outcome)
    events = some(SeenEventAnswer)
    conditions = texts("Ids of the conditions as they were then")


class RuleOutcomeAnswer(Described):
    """One rule with its outcome."""

    rule = string()
    outcome = word(Outcome)
    title = maybe()
    order = fields.Integer(metadata={"description": "Order of firing, by dependency and id"})
    conditions = texts("Ids of the conditions that made the outcome", required=False)
    missing = texts("What an undecided rule waits for", required=False)
    samples = some(SampleAnswer, required=False)
    gives = fields.Nested(EffectAnswer)
    sources = texts(
        "Publications that the rule lists as evidence, those that speak against it too: the rule tells which",
        required=False,
    )


class TracedScopeAnswer(Described):
    """Whether the patient is one the rules are for."""

    state = string(enum=["in", "out", "unknown"])
    conditions = texts("Ids of the conditions of the scope")


class TraceAnswer(Described):
    """
    Every rule of the release with its outcome, and why.

    With the release of the same digest it is all that is needed to derive the answer again: `inputs`, `observed`,
    `patient` and `derived` are what was read, `conditions` compare it, a rule joins its conditions as its `when`
    in the release says, and the claims of the rules that fired make `conclusions`: the greatest force decides
    (confirmed and excluded, then likely and unlikely, then possible), and on a tie of both sides it is `possible`
    and contested.
    """

    # Answers of older programs leave it out.
    scope = fields.Nested(TracedScopeAnswer)
    patient = some(PatientAnswer)
    inputs = some(InputAnswer)
    observed = some(ObservedAnswer)
    derived = some(DerivedAnswer)
    # Answers of older programs leave it out.
    conclusions = some(ClaimAnswer, required=False)
    rules = some(RuleOutcomeAnswer)
    conditions = some(ConditionAnswer)
