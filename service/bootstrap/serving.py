"""
The service itself.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service.adapters.system import utc_now, uuid7
from service.application.answer import document
from service.application.canonical import canonical_json
from service.application.catalog import Catalog
from service.application.decide import decide
from service.application.evaluate import Evaluate
from service.application.services import Services
from service.bootstrap.explaining import explainer
from service.bootstrap.parts import engine, program, record, releases, some_releases

if TYPE_CHECKING:
    from service.adapters.knowledge.releases import ReleaseFolder
    from service.config import Settings
    from service.domain.release import Release


def build_services(settings: Settings) -> Services:
    """
    Put the service together.

    Args:
        settings: Of the installation. The record's schema must be in place
            (`serve` sees to it).

    Returns:
        The use cases with their ports filled.
    """
    from service.adapters.verifying import SampledVerifier

    catalog = Catalog(releases(settings), engine)
    kept = record(settings, lambda ruleset, version: decided_examples(catalog, ruleset, version))
    share = settings.verify_share
    verifier = SampledVerifier(share, settings.versions, kept, utc_now, uuid7) if share else None
    evaluate = Evaluate(catalog, kept, utc_now, uuid7, program(), verifier)
    return Services(evaluate, catalog, kept, utc_now, explainer(catalog, kept))


def decided_examples(catalog: Catalog, ruleset: str, version: str) -> bytes:
    """
    Return the decisions about the examples of a release, one after the other: what its decisions have in common.

    Args:
        catalog: The releases with their engines.

        ruleset: Of the release.

        version: Of the release.

    Returns:
        The documents, each as it would be recorded, all as of the day of publishing.
    """
    from service.web.requests import parse_question

    loaded = catalog.choose(ruleset, version)
    release = loaded.release
    then = datetime.fromisoformat(release.published or "2026-01-01").replace(tzinfo=UTC)
    documents = []
    for _, example in sorted(catalog.releases.examples(ruleset, version).items()):
        asked = parse_question(json.dumps(example["request"]).encode(), lambda: then)
        decision, _ = decide(release, release.profiles[asked.profile], loaded.engine, asked.panel)
        documents.append(canonical_json(document(decision)))
    return b"".join(documents)


def serve(settings: Settings) -> None:
    """
    Run the service under gunicorn until a signal ends it.

    Every digest of every release is compared, the newest releases are loaded and
    the record is prepared first, so that what cannot be served is said at once, in
    one sentence.

    Args:
        settings: Of the installation.

    Raises:
        FerruleError: If the record or a release cannot be used.
    """
    from service.adapters.gunicorn_server import run
    from service.adapters.sql_record.migrate import migrate

    published = some_releases(settings)
    published.compare()
    newest = [published.load(ruleset, published.versions(ruleset)[-1]) for ruleset in published.rulesets()]
    migrate(settings.database_url)
    run(settings, _sample(published, newest[0]))


def _sample(published: ReleaseFolder, release: Release) -> str | None:
    """Return the request that the rule set names as its example, as JSON text."""
    examples = published.examples(release.ruleset.id, release.version)
    chosen = examples.get(str(release.ruleset.fields.get("example", "")))
    return json.dumps(chosen["request"]) if chosen else None
