"""
JSON Schemas of authored files, with which editors complete names and underline mistakes.

They say less than the readers: what needs more than one place to judge, such as
rows that overlap, is left to ``ferrule check``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from service.application.schemas.cases import cases, generated
from service.application.schemas.numbers import profile, thresholds
from service.application.schemas.rules import rule
from service.application.schemas.shared import ruleset, sources, vocabulary

if TYPE_CHECKING:
    from service.domain.language.names import Names

DRAFT = "https://json-schema.org/draft/2020-12/schema"
KINDS = {
    "vocabulary": vocabulary,
    "sources": sources,
    "ruleset": ruleset,
    "thresholds": thresholds,
    "profile": profile,
    "rule": rule,
    "cases": cases,
    "generated": generated,
}


def schemas(names: Names) -> dict[str, bytes]:
    """
    Return the schema of each kind of file.

    Args:
        names: What may be completed.

    Returns:
        JSON by file name.
    """
    return {
        f"{kind}.json": _bytes({"$schema": DRAFT, "title": f"Ferrule: {kind}"} | make(names))
        for kind, make in KINDS.items()
    }


def _bytes(schema: object) -> bytes:
    return (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode()
