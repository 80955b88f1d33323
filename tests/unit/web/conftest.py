from __future__ import annotations

import io
import json
import uuid
from datetime import UTC, datetime

import pytest

from service import bootstrap
from service.adapters.durable_rules.engine import DurableRulesEngine
from service.application.catalog import Catalog
from service.application.evaluate import Evaluate
from service.application.services import Services
from service.web.app import create_app
from tests import verifying
from tests.fakes_record import InMemoryRecord
from tests.fakes_releases import KNOWLEDGE, RULESET, VERSION, OneRelease

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def fixed_clock() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def releases():
    return OneRelease()


@pytest.fixture(scope="session")
def engine(releases):
    return DurableRulesEngine(releases.release, probe=False)


class VerifiedRecord(InMemoryRecord):
    """A record of decisions, each of which follows from its trace and the rule file alone."""

    def add(self, evaluation, key=None):
        super().add(evaluation, key)
        assert verifying.verified(json.loads(evaluation.document), verifying.rule_file() | {"version": VERSION}) == []


@pytest.fixture
def record():
    return VerifiedRecord()


@pytest.fixture
def serve(releases, record):
    """Make services and an application around any engine."""

    def make(engine, record=record, **overrides):
        catalog = Catalog(releases, lambda _: engine)
        ids = lambda: str(uuid.uuid4())  # noqa: E731 - a port in one line
        services = Services(
            Evaluate(catalog, record, fixed_clock, ids, bootstrap.program()),
            catalog,
            record,
            fixed_clock,
            bootstrap.explainer(catalog, record),
        )
        return create_app(services, **({"LOG_STREAM": io.StringIO()} | overrides))

    return make


@pytest.fixture
def app(serve, engine):
    return serve(engine)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture(scope="session")
def panel():
    """A sample panel that everybody can read."""
    path = KNOWLEDGE / RULESET / "examples" / "iron-deficiency-anemia.json"
    return json.loads(path.read_text())["request"]
