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


def _text(description: str = "", *, required: bool = True, **said: Any) -> fields.String:  # noqa: ANN401 - JSON Schema
    metadata = {"description": description, **said} if description else said
    return fields.String(required=required, metadata=metadata)


def _maybe(description: str = "") -> fields.String:
    return _text(description, required=False)


def _flag(*, required: bool = True) -> fields.Boolean:
    return fields.Boolean(required=required)


def _texts(description: str = "", *, required: bool = True) -> fields.List[Any]:
    return fields.List(
        fields.String(),
        required=required,
        metadata={"description": description} if description else {},
    )


def _some(schema: type[Schema], *, required: bool = True) -> fields.List[Any]:
    return fields.List(fields.Nested(schema), required=required)


def _word(words: Iterable[str]) -> fields.String:
    return _text(enum=[str(word) for word in words])


class Described(Schema):
    """A schema that knows every field."""

    class Meta:
        """Options of marshmallow."""

        unknown = RAISE


class FaultAnswer(Described):
    """Where a problem is: exactly one of pointer, parameter, header and check."""

    pointer = _maybe("JSON Pointer (RFC 6901) into the body")
    parameter = _maybe("Name of a query parameter")
    header = _maybe("Name of a header")
    check = _maybe("Name of a readiness check")
    code = _text("Stable word for programs")
    detail = _text("What is wrong and what would be accepted")


class ProblemAnswer(Described):
    """A problem (RFC 9457)."""

    type = _text("Address of a description with the remedy", format="uri-reference")
    title = _text()
    status = fields.Integer(required=True)
    detail = _text()
    instance = _text("The request, as in X-Request-Id and the log", format="uri-reference")
    errors = _some(FaultAnswer)
    report = _maybe("Id of the stored report, where the engine and the semantics disagree")


class RulesetUsed(Described):
    """What decided."""

    id = _text()
    version = _text()
    digest = _text("sha256 of the release's manifest")
    profile = _text()


class ScopeAnswer(Described):
    """Whether the rule set is for this patient."""

    state = _text(enum=["in", "out", "unknown"])
    asks = _texts()


class CodeAnswer(Described):
    """A code of a terminology, suggested for review by a coder."""

    system = _text()
    code = _text()


class ConclusionAnswer(Described):
    """A pattern consistent with the panel; never a diagnosis."""

    conclusion = _text()
    title = _text()
    kind = _text()
    certainty = _word(Certainty)
    contested = _flag()
    codes = _some(CodeAnswer)
    vars().update({"for": _texts("Rules that fired and speak for it")})
    against = _texts("Rules that fired and speak against it")
    chain = _texts("Every rule that it rests on, in order")
    because = _text()
    sources = _texts()


class FindingAnswer(Described):
    """A finding that rules decide."""

    finding = _text()
    title = _text()
    state = _word(State)
    by = _texts("Rules that decided it")


class AdviceAnswer(Described):
    """A next step."""

    advice = _text()
    title = _text()
    urgency = _text(enum=[urgency.word for urgency in Urgency])
    text = _text()
    chain = _texts()


class MissingAnswer(Described):
    """What would settle something that is open."""

    vars().update({"for": _text("Finding, conclusion or scope that is open")})
    tests = fields.List(fields.List(fields.String()), required=True)
    effect = _text()


class AssumedAnswer(Described):
    """An assumption that was used."""

    attribute = _text()
    value = _text()
    changes = _texts("Decided rules that rest on it")


class QualityAnswer(Described):
    """A remark on the quality of what was sent."""

    result = _text()
    measure = _text()
    issue = _text()
    detail = _text()
    used = _flag()


class SourceAnswer(Described):
    """A publication; further members are as the author wrote them."""

    class Meta:
        """Options of marshmallow."""

        unknown = "include"

    source = _text()
    title = _text()


class IntervalAnswer(Described):
    """A value, exact, in the canonical unit; an end that is not here is unbounded."""

    text = _text()
    unit = _text()
    low = _maybe()
    high = _maybe()
    low_open = _flag(required=False)
    high_open = _flag(required=False)


class GivenAnswer(Described):
    """A value as it was sent."""

    value = _text()
    unit = _text()


class InputAnswer(Described):
    """A result as given and as used; one that was set aside has no `used`."""

    result = _text()
    measure = _text()
    given = fields.Nested(GivenAnswer, required=True)
    used = fields.Nested(IntervalAnswer)


class OperandAnswer(Described):
    """A number that a formula used."""

    name = _text()
    value = _maybe()
    at = _maybe()
    source = _maybe()
    where = _maybe()
    read = _maybe()


class DerivedAnswer(Described):
    """A measure that was computed."""

    measure = _text()
    formula = _text()
    operands = _some(OperandAnswer)
    value = fields.Nested(IntervalAnswer, required=True)
    vars().update({"from": _texts()})


class RowAnswer(Described):
    """A row of a threshold that holds for this patient."""

    name = _text()
    row = _text()
    source = _text()
    where = _text()
    read = _text("How far the source was verified")
    value = _maybe()
    equal_is_abnormal = _flag(required=False)
    no_limit = _maybe("Why there is no limit")


class GivenFindingAnswer(Described):
    """The finding that a threshold's rows are keyed by."""

    finding = _text()
    state = _text()
    by = _texts()


class ConditionAnswer(Described):
    """One distinct condition, with what decided it."""

    id = _text()
    text = _text()
    result = _text(enum=["true", "false", "unknown"])
    measure = _maybe()
    value = _maybe()
    origin = _maybe()
    vars().update({"from": _texts("Results and patient data it rests on", required=False)})
    by = _texts(required=False)
    given = fields.Nested(GivenFindingAnswer)
    margin = _maybe("Value minus threshold")
    threshold = _some(RowAnswer, required=False)
    reason = _maybe()
    needs = _texts(required=False)


class EffectAnswer(Described):
    """What a rule gives."""

    finding = _maybe()
    state = _maybe()
    conclusion = _maybe()
    certainty = _maybe()
    advice = _maybe()
    urgency = _maybe()


class RuleOutcomeAnswer(Described):
    """One rule with its outcome."""

    rule = _text()
    outcome = _word(Outcome)
    title = _maybe()
    order = fields.Integer(metadata={"description": "Order of firing, by dependency and id"})
    conditions = _texts("Ids of the conditions that made the outcome", required=False)
    missing = _texts(required=False)
    gives = fields.Nested(EffectAnswer)
    sources = _texts(required=False)


class TraceAnswer(Described):
    """Every rule of the release with its outcome, and why."""

    inputs = _some(InputAnswer)
    derived = _some(DerivedAnswer)
    rules = _some(RuleOutcomeAnswer)
    conditions = _some(ConditionAnswer)


class EvaluationAnswer(Described):
    """A decision as it was recorded."""

    id = _text(format="uuid")
    format = fields.Integer(required=True)
    as_of = _text(format="date-time")
    decided_at = _text(format="date-time")
    recorded_at = _text(format="date-time")
    subject = _maybe()
    ruleset = fields.Nested(RulesetUsed, required=True)
    standing = _text("What the release may be relied on for")
    status = _word(Status)
    scope = fields.Nested(ScopeAnswer, required=True)
    conclusions = _some(ConclusionAnswer)
    findings = _some(FindingAnswer)
    advice = _some(AdviceAnswer)
    missing = _some(MissingAnswer)
    assumed = _some(AssumedAnswer)
    quality = _some(QualityAnswer)
    trace = fields.Nested(TraceAnswer, metadata={"description": f"As asked: {', '.join(VIEWS)}"})
    sources = _some(SourceAnswer)
