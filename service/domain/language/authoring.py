"""
Checks over a whole rule set that only its authors need.

A rule set that fails them is safe to run: it says something twice, or promises less than its words
suggest. They are asked while knowledge is authored. A published release is read without them, so
that a check added later never takes away a release on which recorded decisions rest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from service.domain.language.places import at, line_of
from service.domain.measures import MeasureKind
from service.domain.rules import CertaintyTest, Comparison, DoubtTest, Group
from service.domain.thresholds import Word

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from service.domain.language.reader import Reader
    from service.domain.language.tree import Tree
    from service.domain.nodes import Node
    from service.domain.release import Release
    from service.domain.rules import Condition, Rule


_WORDED = re.compile(rf"\b({'|'.join(Word)}) \{{([^{{}}]*)\}}")
"""A limit in a reason, with a word of comparison before it."""


def check_authoring(reader: Reader, release: Release, tree: Tree) -> None:
    """
    Check what authors must mend, and no release is refused for.

    Args:
        reader: Keeps faults.

        release: The release as read.

        tree: Its files, for places.
    """
    nodes = {node.place.file: node for node in tree.rules}
    for rule in release.rules.values():
        if not any(item.supports for item in rule.evidence):
            message = f"{rule.id} is in use and has no evidence that supports it; add some, or make it a draft."
            reader.fault(at(nodes.get(rule.file), "evidence"), message, authors=True)
        _check_words(reader, release, rule, nodes.get(rule.file))
    for rule, first in _twice(release):
        message = (
            f"{rule.id} has the same when and the same then as {first.id} in {first.file}; "
            "keep one of them, with the evidence of both."
        )
        reader.fault(at(nodes.get(rule.file), "when"), message, authors=True)
    _check_scopes(reader, release, tree)
    for node in tree.profiles:
        if at(node, "extends") != node.place and at(node, "because") == node.place:
            message = "The profile extends another and does not say why; add because: and what is different in it."
            reader.fault(node.place, message, authors=True)


def _check_words(reader: Reader, release: Release, rule: Rule, node: Node | None) -> None:
    """Refuse a reason that is false of a value that equals its limit, since a row says another word than it does."""
    for word, name in _WORDED.findall(rule.then.because):
        threshold = release.numbers.thresholds.get(name)
        if threshold is None:
            continue
        rows = [row for choice in threshold.choices.values() for row in choice.rows if not row.is_hole]
        other = next((said for row in rows if (said := threshold.said_of(row, Word(word))) != word), None)
        if other is not None:
            asks = (one.word for one in rule.when.conditions() if isinstance(one, Comparison) and one.threshold == name)
            message = (
                f"'{word} {{{name}}}' is not true of a value at the limit, where a row says {other.value}; "
                f"write {{{next(asks, word)} {name}}}, which is told in the word of the patient's row."
            )
            reader.fault(at(node, "then", "because"), message, authors=True)


def _check_scopes(reader: Reader, release: Release, tree: Tree) -> None:
    """Refuse a scope that asks about results, and advice of any scope that is never given outside of it."""
    for condition in release.ruleset.scope.conditions():
        if isinstance(condition, Comparison) and _is_about_results(release, condition.threshold):
            what = "the scope may ask about attributes and patient quantities only"
            message = f"{condition.text!r} asks about a result; {what}."
            reader.fault(line_of(tree.ruleset, condition.measure), message, authors=True)
    nodes = {node.place.file: node for node in tree.rules}
    for rule in release.rules.values():
        for keyed in _keyed(release, rule) if rule.then.any_scope else ():
            message = (
                f"{keyed}, and advice of scope: any may use only limits without a key: "
                "it is given to patients for whom there is no row. Use another threshold, or leave scope: any out."
            )
            reader.fault(at(nodes.get(rule.file), "when"), message, authors=True)


def _is_about_results(release: Release, threshold: str) -> bool:
    """Return whether some choice of a threshold compares what a laboratory reports."""
    if release.key_findings(threshold):
        # Refused already, wherever it is read.
        return False
    choices = release.numbers.thresholds[threshold].choices.values()
    return any(release.vocabulary.measures[choice.compares].kind is not MeasureKind.PATIENT for choice in choices)


def _twice(release: Release) -> Iterator[tuple[Rule, Rule]]:
    """Yield each rule that says what another one says already, in profiles that both are for."""
    said: dict[Hashable, list[Rule]] = {}
    for _, rule in sorted(release.rules.items()):
        then = rule.then
        effect = (then.verb, then.name, then.certainty, then.urgency, then.any_scope, frozenset(then.doubts))
        before = said.setdefault((effect, _meaning(rule.when)), [])
        same = [one for one in before if not one.profiles or not rule.profiles or {*one.profiles} & {*rule.profiles}]
        if same:
            yield rule, same[0]
        before.append(rule)


def _meaning(node: Group | Condition) -> Hashable:
    """Return what a condition asks, whatever the order of its lines."""
    return (node.needed, frozenset(_meaning(one) for one in node.members)) if isinstance(node, Group) else node.text


class _Keyed(NamedTuple):
    """A threshold whose rows have keys, and what of a rule rests on it; empty for the rule itself."""

    threshold: str
    by: str

    def __str__(self) -> str:
        rests = f"{self.by} rests on {self.threshold}, which" if self.by else self.threshold
        return f"{rests} has rows for some patients only"


def _keyed(release: Release, rule: Rule) -> list[_Keyed]:
    """Return the first keyed limit that each line of a rule rests on, by whichever rules."""
    found: dict[str, _Keyed] = {}
    seen: set[str] = set()

    def visit(group: Group, by: str) -> None:
        for one in group.conditions():
            if isinstance(one, Comparison):
                if not _for_everybody(release, one.threshold):
                    found.setdefault(by or one.threshold, _Keyed(one.threshold, by))
                continue
            if isinstance(one, DoubtTest):
                visit(release.rules[one.rule].when, by or one.rule)
                continue
            name = one.conclusion if isinstance(one, CertaintyTest) else getattr(one, "finding", "")
            if name and name not in seen:
                seen.add(name)
                for giving in release.giving.get(name, ()):
                    visit(giving.when, by or name)

    visit(rule.when, "")
    return list(found.values())


def _for_everybody(release: Release, threshold: str) -> bool:
    """Return whether a threshold has one limit for all, in each of its choices."""
    return all(
        [(row.bands, row.attributes, row.finding) for row in choice.rows] == [({}, {}, None)]
        for choice in release.numbers.thresholds[threshold].choices.values()
    )
