"""
Authored files as editors see them: typed by their looks, and judged by a JSON Schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from service.domain.language.fields import kind_of


class _AsEditorsDo(SafeConstructor):
    """Reads dates as texts, as YAML 1.2 does."""


_AsEditorsDo.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def seen(raw: bytes) -> Any:
    """
    Return what an editor sees in a file.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _AsEditorsDo
    return yaml.load(raw.decode())


def underlined(schemas: Mapping[str, dict], files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """
    Yield what an editor underlines, with its file.
    """
    from jsonschema import Draft202012Validator

    validators = {name: Draft202012Validator(schema) for name, schema in schemas.items()}
    for path, raw in files.items():
        kind = kind_of(path) if path.endswith(".yaml") else ""
        if kind:
            yield from ((path, fault.message[:200]) for fault in validators[f"{kind}.json"].iter_errors(seen(raw)))


def properties(schema: Mapping[str, Any], way: str) -> set[str]:
    """
    Return the keys that a part of a schema knows.

    The way to it names keys, with `_` for a space; a star stands for any name. Members of lists need no step.
    """
    part: Any = schema
    for step in (step.replace("_", " ") for step in way.split()):
        part = next(iter(part["patternProperties"].values())) if step == "*" else part["properties"][step]
        while "$ref" in part or ("anyOf" in part and "properties" not in part):
            part = schema["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part["anyOf"][-1]
    return set(part["properties"])
