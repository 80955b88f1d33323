"""
The composition root: the only place that chooses adapters.

Entry points ask here for what they need; heavy parts are imported where they are
used, so that a command pays only for its own. `parts` are what all else is put
together from; `serving`, `authoring`, `publishing` and `unrecorded` are named for
whom they serve.
"""

from service.bootstrap.authoring import decided_case, draft_with, generate, new_rule, rewrite, schemas, watch
from service.bootstrap.explaining import explained, explainer
from service.bootstrap.parts import engine, program, record, releases, some_releases, working_copy
from service.bootstrap.publishing import failing_cases, publish
from service.bootstrap.serving import build_services, serve
from service.bootstrap.unrecorded import PanelTable, evaluation, panel_of, question, table

__all__ = [
    "PanelTable",
    "build_services",
    "decided_case",
    "draft_with",
    "engine",
    "evaluation",
    "explained",
    "explainer",
    "failing_cases",
    "generate",
    "new_rule",
    "panel_of",
    "program",
    "publish",
    "question",
    "record",
    "releases",
    "rewrite",
    "schemas",
    "serve",
    "some_releases",
    "table",
    "watch",
    "working_copy",
]
