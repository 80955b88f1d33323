"""
``release.json`` and ``manifest.json``: what a service reads of a release.

``release.json`` is derived from the YAML files and nothing else, so that anyone
can derive it again and compare. Its keys stand in the order in which they were
written: the language reads the order of a rule's fields, and of choices that
extend each other. Where files are named, their names are sorted.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from service.adapters.knowledge.folder import trees
from service.domain.errors import KnowledgeError, Problem, ReleaseError, ReleaseTamperedError
from service.domain.language.release import read_release
from service.domain.language.tree import Tree
from service.domain.nodes import Mapping, Scalar, node_of, plain
from service.domain.publication import KNOWLEDGE, Act, Manifest

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingOf

    from service.domain.nodes import Node, Plain
    from service.domain.release import Release

FORMAT = 1


def derive(files: MappingOf[str, bytes], ruleset: str, version: str) -> bytes:
    """
    Derive ``release.json`` from authored files.

    Args:
        files: Bytes by path inside ``knowledge/``.

        ruleset: The rule set.

        version: Its version.

    Returns:
        UTF-8 JSON without white space; rules in use only.

    Raises:
        KnowledgeError: If a file is not strict YAML.
    """
    tree, _ = trees(files, ruleset, KNOWLEDGE)
    served = {
        "format": FORMAT,
        "ruleset": ruleset,
        "version": version,
        "vocabulary": plain(tree.vocabulary),
        "sources": plain(tree.sources),
        "ruleset_file": plain(tree.ruleset),
        "thresholds": plain(tree.thresholds),
        "profiles": _by_file(tree.profiles),
        "rules": _by_file(tuple(node for node in tree.rules if _in_use(node))),
    }
    try:
        return json.dumps(served, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError as error:
        message = f"a text holds {error.object[error.start]!a}, half of a character."
        raise KnowledgeError([Problem(f"{KNOWLEDGE}{ruleset}", 0, 0, message)]) from None


def _by_file(nodes: tuple[Node, ...]) -> dict[str, Plain]:
    return {node.place.file: plain(node) for node in sorted(nodes, key=lambda n: n.place.file)}


def _in_use(node: Node) -> bool:
    status = node.get("status") if isinstance(node, Mapping) else None
    return isinstance(status, Scalar) and status.text.strip() == "in-use"


def read_served(raw: bytes, digest: str, published: str = "") -> Release:
    """
    Read a release from ``release.json``; the caller has verified the bytes.

    Args:
        raw: Its bytes.

        digest: The digest that the release is known by.

        published: When it was published, ISO date, or empty.

    Returns:
        The release.

    Raises:
        ReleaseError: If it is of a format, or in a language, that this program does not read.
    """
    served = _object(raw, "release.json")
    name = f"{served.get('ruleset')} {served.get('version')}"
    tree = Tree(
        node_of(served["vocabulary"], f"{KNOWLEDGE}vocabulary.yaml"),
        node_of(served["sources"], f"{KNOWLEDGE}sources.yaml"),
        node_of(served["ruleset_file"], f"{KNOWLEDGE}{served['ruleset']}/ruleset.yaml"),
        node_of(served["thresholds"], f"{KNOWLEDGE}{served['ruleset']}/thresholds.yaml"),
        tuple(node_of(value, file) for file, value in served["profiles"].items()),
        tuple(node_of(value, file) for file, value in served["rules"].items()),
    )
    try:
        # Nobody can mend a release; what only its authors had to mend is no reason to refuse it.
        return read_release(tree, served["version"], digest, published, authoring=False)
    except KnowledgeError as error:
        message = f"{name} cannot be read by this program, which is older than the one that published it: {error}"
        raise ReleaseError(message) from None


def rule_file(raw: bytes, rule: str) -> tuple[str | None, tuple[str, ...]]:
    """Return the file in which a rule stands, or None; and the ids of all rules."""
    rules = _object(raw, "release.json")["rules"]
    files = {str(value["id"]).strip(): file for file, value in rules.items()}
    return files.get(rule), tuple(sorted(files))


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return ``manifest.json``: one file a line, so that common tools can read it."""
    document = {
        "format": FORMAT,
        "ruleset": manifest.ruleset,
        "version": manifest.version,
        "on": manifest.act.on,
        "by": manifest.act.by,
        "because": manifest.act.because,
        "previous": manifest.previous,
        "files": dict(sorted(manifest.files.items())),
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def read_manifest(raw: bytes, file: str) -> Manifest:
    """
    Read ``manifest.json``; the caller has verified the bytes.

    Args:
        raw: Its bytes.

        file: Its name, for messages.

    Returns:
        The manifest.

    Raises:
        ReleaseError: If it is of a format that this program does not read.

        ReleaseTamperedError: If it is not a manifest.
    """
    document = _object(raw, file)
    try:
        act = Act(document["on"], document["by"], document["because"])
        manifest = Manifest(document["ruleset"], document["version"], act, document["previous"], document["files"])
        whole = manifest_bytes(manifest) == raw
    except (KeyError, TypeError, AttributeError, ValueError):
        whole = False
    if not whole:
        raise ReleaseTamperedError(file, "it is not a manifest that publishing writes.")
    return manifest


def _object(raw: bytes, file: str) -> dict[str, Any]:
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise ReleaseTamperedError(file, "it is not a JSON object.")
    if document.get("format") != FORMAT:
        message = (
            f"{file} is written in format {document.get('format')!r}; this program reads "
            f"format {FORMAT}. Use the program that published it, or a newer one."
        )
        raise ReleaseError(message)
    return document
