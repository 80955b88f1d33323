"""
How soon a step is due: the shortest time that the rules which advise it look up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.trace_inputs import interval, looked_up
from service.domain.effective import look_up
from service.domain.units import conversion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.application.ports import Document
    from service.domain.decision import Decision
    from service.domain.intervals import Interval
    from service.domain.rules import Rule


def due(decision: Decision, rules: Iterable[Rule]) -> Document | None:
    """
    Return within which time an advice is to be followed.

    Args:
        decision: For the values that are looked up.

        rules: That fired and give the advice.

    Returns:
        The time with the table it stands in and what was looked up; None where no rule
        names a table, or the tables have no time for this patient.
    """
    found = _shortest(decision, rules)
    if found is None:
        return None
    _, given, name = found
    told = looked_up(decision, name)
    unit = decision.release.numbers.tables[name].unit
    return interval(given, unit) | {"table": told.pop("name")} | told


def due_in_days(decision: Decision, rules: Iterable[Rule]) -> Interval | None:
    """Return the same time in days; None where there is none."""
    found = _shortest(decision, rules)
    return None if found is None else found[0]


def _shortest(decision: Decision, rules: Iterable[Rule]) -> tuple[Interval, Interval, str] | None:
    """Return the shortest time in days, the same in the unit of its table, and the name of that."""
    found = []
    for name in dict.fromkeys(rule.then.within for rule in rules if rule.then.within):
        table = decision.release.numbers.tables[name]
        value = decision.facts.values.get(table.of)
        given = None if value is None else look_up(decision.release, decision.profile, name, value.interval)
        factor = conversion(table.unit, "d", None)
        if given is not None and factor is not None:
            found.append((given.scaled(factor), given, name))
    return min(found, key=lambda one: (one[0].low.value or 0, one[0].high.value or 0, one[2]), default=None)
