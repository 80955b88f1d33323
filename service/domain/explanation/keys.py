"""
Which of what is known of a patient a comparison needs: as little as leaves it decided as it is.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from service.domain.attributes import worlds
from service.domain.measures import AGE
from service.domain.panel import Origin
from service.domain.scales import State
from service.domain.semantics import state_of
from service.domain.standing import margin_of, row_allows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.domain.decision import Decision
    from service.domain.rules import Comparison
    from service.domain.standing import Standing
    from service.domain.thresholds import Row


def needed_keys(seen: Decision, condition: Comparison) -> tuple[tuple[str, ...], ...]:
    """
    Return the attributes and quantities of the patient that a decided comparison needs.

    Args:
        seen: As the rule of the comparison saw it.

        condition: Decided.

    Returns:
        Alternatives, the shortest first, what was assumed last: each leaves it decided in the same way, and nothing
        of it can be left out. One that is empty where every row agrees.
    """
    found: dict[tuple[str, bool], tuple[tuple[str, ...], ...]] = seen.remembered.setdefault("needed keys", {})
    key = (condition.threshold, condition.word.holds_under)
    if key not in found:
        found[key] = _needed(seen, condition)
    return found[key]


def key_states(seen: Decision, condition: Comparison) -> tuple[State | None, ...]:
    """
    Return the states of the finding that rows are keyed by, under all of which a decided comparison is decided so.

    Args:
        seen: As the rule of the comparison saw it.

        condition: Decided.

    Returns:
        One state where the comparison needs it; both where it is the same under both; None alone where no row
        is keyed by a finding.
    """
    standing = seen.facts.standings[condition.threshold]
    if standing.finding is None:
        return (None,)
    truth = seen.truth(condition)
    margins = [standing.margins.get(state) for state in (State.PRESENT, State.ABSENT)]
    if all(margin is not None and margin.decides(condition.word) is truth for margin in margins):
        return State.PRESENT, State.ABSENT
    return (state_of(standing.finding, seen.facts, seen.meaning),)


def _needed(seen: Decision, condition: Comparison) -> tuple[tuple[str, ...], ...]:
    standing = seen.facts.standings[condition.threshold]
    known = [name for name in _candidates(seen, standing) if _is_known(seen, name)]
    known.sort(key=lambda name: _is_assumed(seen, name))
    others = _otherwise(seen, condition)
    found: list[tuple[str, ...]] = []
    for size in range(len(known)):
        for chosen in combinations(known, size):
            if any(set(one) <= set(chosen) for one in found):
                continue
            if not others or not _allows(seen, standing, others, frozenset(chosen)):
                found.append(chosen)
    return tuple(found) or (tuple(known),)


def _otherwise(seen: Decision, condition: Comparison) -> list[Row]:
    """Return the rows, whoever they are for, under which the comparison would not be decided as it is."""
    standing, truth = seen.facts.standings[condition.threshold], seen.truth(condition)
    found = []
    for state in key_states(seen, condition):
        for row in replace(standing, rows=standing.choice.rows).rows_under(state):
            margin = margin_of(standing, (row,))
            if margin is None or margin.decides(condition.word) is not truth:
                found.append(row)
    if standing.instead_of is not None:
        # The choice stands in only while every row of the other one wants the laboratory's range.
        found += [row for row in standing.instead_of.rows if not row.laboratory]
    return found


def _candidates(seen: Decision, standing: Standing) -> list[str]:
    """Return what may have a part in which rows hold: their keys, and what tells who the patient is by applying."""
    words = seen.release.vocabulary.attributes
    found = set(standing.keys)
    for name in standing.keys & words.keys():
        found |= words[name].applies_to.keys()
        if words[name].applies_age is not None:
            found.add(AGE)
    # Whoever is said to be pregnant is of the sex and of the age of those who can be.
    for name, attribute in words.items():
        if attribute.applies_to.keys() & found and attribute.otherwise not in seen.panel.attributes[name].values:
            found.add(name)
    return sorted(found)


def _allows(seen: Decision, standing: Standing, rows: Iterable[Row], chosen: frozenset[str]) -> bool:
    """Return whether one of the rows may hold where no more of the patient is known than this."""
    words, attributes = seen.release.vocabulary, seen.panel.attributes
    possible = {
        name: one.values if name in chosen else frozenset(words.attributes[name].values)
        for name, one in attributes.items()
    }
    quantities = {name: seen.facts.values[name].interval for name in chosen if name in seen.facts.values}
    still = list(worlds(words, possible, standing.keys & attributes.keys()))
    return any(row_allows(row, world, ages, quantities) for row in rows for world, ages in still)


def _is_known(seen: Decision, name: str) -> bool:
    if name in seen.panel.attributes:
        possible = seen.panel.attributes[name]
        return possible.values != frozenset(seen.release.vocabulary.attributes[name].values)
    return name in seen.facts.values


def _is_assumed(seen: Decision, name: str) -> bool:
    if name in seen.panel.attributes:
        return seen.panel.attributes[name].origin is Origin.ASSUMED
    return seen.facts.values[name].origin is Origin.ASSUMED
