"""
What operators and other programs ask a service: does it live, can it work, what is it.
"""

from __future__ import annotations

import platform
from importlib.metadata import version as installed
from typing import TYPE_CHECKING

from flask_smorest import Blueprint
from marshmallow import fields

from service import __version__
from service.application.readiness import failing
from service.web.described import Described, some, string
from service.web.documentation import operation
from service.web.problem_kinds import HTTP, Kind, kinds
from service.web.problems import problem
from service.web.refusals import NotReadyError
from service.web.responses import CHANGING, json_response, services

if TYPE_CHECKING:
    from flask import Response

PROBES = ("/healthz", "/readyz", "/version")
"""Asked by programs that send whatever Accept they have been given."""

blueprint = Blueprint("operations", "operations", description="Life, readiness, version, and what problems mean.")


class StateAnswer(Described):
    """A state."""

    status = string(enum=["ok", "ready"])


class ReleaseInUse(Described):
    """The newest release of a rule set."""

    ruleset = string()
    version = string()
    digest = string()


class VersionOfProgram(Described):
    """What runs here."""

    program = string()
    python = string()
    engine = string("The inference engine")
    releases = some(ReleaseInUse)


class KindAnswer(Described):
    """A kind of problem."""

    type = string()
    title = string()
    status = fields.Integer(required=True)
    remedy = string()


class KindsAnswer(Described):
    """Every kind of problem."""

    problems = some(KindAnswer)


@operation(blueprint, "/healthz", StateAnswer, described="It lives.", problems=(), operationId="health")
def health() -> Response:
    """Tell that the process lives; nothing else is looked at."""
    return json_response({"status": "ok"}, "no-store")


@operation(
    blueprint,
    "/readyz",
    StateAnswer,
    described="It can evaluate now.",
    problems=(503,),
    operationId="readiness",
)
def readiness() -> Response:
    """Tell whether releases are verified, the engine has compiled them, and the record can be written."""
    failed = failing(services())
    if failed:
        raise NotReadyError(failed)
    return json_response({"status": "ready"}, "no-store")


@operation(
    blueprint,
    "/version",
    VersionOfProgram,
    described="Versions of program, language and engine, and the newest releases.",
    problems=(500, 503),
    operationId="version",
)
def version() -> Response:
    """Tell what runs here."""
    catalog = services().catalog
    newest = [catalog.choose(name, None).release for name in catalog.releases.rulesets()]
    told = {
        "program": __version__,
        "python": platform.python_version(),
        "engine": f"durable-rules {installed('durable-rules')}",
        "releases": [{"ruleset": one.ruleset.id, "version": one.version, "digest": one.digest} for one in newest],
    }
    return json_response(told, CHANGING)


@operation(
    blueprint,
    "/problems",
    KindsAnswer,
    described="Every kind of problem.",
    problems=(406,),
    operationId="listProblems",
)
def list_problems() -> Response:
    """List every kind of problem."""
    return json_response({"problems": [_kind(kind) for kind in kinds().values()]}, CHANGING)


@operation(
    blueprint,
    "/problems/<slug>",
    KindAnswer,
    described="What the type of a problem means, and what to do.",
    problems=("no-such-resource", 406),
    operationId="readProblem",
)
def read_problem(slug: str) -> Response:
    """Read what a kind of problem means."""
    kind = kinds().get(slug)
    if kind is None:
        return problem(HTTP[404])
    return json_response(_kind(kind), CHANGING)


def _kind(kind: Kind) -> dict[str, str | int]:
    return {
        "type": kind.type,
        "title": kind.title,
        "status": kind.status,
        "remedy": kind.remedy,
    }
