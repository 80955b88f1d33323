"""
What goes wrong, over HTTP: the one table from error to status, title and remedy.

Each ``type`` is an address that this service answers, with what to do about it.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.domain import errors
from service.web.json_body import BodyError
from service.web.refusals import NotReadyError, RequestError


@dataclass(frozen=True, slots=True)
class Kind:
    """
    A kind of problem.

    Attributes:
        status: HTTP status.

        slug: Last part of its type; empty where there is nothing to say but the status.

        title: The same for every problem of the kind.

        remedy: What the reader can do.

        told: Whether the error's own sentence is the detail; else the remedy is.
    """

    status: int
    slug: str
    title: str
    remedy: str
    told: bool = True

    @property
    def type(self) -> str:
        """The type: a reference that resolves against the address of the service, or nothing but the status."""
        return f"/problems/{self.slug}" if self.slug else "about:blank"


_RETRY = "The request may be sent again, with the same Idempotency-Key; if it fails again, tell the operator."
_DEFECT = "No conclusion was given and no decision was recorded. Tell the operator the instance."

INTERNAL = Kind(500, "internal-error", "Internal error", _DEFECT, told=False)

KINDS: dict[type[errors.FerruleError], Kind] = {
    errors.FerruleError: INTERNAL,
    errors.KnowledgeError: Kind(
        500, "knowledge-not-usable", "Knowledge not usable",
        "An author must correct the knowledge files; `ferrule check` lists every fault.", told=False,
    ),
    errors.PanelError: Kind(
        422, "panel-not-accepted", "Panel not accepted",
        "Correct each field that errors points to, and send the request again; nothing was recorded.",
    ),
    BodyError: Kind(
        400, "body-not-readable", "Body not readable",
        "Send one JSON object in UTF-8, each key once, every number finite.",
    ),
    RequestError: Kind(
        400, "request-not-accepted", "Request not accepted",
        "Correct each parameter or header that errors names.",
    ),
    errors.ReleaseError: Kind(
        503, "release-not-usable", "Release not usable",
        "The operator must restore the published releases.", told=False,
    ),
    errors.ReleaseNotFoundError: Kind(
        404, "release-not-found", "Release not found",
        "/v1/rulesets lists the rule sets, and .../versions the versions that are published.",
    ),
    errors.RuleNotFoundError: Kind(
        404, "rule-not-found", "Rule not found", ".../rules lists the rules of a version.",
    ),
    errors.ReleaseTamperedError: Kind(
        503, "release-tampered", "Release not as published",
        "The operator must restore the file named; a release is never edited.",
    ),
    errors.ReleaseExistsError: Kind(
        409, "release-exists", "Release exists", "Publish under the next version.",
    ),
    errors.RecordError: Kind(503, "record-unavailable", "Record unavailable", _RETRY, told=False),
    errors.EvaluationNotFoundError: Kind(
        404, "evaluation-not-found", "Evaluation not found",
        "Use the address that was given as Location when the evaluation was made.",
    ),
    errors.IdempotencyConflictError: Kind(
        422, "idempotency-key-reused", "Idempotency key used for another request",
        "Use a new Idempotency-Key for each request, and the same one only to repeat a request unchanged.",
    ),
    errors.EngineError: Kind(500, "engine-failed", "Engine failed", _DEFECT, told=False),
    errors.EngineUnavailableError: Kind(
        503, "engine-unavailable", "Engine unavailable",
        "The operator must install the engine; the log says how.", told=False,
    ),
    errors.EngineLimitError: Kind(
        500, "release-too-large", "Release too large for the engine",
        "An author must make the rule set smaller.",
    ),
    errors.EngineDisagreementError: Kind(
        500, "engine-disagreement", "Engine and reference semantics disagree",
        "No conclusion was given. Tell the operator the report, which is stored.", told=False,
    ),
    errors.NothingToDrawError: Kind(
        400, "nothing-to-draw", "Nothing to draw", "Ask for format=json or format=text.",
    ),
    errors.ExplainedOtherwiseError: Kind(
        500, "decided-otherwise", "Decided otherwise than recorded",
        "The recorded answer stands and nothing is explained. Tell the operator the instance.",
    ),
    NotReadyError: Kind(503, "not-ready", "Not ready", _RETRY),
}  # fmt: skip
"""What each error is over HTTP; a class that has no row of its own has its parent's."""

HTTP: dict[int, Kind] = {
    kind.status: kind
    for kind in (
        Kind(400, "bad-request", "Bad request", "Send a well-formed HTTP request."),
        Kind(404, "no-such-resource", "No such resource", "/openapi.json lists every address."),
        Kind(405, "method-not-allowed", "Method not allowed", "Use a method that Allow names."),
        Kind(406, "not-acceptable", "Not acceptable", "Accept application/json."),
        Kind(413, "body-too-large", "Body too large", "Send at most 1 MiB."),
        Kind(
            415, "unsupported-media-type", "Unsupported media type",
            "Send Content-Type: application/json, in UTF-8 and without Content-Encoding.",
        ),
    )
}  # fmt: skip
"""What HTTP itself refuses."""


def kinds() -> dict[str, Kind]:
    """Return every kind of problem by slug."""
    return {kind.slug: kind for kind in (*KINDS.values(), *HTTP.values())}


def kind_of(error: errors.FerruleError) -> Kind:
    """Return the kind of an error: its own row, or the row of its nearest parent."""
    return next(KINDS[parent] for parent in type(error).__mro__ if parent in KINDS)
