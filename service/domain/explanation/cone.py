"""
The cone of influence of a conclusion: the part of a release that can change what is told of it.

Asking a part is much faster than asking the whole, and answers the same: it holds every rule about the
conclusion, about the findings that they read, and about the results that any of them compares.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.domain.derivations import CountOf
from service.domain.measures import MeasureKind
from service.domain.rules import Comparison

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.domain.release import Release
    from service.domain.rules import Group, Rule


def cone_of(release: Release, conclusion: str) -> Release:
    """
    Return the part of a release that can change what is told of a conclusion.

    Args:
        release: The whole.

        conclusion: Its name.

    Returns:
        A release with the rules and the computed measures that bear on it, or on the scope; found once.
    """
    if conclusion not in release.cones:
        release.cones[conclusion] = _cone(release, conclusion)
    return release.cones[conclusion]


def _cone(release: Release, conclusion: str) -> Release:
    rules: dict[str, Rule] = {}
    measures: set[str] = set()
    waiting = [*release.giving.get(conclusion, ()), *_giving(release, release.ruleset.scope)]
    measures |= _measures(release, release.ruleset.scope)
    while waiting:
        rule = waiting.pop()
        if rule.id in rules:
            continue
        rules[rule.id] = rule
        waiting += _giving(release, rule.when)
        measures |= _measures(release, rule.when)
        waiting += [one for one in release.doubts if any(doubt.measure in measures for doubt in one.then.doubts)]
    vocabulary = release.vocabulary
    kept = {
        name: one
        for name, one in vocabulary.measures.items()
        if one.kind is not MeasureKind.COMPUTED or name in measures
    }
    in_order = {name: rule for name, rule in release.rules.items() if name in rules}
    conclusions = {conclusion: vocabulary.conclusions[conclusion]}
    return replace(
        release, rules=in_order, vocabulary=replace(vocabulary, measures=kept, conclusions=conclusions, advice={})
    )


def _giving(release: Release, group: Group) -> list[Rule]:
    return [rule for finding in release.findings_read(group) for rule in release.giving.get(finding, ())]


def _measures(release: Release, group: Group) -> set[str]:
    """Return the measures that a condition compares, and all that they may be computed from."""
    compared = (one for one in group.conditions() if isinstance(one, Comparison))
    return measures_behind(release, {name for one in compared for name in release.compared[one.threshold]})


def measures_behind(release: Release, names: Iterable[str]) -> set[str]:
    """Return measures with all that they may be computed from, votes among it."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found or name not in release.vocabulary.measures:
            continue
        found.add(name)
        waiting += release.grounds.get(name, ())
        how = release.vocabulary.measures[name].derivation
        if isinstance(how, CountOf):
            waiting += [one for vote in how.votes for one in release.compared[vote.threshold]]
    return found


__all__ = ["cone_of", "measures_behind"]
