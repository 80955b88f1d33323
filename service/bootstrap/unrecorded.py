"""
Evaluation without a record: panels of files and tables, by a release or by the working copy.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from service.adapters.system import utc_now, uuid7
from service.application.catalog import Catalog
from service.application.evaluate import DEFAULT_PROFILE, Evaluate, Question
from service.bootstrap.parts import engine, program, releases, working_copy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from service.config import Settings
    from service.domain.errors import Fault
    from service.domain.release import Release


class _Draft:
    """The working copy, as if it were the only release."""

    def __init__(self, settings: Settings) -> None:
        self._folder = working_copy(settings)

    def rulesets(self) -> tuple[str, ...]:
        return self._folder.rulesets()

    def versions(self, ruleset: str) -> tuple[str, ...]:
        return ("draft",) if ruleset in self.rulesets() else ()

    def load(self, ruleset: str, version: str) -> Release:
        return self._folder.release(ruleset, version, "")[0]


def evaluation(settings: Settings, *, draft: bool = False) -> Evaluate:
    """
    Return the evaluation of panels that are not recorded.

    Args:
        settings: Of the installation.

        draft: Whether to read the working copy instead of the releases.

    Returns:
        The use case; only `decide` and `decision` may be called, since it has no record.
    """
    return _unrecorded(_catalog(settings, draft=draft))


def _catalog(settings: Settings, *, draft: bool) -> Catalog:
    return Catalog(_Draft(settings) if draft else releases(settings), engine)  # type: ignore[arg-type] # decisions read no more of a source than this


def _unrecorded(catalog: Catalog) -> Evaluate:
    return Evaluate(catalog, None, utc_now, uuid7, program())  # type: ignore[arg-type] # no record, no recording


def question(raw: bytes, *, profile: str | None = None, version: str | None = None) -> Question:
    """
    Read a request body as the API does.

    Args:
        raw: The JSON as it was sent.

        profile: Profile to use whatever the request says, or None.

        version: Release to use whatever the request says, or None.

    Returns:
        The question.

    Raises:
        PanelError: With every fault.
    """
    from service.web.requests import parse_question

    asked = parse_question(raw, utc_now)
    if profile:
        asked = replace(asked, profile=profile, others=())
    return replace(asked, version=version or asked.version)


def panel_of(file: Path) -> Question:
    """Read a file that holds a request, or an example with a request in it."""
    raw = file.read_bytes()
    try:
        held = json.loads(raw)
    except ValueError:
        return question(raw)
    example = held.get("request") if isinstance(held, dict) else None
    return question(raw if example is None else json.dumps(example).encode())


@dataclass(frozen=True, slots=True)
class PanelTable:
    """
    A table of patients, read row by row.

    Attributes:
        title, note: What it is, and what its counts mean.

        rows: How many rows it has.

        evaluate: Decides them.
    """

    title: str
    note: str
    rows: int
    evaluate: Evaluate
    _rows: Iterator[tuple[str, Question | tuple[Fault, ...]]]

    def __iter__(self) -> Iterator[tuple[str, Question | tuple[Fault, ...]]]:
        return self._rows


def table(
    settings: Settings, file: Path, mapping: Path, *, profile: str | None, version: str | None, draft: bool
) -> PanelTable:
    """
    Return the rows of a CSV file as questions.

    Args:
        settings: Of the installation.

        file: The table.

        mapping: How its columns become panels; it is read against the vocabulary of the release.

        profile: Profile to read them in, or None for the default one.

        version: Release to use, or None for the newest.

        draft: Whether to use the working copy instead of a release.

    Returns:
        The table.
    """
    from service.adapters.tables.csv_panels import count_rows, read_table
    from service.adapters.tables.read_mapping import read_mapping

    catalog = _catalog(settings, draft=draft)
    read = read_mapping(mapping, catalog.choose(None, version).release.vocabulary)

    def rows() -> Iterator[tuple[str, Question | tuple[Fault, ...]]]:
        for row in read_table(file, read, utc_now()):
            yield (
                row.id,
                row.faults
                if row.panel is None
                else Question(row.panel, b"", version=version, profile=profile or DEFAULT_PROFILE),
            )

    return PanelTable(read.title, read.note, count_rows(file), _unrecorded(catalog), rows())
