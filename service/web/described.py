"""
How answers are described: texts, flags and lists, and the problem, which every operation may answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import RAISE, Schema, fields

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


def some(schema: type[Schema], description: str = "", *, required: bool = True) -> fields.List[Any]:
    """Return a list of objects."""
    return fields.List(
        fields.Nested(schema), required=required, metadata={"description": description} if description else {}
    )


def word(words: Iterable[str], description: str = "") -> fields.String:
    """Return one of a few words."""
    return string(description, enum=[str(word) for word in words])


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
