"""
``versions/ledger.jsonl``: one line for each release, each bound to the line before.

A line that is edited, or taken out from before another, breaks the chain. The
last lines can be cut without breaking it: what was cut then stands in
``versions/`` as a folder that the ledger does not know.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.application.canonical import canonical_json
from service.domain.errors import ReleaseTamperedError
from service.domain.language.reader import NAME
from service.domain.publication import Act, Published, Version, digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping

LEDGER = "ledger.jsonl"
PUBLISHED = "published"
_KEYS = {"event", "ruleset", "version", "digest", "on", "by", "because", "previous"}


@dataclass(frozen=True, slots=True)
class Ledger:
    """
    The ledger as it was read.

    Attributes:
        raw: Its bytes.

        entries: Its lines, in the order written.

        head: SHA-256 of the last line, or empty.
    """

    raw: bytes
    entries: tuple[Published, ...]
    head: str

    def with_line(self, entry: Published) -> bytes:
        """Return the bytes of the ledger with one more line."""
        return self.raw + line_of(entry)


def document_of(entry: Published) -> dict[str, str]:
    """Return a line of the ledger as a JSON object."""
    return {
        "event": PUBLISHED,
        "ruleset": entry.ruleset,
        "version": entry.version,
        "digest": entry.digest,
        "on": entry.act.on,
        "by": entry.act.by,
        "because": entry.act.because,
        "previous": entry.previous,
    }


def line_of(entry: Published) -> bytes:
    """Return a line of the ledger, line end included."""
    return canonical_json(document_of(entry)) + b"\n"


def read_ledger(raw: bytes, file: str) -> Ledger:
    """
    Read a ledger and follow its chain.

    Args:
        raw: Its bytes.

        file: Its name, for messages.

    Returns:
        The ledger.

    Raises:
        ReleaseTamperedError: If a line was edited or cut, with its number.
    """
    entries: list[Published] = []
    head = ""
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(raw.splitlines(keepends=True), start=1):
        entry = _entry(line)
        if entry is None:
            detail = f"line {number} is not one that publishing writes; it was edited or cut short."
            raise ReleaseTamperedError(file, detail)
        if entry.previous != head:
            detail = f"line {number} does not follow line {number - 1}; a line was edited or taken out."
            raise ReleaseTamperedError(file, detail)
        if (entry.ruleset, entry.version) in seen:
            detail = f"line {number} publishes {entry.ruleset} {entry.version} for the second time."
            raise ReleaseTamperedError(file, detail)
        seen.add((entry.ruleset, entry.version))
        head = digest_of(line)
        entries.append(entry)
    return Ledger(raw, tuple(entries), head)


def _entry(line: bytes) -> Published | None:
    """Read one line; None unless it is byte for byte what publishing writes."""
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.keys() != _KEYS:
        return None
    if not all(isinstance(value, str) for value in document.values()):
        return None
    entry = _published(document)
    named = NAME.match(entry.ruleset) and Version.is_one(entry.version)
    return entry if named and document["event"] == PUBLISHED and line == line_of(entry) else None


def _published(document: Mapping[str, str]) -> Published:
    act = Act(document["on"], document["by"], document["because"])
    return Published(document["ruleset"], document["version"], document["digest"], act, document["previous"])
