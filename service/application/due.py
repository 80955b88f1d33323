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
    found = []
    for name in dict.fromkeys(rule.then.within for rule in rules if rule.then.within):
        table = decision.release.numbers.tables[name]
        value = decision.facts.values.get(table.of)
        given = None if value is None else look_up(decision.release, decision.profile, name, value.interval)
        factor = conversion(table.unit, "d", None)
        if given is not None and factor is not None:
            days = given.scaled(factor)
            found.append(((days.low.value or 0, days.high.value or 0, name), given, table.unit))
    if not found:
        return None
    (_, _, name), given, unit = min(found, key=lambda one: one[0])
    told = looked_up(decision, name)
    return interval(given, unit) | {"table": told.pop("name")} | told
