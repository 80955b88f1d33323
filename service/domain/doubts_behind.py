"""
Which doubts about results stand behind a value: those that set aside or opened a result it rests on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.domain.facts import Facts
    from service.domain.panel import Panel
    from service.domain.release import Release


def doubts_behind(release: Release, panel: Panel, facts: Facts, measure: str) -> tuple[str, ...]:
    """
    Return the doubts that changed what was read of a measure.

    Args:
        release: For formulas.

        panel: For the doubts that were cast.

        facts: As they are after these.

        measure: Its name.

    Returns:
        Rules that set aside or opened its result, or one that it was computed from, or could not be for that.
    """
    if not panel.doubted:
        return ()
    grounds = measures_behind(release, facts, measure) & panel.doubted.keys()
    return tuple(sorted({doubt.rule for name in grounds for doubt in panel.doubted[name]}))


def measures_behind(release: Release, facts: Facts, measure: str) -> frozenset[str]:
    """
    Return a measure and all that its value rests on.

    Args:
        release: For formulas.

        facts: For the values, each with what it was computed from.

        measure: Its name.

    Returns:
        Names of measures; of a missing one, all that it could have been computed from.
    """
    value = facts.values.get(measure)
    if value is None:
        return release.grounds.get(measure, frozenset({measure}))
    found = frozenset({measure})
    for operand in value.operands:
        if operand in facts.standings:
            found |= measures_behind(release, facts, facts.standings[operand].choice.compares)
        elif operand not in release.numbers.constants:
            found |= measures_behind(release, facts, release.looked_up(operand))
    return found
