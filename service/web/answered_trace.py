"""
The trace of an answer, as the OpenAPI document describes it.
"""

from __future__ import annotations

from marshmallow import fields

from service.domain.rules import Effect
from service.domain.scales import Certainty
from service.domain.semantics import Outcome
from service.web.described import Described, flag, maybe, some, string, texts, word

NUMBER = r"-?(0|[1-9]\d*)(\.\d+)?(/[1-9]\d*)?"
"""An exact number: a decimal without exponent, or numerator and denominator where no decimal is exact."""
_EXACT = "An exact number: a decimal, or `n/d` where no decimal is exact"
_END = (
    "A decimal, or `n/d` where no decimal is exact. Zero carries the side that it lies on: `+0` counts as above the "
    "limit, `-0` as below it, be it because equality counts on that side, or because the value comes as near as one "
    "likes and never reaches it, or because only the laboratory's flag tells the side. No other number has a plus "
    "sign. Left out where this end is unbounded"
)


def _end(description: str, pattern: str) -> fields.String:
    """Return an end that is left out where it is unbounded."""
    return string(description, required=False, pattern=f"^{pattern}$")


class IntervalAnswer(Described):
    """A value, exact, in the canonical unit; an end that is not here is unbounded."""

    text = string()
    unit = string()
    low = _end(_EXACT, NUMBER)
    high = _end(_EXACT, NUMBER)
    low_open = flag(required=False)
    high_open = flag(required=False)


class RangeAnswer(Described):
    """A laboratory's range as it was sent, in the unit of its result."""

    low = maybe()
    high = maybe()


class GivenAnswer(Described):
    """A value as it was sent."""

    value = string()
    unit = string()
    code = maybe()
    time = maybe("When the sample was taken")
    reference = fields.Nested(RangeAnswer)
    flag = maybe("The laboratory's interpretation")


class PatientAnswer(Described):
    """What was known of the patient: an attribute with its possible values, or a quantity."""

    name = string()
    possible = texts(required=False)
    value = fields.Nested(IntervalAnswer)
    origin = string("reported, computed, assumed, domain, or not stated")


class ObservedAnswer(Described):
    """A finding that was stated, or follows from a group stated complete."""

    finding = string()
    state = string()
    origin = string()


class MarginAnswer(Described):
    """
    Value minus limit, exact, as the engine compared it with zero.

    `below` and `at most` are true where both ends are negative or `-0`, `above` and `at least` where both are
    positive or `+0`; both are false on the other side, and unknown between.
    """

    unit = string()
    low = _end(f"Lowest value minus highest limit still possible. {_END}", f"([+-]0|{NUMBER})")
    high = _end(f"Highest value minus lowest limit still possible. {_END}", f"([+-]0|{NUMBER})")


class ExactAnswer(Described):
    """The value compared, exact; an end that is not here is unbounded."""

    unit = string()
    low = _end(_EXACT, NUMBER)
    high = _end(_EXACT, NUMBER)
    low_open = flag(required=False)
    high_open = flag(required=False)


class ChangedAnswer(Described):
    """A doubt that changed what was read of a result."""

    rule = string()
    effect = word(Effect)


class InputAnswer(Described):
    """
    A result as given, and as rules read it.

    One that was set aside, or for which a later result stands, has no `used`; `quality` says why.
    """

    result = string()
    measure = string()
    given = fields.Nested(GivenAnswer, required=True)
    used = fields.Nested(IntervalAnswer, metadata={"description": "What findings, conclusions and advice rest on"})
    received = fields.Nested(
        IntervalAnswer, metadata={"description": "What it was before `doubted_by`, which only those doubts have seen"}
    )
    doubted_by = some(ChangedAnswer, "Doubts that set it aside or opened it", required=False)


class RowAnswer(Described):
    """A row of a threshold that holds for this patient."""

    name = string()
    row = string()
    source = string()
    where = string()
    read = string("How far the source was verified")
    value = maybe()
    equal_is_abnormal = flag(required=False)
    no_limit = maybe("Why there is no limit")
    laboratory = maybe("Which limit of the laboratory's range is compared: lower limit, upper limit")
    exact = maybe("The laboratory's limit in the canonical unit, exact")
    vars().update({"flag": maybe("The laboratory's interpretation, where it decides or agrees")})
    vars().update({"from": texts("The results that the laboratory's limit came with", required=False)})


class OperandAnswer(Described):
    """A number that a formula used, an event, a result with its time, or a vote of a count."""

    name = string()
    value = maybe()
    at = maybe("What was looked up or compared")
    time = maybe("Of a result whose change is computed")
    threshold = some(RowAnswer, required=False)
    source = maybe()
    where = maybe()
    read = maybe()


class DerivedAnswer(Described):
    """A measure that was computed, or an attribute that a table decided."""

    measure = maybe()
    attribute = maybe()
    formula = maybe()
    operands = some(OperandAnswer)
    value = fields.Nested(IntervalAnswer)
    vars().update({"from": texts()})


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

    id = string()
    text = string()
    result = string(enum=["true", "false", "unknown"])
    measure = maybe()
    value = maybe()
    origin = maybe()
    vars().update({"from": texts("Results and patient data it rests on", required=False)})
    by = texts("Rules that decided the finding, made the claim, or cast the doubt", required=False)
    doubted_by = texts(
        "Doubts about results that set aside or opened the value, or one that it was computed from", required=False
    )
    given = fields.Nested(GivenFindingAnswer)
    exact = fields.Nested(ExactAnswer)
    margin = fields.Nested(MarginAnswer)
    row_by = texts("What of the patient chose the row", required=False)
    waits_for = texts("A finding that is not decided yet", required=False)
    threshold = some(RowAnswer, required=False)
    instead_of = fields.Nested(InsteadOfAnswer)
    reason = maybe()
    needs = texts(required=False)


class ClaimAnswer(Described):
    """A conclusion that rules claim something about."""

    conclusion = string()
    certainty = word(Certainty)
    contested = flag()
    vars().update({"for": texts("Rules that fired and speak for it")})
    against = texts("Rules that fired and speak against it")
    told = flag()


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
    missing = texts(required=False)
    samples = some(SampleAnswer, required=False)
    gives = fields.Nested(EffectAnswer)
    sources = texts(required=False)


class TraceAnswer(Described):
    """Every rule of the release with its outcome, and why."""

    patient = some(PatientAnswer)
    inputs = some(InputAnswer)
    observed = some(ObservedAnswer)
    derived = some(DerivedAnswer)
    # Answers of older programs leave it out.
    conclusions = some(ClaimAnswer, required=False)
    rules = some(RuleOutcomeAnswer)
    conditions = some(ConditionAnswer)
