"""
Checks over a whole rule set: what no single file can tell.

Here are the words that one file writes and another must know. Computed measures, circles, rows,
limits, assumptions, safety and what only authors must mend have a module each beside this one.
Each fault is refused where it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.language.assumptions import check_assumptions
from service.domain.language.authoring import check_authoring
from service.domain.language.circles import check_circles
from service.domain.language.computed import check_computed
from service.domain.language.due import check_due
from service.domain.language.limits import check_limits
from service.domain.language.places import at
from service.domain.language.safety import check_safety
from service.domain.language.tiling import check_tiling
from service.domain.rules import AttributeTest, Comparison, DoubtTest, Verb

if TYPE_CHECKING:
    from service.domain.language.reader import Reader
    from service.domain.language.tree import Tree
    from service.domain.nodes import Node, Place
    from service.domain.release import Release
    from service.domain.rules import Rule
    from service.domain.vocabulary import Attribute


def check_release(reader: Reader, release: Release, tree: Tree) -> None:
    """
    Check what holds between files.

    Args:
        reader: Keeps faults.

        release: The release as read.

        tree: Its files, for places.
    """
    checks = _Checks(reader, release, tree)
    check_computed(reader, release, tree)
    checks.attributes()
    check_circles(reader, release, tree)
    checks.scope()
    check_tiling(reader, release, tree)
    check_limits(reader, release, tree)
    checks.rules()
    check_assumptions(reader, release, tree)
    check_due(reader, release, tree)
    if reader.authoring:
        check_authoring(reader, release, tree)
        check_safety(reader, release, tree)


class _Checks:
    def __init__(self, reader: Reader, release: Release, tree: Tree) -> None:
        self.reader, self.release, self.tree = reader, release, tree

    def attributes(self) -> None:
        vocabulary = self.release.vocabulary
        for name, attribute in vocabulary.attributes.items():
            place = at(self.tree.vocabulary, "attributes", name)
            for group, meant in attribute.groups.items():
                strange = [value for value in meant if value not in attribute.values]
                if strange:
                    hint = self.reader.nearest(strange[0], attribute.values)
                    message = f"the group {group} holds {strange[0]!r}, which is not a value of {name}. {hint}"
                    self.reader.fault(place, message)
            self.domain(place, attribute)
            if attribute.decided_by is not None:
                table = self.release.numbers.tables.get(attribute.decided_by)
                if table is None or table.gives != name:
                    given = f"{attribute.decided_by!r}"
                    message = (
                        f"{name} is decided by {given}, which is not a table that gives {name}; name "
                        f"one that has gives: {name}."
                    )
                    self.reader.fault(place, message)
        self.codes()

    def domain(self, place: Place, attribute: Attribute) -> None:
        name, attributes = attribute.name, self.release.vocabulary.attributes
        for other, values in attribute.applies_to.items():
            known = attributes.get(other)
            if known is None or not values <= set(known.values):
                given = f"{other}: {' or '.join(sorted(values))}"
                self.reader.fault(
                    place,
                    f"{name} applies to {given}, which is not an attribute with such values; correct one of them.",
                )
        if (attribute.applies_to or attribute.applies_age) and attribute.otherwise is None:
            message = f"{name} has 'applies to', and no 'otherwise' that says what holds of everybody else."
            self.reader.fault(place, message)
        if attribute.otherwise is not None and attribute.otherwise not in attribute.values:
            hint = self.reader.nearest(attribute.otherwise, attribute.values)
            self.reader.fault(place, f"{attribute.otherwise!r} is not a value of {name}. {hint}")

    def codes(self) -> None:
        by_code: dict[str, str] = {}
        for name, measure in self.release.vocabulary.measures.items():
            for code in measure.loinc:
                if code in by_code:
                    self.reader.fault(
                        at(self.tree.vocabulary, "measures", name, "loinc"),
                        f"LOINC {code} already stands for {by_code[code]}; one code stands for one measure.",
                    )
                by_code[code] = name

    # -- scope -----------------------------------------------------------

    def scope(self) -> None:
        for condition in self.release.ruleset.scope.conditions():
            plain_limit = isinstance(condition, Comparison) and not self.release.key_findings(condition.threshold)
            if not (plain_limit or isinstance(condition, AttributeTest)):
                self.reader.fault(
                    at(self.tree.ruleset, "scope"),
                    f"{condition.text!r}: the scope may ask about attributes and patient quantities only.",
                )

    # -- rules -----------------------------------------------------------

    def rules(self) -> None:
        places = {node.place.file: node for node in self.tree.rules}
        for rule in self.release.rules.values():
            node = places.get(rule.file)
            strange = [name for name in rule.profiles if name not in self.release.profiles]
            if strange:
                self.reader.fault(
                    at(node, "profiles"),
                    f"{strange[0]!r} is not a profile. {self.reader.nearest(strange[0], self.release.profiles)}",
                )
            if rule.then.verb is Verb.DOUBT:
                self.doubt(rule, node)
            self.doubts_read(rule, node)
        for name, finding in self.release.vocabulary.findings.items():
            if finding.closes:
                self.closing(name)

    def closing(self, finding: str) -> None:
        """Refuse a finding that would be absent although no rule asks about it."""
        establishing = [rule for rule in self.release.giving.get(finding, ()) if rule.then.verb is Verb.ESTABLISH]
        place = at(self.tree.vocabulary, "findings", finding)
        if not establishing:
            message = (
                f"{finding} is otherwise absent, but no rule in use establishes it; write "
                "one, or leave 'otherwise' out."
            )
            self.reader.fault(place, message, authors=True)
            return
        for profile in self.release.profiles:
            if not any(profile in rule.profiles or not rule.profiles for rule in establishing):
                # Unsafe to run: there it would be absent without having been looked at.
                message = f"{finding} is otherwise absent, but no rule of the profile {profile} establishes it."
                self.reader.fault(place, message)

    def doubt(self, rule: Rule, node: Node | None) -> None:
        """Refuse a rule about results that sees more than the panel as received."""
        findings = self.release.vocabulary.findings
        for name in sorted(self.release.findings_read(rule.when)):
            if not findings[name].observed:
                self.reader.fault(
                    at(node, "when"),
                    f"{rule.id} doubts results, and does so before rules decide any finding; "
                    f"{name} is decided by rules. Ask about results, attributes and observed findings only.",
                )

    def doubts_read(self, rule: Rule, node: Node | None) -> None:
        """Refuse to read of a rule that it fired, unless it is one about results."""
        doubts = {one.id for one in self.release.doubts}
        for condition in rule.when.conditions():
            if isinstance(condition, DoubtTest) and condition.rule not in doubts:
                message = (
                    f"{condition.text!r}: no rule in use of that id sets results aside, or reads them high or low; "
                    f"{'name one of ' + ', '.join(sorted(doubts)) if doubts else 'there is none'}."
                )
                self.reader.fault(at(node, "when"), message)
