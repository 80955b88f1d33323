"""
How answers are described: texts, flags and lists, and the problem, which every operation may answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import RAISE, Schema, fields

from service.application.release_note import READ_IN_WORDS
from service.domain.language.words import READ_LEVELS

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


def flag(description: str = "", *, required: bool = True) -> fields.Boolean:
    """Return true or false."""
    return fields.Boolean(required=required, metadata={"description": description} if description else {})


def level(levels: Iterable[str] = READ_LEVELS, *, required: bool = True) -> fields.String:
    """Return how far a source was read: one of the words that authors write, each with its meaning."""
    known = list(levels)
    told = "; ".join(f"`{one}`: {READ_IN_WORDS[one]}" for one in known)
    return string(f"How far what is cited was verified. {told}", required=required, enum=known)


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
