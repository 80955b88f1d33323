"""
A release: one immutable body of knowledge, with the orders that follow from it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from service.domain.cells import cuts
from service.domain.derivations import Change, CountOf, DaysSince
from service.domain.measures import AGE
from service.domain.rules import CertaintyTest, Comparison, FindingTest, Verb

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping
    from datetime import date
    from fractions import Fraction

    from service.domain.apart import DrawnApart
    from service.domain.derivations import Vote
    from service.domain.measures import Measure
    from service.domain.rules import AttributeTest, Group, Rule, Source
    from service.domain.safety import SafetyProperty
    from service.domain.thresholds import Choice, ConstantChoice, Numbers, Row, TableChoice
    from service.domain.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Profile:
    """
    A named, cited way to read the rules.

    Attributes:
        id: Name in requests.

        title: For people.

        because: Why it exists.

        choices: For each threshold, table and constant, the name of its choice.

        assume: For each measure or attribute that may be assumed, the text of the value.
    """

    id: str
    title: str
    because: str
    choices: Mapping[str, str]
    assume: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """
    What ``ruleset.yaml`` says.

    Attributes:
        id: Name in requests.

        title: For people.

        question: The conclusion that answers the topic.

        scope: Whom the rules are for.

        fields: Everything else, as authored: owner, purpose, source attributes.

        safety: What is promised of every answer.

        drawn_apart: How far apart results may have been drawn before an answer says so; None where it never does.
    """

    id: str
    title: str
    question: str
    scope: Group
    fields: Mapping[str, object]
    safety: tuple[SafetyProperty, ...] = ()
    drawn_apart: DrawnApart | None = None


class DependencyCircleError(ValueError):
    """
    Findings that depend on each other in a circle.

    Attributes:
        circle: Names, each before one that it depends on; the first is the last again.
    """

    def __init__(self, circle: tuple[str, ...]) -> None:
        super().__init__(" -> ".join(circle))
        self.circle = circle


@dataclass(frozen=True)
class Release:
    """
    Everything that one version of a rule set says.

    Attributes:
        version: ``0.1.0``, or ``draft`` for the working copy.

        digest: ``sha256:`` of the manifest, or of the draft's content.

        vocabulary, sources, ruleset, numbers, profiles: The authored files.

        rules: Rules in use, by id.
    """

    version: str
    digest: str
    vocabulary: Vocabulary
    sources: Mapping[str, Source]
    ruleset: RuleSet
    numbers: Numbers
    profiles: Mapping[str, Profile]
    rules: Mapping[str, Rule]
    published: str = field(default="", compare=False)

    @cached_property
    def rows_by_patient(self) -> dict[Hashable, dict[tuple[str, str], tuple[Row, ...]]]:
        """
        Rows possible for patients who are alike in all that rows are keyed by, by threshold and choice.

        Remembered by `service.domain.standing`; as authored, so that nothing of a result is in them.
        """
        return {}

    @cached_property
    def rows_kept(self) -> dict[Hashable, tuple[tuple[str, str], tuple[Row, ...]]]:
        """Each combination of rows that was possible for somebody, once, with its threshold and choice."""
        return {}

    @cached_property
    def computing_order(self) -> tuple[str, ...]:
        """Measures that can be computed, each after the measures it may need."""
        tables = {name: table.of for name, table in self.numbers.tables.items()}
        return computing_order(self.vocabulary.measures, tables, self.compared)

    @cached_property
    def compared(self) -> Mapping[str, frozenset[str]]:
        """For each threshold, the measures that its choices compare, and those that choose their rows."""
        return {
            name: frozenset().union(*({one.compares} | one.key_quantities for one in threshold.choices.values()))
            for name, threshold in self.numbers.thresholds.items()
        }

    def looked_up(self, name: str) -> str:
        """Return the measure that a step table looks up, or the name itself where it is of no table."""
        return self.numbers.tables[name].of if name in self.numbers.tables else name

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Every comparison of the rules and the scope, once."""
        return tuple(dict.fromkeys(c for c in self._conditions() if isinstance(c, Comparison)))

    @cached_property
    def votes(self) -> tuple[Vote, ...]:
        """Every comparison that is counted."""
        counts = (measure.derivation for measure in self.vocabulary.measures.values())
        return tuple(dict.fromkeys(vote for one in counts if isinstance(one, CountOf) for vote in one.votes))

    @cached_property
    def thresholds_in_use(self) -> tuple[str, ...]:
        """Names of the thresholds that some condition compares with, or some vote."""
        compared = [one.threshold for one in self.comparisons]
        return tuple(dict.fromkeys([*compared, *(vote.threshold for vote in self.votes)]))

    @cached_property
    def key_quantities(self) -> tuple[str, ...]:
        """Every patient quantity that rows of thresholds in use are keyed by, age among them."""
        thresholds = (self.numbers.thresholds[name] for name in self.thresholds_in_use)
        choices = (choice for threshold in thresholds for choice in threshold.choices.values())
        return tuple(sorted({AGE, *(name for choice in choices for name in choice.key_quantities)}))

    @cached_property
    def cuts(self) -> Mapping[str, tuple[Fraction, ...]]:
        """For each of these quantities, where a row or the domain of an attribute begins or ends."""
        thresholds = self.numbers.thresholds.values()
        rows = [row for one in thresholds for choice in one.choices.values() for row in choice.rows]
        applying = [one.applies_age for one in self.vocabulary.attributes.values() if one.applies_age is not None]
        return {
            name: cuts((*(row.band(name) for row in rows), *(applying if name == AGE else ())))
            for name in self.key_quantities
        }

    def _conditions(
        self,
    ) -> Iterator[Comparison | FindingTest | AttributeTest | CertaintyTest | object]:
        yield from self.ruleset.scope.conditions()
        for rule in self.rules.values():
            yield from rule.when.conditions()

    def choice(self, profile: Profile, threshold: str) -> Choice:
        """Return the choice of a threshold in a profile."""
        return self.numbers.thresholds[threshold].choices[profile.choices[threshold]]

    def choices(self, profile: Profile, threshold: str) -> tuple[Choice, ...]:
        """Return the choice of a threshold in a profile, and the one for results without a laboratory range."""
        choice = self.choice(profile, threshold)
        others = self.numbers.thresholds[threshold].choices
        return (choice, others[choice.otherwise]) if choice.otherwise else (choice,)

    def table(self, profile: Profile, name: str) -> TableChoice:
        """Return the choice of a step table in a profile."""
        return self.numbers.tables[name].choices[profile.choices[name]]

    def constant(self, profile: Profile, name: str) -> ConstantChoice:
        """Return the choice of a constant in a profile."""
        return self.numbers.constants[name].choices[profile.choices[name]]

    def key_findings(self, threshold: str) -> frozenset[str]:
        """Return the findings that rows of a threshold are keyed by, over all its choices."""
        choices = self.numbers.thresholds[threshold].choices.values()
        return frozenset(choice.keyed_by for choice in choices if choice.keyed_by)

    def findings_read(self, group: Group) -> frozenset[str]:
        """Return every finding that a condition reads, rows keyed by a finding included."""
        read: set[str] = set()
        for condition in group.conditions():
            if isinstance(condition, FindingTest):
                read.add(condition.finding)
            elif isinstance(condition, Comparison):
                read |= self.key_findings(condition.threshold)
        return frozenset(read)

    @cached_property
    def giving(self) -> Mapping[str, tuple[Rule, ...]]:
        """For each finding, conclusion and advice, the rules that give it, by id."""
        given: dict[str, list[Rule]] = {}
        for rule in sorted(self.rules.values(), key=lambda rule: rule.id):
            if rule.then.verb is Verb.DOUBT:
                continue
            given.setdefault(rule.then.name, []).append(rule)
        return {name: tuple(rules) for name, rules in given.items()}

    @cached_property
    def readers(self) -> Mapping[str, int]:
        """For each finding that a rule asks about, how many rules do."""
        return Counter(name for rule in self.rules.values() for name in self.findings_read(rule.when))

    @cached_property
    def doubts(self) -> tuple[Rule, ...]:
        """Rules about results, by id: they see the panel as received, and come before all others."""
        return tuple(rule for _, rule in sorted(self.rules.items()) if rule.then.verb is Verb.DOUBT)

    def overdue(self, day: date) -> tuple[Rule, ...]:
        """
        Return the rules whose evidence was due for review before a day.

        Args:
            day: Today, or the day of a question.

        Returns:
            The rules, by id.
        """
        return tuple(rule for _, rule in sorted(self.rules.items()) if rule.review.is_overdue(day))

    @cached_property
    def grounds(self) -> Mapping[str, frozenset[str]]:
        """For each measure that can be computed, itself and every measure that it may be computed from."""
        found: dict[str, frozenset[str]] = {}
        for name in self.computing_order:
            operands = {self.looked_up(one) for one in _operands(self.vocabulary.measures[name], self.compared)}
            found[name] = frozenset({name, *operands}).union(*(found.get(one, ()) for one in operands))
        return found

    @cached_property
    def timed(self) -> frozenset[str]:
        """Measures that are counted from events or from earlier results, and move with the instant that is asked of."""
        measures = self.vocabulary.measures.values()
        return frozenset(one.name for one in measures if isinstance(one.derivation, DaysSince | Change))

    @cached_property
    def timed_doubts(self) -> tuple[Rule, ...]:
        """Rules about results that ask how long ago something was: they are asked for each sample."""
        rest: set[str] = set()
        for name in self.computing_order:
            measure = self.vocabulary.measures[name]
            counted = isinstance(measure.derivation, DaysSince)
            if counted or {self.looked_up(one) for one in _operands(measure, self.compared)} & rest:
                rest.add(name)
        return tuple(
            rule
            for rule in self.doubts
            if any(
                isinstance(one, Comparison) and self.compared[one.threshold] & rest for one in rule.when.conditions()
            )
        )

    @cached_property
    def finding_order(self) -> tuple[str, ...]:
        """Derived findings, each after every finding it depends on."""
        order: list[str] = []
        self._visit_all(order)
        return tuple(order)

    def _visit_all(self, order: list[str]) -> None:
        done: set[str] = set()

        def visit(name: str, path: tuple[str, ...]) -> None:
            if name in path:
                raise DependencyCircleError((*path[path.index(name) :], name))
            if name in done or self.vocabulary.findings[name].observed:
                return
            for rule in self.giving.get(name, ()):
                for read in sorted(self.findings_read(rule.when)):
                    visit(read, (*path, name))
            done.add(name)
            order.append(name)

        for name, finding in self.vocabulary.findings.items():
            if not finding.observed:
                visit(name, ())

    @cached_property
    def levels(self) -> Mapping[str, int]:
        """Dependency level of each rule: the trace's order is level, then id."""
        of_finding: dict[str, int] = {}
        of_rule: dict[str, int] = {}

        def level(rule: Rule) -> int:
            read = (of_finding.get(name, 0) for name in self.findings_read(rule.when))
            return 1 + max(read, default=0)

        for name in self.finding_order:
            rules = self.giving.get(name, ())
            for rule in rules:
                of_rule[rule.id] = level(rule)
            of_finding[name] = max((of_rule[rule.id] for rule in rules), default=0)
        top = max(of_finding.values(), default=0)
        of_rule.update((rule.id, 0) for rule in self.doubts)
        for rule in self.rules.values():
            if rule.then.verb is Verb.CONCLUDE:
                of_rule[rule.id] = top + 1
            elif rule.then.verb is Verb.ADVISE:
                of_rule[rule.id] = top + 2
        return of_rule


def computing_order(
    measures: Mapping[str, Measure], tables: Mapping[str, str], compared: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """
    Return the measures that can be computed, each after the measures it may need.

    Args:
        measures: Of the vocabulary.

        tables: For each step table, the measure it looks up.

        compared: For each threshold, the measures that its choices compare, and those that choose their rows.

    Returns:
        Names of measures with formulas or derivations.

    Raises:
        graphlib.CycleError: If measures need each other in a circle.
    """
    graph = {
        measure.name: {tables.get(name, name) for name in _operands(measure, compared)} & measures.keys()
        for measure in measures.values()
        if measure.computed_as
    }
    return tuple(name for name in TopologicalSorter(graph).static_order() if name in graph)


def _operands(measure: Measure, compared: Mapping[str, frozenset[str]]) -> Iterator[str]:
    for formula in measure.formulas:
        yield from formula.names
    if isinstance(measure.derivation, CountOf):
        for vote in measure.derivation.votes:
            yield from compared.get(vote.threshold, ())
    elif isinstance(measure.derivation, Change):
        yield measure.derivation.of
