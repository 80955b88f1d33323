"""
What is known whenever a condition holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.rules import AttributeTest, Comparison, FindingTest, Group, KnownTest

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.domain.rules import Condition


def surely_known(
    group: Group, implied: Callable[[FindingTest], frozenset[str]] = lambda _: frozenset()
) -> frozenset[str]:
    """
    Return the names of which something is known whenever a condition holds.

    Args:
        group: The condition.

        implied: Returns what is known besides where a finding is as it is asked for.

    Returns:
        The names.
    """
    parts = [surely_known(one, implied) if isinstance(one, Group) else _names(one, implied) for one in group.members]
    if group.needed == len(parts):
        return frozenset().union(*parts)
    # Whichever members hold, a name that all but too few of them carry is among them.
    names = frozenset().union(*parts)
    return frozenset(name for name in names if sum(name not in part for part in parts) < group.needed)


def _names(condition: Condition, implied: Callable[[FindingTest], frozenset[str]]) -> frozenset[str]:
    if isinstance(condition, FindingTest):
        return implied(condition)
    if isinstance(condition, Comparison):
        return frozenset({condition.measure, condition.threshold})
    if isinstance(condition, AttributeTest):
        return frozenset({condition.attribute})
    if isinstance(condition, KnownTest):
        return frozenset({condition.measure}) if condition.known else frozenset()
    return frozenset()
