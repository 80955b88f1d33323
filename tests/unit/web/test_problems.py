from __future__ import annotations

import importlib
import pkgutil

import pytest

import service
from service.application.evaluate import DisagreementReportedError
from service.domain import errors
from service.domain.errors import FerruleError
from service.web.problem_kinds import HTTP, KINDS, kind_of, kinds

POST = "/v1/evaluations"


COMMANDS_ONLY = {"service.adapters.tables.csv_panels"}
"""Modules that only the command line uses: HTTP reads no files."""


def tree(root: type[FerruleError] = FerruleError) -> list[type[FerruleError]]:
    """Return a class and all of its subclasses, wherever they are defined."""
    return [root, *(found for child in root.__subclasses__() for found in tree(child))]


def every_error() -> list[type[FerruleError]]:
    """Return every error of the program."""
    for module in pkgutil.walk_packages(service.__path__, "service."):
        # Importing these would start something, or needs a service.
        if module.name.split(".")[1] not in {"wsgi", "cli"} and "migrations" not in module.name:
            importlib.import_module(module.name)
    ours = {
        error for error in tree() if error.__module__.startswith("service.") and error.__module__ not in COMMANDS_ONLY
    }
    return sorted(ours, key=lambda error: error.__name__)


class Failing:
    """An engine, or a record, that raises."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def doubt(self, received):
        return {}

    def infer(self, facts):
        raise self.error

    def add(self, *_):
        raise self.error

    answer = document = check = add

    def answered_under(self, key):
        return None

    def close(self):
        pass


class TestTable:
    @pytest.mark.parametrize("error", every_error(), ids=lambda error: error.__name__)
    def test_every_error_has_a_row(self, error):
        """
        Every error has a row of its own or of a parent that says who can put it right; none falls
        back to the root.
        """
        row = next(parent for parent in error.__mro__ if parent in KINDS)

        assert error is FerruleError or row is not FerruleError

    def test_types_are_stable(self):
        """
        The types of problems are part of the API: one is added at will, none goes.
        """
        assert set(kinds()) >= {
            "bad-request", "body-not-readable", "body-too-large", "engine-disagreement",
            "engine-failed", "engine-unavailable", "evaluation-not-found", "idempotency-key-reused",
            "internal-error", "knowledge-not-usable", "method-not-allowed", "no-such-resource",
            "not-acceptable", "not-ready", "panel-not-accepted", "record-unavailable",
            "release-exists", "release-not-found", "release-not-usable", "release-tampered",
            "release-too-large", "request-not-accepted", "rule-not-found", "unsupported-media-type",
        }  # fmt: skip

    def test_a_slug_for_each(self):
        """
        No two kinds share a type.
        """
        assert len(kinds()) == len({*KINDS.values()}) + len(HTTP)

    def test_types_resolve(self, client):
        """
        Every type is an address that tells what to do.
        """
        for kind in kinds().values():
            response = client.get(kind.type)

            assert response.status_code == 200
            assert response.json == {
                "type": kind.type,
                "title": kind.title,
                "status": kind.status,
                "remedy": kind.remedy,
            }

    def test_a_reported_disagreement_is_a_disagreement(self):
        """
        A subclass without a row has its parent's.
        """
        assert kind_of(DisagreementReportedError(("x",), "id")).slug == "engine-disagreement"


OURS = [
    (errors.EngineError("canary"), 500, "engine-failed"),
    (errors.EngineUnavailableError("canary"), 503, "engine-unavailable"),
    (errors.EngineDisagreementError(["canary"]), 500, "engine-disagreement"),
    (errors.RecordError("canary"), 503, "record-unavailable"),
    (errors.ReleaseError("canary"), 503, "release-not-usable"),
    (errors.KnowledgeError([errors.Problem("canary", 1, 1, "canary")]), 500, "knowledge-not-usable"),
    (RuntimeError("canary"), 500, "internal-error"),
    (MemoryError("canary"), 500, "internal-error"),
    (RecursionError("canary"), 500, "internal-error"),
]


class TestOurFault:
    @pytest.mark.parametrize(("error", "status", "slug"), OURS, ids=[type(error).__name__ for error, _, _ in OURS])
    def test_engine(self, serve, record, panel, error, status, slug):
        """
        What goes wrong in here is told without its message, nothing is recorded, and the log has
        the class of the error and the request's id.
        """
        app = serve(Failing(error))

        response = app.test_client().post(POST, json=panel)

        problem = response.get_json(force=True)
        logged = app.config["LOG_STREAM"].getvalue()
        assert response.content_type == "application/problem+json"
        assert (response.status_code, problem["type"]) == (status, f"/problems/{slug}")
        assert "canary" not in response.text
        assert type(error).__name__ in logged
        assert problem["instance"] == f"urn:request:{response.headers['X-Request-Id']}"
        assert response.headers["X-Request-Id"] in logged
        assert not record.evaluations

    def test_defects_are_logged_without_their_message(self, serve, panel):
        """
        The message of an error that nobody foresaw may hold a patient's data; the log has places.
        """
        app = serve(Failing(RuntimeError("canary")))

        app.test_client().post(POST, json=panel)

        logged = app.config["LOG_STREAM"].getvalue()
        assert "canary" not in logged
        assert "test_problems.py" in logged

    def test_record(self, serve, engine, panel):
        """
        When the record cannot be written there is no answer, and the caller may come again.
        """
        app = serve(engine, record=Failing(errors.RecordError("The disk is full.")))

        response = app.test_client().post(POST, json=panel)

        assert response.status_code == 503
        assert response.headers["Retry-After"] == "5"
        assert "conclusions" not in response.text
        assert "The disk is full." in app.config["LOG_STREAM"].getvalue()
