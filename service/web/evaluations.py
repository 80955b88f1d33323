"""
Evaluate a panel, and read an evaluation again.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from flask import request
from flask_smorest import Blueprint
from werkzeug.exceptions import UnsupportedMediaType

from service.application.canonical import canonical_json
from service.application.ports import Key
from service.application.view import VIEWS, view
from service.domain.errors import EvaluationNotFoundError, Fault
from service.web.answers import EvaluationAnswer
from service.web.documentation import ETAG, TRACE, header, operation
from service.web.json_body import BodyError
from service.web.parameters import unknown_parameters
from service.web.refusals import Refused, RequestError
from service.web.requests import parse_question
from service.web.responses import PRIVATE, json_response, services
from service.web.schemas import EvaluationRequest

if TYPE_CHECKING:
    from flask import Response

IDEMPOTENCY_KEY = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,200}\Z")
_ID = re.compile(r"[A-Za-z0-9-]{1,64}\Z")

blueprint = Blueprint(
    "evaluations",
    __name__,
    url_prefix="/v1/evaluations",
    description="Panels, and the decisions about them.",
)


@operation(
    blueprint,
    "",
    EvaluationAnswer,
    method="POST",
    status=201,
    described="Evaluated, and recorded before it was answered.",
    problems=(400, "release-not-found", 406, 413, 415, 422, 500, 503),
    headers={
        "Location": header("Address of the evaluation."),
        "ETag": ETAG,
        "Idempotency-Replayed": header("`true` where the answer is that to an earlier request."),
    },
    operationId="evaluate",
    parameters=[
        TRACE,
        {
            "name": IDEMPOTENCY_KEY,
            "in": "header",
            "description": "Chosen by the caller. The same request with the same key has the same "
            "answer, byte for byte, and is recorded once; another request with it is refused.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
        },
    ],
    requestBody={
        "required": True,
        "content": {"application/json": {"schema": EvaluationRequest}},
    },
)
def evaluate() -> Response:
    """
    Evaluate a panel.

    Decides by the rule set's newest version unless the request names one. The decision is recorded
    before it is answered.
    """
    if request.mimetype != "application/json" or not _plain():
        raise UnsupportedMediaType
    shown = _shown() or "chain"
    question = parse_question(_body(), services().clock)
    given = request.headers.getlist(IDEMPOTENCY_KEY)
    key = Key(_key(given), _fingerprint(shown, question.request)) if given else None
    answer = services().evaluate(question, key, shown)
    response = json_response(answer.body, PRIVATE, 201, f"/v1/evaluations/{answer.id}")
    if answer.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


@operation(
    blueprint,
    "/<evaluation_id>",
    EvaluationAnswer,
    described="As it was answered.",
    problems=(400, "evaluation-not-found", 406, 500, 503),
    operationId="readEvaluation",
    parameters=[TRACE],
)
def read_evaluation(evaluation_id: str) -> Response:
    """
    Read an evaluation.

    Without `trace` it is what was answered, byte for byte; with it, the same decision with as much
    of its trace as is asked for.
    """
    if not _ID.match(evaluation_id):
        message = "No evaluation has such an id."
        raise EvaluationNotFoundError(message)
    shown = _shown()
    record = services().record
    if shown is None:
        return json_response(record.answer(evaluation_id), PRIVATE)
    full = json.loads(record.document(evaluation_id))
    return json_response(canonical_json(view(full, shown)), PRIVATE)


def _body() -> bytes:
    """Return the whole body, or refuse it as too large or too short."""
    body = request.get_data()
    length = request.content_length
    if length is not None and len(body) < length:
        detail = "The body ends before its Content-Length; send all of it."
        raise BodyError([Fault("", "incomplete", detail)])
    if length is None:
        # A body sent in chunks is cut at the limit in silence; what is behind it shows here.
        request.stream.read(1)
    return body


def _plain() -> bool:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    coding = request.headers.get("Content-Encoding", "identity").lower()
    return charset in {"utf-8", "utf8"} and coding == "identity"


def _shown() -> str | None:
    """Return how much of the trace is asked for, or None where nothing is said."""
    refused = unknown_parameters("trace")
    given = request.args.getlist("trace")
    if given and (len(given) > 1 or given[0] not in VIEWS):
        detail = f"trace is one of {', '.join(VIEWS)}, given once."
        refused.append(Refused("parameter", "trace", "unknown-value", detail))
    if refused:
        raise RequestError(refused)
    return given[0] if given else None


def _key(given: list[str]) -> str:
    if len(given) > 1 or not _KEY.match(given[0]):
        detail = f"{IDEMPOTENCY_KEY} has 1 to 200 visible ASCII characters and is given once."
        raise RequestError([Refused("header", IDEMPOTENCY_KEY, "not-accepted", detail)])
    return given[0]


def _fingerprint(shown: str, body: bytes) -> str:
    return hashlib.sha256(shown.encode() + b"\n" + body).hexdigest()
