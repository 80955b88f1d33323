"""
Explain an evaluation: why, why not, for one of four readers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import Response, request
from flask_smorest import Blueprint

from service.application.drawing import svg
from service.application.explain import EXPLAINERS
from service.application.explanation.asked import GRAPHS, Asked
from service.application.registers import REGISTERS
from service.domain.errors import EvaluationNotFoundError, NameNotFoundError, NothingToDrawError
from service.web.answered_explanation import ExplanationAnswer
from service.web.documentation import operation
from service.web.parameters import unknown_parameters
from service.web.refusals import Refused, RequestError
from service.web.responses import PRIVATE, body_response, json_response, services

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.application.explanation.asked import Explained

FORMATS = {"json": "application/json", "text": "text/plain", "svg": "image/svg+xml"}
"""Media types by the words of the parameter; the first is the default."""

DRAWN = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
ENDPOINT = "explanations.explain"
_ID = re.compile(r"[A-Za-z0-9-]{1,64}\Z")
_WORDS = {"of": tuple(EXPLAINERS), "register": tuple(REGISTERS), "format": tuple(FORMATS), "graph": GRAPHS}
_TEXT = {"schema": {"type": "string"}}

blueprint = Blueprint(
    "explanations",
    __name__,
    url_prefix="/v1/evaluations",
    description="Why an evaluation came out so, and why not otherwise.",
)


def _parameter(name: str, words: Iterable[str], described: str) -> dict[str, Any]:
    listed = list(words)
    schema = {"type": "string", "enum": listed, "default": listed[0]}
    return {"name": name, "in": "query", "description": described, "schema": schema}


@operation(
    blueprint,
    "/<evaluation_id>/explanation",
    ExplanationAnswer,
    described="The explanation, in the format that is asked for.",
    problems=(400, 404, 406, 500, 503),
    operationId="explainEvaluation",
    responses={200: {"content": {FORMATS["text"]: _TEXT, FORMATS["svg"]: _TEXT}}},
    parameters=[
        _parameter("of", EXPLAINERS, "The question: why conclusions were drawn, or why not, or not more firmly."),
        {
            "name": "conclusion",
            "in": "query",
            "description": "A conclusion of the vocabulary. Left out, `why` is about every conclusion of the answer, "
            "and `why-not` about every one that is not confirmed.",
            "schema": {"type": "string", "maxLength": 64},
        },
        _parameter("register", REGISTERS, "Who reads it: every sentence comes from the catalogue of this reader."),
        _parameter("format", FORMATS, "JSON, plain text, or a drawing of the graph for one page."),
        _parameter("graph", GRAPHS, "What is drawn: the smallest support that suffices, or every support."),
    ],
)
def explain(evaluation_id: str) -> Response:
    """
    Explain an evaluation.

    The recorded request is decided again, by the release, in the profile and as of the instant recorded; unless it
    comes out as recorded, nothing is explained. Every sentence names the nodes of the graph that it renders.
    """
    if not _ID.match(evaluation_id):
        message = "No evaluation has such an id."
        raise EvaluationNotFoundError(message)
    words, conclusion = _asked()
    asked = Asked(words["of"], words["register"], REGISTERS[words["register"]], conclusion, words["graph"])
    try:
        explained = services().explain.recorded(evaluation_id, asked)
    except NameNotFoundError as error:
        refused = Refused("parameter", "conclusion", "unknown-conclusion", str(error))
        raise RequestError([refused]) from None
    return _answered(evaluation_id, explained, words["format"])


def _answered(evaluation_id: str, explained: Explained, form: str) -> Response:
    if form == "json":
        return json_response({"evaluation": evaluation_id} | explained.document, PRIVATE)
    if form == "text":
        return body_response(explained.text.encode(), f"{FORMATS[form]}; charset=utf-8", PRIVATE)
    if explained.draw is None:
        raise NothingToDrawError
    response = body_response(svg(explained.draw()).encode(), FORMATS[form], PRIVATE)
    # It sets the size of the page that it is printed on.
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    )
    return response


def _asked() -> tuple[dict[str, str], str | None]:
    """Return the words of the question, and the conclusion that it is about."""
    refused = unknown_parameters(*_WORDS, "conclusion")
    chosen: dict[str, str] = {}
    for name, words in _WORDS.items():
        given = request.args.getlist(name)
        if given and (len(given) > 1 or given[0] not in words):
            detail = f"{name} is one of {', '.join(words)}, given once."
            refused.append(Refused("parameter", name, "unknown-value", detail))
        chosen[name] = given[0] if given else words[0]
    conclusions = request.args.getlist("conclusion")
    if len(conclusions) > 1 or any(len(one) > 64 for one in conclusions):  # noqa: PLR2004 - as names are
        detail = "conclusion is the name of one conclusion, at most 64 characters, given once."
        refused.append(Refused("parameter", "conclusion", "unknown-value", detail))
    if refused:
        raise RequestError(refused)
    return chosen, conclusions[0] if conclusions else None


def media_type() -> str:
    """Return the media type that the request in hand asks for by its parameter."""
    return FORMATS.get(request.args.get("format", "json"), FORMATS["json"])
