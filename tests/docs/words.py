"""
The words of the rule language, as the readers and the schemas of the program know them.

A schema names words of the language and names that authors declared. What the schemas of two rule
sets that share no name have in common are the words of the language.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from service.adapters.knowledge.folder import KnowledgeFolder
from service.application.schemas import schemas
from service.domain.language.fields import CASES, PROFILE, RULE, THRESHOLDS
from tests.docs.blocks import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDERS = ("tests/knowledge/good", "tests/tiny_knowledge", "knowledge")
ORDERED = {"rule": RULE, "cases": CASES, "thresholds": THRESHOLDS, "profile": PROFILE}
DECLARED = {"default", "book"}
"""Names that all of these rule sets happen to declare, such as that of a profile."""


def words() -> dict[str, set[str]]:
    """Return, for each kind of file, the keys and the words that may stand in it."""
    made = [schemas(KnowledgeFolder(ROOT / folder).names()) for folder in FOLDERS]
    found = {}
    for file in made[0]:
        common = set.intersection(*(set(_words(json.loads(one[file]))) for one in made))
        kind = file.removesuffix(".json")
        declared = set.intersection(*(_declared(folder) for folder in FOLDERS)) | DECLARED
        found[kind] = (common | set(_fields(ORDERED.get(kind, {})))) - declared
    return found


def _declared(folder: str) -> set[str]:
    """Return the names that a vocabulary declares."""
    names = KnowledgeFolder(ROOT / folder).names()
    shared = names.vocabulary
    return {*shared.attributes, *shared.measures, *shared.findings, *shared.conclusions, *shared.advice, *names.sources}


def _words(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for member in schema:
            yield from _words(member)
    if not isinstance(schema, dict):
        return
    yield from schema.get("properties", {})
    yield from (word for word in schema.get("enum", ()) if isinstance(word, str))
    if isinstance(schema.get("const"), str):
        yield schema["const"]
    for key, part in schema.items():
        if key in {"properties", "$defs"}:
            for member in part.values():
                yield from _words(member)
        elif key not in {"enum", "const", "required", "dependentRequired"}:
            yield from _words(part)


def _fields(shape: Mapping[str, Any]) -> Iterator[str]:
    for name, inner in shape.items():
        if name != "*":
            yield name
        yield from _fields(inner or {})


def told(text: str) -> dict[str, set[str]]:
    """
    Return the words that have a line in a reference: those in the first cell of a row of a table.

    Args:
        text: Markdown.

    Returns:
        Words by the heading under which they stand.
    """
    found: dict[str, set[str]] = {}
    heading = ""
    for line in text.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("| `"):
            cell = line.split(" | ")[0]
            found.setdefault(heading, set()).update(re.findall(r"`([^`]+)`", cell))
    return found
