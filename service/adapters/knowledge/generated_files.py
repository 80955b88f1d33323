"""
Generated cases on the disk: ``knowledge/<rule set>/generated/``, written whole and read apart.

They are no evidence and no part of a release, so nothing that publishes reads them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.adapters.knowledge.house_form import FOR_EDITORS, IN_BRACKETS, written_anew
from service.adapters.knowledge.parsing import parsed
from service.domain.errors import KnowledgeError, Problem
from service.domain.language.fields import CASES_END, GENERATED, SCHEMAS, schema_of
from service.domain.language.generated import GeneratedReader
from service.domain.language.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from service.domain.cases import Case
    from service.domain.nodes import Plain
    from service.domain.release import Release

_TOLD = (
    "# Written by 'ferrule cases': what the rules answer now. Nobody has confirmed it; it is no evidence,",
    "# and no part of a release. An edit here is lost when it is written anew.",
)
MOST_CASES = 100
"""Cases in one file; what is more stands in another beside it."""
_PART = re.compile(r"(?<=-\d{3})-\d+\Z")
_REMEDY = "This file is generated; 'ferrule cases' writes it anew."


def read_generated(root: Path, release: Release, rules: Collection[str] | None = None) -> tuple[Case, ...]:
    """
    Read what was generated.

    Args:
        root: The folder ``knowledge/``.

        release: The rule set as it is now.

        rules: Ids of the rules whose cases to read; all by default.

    Returns:
        The cases, in the order of files.

    Raises:
        KnowledgeError: With one fault for each file that cannot be read as it stands.
    """
    problems: list[Problem] = []
    cases: list[Case] = []
    for path in sorted(root.glob(f"{release.ruleset.id}/{GENERATED}/*{CASES_END}")):
        if rules is None or _PART.sub("", path.name.removesuffix(CASES_END)).upper() in rules:
            reader = Reader()
            name = f"{root.name}/{path.relative_to(root).as_posix()}"
            try:
                cases += GeneratedReader(reader, release).file(parsed(path.read_bytes(), name))
            except KnowledgeError as error:
                reader.problems.extend(error.problems)
            problems += [_anew(one) for one in sorted(reader.problems, key=lambda one: one.line)[:1]]
    if problems:
        raise KnowledgeError(problems)
    return tuple(cases)


class GeneratedFiles:
    """
    Compares and writes the generated cases of the working copy.

    Args:
        root: The folder ``knowledge/``.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def outdated(self, ruleset: str, wanted: Mapping[str, Plain]) -> dict[str, bytes | None]:
        """
        Compare what is there with what would be.

        Args:
            ruleset: Folder name.

            wanted: By rule, what its file is to hold.

        Returns:
            By path inside the folder, the bytes of each file that is to be written; None for one that is to go.
        """
        bytes_of = dict(self._files(ruleset, wanted))
        there = {
            path.relative_to(self._root).as_posix(): path.read_bytes()
            for path in self._root.glob(f"{ruleset}/{GENERATED}/*{CASES_END}")
        }
        found: dict[str, bytes | None] = {path: raw for path, raw in bytes_of.items() if there.get(path) != raw}
        return found | dict.fromkeys(sorted(there.keys() - bytes_of.keys()))

    def write(self, outdated: Mapping[str, bytes | None]) -> None:
        """Write files, and remove those that are to go."""
        for path, raw in outdated.items():
            place = self._root / path
            if raw is None:
                place.unlink()
            else:
                place.parent.mkdir(exist_ok=True)
                place.write_bytes(raw)

    def _files(self, ruleset: str, wanted: Mapping[str, Plain]) -> Iterator[tuple[str, bytes]]:
        has_schemas = (self._root / SCHEMAS).is_dir()
        for rule, value in wanted.items():
            for number, part in enumerate(_parts(value), 1):
                stem = rule.lower() if number == 1 else f"{rule.lower()}-{number}"
                path = f"{ruleset}/{GENERATED}/{stem}{CASES_END}"
                head = [f"{FOR_EDITORS}{schema_of(path)}"] if has_schemas else []
                yield path, ("\n".join([*head, *_TOLD, *_lines(part)]) + "\n").encode()


def _parts(value: Plain) -> Iterator[Plain]:
    """Yield what a file holds, in parts that are short enough to be read."""
    cases = value.get("cases") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(cases, list) or len(cases) <= MOST_CASES:
        yield value
        return
    yield {**value, "cases": cases[:MOST_CASES]}
    yield from _parts({"rule": value["rule"], "cases": cases[MOST_CASES:]})


def _lines(value: Plain) -> Iterator[str]:
    before = ""
    for line in written_anew(value, IN_BRACKETS | {"given"}):
        if line.startswith(("  - name:", "not reached:")) and not before.endswith("cases:"):
            yield ""
        yield line
        before = line


def _anew(problem: Problem) -> Problem:
    return Problem(problem.file, problem.line, problem.column, f"{problem.message} {_REMEDY}")
