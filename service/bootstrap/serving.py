"""
The service itself.
"""

from __future__ import annotations

import atexit
import json
from typing import TYPE_CHECKING

from service.adapters.system import utc_now, uuid7
from service.application.catalog import Catalog
from service.application.evaluate import Evaluate
from service.application.services import Services
from service.bootstrap.explaining import explainer
from service.bootstrap.parts import engine, program, record, releases, search, some_releases

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
        The use cases with their ports filled. What looks for other panels is started, and ends with the process.
    """
    kept = record(settings)
    catalog = Catalog(releases(settings), engine)
    searching = search()
    atexit.register(searching.close)
    searching.warm()
    explain = explainer(catalog, kept, searching)
    return Services(Evaluate(catalog, kept, utc_now, uuid7, program()), catalog, kept, utc_now, explain)


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
