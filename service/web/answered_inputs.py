"""
The first half of a trace, as the OpenAPI document describes it: what was sent, read of it, and computed.
"""

from __future__ import annotations

from marshmallow import fields

from service.domain.rules import Effect
from service.web.described import Described, flag, level, maybe, some, string, texts, word

NUMBER = r"-?(0|[1-9]\d*)(\.\d+)?(/[1-9]\d*)?"
"""An exact number: a decimal without exponent, or numerator and denominator where no decimal is exact."""
EXACT = "An exact number: a decimal, or `n/d` where no decimal is exact"


def end(description: str, pattern: str) -> fields.String:
    """Return an end that is left out where it is unbounded."""
    return string(description, required=False, pattern=f"^{pattern}$")


class IntervalAnswer(Described):
    """A value, exact, in the canonical unit; an end that is not here is unbounded."""

    text = string()
    unit = string()
    low = end(EXACT, NUMBER)
    high = end(EXACT, NUMBER)
    low_open = flag(required=False)
    high_open = flag(required=False)


class ExactAnswer(Described):
    """The value compared, exact; an end that is not here is unbounded."""

    unit = string()
    low = end(EXACT, NUMBER)
    high = end(EXACT, NUMBER)
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
    possible = texts("Values of an attribute that what was said still allows", required=False)
    value = fields.Nested(IntervalAnswer)
    origin = string("reported, computed, assumed, domain, or not stated")


class ObservedAnswer(Described):
    """A finding that was stated, or follows from a group stated complete."""

    finding = string()
    state = string()
    origin = string("reported, or stated complete")


class ChangedAnswer(Described):
    """A doubt that changed what was read of a result."""

    rule = string()
    effect = word(Effect)


class InputAnswer(Described):
    """
    A result as given, and as rules read it.

    One that was set aside, or for which a later result stands, has no `used`; `quality` says why.
    """

    result = string("Its id, as sent or by position: r1, r2 ...")
    measure = string()
    given = fields.Nested(GivenAnswer, required=True)
    used = fields.Nested(IntervalAnswer, metadata={"description": "What findings, conclusions and advice rest on"})
    received = fields.Nested(
        IntervalAnswer, metadata={"description": "What it was before `doubted_by`, which only those doubts have seen"}
    )
    doubted_by = some(ChangedAnswer, "Doubts that set it aside or opened it", required=False)


class RowAnswer(Described):
    """A row of a threshold that holds for this patient."""

    name = string("Threshold")
    row = string("Whom it is for, as people read it; `from` counts, `to` does not: `to 18 a` ends before that birthday")
    source = string()
    where = string("Where in the source the limit stands")
    read = level()
    value = maybe("The limit, in the unit of the threshold")
    equal_is_abnormal = flag("Whether a value that equals the limit counts as abnormal", required=False)
    no_limit = maybe("Why there is no limit")
    laboratory = maybe("Which limit of the laboratory's range is compared: lower limit, upper limit")
    exact = maybe("The laboratory's limit in the canonical unit, exact")
    vars().update({"flag": maybe("The laboratory's interpretation, where it decides or agrees")})
    vars().update({"from": texts("The results that the laboratory's limit came with", required=False)})


class OperandAnswer(Described):
    """A number that a formula used, an event, a result with its time, or a vote of a count."""

    name = string()
    value = maybe()
    exact = fields.Nested(
        ExactAnswer, metadata={"description": "Where `value` is rounded, or stands for several values"}
    )
    at = maybe("What was looked up or compared")
    time = maybe("Of a result whose change is computed")
    threshold = some(RowAnswer, required=False)
    source = maybe()
    where = maybe()
    read = level(required=False)


class DerivedAnswer(Described):
    """A measure that was computed, or an attribute that a table decided."""

    measure = maybe()
    attribute = maybe()
    formula = maybe()
    operands = some(OperandAnswer)
    value = fields.Nested(IntervalAnswer)
    vars().update({"from": texts("Results and patient data that it was computed from")})
