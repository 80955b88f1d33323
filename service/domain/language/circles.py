"""
Circles: measures computed from each other, findings that wait for each other.

A circle is told at the line that closes it: the formula, condition or row that reads again what
the chain began with.
"""

from __future__ import annotations

from graphlib import CycleError
from itertools import pairwise
from typing import TYPE_CHECKING

from service.domain.language.places import at, line_of
from service.domain.release import DependencyCircleError
from service.domain.rules import Comparison, FindingTest

if TYPE_CHECKING:
    from service.domain.language.reader import Reader
    from service.domain.language.tree import Tree
    from service.domain.nodes import Place
    from service.domain.release import Release
    from service.domain.rules import Rule


def check_circles(reader: Reader, release: Release, tree: Tree) -> None:
    """
    Refuse measures, and findings, that depend on each other in a circle.

    Args:
        reader: Keeps faults.

        release: The release as read.

        tree: Its files, for places.
    """
    try:
        _ = release.computing_order
    except CycleError as error:
        circle = [str(one) for one in error.args[1]]
        measure = release.vocabulary.measures[circle[-1]]
        how = "formula" if measure.formula else "count of" if measure.derivation else "when not reported"
        place = at(tree.vocabulary, "measures", circle[-1], how)
        reader.fault(
            place, f"Measures are computed from each other in a circle: {' -> '.join(circle)}. Leave one of them out."
        )
    try:
        _ = release.finding_order
    except DependencyCircleError as error:
        steps = [f"{one} (by {_by(release, one, read).id})" for one, read in pairwise(error.circle)]
        message = (
            f"Findings depend on each other in a circle: {' -> '.join((*steps, error.circle[-1]))}. Let one "
            "of these rules ask about something else."
        )
        reader.fault(_closing(release, tree, error.circle[-2], error.circle[-1]), message)


def _by(release: Release, finding: str, read: str) -> Rule:
    """Return a rule by which a finding depends on another."""
    return next(one for one in release.giving[finding] if read in release.findings_read(one.when))


def _closing(release: Release, tree: Tree, finding: str, read: str) -> Place:
    """Return the place of the condition, or of the row, by which a finding depends on another."""
    rule = _by(release, finding, read)
    if FindingTest not in {type(one) for one in rule.when.conditions() if getattr(one, "finding", None) == read}:
        return _row(release, tree, rule, read)
    node = next(one for one in tree.rules if one.place.file == rule.file)
    return line_of(node, read)


def _row(release: Release, tree: Tree, rule: Rule, read: str) -> Place:
    compared = (one.threshold for one in rule.when.conditions() if isinstance(one, Comparison))
    threshold = next(one for one in compared if read in release.key_findings(one))
    choices = release.numbers.thresholds[threshold].choices.values()
    # Rows that a choice takes from one above it stand there.
    choice = next(one for one in choices if one.keyed_by == read)
    node = tree.thresholds
    for key in ("thresholds", threshold, "choices", choice.name):
        node = node.get(key)  # type: ignore[union-attr, assignment] # what was read is there
    return line_of(node, read)
