"""
The request of ``POST /v1/evaluations``.

What a patient's attributes are called, and which measures and findings there are,
is a matter of the rule set's vocabulary; intake refuses the names that are not in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from marshmallow import INCLUDE, ValidationError, validates_schema

from service.domain.laboratory import INTERPRETATIONS
from service.web.complaints import not_this, refused
from service.web.fields import (
    NAME,
    Day,
    Each,
    Instant,
    Number,
    Part,
    Strict,
    Text,
    Word,
    Words,
    checked_keys,
    checked_number,
)

if TYPE_CHECKING:
    pass

MAX_RESULTS = 500
MAX_FINDINGS = 200
MAX_OTHERS = 50
"""More attributes of a patient, assumptions or groups than any vocabulary has."""

BEYOND: dict[str, dict[str, Any]] = {
    "PatientRequest": {
        "additionalProperties": {
            "description": "An attribute or patient quantity of the vocabulary; a bare number has the canonical unit.",
            "anyOf": [
                {"type": "string", "maxLength": 64},
                {"type": "number"},
                {"$ref": "#/components/schemas/QuantityRequest"},
            ],
        }
    },
    "EventRequest": {"oneOf": [{"required": [name]} for name in ("time", "date", "state")]},
    "ResultRequest": {"anyOf": [{"required": ["code"]}, {"required": ["measure"]}]},
}
"""What the OpenAPI document says of schemas beyond their fields."""

_AGE = '{"value": 34, "unit": "a"}'
_WHEN = frozenset({"time", "date", "state"})
_CODE = re.compile(r"\d{1,7}-\d\Z", re.ASCII)
_ID = "letters, digits, dots, hyphens and underscores, at most 64"
_LOWER_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}\Z")


class QuantityRequest(Strict):
    """A number with its unit."""

    value = Number(required=True)
    unit = Text("a UCUM unit such as a for years", required=True, metadata={"description": "UCUM code"})


class PatientRequest(Strict):
    """
    The patient.

    Beside the two fields that are known by name, each attribute and patient quantity of the rule
    set's vocabulary is a field; underscores may stand for the hyphens of its name.
    """

    class Meta:
        """Options of marshmallow."""

        unknown = INCLUDE

    age = Part(
        QuantityRequest,
        example=_AGE,
        metadata={"description": "Completed years, months, weeks or days, with the unit."},
    )
    birth_date = Day(
        metadata={"description": "May stand for the age, which is counted to the day of `as_of` at its own offset."}
    )

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def others(self, _: object, given: object, **__: object) -> None:
        """Check the fields that are known by the vocabulary only."""
        if not isinstance(given, dict):
            return
        others = [key for key in given if key not in self.fields]
        if len(others) > MAX_OTHERS:
            raise refused("too-many", f"A patient has at most {MAX_OTHERS} fields.")
        checked_keys({key: given[key] for key in others}, _check_other)


def _check_other(value: Any) -> None:  # noqa: ANN401 - whatever was sent
    if isinstance(value, str):
        Text("a word of the vocabulary").deserialize(value)
    elif isinstance(value, dict):
        errors = QuantityRequest().validate(value)
        if errors:
            raise ValidationError(errors)
    elif value is None or isinstance(value, bool | list):
        raise refused(
            "not-accepted",
            f"{not_this(value)} a word, a number, or an object with value and unit; leave it out when unknown.",
        )
    else:
        checked_number(value)


class ReferenceRequest(Strict):
    """
    The laboratory's range for one result, in the unit of the result; its limits belong to it.

    Either limit may be left out. Where it says for whom it was given, it is used only for a patient
    whose age and sex do not contradict that.
    """

    low = Number(metadata={"description": "Lower limit"})
    high = Number(metadata={"description": "Upper limit"})
    sex = Text("female or male", metadata={"description": "For whom it was given"})
    age_from = Part(QuantityRequest, example=_AGE, metadata={"description": "Youngest age it was given for"})
    age_to = Part(QuantityRequest, example=_AGE, metadata={"description": "Age from which on it no longer holds"})


class ResultRequest(Strict):
    """One laboratory result; it is named by `code` or by `measure`."""

    id = Text(_ID, pattern=NAME, metadata={"description": "By default r1, r2 ... by position."})
    code = Text("a LOINC code such as 2345-7", pattern=_CODE, metadata={"description": "LOINC"})
    measure = Text("the name of a measure, such as the vocabulary lists")
    value = Number(required=True)
    comparator = Word("<", "<=", ">", ">=")
    unit = Text("a UCUM unit such as g/L", load_default="", metadata={"description": "UCUM code"})
    time = Instant(metadata={"description": "When the sample was taken."})
    reference = Part(ReferenceRequest)
    flag = Word(
        *INTERPRETATIONS,
        hint="a value off the scale of the instrument (< or >) with its comparator, and no other code",
        metadata={
            "description": "The laboratory's interpretation, a code of HL7 table 0078: L, LL and LU lie below its "
            "range, N within, H, HH and HU above; A and AA do not tell the side and are noted, never guessed. A value "
            "off the scale of the instrument (< or >) is sent with its comparator; leave other codes out."
        },
    )

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def named(self, _: object, given: object, **__: object) -> None:
        """Refuse a result that does not say what was measured."""
        if isinstance(given, dict) and not given.keys() & {"code", "measure"}:
            raise refused("no-measure", "Name what was measured: give code (LOINC) or measure.")


class FindingRequest(Strict):
    """One observed finding."""

    finding = Text("the name of an observed finding", required=True)
    state = Word("present", "absent", "unknown", required=True)


class EventRequest(Strict):
    """Something that happened: its time, its day, that it did on a day not known, or that it never did."""

    event = Text("the name of an event, such as the vocabulary lists", required=True)
    time = Instant(metadata={"description": "When it happened last."})
    date = Day(metadata={"description": "The day on which it happened last, where the time is not known."})
    state = Word(
        "never",
        "happened",
        metadata={
            "description": "never: it never happened. happened: it did, nobody knows when, so every result that it "
            "could falsify is doubted. An event that is left out is unknown."
        },
    )

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def told(self, _: object, given: object, **__: object) -> None:
        """Refuse an event that does not say when, or says it twice."""
        if isinstance(given, dict) and len(given.keys() & _WHEN) != 1:
            raise refused(
                "no-time",
                "Say when: give exactly one of time, date, and state (never, or happened where the day is not known).",
            )


class EvaluationRequest(Strict):
    """A panel to evaluate. What is left out is unknown, never normal."""

    subject = Text(
        f"a pseudonym of {_ID}",
        pattern=NAME,
        metadata={"description": "Never a direct identifier."},
    )
    ruleset = Text("the id of a rule set", pattern=NAME)
    version = Text("a version such as 0.1.0", pattern=NAME)
    profile = Text("the id of a profile, such as default", pattern=NAME)
    as_of = Instant(
        metadata={
            "description": "The instant of the question, at the offset of the place: its day there is the one that "
            "ages are counted to. Answered in UTC. Now, in UTC, by default."
        }
    )
    patient = Part(PatientRequest)
    results = Each(Part(ResultRequest), MAX_RESULTS)
    findings = Each(Part(FindingRequest), MAX_FINDINGS)
    events = Each(
        Part(EventRequest),
        MAX_OTHERS,
        metadata={"description": "What happened to the patient, and when: each event once, the last time it happened."},
    )
    complete = Each(
        Text("the name of a group of findings", pattern=_LOWER_NAME),
        MAX_OTHERS,
        metadata={"description": "Groups of findings that were looked for completely."},
    )
    assume = Words(metadata={"description": 'What to assume where it is not given: {"name": "0 m"}.'})
