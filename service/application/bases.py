"""
What cases rest on: how far the source of each was read, as rules and numbers tell it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.language.words import READ_LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from service.domain.cases import Case
    from service.domain.release import Release

NOT_TOLD = "not told"
"""Of a source that cases rest on, and that nothing else of the rule set cites."""
_WEAKEST = ("own", "memory", "computed", "secondary", "primary")

Cited = tuple[str, str, str]
"""A source, where in it, and how far that was read."""


def levels(release: Release, cases: Iterable[Case]) -> dict[str, int]:
    """
    Count cases by how far their sources were read.

    Args:
        release: The rule set.

        cases: Its cases; those that were generated rest on nothing, and are not counted.

    Returns:
        For each level of reading, the best first, the number of cases; levels without any are left out.
    """
    cited = tuple(_cited(release))
    found = [read_of(release, case, cited) for case in cases if not case.is_generated]
    return {level: found.count(level) for level in (*READ_LEVELS, NOT_TOLD) if level in found}


def levels_text(counts: Mapping[str, int]) -> str:
    """Return these counts as a sentence."""
    told = ", ".join(f"{number} {level}" for level, number in counts.items())
    return f"How far their sources were read: {told}."


def read_of(release: Release, case: Case, cited: Iterable[Cited] | None = None) -> str:
    """
    Return how far the source of a case was read.

    Args:
        release: The rule set.

        case: The case.

        cited: Everything that the rule set cites, where it is known already.

    Returns:
        The level at which the rule set cites the same place; else that of what the rule of the case cites of the
        source, or of whatever does. Where levels differ, the weakest.
    """
    source, where = case.basis.get("source", ""), case.basis.get("where", "")
    everywhere = [one for one in (_cited(release) if cited is None else cited) if one[0] == source]
    rule = release.rules.get(case.rule)
    beside = [item.read for item in (rule.evidence if rule else ()) if item.source == source]
    found = [read for _, place, read in everywhere if place == where] or beside or [read for *_, read in everywhere]
    return next((level for level in _WEAKEST if level in found), NOT_TOLD)


def _cited(release: Release) -> Iterator[Cited]:
    """Yield what rules and numbers cite."""
    for rule in release.rules.values():
        yield from ((item.source, item.where, item.read) for item in rule.evidence)
    numbers = release.numbers
    for threshold in numbers.thresholds.values():
        rows = (row for choice in threshold.choices.values() for row in choice.rows)
        yield from ((row.cites.source, row.cites.where, row.cites.read) for row in rows)
    tables = (choice.cites for table in numbers.tables.values() for choice in table.choices.values())
    constants = (choice.cites for constant in numbers.constants.values() for choice in constant.choices.values())
    yield from ((cites.source, cites.where, cites.read) for cites in (*tables, *constants))
