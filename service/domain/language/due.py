"""
Checking that a time which is looked up for advice can be found.

What is looked up must be known whenever the rule fires. It is where the rule asks about it, and
where a finding that it asks for is established only by rules which do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.language.places import at
from service.domain.language.surely import surely_known
from service.domain.rules import Verb
from service.domain.scales import State

if TYPE_CHECKING:
    from service.domain.language.reader import Reader
    from service.domain.language.tree import Tree
    from service.domain.release import Release
    from service.domain.rules import FindingTest, Group


def check_due(reader: Reader, release: Release, tree: Tree) -> None:
    """
    Refuse a time that is looked up by what may be unknown when the rule fires.

    Args:
        reader: Keeps faults.

        release: The release as read.

        tree: Its files, for places.
    """
    nodes = {node.place.file: node for node in tree.rules}
    for rule in release.rules.values():
        if not rule.then.within:
            continue
        of = release.numbers.tables[rule.then.within].of
        if of not in _known(release, rule.when, frozenset()):
            reader.fault(
                at(nodes.get(rule.file), "then", "within"),
                f"{rule.then.within} looks up {of}, which need not be known when the rule fires; it must stand in "
                "'all', in every branch of 'any', or in each rule that establishes a finding asked for there.",
            )


def _known(release: Release, when: Group, above: frozenset[str]) -> frozenset[str]:
    def implied(test: FindingTest) -> frozenset[str]:
        giving = [rule for rule in release.giving.get(test.finding, ()) if rule.then.verb is Verb.ESTABLISH]
        # Findings in a circle are refused, and read all the same.
        if test.state is not State.PRESENT or not giving or test.finding in above:
            return frozenset()
        return frozenset.intersection(*(_known(release, rule.when, above | {test.finding}) for rule in giving))

    return surely_known(when, implied)
