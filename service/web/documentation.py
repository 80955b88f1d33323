"""
Words that the OpenAPI document says in several places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from service.application.view import VIEWS
from service.web.described import ProblemAnswer
from service.web.problem_kinds import kinds
from service.web.problems import MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask_smorest import Blueprint
    from marshmallow import Schema

View = TypeVar("View", bound="Callable[..., Any]")


def header(description: str) -> dict[str, Any]:
    """Return the description of a header that is text."""
    return {"description": description, "schema": {"type": "string"}}


ETAG = header("Strong validator: SHA-256 of the body.")

REQUEST_ID = "X-Request-Id"
_UUID = {"type": "string", "format": "uuid"}
GIVEN_ID: dict[str, Any] = {
    "name": REQUEST_ID,
    "in": "header",
    "description": "A UUID that names the request in the answer and the log; anything else is replaced by a new one.",
    "schema": _UUID,
}
ANSWERED_ID: dict[str, Any] = {REQUEST_ID: {"description": "The request's, as in the log.", "schema": _UUID}}

IF_NONE_MATCH: dict[str, Any] = {
    "name": "If-None-Match",
    "in": "header",
    "description": "ETag of what the caller has; 304 if it is still the same.",
    "schema": {"type": "string"},
}

TRACE: dict[str, Any] = {
    "name": "trace",
    "in": "query",
    "description": "How much of the trace to show: fired rules in full and the others as rule and "
    "outcome; all; none. The record always holds all of it.",
    "schema": {"type": "string", "enum": list(VIEWS), "default": "chain"},
}


def operation(  # noqa: PLR0913 - the parts of an operation, each by name
    blueprint: Blueprint,
    rule: str,
    schema: type[Schema],
    *,
    problems: Sequence[int | str],
    described: str,
    method: str = "GET",
    status: int = 200,
    headers: dict[str, Any] | None = None,
    **more: Any,  # noqa: ANN401 - members of an OpenAPI operation
) -> Callable[[View], View]:
    """
    Route a view and describe it.

    What holds for every operation is added: the request's id, and for GET the answer to who has it already.

    Args:
        blueprint: Where it belongs.

        rule: Its address.

        schema: What it answers when all is well.

        problems: Every error that it may answer: a status for all kinds that have it, or the slug of one kind.

        described: What the answer is.

        method: HTTP method.

        status: Status when all is well.

        headers: Headers of the answer.

        more: Further members of the OpenAPI operation.

    Returns:
        A decorator.
    """
    asked = [*more.pop("parameters", ()), GIVEN_ID]
    if method == "GET":
        asked.append(IF_NONE_MATCH)

    def decorate(view: View) -> View:
        documented = blueprint.doc(parameters=asked, **more)(view)
        told = (headers or {"ETag": ETAG}) | ANSWERED_ID
        documented = blueprint.response(status, schema, description=described, headers=told)(documented)
        if method == "GET":
            same = "Still what If-None-Match names."
            documented = blueprint.alt_response(304, description=same, headers={"ETag": ETAG} | ANSWERED_ID)(documented)
        answered = [kind for kind in kinds().values() if kind.status in problems or kind.slug in problems]
        for error in sorted({kind.status for kind in answered}):
            said = "; ".join(f"`{kind.type}`: {kind.title}" for kind in answered if kind.status == error)
            documented = blueprint.alt_response(
                error, schema=ProblemAnswer, content_type=MEDIA_TYPE, description=said, headers=ANSWERED_ID
            )(documented)
        blueprint.route(rule, methods=[method])(documented)
        return view

    return decorate
