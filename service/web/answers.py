"""
Answers as the OpenAPI document describes them.

An answer is recorded as bytes before it is sent, and those bytes are sent; nothing is dumped
through these schemas. Tests load real answers with them, unknown fields refused, so that
the description cannot drift from what is answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import RAISE, Schema, fields

from service.application.answer import VIEWS
from service.domain.decision import Status
from service.domain.semantics import Outcome
from service.domain.vocabulary import Certainty, State, Urgency

if TYPE_CHECKING:
    from collections.abc import Iterable


def string(description: str = "", *, required: bool = True, **said: Any) -> fields.String:  # noqa: ANN401 - JSON Schema
    """Return a text that is always there."""
    metadata = {"description": description, **said} if description else said
    return fields.String(required=required, metadata=metadata)


def maybe(description: str = "") -> fields.String:
    """Return a text that may be left out."""
    return string(description, required=False)


def nullable(description: str = "") -> fields.String:
    """Return a text that may be null."""
    return fields.String(required=True, allow_none=True, metadata={"description": description})


def flag(*, required: bool = True) -> fields.Boolean:
    """Return true or false."""
    return fields.Boolean(required=required)


def texts(description: str = "", *, required: bool = True) -> fields.List[Any]:
    """Return a list of texts."""
    return fields.List(
        fields.String(),
        required=required,
        metadata={"description": description} if description else {},
    )


def some(schema: type[Schema], *, required: bool = True) -> fields.List[Any]:
    """Return a list of objects."""
    return fields.List(fields.Nested(schema), required=required)


def word(words: Iterable[str]) -> fields.String:
    """Return one of a few words."""
    return string(enum=[str(word) for word in words])


class Described(Schema):
    """A schema that knows every field."""

    class Meta:
        """Options of marshmallow."""

        unknown = RAISE


class FaultAnswer(Described):
    """Where a problem is: exactly one of pointer, parameter, header and check."""

    pointer = maybe("JSON Pointer (RFC 6901) into the body")
    parameter = maybe("Name of a query parameter")
    header = maybe("Name of a header")
    check = maybe("Name of a readiness check")
    code = string("Stable word for programs")
    detail = string("What is wrong and what would be accepted")


class ProblemAnswer(Described):
    """A problem (RFC 9457)."""

    type = string("Address of a description with the remedy", format="uri-reference")
    title = string()
    status = fields.Integer(required=True)
    detail = string()
    instance = string("The request, as in X-Request-Id and the log", format="uri-reference")
    errors = some(FaultAnswer)
    report = maybe("Id of the stored report, where the engine and the semantics disagree")


class RulesetUsed(Described):
    """What decided."""

    id = string()
    version = string()
    digest = string("sha256 of the release's manifest")
    profile = string()


class ScopeAnswer(Described):
    """Whether the rule set is for this patient."""

    state = string(enum=["in", "out", "unknown"])
    asks = texts()


class CodeAnswer(Described):
    """A code of a terminology, suggested for review by a coder."""

    system = string()
    code = string()


class ConclusionAnswer(Described):
    """A pattern consistent with the panel; never a diagnosis."""

    conclusion = string()
    title = string()
    kind = string()
    certainty = word(Certainty)
    contested = flag()
    codes = some(CodeAnswer)
    vars().update({"for": texts("Rules that fired and speak for it")})
    against = texts("Rules that fired and speak against it")
    chain = texts("Every rule that it rests on, in order")
    because = string()
    sources = texts()


class FindingAnswer(Described):
    """A finding that rules decide."""

    finding = string()
    title = string()
    state = word(State)
    by = texts("Rules that decided it")


class AdviceAnswer(Described):
    """A next step."""

    advice = string()
    title = string()
    urgency = string(enum=[urgency.word for urgency in Urgency])
    text = string()
    chain = texts()


class MissingAnswer(Described):
    """What would settle something that is open."""

    vars().update({"for": string("Finding, conclusion or scope that is open")})
    tests = fields.List(fields.List(fields.String()), required=True)
    effect = string()


class AssumedAnswer(Described):
    """An assumption that was used."""

    attribute = string()
    value = string()
    changes = texts("Decided rules that rest on it")


class QualityAnswer(Described):
    """A remark on the quality of what was sent."""

    result = string()
    measure = string()
    issue = string()
    detail = string()
    used = flag()


class SourceAnswer(Described):
    """A publication; further members are as the author wrote them."""

    class Meta:
        """Options of marshmallow."""

        unknown = "include"

    source = string()
    title = string()


class IntervalAnswer(Described):
    """A value, exact, in the canonical unit; an end that is not here is unbounded."""

    text = string()
    unit = string()
    low = maybe()
    high = maybe()
    low_open = flag(required=False)
    high_open = flag(required=False)


class GivenAnswer(Described):
    """A value as it was sent."""

    value = string()
    unit = string()


class InputAnswer(Described):
    """A result as given and as used; one that was set aside has no `used`."""

    result = string()
    measure = string()
    given = fields.Nested(GivenAnswer, required=True)
    used = fields.Nested(IntervalAnswer)


class OperandAnswer(Described):
    """A number that a formula used."""

    name = string()
    value = maybe()
    at = maybe()
    source = maybe()
    where = maybe()
    read = maybe()


class DerivedAnswer(Described):
    """A measure that was computed."""

    measure = string()
    formula = string()
    operands = some(OperandAnswer)
    value = fields.Nested(IntervalAnswer, required=True)
    vars().update({"from": texts()})


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
    by = texts(required=False)
    given = fields.Nested(GivenFindingAnswer)
    margin = maybe("Value minus threshold")
    threshold = some(RowAnswer, required=False)
    reason = maybe()
    needs = texts(required=False)


class EffectAnswer(Described):
    """What a rule gives."""

    finding = maybe()
    state = maybe()
    conclusion = maybe()
    certainty = maybe()
    advice = maybe()
    urgency = maybe()


class RuleOutcomeAnswer(Described):
    """One rule with its outcome."""

    rule = string()
    outcome = word(Outcome)
    title = maybe()
    order = fields.Integer(metadata={"description": "Order of firing, by dependency and id"})
    conditions = texts("Ids of the conditions that made the outcome", required=False)
    missing = texts(required=False)
    gives = fields.Nested(EffectAnswer)
    sources = texts(required=False)


class TraceAnswer(Described):
    """Every rule of the release with its outcome, and why."""

    inputs = some(InputAnswer)
    derived = some(DerivedAnswer)
    rules = some(RuleOutcomeAnswer)
    conditions = some(ConditionAnswer)


class EvaluationAnswer(Described):
    """A decision as it was recorded."""

    id = string(format="uuid")
    format = fields.Integer(required=True)
    as_of = string(format="date-time")
    decided_at = string(format="date-time")
    recorded_at = string(format="date-time")
    subject = maybe()
    ruleset = fields.Nested(RulesetUsed, required=True)
    standing = string("What the release may be relied on for")
    status = word(Status)
    scope = fields.Nested(ScopeAnswer, required=True)
    conclusions = some(ConclusionAnswer)
    findings = some(FindingAnswer)
    advice = some(AdviceAnswer)
    missing = some(MissingAnswer)
    assumed = some(AssumedAnswer)
    quality = some(QualityAnswer)
    trace = fields.Nested(TraceAnswer, metadata={"description": f"As asked: {', '.join(VIEWS)}"})
    sources = some(SourceAnswer)
